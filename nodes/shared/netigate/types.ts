/* The members of Netigate's objects that this package uses. All others are passed through unchanged. */

export interface Survey {
	SurveyId: number;
	Name: string;
	EndDate: string;
	Activated: boolean;
}

export interface QuestionItemAlternative {
	Order: number;
	Text: string;
	Weight: number | null;
}

export interface QuestionItem {
	QuestionItemId: number;
	Order: number;
	Type: string;
	Text: string;
	BackgroundLabel?: number | null;
	Rows: Array<QuestionItemAlternative | null> | null;
	Columns: Array<QuestionItemAlternative | null> | null;
}

export interface Question {
	QuestionId: number;
	Order: number;
	Text: string;
	QuestionItems: QuestionItem[] | null;
}

export interface Answer {
	AnswerId: number;
	Created: string;
	AnswerSet: number;
	QuestionItem: number;
	QuestionType: string;
	QuestionText: string;
	AnswerText: string;
	AnswerNumeric: number | null;
	AnswerWeight: number | null;
}

export interface AnswerSet {
	AnswerSetId: number;
	Created: string;
	Survey: number;
	/** -1 if the person is unknown. */
	Respondent: number;
	Completed: string | null;
	Updated: string;
	Answers: Answer[] | null;
}

export type DispatchType = 'EMAIL' | 'SMS' | 'LOGIN' | 'TWOWAY';

export type SendoutLogic =
	| 'ALL'
	| 'NOT_SENT'
	| 'NOT_ACCESSED'
	| 'NOT_COMPLETED'
	| 'COMPLETED'
	| 'VISITED_NOT_COMPLETED';

export type LabelType = 'TEXT' | 'ORDINAL';

export interface Dispatch {
	DispatchId: number;
	Created: string;
	Name: string;
	SendDate: string;
	DoneDate: string | null;
	DispatchType: string;
	SendoutType: string;
	SendoutLogic: string;
	Activated: boolean;
}

export interface Sendout {
	SendoutId: number;
	Primary: Dispatch;
}

export interface Respondent {
	RespondentId: number;
	/** The contact, whatever its type. */
	Email: string;
}

export interface BackgroundDataOption {
	BGDataOptionId: number;
	Label: number;
	Option: string;
	Order: number;
}

export interface BackgroundDataLabel {
	BGDataLabelId: number;
	/** For a sendout's label: the id of that sendout's own respondent list. */
	Document: number;
	Name: string;
	Type: string;
	Options: BackgroundDataOption[] | null;
}

export interface BGDocument {
	BGDocumentId: number;
	Name: string;
}

export interface Row {
	RespondentId: number;
	Cells: Array<{ labelId: number; value: string }> | null;
}

export interface Category {
	CategoryId: number;
	Name: string;
}

export interface User {
	UserId: number;
	Name: string;
	Email: string;
	Active: boolean;
}
