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
	link: string;
	sendoutId: number;
	respondentId: number;
}

/** Netigate's placeholders aren't documented, so the sandbox fills in those that the example workflows use. */
const PLACEHOLDER = / ?\[your placeholder for (?:the survey link|the background data ([^\]]+))\]/g;

/** The URL of a person's unsubscribe page. */
export const unsubscribeLink = (link: string): string =>
	link.replace('/s.aspx', '/unsubscribe.aspx');

/** All messages sent so far, newest first. */
export function outboxOf(state: SandboxState): Message[] {
	const messages = state.invitations.flatMap((sent, index): Message[] => {
		const { sendoutId, respondentId, dispatchId, contact, kind } = sent;
		const sendout = state.sendouts.get(sendoutId);
		const respondent = state.respondents.get(respondentId);
		const written = sendout?.texts.get(dispatchId);
		// A deleted survey has no texts.
		if (!sendout || !respondent || !written) return [];
		const type = sendout.primary.DispatchType;
		const isEmail = type === 'EMAIL' || (type === 'TWOWAY' && contact.includes('@'));
		const link = respondent.SurveyURL;
		const fill = filler(state, respondentId, link);
		const body = fill(written.message);
		const parts = [body, ...(body.includes(link) ? [] : [link])];
		if (isEmail) parts.push(`Unsubscribe: ${unsubscribeLink(link)}`);
		return [
			{
				...{ id: index + 1, at: Date.parse(sent.at), kind, to: contact },
				channel: isEmail ? 'email' : 'sms',
				sender: written.sender,
				subject: isEmail ? fill(written.subject) : null,
				...{ text: parts.join('\n\n'), link, sendoutId, respondentId },
			},
		];
	});
	return messages.sort((a, b) => b.at - a.at || b.id - a.id);
}

/** Fills in a text's placeholders. One without a value is removed, with the space before it. */
function filler(state: SandboxState, respondentId: number, link: string) {
	const row = state.rows.get(respondentId)!;
	const labels = state.documents.get(row.documentId)?.labels ?? [];
	const valueOf = (name: string) => {
		const label = labels.find(({ Name }) => Name.toLowerCase() === name.trim().toLowerCase());
		return label && row.cells.get(label.BGDataLabelId);
	};
	const { linkPlaceholder } = state.settings;
	return (text: string) => {
		// One pass, because a person's value may look like a placeholder.
		const parts = linkPlaceholder ? text.split(linkPlaceholder) : [text];
		return parts
			.map((part) =>
				part.replace(PLACEHOLDER, (found, name?: string) => {
					const value = name === undefined ? link : valueOf(name);
					return value ? (found.startsWith(' ') ? ' ' : '') + value : '';
				}),
			)
			.join(link);
	};
}
