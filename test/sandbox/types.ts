/**
 * Netigate's objects with all members in docs/internals/openapi.yaml, against which every response is checked, and two
 * types that only exist in the sandbox.
 */
import type * as api from '../../nodes/shared/netigate/types';

export type {
	DispatchType,
	LabelType,
	QuestionItemAlternative as Alternative,
	SendoutLogic,
} from '../../nodes/shared/netigate/types';

export interface Survey extends api.Survey {
	Created: string;
	Account: number;
	Language: string;
	StartDate: string;
	EndDate: string;
	Category: string;
}

export interface QuestionItem extends api.QuestionItem {
	BackgroundLabel: number | null;
}

export interface Question extends api.Question {
	Description: string;
	QuestionItems: QuestionItem[];
}

export interface Answer extends api.Answer {
	AnswerNumeric: number;
}

/** An answer set without its answers. */
export type AnswerSetHead = Omit<api.AnswerSet, 'Answers'>;

export interface Dispatch extends Omit<api.Dispatch, 'SendDate'> {
	Sendout: number;
	SendDate: string | null;
	DispatchType: api.DispatchType;
	SendoutLogic: api.SendoutLogic;
}

export interface Respondent extends api.Respondent {
	Password: string;
	SurveyURL: string;
}

export interface Label extends api.BackgroundDataLabel {
	Type: api.LabelType;
	Options: api.BackgroundDataOption[];
}

export interface Category extends api.Category {
	Account: number;
}

export interface User extends api.User {
	Created: string;
	Account: number;
	ExpiryDate: string | null;
	Language: string;
	AnonymousAnswers: boolean;
}

/** A message and its sender, which the API accepts but never returns. */
export interface MessageText {
	sender: string;
	subject: string;
	message: string;
}
