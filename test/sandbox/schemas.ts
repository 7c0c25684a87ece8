// Made of docs/openapi.yaml by "npm run docs"; change it there.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
	schemas: {
		Error: {
			StatusCode: number;
			Message: string;
		};
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
		BackgroundDataOption: {
			BGDataOptionId: number;
			Label: number;
			Option: string;
			Order: number;
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
		Block: {
			Email: string;
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
		/** @enum {string} */
		LabelType: 'TEXT' | 'ORDINAL';
		RequestDate: string;
		Dictionary: components['schemas']['KeyValue'][];
		KeyValue: {
			Key: string;
			Value: string;
		};
		BatchDictionary: components['schemas']['BatchKeyValue'][];
		BatchKeyValue:
			| {
					Key: string;
					Value?: string;
					value?: string;
			  }
			| unknown
			| unknown;
		NewRespondent: {
			contactDetails: string;
			sendMail: boolean;
			backgroundData?: components['schemas']['Dictionary'];
		};
		NewRespondentInBatch: {
			contactDetails: string;
			sendMail: boolean;
			backgroundData?: components['schemas']['BatchDictionary'];
		};
		NewSendout: {
			name: string;
			type: components['schemas']['DispatchType'];
			sendDate?: components['schemas']['RequestDate'] | '' | null;
			sender?: string | null;
			subject?: string | null;
			message?: string | null;
		};
		NewReminder: {
			name: string;
			sendoutLogic: components['schemas']['SendoutLogic'];
			sendDate: components['schemas']['RequestDate'];
			sender: string;
			subject?: string | null;
			message: string;
		};
		NewLabel: {
			name: string;
			labelType: components['schemas']['LabelType'];
		};
		NewCategory: {
			name: string;
		};
		NewRow: {
			contactDetails: string;
			cellData: components['schemas']['Dictionary'];
		};
		CellData: {
			cellData: components['schemas']['Dictionary'];
		};
		CellLabels: {
			labels: number[];
		};
		NewRespondents: {
			surveyRespondents: components['schemas']['NewRespondentInBatch'][];
		};
		Nothing: Record<string, never>;
	};
	responses: never;
	parameters: never;
	requestBodies: never;
	headers: never;
	pathItems: never;
}
export type Error = components['schemas']['Error'];
export type Survey = components['schemas']['Survey'];
export type Question = components['schemas']['Question'];
export type QuestionItem = components['schemas']['QuestionItem'];
export type QuestionItemAlternative = components['schemas']['QuestionItemAlternative'];
export type AnswerSet = components['schemas']['AnswerSet'];
export type Answer = components['schemas']['Answer'];
export type AnswerSetPage = components['schemas']['AnswerSetPage'];
export type Sendout = components['schemas']['Sendout'];
export type Dispatch = components['schemas']['Dispatch'];
export type Respondent = components['schemas']['Respondent'];
export type BackgroundDataLabel = components['schemas']['BackgroundDataLabel'];
export type BackgroundDataOption = components['schemas']['BackgroundDataOption'];
export type BGDocument = components['schemas']['BGDocument'];
export type Row = components['schemas']['Row'];
export type Cell = components['schemas']['Cell'];
export type Category = components['schemas']['Category'];
export type User = components['schemas']['User'];
export type Block = components['schemas']['Block'];
export type DispatchType = components['schemas']['DispatchType'];
export type SendoutLogic = components['schemas']['SendoutLogic'];
export type LabelType = components['schemas']['LabelType'];
export type RequestDate = components['schemas']['RequestDate'];
export type Dictionary = components['schemas']['Dictionary'];
export type KeyValue = components['schemas']['KeyValue'];
export type BatchDictionary = components['schemas']['BatchDictionary'];
export type BatchKeyValue = components['schemas']['BatchKeyValue'];
export type NewRespondent = components['schemas']['NewRespondent'];
export type NewRespondentInBatch = components['schemas']['NewRespondentInBatch'];
export type NewSendout = components['schemas']['NewSendout'];
export type NewReminder = components['schemas']['NewReminder'];
export type NewLabel = components['schemas']['NewLabel'];
export type NewCategory = components['schemas']['NewCategory'];
export type NewRow = components['schemas']['NewRow'];
export type CellData = components['schemas']['CellData'];
export type CellLabels = components['schemas']['CellLabels'];
export type NewRespondents = components['schemas']['NewRespondents'];
export type Nothing = components['schemas']['Nothing'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
