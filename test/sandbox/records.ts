import type { Answer, AnswerSetHead, Dispatch, Label, MessageText, Respondent } from './types';

/** A respondent list: one of the account's own, or the one that belongs to a sendout. */
export interface DocumentRecord {
	id: number;
	created: string;
	name: string;
	description: string;
	labels: Label[];
	/** The sendout this list belongs to; null for a list of the account. */
	sendoutId: number | null;
}

export interface SendoutRecord {
	id: number;
	surveyId: number;
	/** Its own respondent list: its labels' `Document`. */
	documentId: number;
	primary: Dispatch;
	reminders: Dispatch[];
	/** Texts by dispatch id. */
	texts: Map<number, MessageText>;
	respondentIds: number[];
	/** When it was last activated, in milliseconds since 1970; 0 before. */
	activatedAt: number;
	/** Added since the last activation with sendMail: asked at the next one. */
	awaitingActivation: number[];
	/** Activated, to be asked when the send date has come. */
	awaitingSendDate: number[];
}

/** A row of a respondent list. A respondent of a sendout is a row of the sendout's own list. */
export interface RowRecord {
	respondentId: number;
	documentId: number;
	contact: string;
	/** Values by label id. */
	cells: Map<number, string>;
}

export interface RespondentRecord extends Respondent {
	sendoutId: number;
	surveyId: number;
	sendMail: boolean;
	accessed: boolean;
	completed: boolean;
}

export interface AnswerSetRecord extends AnswerSetHead {
	/** The answers, or how to make them when they are asked for (so that 50,000 sets stay cheap). */
	answers: Answer[] | ((set: AnswerSetHead) => Answer[]);
}

/** Somebody was really asked: what a test about "once" counts. */
export interface Invitation {
	respondentId: number;
	contact: string;
	surveyId: number;
	sendoutId: number;
	dispatchId: number;
	at: string;
	kind: 'invitation' | 'reminder';
}
