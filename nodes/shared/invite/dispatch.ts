import { recipientFor } from '../input/contact';
import { describeValue } from '../input/text';
import type { Parameters } from '../n8n/parameters';
import { sameName, type Creation } from '../netigate/createOnce';
import { InputError } from '../netigate/errors';
import type { BackgroundDataLabel, Dispatch, Sendout, SendoutLogic } from '../netigate/types';

/** What people get to read, and from whom. */
export interface DispatchTexts {
	sender: string;
	subject: string;
	message: string;
}

/** A sendout as the user wants it; `sendDate` as `toNetigateDate` gives it. */
export interface NewSendout extends DispatchTexts {
	name: string;
	type: string;
	sendDate: string;
}

/** A reminder as the user wants it; `sendDate` as `toNetigateDate` gives it. */
export interface NewReminder extends DispatchTexts {
	name: string;
	sendoutLogic: SendoutLogic | string;
	sendDate: string;
}

/**
 * The sendout that an item asks for.
 *
 * @param now as `toNetigateDate` gives it: the send date if none is given
 */
export function newSendoutOf(parameters: Parameters, now: string): NewSendout {
	const type = parameters.choice('type');
	return {
		name: parameters.text('name'),
		type,
		// A login sendout sends nothing, so its date means nothing.
		sendDate: (type === 'LOGIN' ? undefined : parameters.date('sendDate')) ?? now,
		sender: parameters.optionalText('sender'),
		subject: parameters.optionalText('subject'),
		message: parameters.optionalText('message'),
	};
}

const SMS_SENDER = /^([A-Za-z0-9]{1,11}|\d{1,15})$/;

function filled(text: string, label: string, advice: string): string {
	const trimmed = text.trim();
	if (trimmed !== '') return trimmed;
	throw new InputError(`'${label}' is empty`, advice);
}

/** Why `a@example.com` or `Name <a@example.com>` isn't an address, or undefined if it is one. */
function addressProblem(sender: string): string | undefined {
	try {
		const given = /<([^<>]*)>\s*$/.exec(sender)?.[1] ?? sender;
		const { contact } = recipientFor('EMAIL', given);
		// A sender is sent as written, so it isn't corrected.
		return contact === given.trim().toLowerCase() ? undefined : `did you mean ${contact}`;
	} catch (error) {
		return error instanceof Error ? error.message : "it isn't an email address";
	}
}

/**
 * The sender as a sendout of this type accepts it (contract: "Value rules"). For email only an address is checked: it
 * isn't documented whether Netigate accepts a name alone.
 *
 * @throws InputError with the rule that it breaks
 */
export function senderFor(type: string, value: string): string {
	const sender = filled(value, 'Sender', 'Enter who the message comes from.');
	if (type === 'SMS' && !SMS_SENDER.test(sender)) {
		throw new InputError(
			`The sender ${describeValue(sender)} can't be used for SMS`,
			'Use a name of at most 11 letters and digits (a-z, A-Z, 0-9), e.g. ExampleCo, or a number of at most 15 digits, without spaces.',
		);
	}
	const problem = type === 'EMAIL' && sender.includes('@') ? addressProblem(sender) : undefined;
	if (problem === undefined) return sender;
	throw new InputError(
		`The sender can't be used: ${problem}`,
		'Enter one complete email address, e.g. surveys@example.com.',
	);
}

/**
 * Sender, subject and message checked for the type of sendout (calls 12 and 19). All are empty for LOGIN, which sends
 * nothing. SMS has no subject.
 *
 * @throws InputError when one is missing or breaks a rule of the type
 */
function textsFor(type: string, { sender, subject, message }: DispatchTexts): DispatchTexts {
	if (type === 'LOGIN') return { sender: '', subject: '', message: '' };
	return {
		sender: senderFor(type, sender),
		subject:
			type === 'SMS'
				? ''
				: filled(
						subject,
						'Subject',
						'Netigate requires a subject, except for SMS and login sendouts.',
					),
		message: filled(
			message,
			'Message',
			"Enter the text people receive, including Netigate's placeholder for the survey link.",
		),
	};
}

/** What may be the survey link, whose placeholder isn't documented. */
const PLACEHOLDER = /\[[^\]\n]+\]|\{[^}\n]+\}|<[^<>\n]+>|%[\w.-]+%|#[\w.-]+#|https?:\/\/|www\./i;

/** The layout of an email: no link in it leads to the survey. */
const LAYOUT = /<!doctype[^>]*>|<style\b.*?<\/style>|<(?:html|img|meta)\b[^>]*>/gis;

/** Tags around the text. Their attributes may have a link. */
const TAG =
	/<\/?(?:html|head|body|title|p|br|hr|div|span|b|i|u|em|strong|small|font|center|h[1-6]|ul|ol|li|table|tbody|thead|tr|td|th|a)\b([^<>]*)>/gi;

/** A hint for a message without a survey link, or undefined if something in it may be the link or its placeholder. */
export function missingLinkHint(message: string): string | undefined {
	if (message.trim() === '' || PLACEHOLDER.test(message.replace(LAYOUT, ' ').replace(TAG, ' $1 ')))
		return undefined;
	return 'The message seems to contain no survey link: it has neither a placeholder, such as one in brackets, nor a web address. Copy the placeholder from a message written in Netigate.';
}

/** The body of call 12, a new sendout. @throws InputError when the type of sendout doesn't accept it */
export function sendoutBody(given: NewSendout): object {
	const { type } = given;
	const { sender, subject, message } = textsFor(type, given);
	return {
		name: given.name,
		type,
		sendDate: type === 'LOGIN' ? '' : given.sendDate,
		sender,
		...(type === 'SMS' ? {} : { subject }),
		message,
	};
}

/**
 * The body of call 19, a new reminder.
 *
 * @param sendout the sendout that it reminds of: its type, and its send date if it is known
 * @throws InputError when it would go out before the sendout, or the type of sendout doesn't accept it
 */
export function reminderBody(
	given: NewReminder,
	sendout: { type: string; sendDate?: string | null },
) {
	const earliest = Date.parse(sendout.sendDate ?? '');
	if (Date.parse(given.sendDate) < earliest) {
		throw new InputError(
			`The reminder would be sent on ${given.sendDate}, before its sendout on ${sendout.sendDate}`,
			"Choose a later 'Send Date' for the reminder.",
		);
	}
	// Whether a login sendout can have reminders isn't documented: what the user wrote is sent.
	const { sender, subject, message } =
		sendout.type === 'LOGIN' ? given : textsFor(sendout.type, given);
	return {
		name: given.name,
		sendoutLogic: given.sendoutLogic,
		sendDate: given.sendDate,
		sender,
		...(sendout.type === 'SMS' ? {} : { subject }),
		message,
	};
}

/** A new sendout (call 12) among the sendouts of its survey (call 10). */
export function sendoutCreation(
	surveyPath: string,
	{ name, type }: { name: string; type: string },
): Creation<Sendout> {
	return {
		list: `${surveyPath}/sendouts`,
		idOf: ({ SendoutId }) => SendoutId,
		isIt: ({ Primary }) => sameName(Primary?.Name, name) && Primary.DispatchType === type,
		called: `sendout "${name}"`,
		// It invites no one until it is activated, so a second one does no harm.
		sendAgain: true,
	};
}

/**
 * A new reminder (call 19) among the reminders of its sendout (call 18). Never sent again: people would be reminded
 * twice.
 */
export function reminderCreation(
	sendoutPath: string,
	{ name, sendoutLogic }: { name: string; sendoutLogic: string },
): Creation<Dispatch> {
	return {
		list: `${sendoutPath}/reminders`,
		idOf: ({ DispatchId }) => DispatchId,
		isIt: ({ Name, SendoutLogic }) => sameName(Name, name) && SendoutLogic === sendoutLogic,
		called: `reminder "${name}"`,
	};
}

/** New background data (call 21) among the labels of its sendout (call 20). */
export function labelCreation(
	sendoutPath: string,
	{ name }: { name: string },
): Creation<BackgroundDataLabel> {
	return {
		list: `${sendoutPath}/labels`,
		idOf: ({ BGDataLabelId }) => BGDataLabelId,
		isIt: ({ Name }) => sameName(Name, name),
		called: `background data "${name}"`,
		sendAgain: true,
	};
}
