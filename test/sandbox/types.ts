/** Netigate's own shapes, as docs/openapi.yaml has them: PascalCase, ids as numbers, dates as text. */

export type DispatchType = 'EMAIL' | 'SMS' | 'LOGIN' | 'TWOWAY';
export type SendoutLogic =
	| 'ALL'
	| 'NOT_SENT'
	| 'NOT_ACCESSED'
	| 'NOT_COMPLETED'
	| 'COMPLETED'
	| 'VISITED_NOT_COMPLETED';
export type LabelType = 'TEXT' | 'ORDINAL';

export interface Survey {
	SurveyId: number;
	Created: string;
	Account: number;
	Name: string;
	Language: string;
	StartDate: string;
	EndDate: string;
	Category: string;
	Activated: boolean;
}

export interface Alternative {
	Order: number;
	Text: string;
	Weight: number | null;
}

export interface QuestionItem {
	QuestionItemId: number;
	Order: number;
	Type: string;
	Text: string;
	BackgroundLabel: number | null;
	Rows: Array<Alternative | null> | null;
	Columns: Array<Alternative | null> | null;
}

export interface Question {
	QuestionId: number;
	Order: number;
	Text: string;
	Description: string;
	QuestionItems: QuestionItem[];
}

export interface Answer {
	AnswerId: number;
	Created: string;
	AnswerSet: number;
	QuestionItem: number;
	QuestionType: string;
	QuestionText: string;
	AnswerText: string;
	AnswerNumeric: number;
	AnswerWeight: number | null;
}

/** An answer set without its answers: they are kept, or made, beside it. */
export interface AnswerSetHead {
	AnswerSetId: number;
	Created: string;
	Survey: number;
	Respondent: number;
	Completed: string | null;
	Updated: string;
}

export interface Dispatch {
	DispatchId: number;
	Created: string;
	Sendout: number;
	Name: string;
	SendDate: string | null;
	DoneDate: string | null;
	DispatchType: DispatchType;
	SendoutType: string;
	SendoutLogic: SendoutLogic;
	Activated: boolean;
}

export interface Respondent {
	RespondentId: number;
	Email: string;
	Password: string;
	SurveyURL: string;
}

export interface LabelOption {
	BGDataOptionId: number;
	Label: number;
	Option: string;
	Order: number;
}

export interface Label {
	BGDataLabelId: number;
	Document: number;
	Name: string;
	Type: LabelType;
	Options: LabelOption[];
}

export interface Category {
	CategoryId: number;
	Account: number;
	Name: string;
}

export interface User {
	UserId: number;
	Created: string;
	Account: number;
	Name: string;
	Email: string;
	ExpiryDate: string | null;
	Active: boolean;
	Language: string;
	AnonymousAnswers: boolean;
}

/** One kept message text with who it comes from: what the API takes and never gives back. */
export interface MessageText {
	sender: string;
	subject: string;
	message: string;
}
