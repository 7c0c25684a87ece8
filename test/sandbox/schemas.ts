// Made of docs/internals/openapi.yaml by "npm run docs"; change it there.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
	schemas: {
		Survey: {
			SurveyId: number;
			Created: string;
			Account: number;
			Name: string;
			Language: string;
			StartDate: string;
			EndDate: string;
			Category: string;
			Activated: boolean;
		};
		Question: {
			QuestionId: number;
			Order: number;
			Text: string;
			Description: string;
			QuestionItems: components['schemas']['QuestionItem'][];
		};
		QuestionItem: {
			QuestionItemId: number;
			Order: number;
			Type: string;
			Text: string;
			BackgroundLabel: number | null;
			Rows: (components['schemas']['QuestionItemAlternative'] | null)[] | null;
			Columns: (components['schemas']['QuestionItemAlternative'] | null)[] | null;
		};
		QuestionItemAlternative: {
			Order: number;
			Text: string;
			Weight: number | null;
		};
		AnswerSet: {
			AnswerSetId: number;
			Created: string;
			Survey: number;
			Respondent: number;
			Completed: string | null;
			Updated: string;
			Answers: components['schemas']['Answer'][];
		};
		Answer: {
			AnswerId: number;
			Created: string;
			AnswerSet: number;
			QuestionItem: number;
			QuestionType: string;
			QuestionText: string;
			AnswerText: string;
			AnswerNumeric: number;
			AnswerWeight: number | null;
		};
		AnswerSetPage: {
			Page: number;
			TotalPages: number;
			AnswerSets: components['schemas']['AnswerSet'][];
		};
		Sendout: {
			SendoutId: number;
			Survey: number;
			Primary: components['schemas']['Dispatch'];
			Reminders: components['schemas']['Dispatch'][];
		};
		Dispatch: {
			DispatchId: number;
			Created: string;
			Sendout: number;
			Name: string;
			SendDate: string | null;
			DoneDate: string | null;
			DispatchType: components['schemas']['DispatchType'];
			SendoutType: string;
			SendoutLogic: components['schemas']['SendoutLogic'];
			Activated: boolean;
		};
		/** @enum {string} */
		DispatchType: 'EMAIL' | 'SMS' | 'LOGIN' | 'TWOWAY';
		/** @enum {string} */
		SendoutLogic:
			| 'ALL'
			| 'NOT_SENT'
			| 'NOT_ACCESSED'
			| 'NOT_COMPLETED'
			| 'COMPLETED'
			| 'VISITED_NOT_COMPLETED';
		Respondent: {
			RespondentId: number;
			Email: string;
			Password: string;
			SurveyURL: string;
		};
		BackgroundDataLabel: {
			BGDataLabelId: number;
			Document: number;
			Name: string;
			Type: components['schemas']['LabelType'];
			Options: components['schemas']['BackgroundDataOption'][];
		};
		/** @enum {string} */
		LabelType: 'TEXT' | 'ORDINAL';
		BackgroundDataOption: {
			BGDataOptionId: number;
			Label: number;
			Option: string;
			Order: number;
		};
		Category: {
			CategoryId: number;
			Account: number;
			Name: string;
		};
		User: {
			UserId: number;
			Created: string;
			Account: number;
			Name: string;
			Email: string;
			ExpiryDate: string | null;
			Active: boolean;
			Language: string;
			AnonymousAnswers: boolean;
		};
		BGDocument: {
			BGDocumentId: number;
			Created: string;
			Name: string;
			Description: string;
			Labels: components['schemas']['BackgroundDataLabel'][];
		};
		Row: {
			RespondentId: number;
			Cells: components['schemas']['Cell'][];
		};
		Cell: {
			labelId: number;
			value: string | null;
		};
		Block: {
			Email: string;
		};
	};
	responses: never;
	parameters: never;
	requestBodies: never;
	headers: never;
	pathItems: never;
}
export type Survey = components['schemas']['Survey'];
export type Question = components['schemas']['Question'];
export type QuestionItem = components['schemas']['QuestionItem'];
export type QuestionItemAlternative = components['schemas']['QuestionItemAlternative'];
export type AnswerSet = components['schemas']['AnswerSet'];
export type Answer = components['schemas']['Answer'];
export type AnswerSetPage = components['schemas']['AnswerSetPage'];
export type Sendout = components['schemas']['Sendout'];
export type Dispatch = components['schemas']['Dispatch'];
export type DispatchType = components['schemas']['DispatchType'];
export type SendoutLogic = components['schemas']['SendoutLogic'];
export type Respondent = components['schemas']['Respondent'];
export type BackgroundDataLabel = components['schemas']['BackgroundDataLabel'];
export type LabelType = components['schemas']['LabelType'];
export type BackgroundDataOption = components['schemas']['BackgroundDataOption'];
export type Category = components['schemas']['Category'];
export type User = components['schemas']['User'];
export type BGDocument = components['schemas']['BGDocument'];
export type Row = components['schemas']['Row'];
export type Cell = components['schemas']['Cell'];
export type Block = components['schemas']['Block'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
