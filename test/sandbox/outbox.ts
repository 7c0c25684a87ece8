import type { SandboxState } from './state';

/** A message as a person would receive it. */
export interface Message {
	id: number;
	/** Milliseconds since 1970. */
	at: number;
	kind: 'invitation' | 'reminder';
	channel: 'email' | 'sms';
	to: string;
	sender: string;
	/** Null for an SMS. */
	subject: string | null;
	text: string;
	/** The personal link to the survey. */
	link: string;
	sendoutId: number;
	respondentId: number;
}

/** The messages that people would have received, newest first. */
export function outboxOf(state: SandboxState): Message[] {
	return state.invitations
		.flatMap((invitation, index): Message[] => {
			const { kind, contact: to, sendoutId, respondentId, dispatchId } = invitation;
			const sendout = state.sendouts.get(sendoutId);
			const respondent = state.respondents.get(respondentId);
			if (!sendout || !respondent) return [];
			const { sender = '', subject = '', message = '' } = sendout.texts.get(dispatchId) ?? {};
			const channel = to.includes('@') ? 'email' : 'sms';
			const label = state
				.document(sendout.documentId)
				.labels.find(({ Name }) => Name === 'First name');
			const name = label && state.rows.get(respondentId)?.cells.get(label.BGDataLabelId);
			return [
				{
					...{ id: index + 1, at: Date.parse(invitation.at), kind, channel, to, sender },
					subject: channel === 'email' ? subject : null,
					text: name ? `Hello ${name},\n\n${message}` : message,
					...{ link: respondent.SurveyURL, sendoutId, respondentId },
				},
			];
		})
		.reverse();
}
