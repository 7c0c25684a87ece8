import type { Answer, AnswerSetHead, Dispatch, Label, MessageText, Respondent } from './types';

/** A respondent list of the account, or of a sendout. */
export interface DocumentRecord {
	id: number;
	created: string;
	name: string;
	description: string;
	labels: Label[];
	/** Null for a list of the account. */
	sendoutId: number | null;
}

export interface SendoutRecord {
	id: number;
	surveyId: number;
	/** Its own respondent list, which is the `Document` of its labels. */
	documentId: number;
	primary: Dispatch;
	reminders: Dispatch[];
	/** Texts by dispatch ID. */
	texts: Map<number, MessageText>;
	respondentIds: number[];
	/** The time of the last activation, in milliseconds since 1970, or 0. */
	activatedAt: number;
	/** People added with sendMail since the last activation. The next one invites them. */
	awaitingActivation: number[];
	/** People who wait for the send date after an activation. */
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
	/** The answers, or a function that creates them, which saves memory for 50,000 sets. */
	answers: Answer[] | ((set: AnswerSetHead) => Answer[]);
}

/** An invitation or reminder that was sent. */
export interface Invitation {
	respondentId: number;
	contact: string;
	surveyId: number;
	sendoutId: number;
	dispatchId: number;
	at: string;
	kind: 'invitation' | 'reminder';
}
