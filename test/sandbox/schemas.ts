// Made of docs/internals/openapi.yaml by "npm run docs"; change it there.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
	schemas: {
		/** @description Every refusal, whatever the call. */
		Error: {
			/**
			 * Format: int64
			 * @description The HTTP status code again.
			 */
			StatusCode: number;
			/** @description What was refused, in words. */
			Message: string;
		};
		/** @description A survey. */
		Survey: {
			/**
			 * Format: int64
			 * @description Id of the survey.
			 */
			SurveyId: number;
			/**
			 * Format: date-time
			 * @description When it was created.
			 */
			Created: string;
			/**
			 * Format: int64
			 * @description Id of the account it belongs to.
			 */
			Account: number;
			/** @description Name of the survey. */
			Name: string;
			/** @description ISO 639-3 code, such as deu, swe or eng. */
			Language: string;
			/**
			 * Format: date-time
			 * @description From when it can be answered.
			 */
			StartDate: string;
			/**
			 * Format: date-time
			 * @description Until when it can be answered.
			 */
			EndDate: string;
			/** @description Id of its category, as text. */
			Category: string;
			/** @description Whether it is active. */
			Activated: boolean;
		};
		/** @description A question, as a branch of the question tree. */
		Question: {
			/**
			 * Format: int64
			 * @description Id of the question.
			 */
			QuestionId: number;
			/**
			 * Format: int64
			 * @description Its place in the survey, from 1.
			 */
			Order: number;
			/** @description The words the person reads. */
			Text: string;
			/** @description Further explanation. */
			Description: string;
			/** @description The parts that are answered. */
			QuestionItems: components['schemas']['QuestionItem'][];
		};
		/** @description One answerable part of a question. */
		QuestionItem: {
			/**
			 * Format: int64
			 * @description Id of the item; answers name it.
			 */
			QuestionItemId: number;
			/**
			 * Format: int64
			 * @description Its place in the question, from 1.
			 */
			Order: number;
			/** @description TEXT_FIELD, RADIOBUTTON, CHECKBOX, DROPDOWN, WEIGHTED_RADIOBUTTON, MATRIX; the list is open. */
			Type: string;
			/** @description The item's own title. */
			Text: string;
			/**
			 * Format: int64
			 * @description Id of the background label it holds, if any.
			 */
			BackgroundLabel: number | null;
			/** @description Alternatives, or the rows of a matrix. */
			Rows: (components['schemas']['QuestionItemAlternative'] | null)[] | null;
			/** @description Columns of a matrix. */
			Columns: (components['schemas']['QuestionItemAlternative'] | null)[] | null;
		};
		/** @description One alternative, row or column. */
		QuestionItemAlternative: {
			/**
			 * Format: int64
			 * @description Its position, from 1.
			 */
			Order: number;
			/** @description Its words. */
			Text: string;
			/** @description Its weight in a weighted question, else null. */
			Weight: number | null;
		};
		/** @description One person’s answers to one survey. */
		AnswerSet: {
			/**
			 * Format: int64
			 * @description Id of the answer set.
			 */
			AnswerSetId: number;
			/**
			 * Format: date-time
			 * @description When it was begun.
			 */
			Created: string;
			/**
			 * Format: int64
			 * @description Id of the survey.
			 */
			Survey: number;
			/**
			 * Format: int64
			 * @description Id of the respondent; -1 if the person is unknown.
			 */
			Respondent: number;
			/**
			 * Format: date-time
			 * @description When it was completed; null while unfinished.
			 */
			Completed: string | null;
			/**
			 * Format: date-time
			 * @description When it was last changed.
			 */
			Updated: string;
			/** @description The answers. */
			Answers: components['schemas']['Answer'][];
		};
		/** @description One answer record. */
		Answer: {
			/**
			 * Format: int64
			 * @description Id of the answer.
			 */
			AnswerId: number;
			/**
			 * Format: date-time
			 * @description When it was given.
			 */
			Created: string;
			/**
			 * Format: int64
			 * @description Id of its answer set.
			 */
			AnswerSet: number;
			/**
			 * Format: int64
			 * @description Id of the question item.
			 */
			QuestionItem: number;
			/** @description As QuestionItem.Type. */
			QuestionType: string;
			/** @description Often empty; the label of a text field; the chosen option of a checkbox. */
			QuestionText: string;
			/** @description The chosen alternative, or the text; "" for a checkbox. */
			AnswerText: string;
			/** @description Position of the alternative, from 1; -1 for a checkbox. */
			AnswerNumeric: number;
			/** @description The weight; null unless the question is weighted. */
			AnswerWeight: number | null;
		};
		/** @description One page of answer sets with their answers. */
		AnswerSetPage: {
			/**
			 * Format: int64
			 * @description This page, from 1.
			 */
			Page: number;
			/**
			 * Format: int64
			 * @description How many pages there are.
			 */
			TotalPages: number;
			/** @description The answer sets of this page. */
			AnswerSets: components['schemas']['AnswerSet'][];
		};
		/** @description A sendout with its first dispatch and its reminders. */
		Sendout: {
			/**
			 * Format: int64
			 * @description Id of the sendout.
			 */
			SendoutId: number;
			/**
			 * Format: int64
			 * @description Id of the survey.
			 */
			Survey: number;
			Primary: components['schemas']['Dispatch'];
			/** @description Its reminders. */
			Reminders: components['schemas']['Dispatch'][];
		};
		/** @description One mailing: the invitation, or a reminder. */
		Dispatch: {
			/**
			 * Format: int64
			 * @description Id of the dispatch.
			 */
			DispatchId: number;
			/**
			 * Format: date-time
			 * @description When it was created.
			 */
			Created: string;
			/**
			 * Format: int64
			 * @description Id of its sendout.
			 */
			Sendout: number;
			/** @description Its name. */
			Name: string;
			/**
			 * Format: date-time
			 * @description When it is to go out.
			 */
			SendDate: string | null;
			/**
			 * Format: date-time
			 * @description When it went out; null before.
			 */
			DoneDate: string | null;
			DispatchType: components['schemas']['DispatchType'];
			/** @description Documented as a member; its values are not. */
			SendoutType: string;
			SendoutLogic: components['schemas']['SendoutLogic'];
			/** @description Whether it is active. */
			Activated: boolean;
		};
		/** @description One person in one sendout. */
		Respondent: {
			/**
			 * Format: int64
			 * @description Id of the respondent.
			 */
			RespondentId: number;
			/** @description The contact, whatever its kind. */
			Email: string;
			/** @description Password of the personal link. */
			Password: string;
			/** @description The personal link. */
			SurveyURL: string;
		};
		/** @description One background variable of a sendout or of a respondent list. */
		BackgroundDataLabel: {
			/**
			 * Format: int64
			 * @description Id of the label; the key of dictionaries, as text.
			 */
			BGDataLabelId: number;
			/**
			 * Format: int64
			 * @description Id of the respondent list it belongs to.
			 */
			Document: number;
			/** @description Its name. */
			Name: string;
			Type: components['schemas']['LabelType'];
			/** @description The options of an ORDINAL label; [] for TEXT. */
			Options: components['schemas']['BackgroundDataOption'][];
		};
		/** @description One option of an ORDINAL label. */
		BackgroundDataOption: {
			/**
			 * Format: int64
			 * @description Id of the option.
			 */
			BGDataOptionId: number;
			/**
			 * Format: int64
			 * @description Id of its label.
			 */
			Label: number;
			/** @description Its words. */
			Option: string;
			/**
			 * Format: int64
			 * @description Its place, from 1.
			 */
			Order: number;
		};
		/** @description A respondent list. */
		BGDocument: {
			/**
			 * Format: int64
			 * @description Id of the list.
			 */
			BGDocumentId: number;
			/**
			 * Format: date-time
			 * @description When it was created.
			 */
			Created: string;
			/** @description Its name. */
			Name: string;
			/** @description What it is for. */
			Description: string;
			/** @description Its background variables. */
			Labels: components['schemas']['BackgroundDataLabel'][];
		};
		/** @description One person of a respondent list. */
		Row: {
			/**
			 * Format: int64
			 * @description Id of the row.
			 */
			RespondentId: number;
			/** @description Its cells. */
			Cells: components['schemas']['Cell'][];
		};
		/** @description One cell. In camelCase, unlike everything else. */
		Cell: {
			/**
			 * Format: int64
			 * @description Id of the label.
			 */
			labelId: number;
			/** @description The value. */
			value: string | null;
		};
		/** @description A category of surveys. */
		Category: {
			/**
			 * Format: int64
			 * @description Id of the category.
			 */
			CategoryId: number;
			/**
			 * Format: int64
			 * @description Id of the account.
			 */
			Account: number;
			/** @description Its name. */
			Name: string;
		};
		/** @description A user of the account. */
		User: {
			/**
			 * Format: int64
			 * @description Id of the user.
			 */
			UserId: number;
			/**
			 * Format: date-time
			 * @description When created.
			 */
			Created: string;
			/**
			 * Format: int64
			 * @description Id of the account.
			 */
			Account: number;
			/** @description Name. */
			Name: string;
			/** @description E-mail address. */
			Email: string;
			/**
			 * Format: date-time
			 * @description When the account of this user ends.
			 */
			ExpiryDate: string | null;
			/** @description Whether active. */
			Active: boolean;
			/** @description ISO 639-3 code. */
			Language: string;
			/** @description Whether this user sees answers without names. */
			AnonymousAnswers: boolean;
		};
		/** @description A blocked or opted-out address. */
		Block: {
			/** @description The address. */
			Email: string;
		};
		/**
		 * @description How a sendout reaches people.
		 * @enum {string}
		 */
		DispatchType: 'EMAIL' | 'SMS' | 'LOGIN' | 'TWOWAY';
		/**
		 * @description Whom a dispatch is for.
		 * @enum {string}
		 */
		SendoutLogic:
			| 'ALL'
			| 'NOT_SENT'
			| 'NOT_ACCESSED'
			| 'NOT_COMPLETED'
			| 'COMPLETED'
			| 'VISITED_NOT_COMPLETED';
		/**
		 * @description TEXT: free text. ORDINAL: an ordered list of options.
		 * @enum {string}
		 */
		LabelType: 'TEXT' | 'ORDINAL';
		/**
		 * Format: date-time
		 * @description ISO 8601, UTC, whole seconds.
		 */
		RequestDate: string;
		/** @description Values by label. The key is the label id as text; a pair without value is left out; empty is []. */
		Dictionary: components['schemas']['KeyValue'][];
		/** @description One pair. */
		KeyValue: {
			/** @description The label id as text. */
			Key: string;
			/** @description The value; never empty, never null. */
			Value: string;
		};
		/** @description As Dictionary, in the batch call. */
		BatchDictionary: components['schemas']['BatchKeyValue'][];
		/** @description One pair of the batch call: either spelling of the value, or both. */
		BatchKeyValue:
			| {
					/** @description The label id as text. */
					Key: string;
					/** @description The value. */
					Value?: string;
					/** @description The value, as the documented sample of this call spells it. */
					value?: string;
			  }
			| unknown
			| unknown;
		/** @description One person to add. */
		NewRespondent: {
			/** @description E-mail address, SMS number (at most 15 digits, country code first, no plus sign) or login name, as the sendout’s type asks. */
			contactDetails: string;
			/** @description true: Netigate sends the invitation. false: you pass on the returned SurveyURL. */
			sendMail: boolean;
			backgroundData?: components['schemas']['Dictionary'];
		};
		/** @description One person to add. */
		NewRespondentInBatch: {
			/** @description E-mail address, SMS number (at most 15 digits, country code first, no plus sign) or login name, as the sendout’s type asks. */
			contactDetails: string;
			/** @description true: Netigate sends the invitation. false: you pass on the returned SurveyURL. */
			sendMail: boolean;
			backgroundData?: components['schemas']['BatchDictionary'];
		};
		NewSendout: {
			/** @description Name of the sendout. */
			name: string;
			type: components['schemas']['DispatchType'];
			/** @description When to send, UTC; left empty for LOGIN. */
			sendDate?: components['schemas']['RequestDate'] | '' | null;
			/** @description Who it comes from. SMS: at most 11 characters of a-z A-Z 0-9 (API documentation), or at most 15 digits (help pages). Left empty for LOGIN. */
			sender?: string | null;
			/** @description Subject; optional for SMS; left empty for LOGIN. */
			subject?: string | null;
			/** @description E-mail body or SMS text with the survey link, perhaps an opt-out link. Left empty for LOGIN. */
			message?: string | null;
		};
		NewReminder: {
			/** @description Name of the reminder. */
			name: string;
			sendoutLogic: components['schemas']['SendoutLogic'];
			sendDate: components['schemas']['RequestDate'];
			/** @description Who it comes from. */
			sender: string;
			/** @description Subject; optional for SMS. */
			subject?: string | null;
			/** @description Text with the survey link. */
			message: string;
		};
		NewLabel: {
			/** @description Name of the label. */
			name: string;
			labelType: components['schemas']['LabelType'];
		};
		NewCategory: {
			/** @description Name of the category. */
			name: string;
		};
		NewRow: {
			/** @description The contact. */
			contactDetails: string;
			cellData: components['schemas']['Dictionary'];
		};
		CellData: {
			cellData: components['schemas']['Dictionary'];
		};
		CellLabels: {
			/** @description Which cells, by label id. */
			labels: number[];
		};
		NewRespondents: {
			/** @description The people to add. */
			surveyRespondents: components['schemas']['NewRespondentInBatch'][];
		};
		/** @description {} */
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
