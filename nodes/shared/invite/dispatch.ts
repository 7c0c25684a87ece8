import { recipientFor } from '../input/contact';
import { describeValue } from '../input/text';
import type { Parameters } from '../n8n/parameters';
import { sameName, type Creation } from '../netigate/createOnce';
import { InputError, SettingError } from '../netigate/errors';
import type { BackgroundDataLabel, Dispatch, Sendout, SendoutLogic } from '../netigate/types';

export type NewSendout = ReturnType<typeof newSendoutOf>;

type DispatchTexts = Pick<NewSendout, 'sender' | 'subject' | 'message'>;

export interface NewReminder extends Omit<NewSendout, 'type'> {
	sendoutLogic: SendoutLogic | string;
}

/**
 * The sendout that an item requests.
 * @param now the send date if the item has none, as returned by `toNetigateDate`
 */
export function newSendoutOf(parameters: Parameters, now: string) {
	const type = parameters.choice('type');
	return {
		name: parameters.text('name'),
		type,
		// A login sendout doesn't send anything, so the date isn't used.
		sendDate: (type === 'LOGIN' ? undefined : parameters.date('sendDate')) ?? now,
		sender: parameters.optionalText('sender'),
		subject: parameters.optionalText('subject'),
		message: parameters.optionalText('message'),
	};
}

/** Dates no further in the past than this are treated as now, because items may wait in a queue and clocks differ. */
export const STILL_NOW_MS = 15 * 60_000;

/** @param limit the earliest date allowed, in milliseconds since 1970 @throws InputError if the date is earlier */
export function refusePast(date: string, what: string, limit: number): void {
	if (!(Date.parse(date) < limit)) return;
	throw new InputError(
		`${what} might be sent immediately, because its date is in the past: ${date}`,
		"Choose a later date. If you do want it sent immediately, turn on 'Options > Allow Past Dates'.",
	);
}

const SMS_SENDER = /^([A-Za-z0-9]{1,11}|\d{1,15})$/;

function filled(text: string, label: string, advice: string): string {
	const trimmed = text.trim();
	if (trimmed !== '') return trimmed;
	throw new SettingError(`'${label}' is empty`, advice);
}

/** Why a sender such as `a@example.com` or `Name <a@example.com>` isn't a valid address; undefined if it is. */
function addressError(sender: string): string | undefined {
	try {
		const given = /<([^<>]*)>\s*$/.exec(sender)?.[1] ?? sender;
		const { contact } = recipientFor({ type: 'EMAIL' }, given);
		// A sender with a typo is refused, not corrected, because the sender is sent exactly as entered.
		return contact === given.trim().toLowerCase() ? undefined : `did you mean ${contact}`;
	} catch (error) {
		return (error as Error).message;
	}
}

/**
 * Checks the sender. For email, a sender without an address isn't checked, because it isn't documented whether a name
 * alone is accepted.
 * @throws InputError with the rule that the sender breaks
 */
export function senderFor(type: string, value: string): string {
	const sender = filled(
		value,
		'Sender',
		'Enter the name, number or email address that the message comes from.',
	);
	if (type === 'SMS' && !SMS_SENDER.test(sender)) {
		throw new SettingError(
			`The sender ${describeValue(sender)} isn't valid for SMS`,
			'Use a name of at most 11 letters and digits (a-z, A-Z, 0-9), e.g. ExampleCo, or a number of at most 15 digits, without spaces.',
		);
	}
	const why = type === 'EMAIL' && sender.includes('@') ? addressError(sender) : undefined;
	if (why === undefined) return sender;
	throw new SettingError(
		`'Sender' isn't valid: ${why}`,
		'Enter a single complete email address, e.g. surveys@example.com.',
	);
}

const SUBJECT_ADVICE = 'Netigate requires a subject, except for SMS and login sendouts.';
const MESSAGE_ADVICE =
	"Enter the text that people receive, including Netigate's placeholder for the survey link.";

/** Checks the sender, subject and message for this type of sendout (calls 12 and 19). An SMS has no subject. */
function textsFor(type: string, { sender, subject, message }: DispatchTexts) {
	return {
		sender: senderFor(type, sender),
		...(type === 'SMS' ? {} : { subject: filled(subject, 'Subject', SUBJECT_ADVICE) }),
		message: filled(message, 'Message', MESSAGE_ADVICE),
	};
}

/**
 * Matches anything that may be the survey link, because the link's placeholder isn't documented. A match can't contain
 * a second opening bracket, because matching would otherwise take quadratic time. The same is true of `LAYOUT`.
 */
const PLACEHOLDER = /\[[^[\]\n]+\]|\{[^{}\n]+\}|<[^<>\n]+>|%[\w.-]+%|#[\w.-]+#|https?:\/\/|www\./i;

/** Matches tags for an email's layout. Links in these tags never lead to the survey. */
const LAYOUT = /<!doctype[^<>]*>|<(?:html|img|meta)\b[^<>]*>/gi;

/** Removes the text between `<style>` and `</style>`. */
function withoutStyles(message: string): string {
	const [before, ...styles] = message.split(/<style\b/i);
	return [
		before,
		...styles.map((style) =>
			style
				.split(/<\/style>/i)
				.slice(1)
				.join(' '),
		),
	].join(' ');
}

/** Matches tags. Their attributes may contain a link. */
const TAG =
	/<\/?(?:html|head|body|title|p|br|hr|div|span|b|i|u|em|strong|small|font|center|h[1-6]|ul|ol|li|table|tbody|thead|tr|td|th|a)\b([^<>]*)>/gi;

export const NO_LINK =
	"The message doesn't seem to contain a survey link: it has neither a placeholder, such as one in brackets, nor a web address. Copy the placeholder from a message written in Netigate.";

export function missingLinkHint(message: string): string | undefined {
	const text = withoutStyles(message).replace(LAYOUT, ' ').replace(TAG, ' $1 ');
	return message.trim() === '' || PLACEHOLDER.test(text) ? undefined : NO_LINK;
}

/**
 * The body of call 12, which creates a sendout.
 * @throws InputError if the sender, subject or message isn't valid for this type of sendout
 */
export function sendoutBody({ name, type, sendDate, ...texts }: NewSendout): object {
	if (type === 'LOGIN') return { name, type, sendDate: '', sender: '', subject: '', message: '' };
	return { name, type, sendDate, ...textsFor(type, texts) };
}

/**
 * The body of call 19, which creates a reminder.
 * @throws InputError if the reminder isn't later than the sendout, or if its sender, subject or message isn't valid for
 * this type of sendout
 */
export function reminderBody(
	{ name, sendoutLogic, sendDate, sender, subject, message }: NewReminder,
	sendout: { type: string; sendDate?: string | null },
) {
	if (Date.parse(sendDate) <= Date.parse(sendout.sendDate ?? '')) {
		throw new InputError(
			`The reminder "${name}" (${sendDate}) isn't later than its sendout (${sendout.sendDate})`,
			'Choose a later date for the reminder.',
		);
	}
	const texts = { sender, subject, message };
	// The content isn't checked for login sendouts, because it isn't documented whether they can have reminders.
	const checked = sendout.type === 'LOGIN' ? texts : textsFor(sendout.type, texts);
	return { name, sendoutLogic, sendDate, ...checked };
}

/** Creates a sendout (call 12) and finds it among its survey's sendouts (call 10). */
export function sendoutCreation(
	list: string,
	{ name, type }: { name: string; type: string },
): Creation<Sendout> {
	return {
		list,
		idOf: ({ SendoutId }) => SendoutId,
		isIt: ({ Primary }) => sameName(Primary?.Name, name) && Primary.DispatchType === type,
		called: `sendout "${name}"`,
		// Retrying is safe, because a second sendout doesn't invite anyone until it is activated.
		sendAgain: true,
	};
}

/** Creates a reminder (calls 19 and 18). This is never retried, because people could be reminded twice. */
export function reminderCreation(
	list: string,
	{ name, sendoutLogic }: { name: string; sendoutLogic: string },
): Creation<Dispatch> {
	return {
		list,
		idOf: ({ DispatchId }) => DispatchId,
		isIt: ({ Name, SendoutLogic }) => sameName(Name, name) && SendoutLogic === sendoutLogic,
		called: `reminder "${name}"`,
	};
}

/** Creates background data (call 21) and finds it among its sendout's labels (call 20). */
export function labelCreation(
	list: string,
	{ name }: { name: string },
): Creation<BackgroundDataLabel> {
	return {
		list,
		idOf: ({ BGDataLabelId }) => BGDataLabelId,
		isIt: ({ Name }) => sameName(Name, name),
		called: `background data "${name}"`,
		sendAgain: true,
	};
}
