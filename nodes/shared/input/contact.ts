import { InputError } from '../netigate/errors';
import type { DispatchType } from '../netigate/types';
import { readEmail } from './email';
import { looksLikePhone, readPhone } from './phone';
import {
	DAMAGED,
	describeValue,
	plainText,
	type Contact,
	type Problem,
	type Reading,
} from './text';

interface ContactOptions {
	/** Treat `anna+shop@example.com` as `anna@example.com`. Off by default, because not every mail server does. */
	foldPlusAddress?: boolean;
}

/** Longer text was most likely never meant as a contact. */
const LONGEST_CONTACT = 254;
/** Control characters and lone surrogates. */
const NO_TEXT = /[\p{Cc}\p{Cs}]/u;

/** Strings that people, spreadsheets and expressions produce if there is no contact. */
const BLANK = new Set(
	[
		'undefined | null | false | (null) | nil | nan | none | (none) | [object object] | n/a | n.a.',
		'n. a. | na | k.a. | k. a. | #n/a | #n/a! | #nv | #na | #null! | #ref! | #bezug! | #value!',
		'#wert! | #name? | #num! | #zahl! | #div/0! | keine | keine angabe | unbekannt | unknown',
		'empty | leer | (blank) | (leer)',
	].flatMap((line) => line.split(' | ')),
);

const CHECK_EXPRESSION = "Check the value of 'Contact' for this item.";

/** Matches most addresses, which need no cleanup. */
const PLAIN_ADDRESS = /^[a-z0-9][!-~]*@[!-~]+$/i;

/** A contact's text, without the characters that spreadsheets and address books add. */
function textOf(value: unknown): { text: string } | Problem {
	const refused = (problem: string, advice = CHECK_EXPRESSION) => ({ problem, advice });
	if (typeof value === 'string' && PLAIN_ADDRESS.test(value)) return { text: value };
	if (value === undefined || value === null) return refused('The contact is empty');
	if (typeof value === 'number' && !Number.isSafeInteger(value))
		return refused(
			`The contact isn't a whole number: ${describeValue(value)}`,
			'The number was rounded before it reached this node. Format the column as text in its source.',
		);
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
		return refused(
			`The contact must be text, not ${describeValue(value)}`,
			"For 'Contact', use an expression that returns the address or number, e.g. {{ $json.customer.email }}.",
		);
	// To mark a number as text, spreadsheets add an apostrophe, and their exports add ="…".
	const text = plainText(String(value))
		.replace(/^['\s]+/, '')
		.replace(/^="(.*)"$/, '$1')
		.trim();
	if (text === '') return refused('The contact is empty');
	if (NO_TEXT.test(text))
		return refused(`The contact contains invalid characters: ${describeValue(text)}`, DAMAGED);
	if (BLANK.has(text.toLowerCase()) || !/[\p{L}\p{N}]/u.test(text))
		return refused(`The contact is empty: it only contains ${describeValue(text)}`);
	return { text };
}

function readLoginName(text: string): Reading {
	if (text.length <= LONGEST_CONTACT) return { contact: text, kind: 'other' };
	return {
		problem: `The login name has ${text.length} characters, but at most ${LONGEST_CONTACT} are allowed`,
		advice: CHECK_EXPRESSION,
	};
}

const looksLikeEmail = (text: string) =>
	text.includes('@') || text.normalize('NFKC').includes('@') || /^mailto:/i.test(text);

function kindOf(text: string): Contact['kind'] {
	if (looksLikeEmail(text)) return 'email';
	return looksLikePhone(text) ? 'phone' : 'other';
}

const READERS = { email: readEmail, phone: readPhone, other: readLoginName };

function withoutTag(address: string): string {
	const at = address.indexOf('@');
	const plus = address.indexOf('+');
	const folds = plus > 0 && plus < at && address[plus - 1] !== '.';
	return folds ? address.slice(0, plus) + address.slice(at) : address;
}

function read(value: unknown, { foldPlusAddress }: ContactOptions): Reading {
	const given = textOf(value);
	if (!('text' in given)) return given;
	const reading = READERS[kindOf(given.text)](given.text);
	if (!foldPlusAddress || !('contact' in reading) || reading.kind !== 'email') return reading;
	return { ...reading, contact: withoutTag(reading.contact) };
}

/** @throws InputError if there is a problem */
function orRefuse<T extends object>(reading: T | Problem): T {
	if (!('problem' in reading)) return reading;
	throw new InputError(reading.problem, reading.advice);
}

/**
 * Reads a contact of unknown type, for the quarantine, the block list and respondent lists. Text with an @ must be an
 * email address, text that looks like a phone number must be one, and any other text is a login name.
 * @throws InputError if it isn't valid
 */
export const readContact = (value: unknown, options: ContactOptions = {}): Contact =>
	orRefuse(read(value, options));

/** Normalizes a contact from Netigate for comparison. Returns null if `readContact` would reject it. */
export function normaliseContact(value: unknown, options: ContactOptions = {}): string | null {
	const reading = read(value, options);
	return 'contact' in reading ? reading.contact : null;
}

/** The apparent type of a contact, even if `readContact` would reject it; null if the contact is empty. */
export function contactKind(value: unknown): Contact['kind'] | null {
	const given = textOf(value);
	return 'text' in given ? kindOf(given.text) : null;
}

/** A contact as text for a sendout of any type. @throws InputError if it is empty or neither text nor a number */
export const contactText = (value: unknown): string => orRefuse(textOf(value)).text;

export interface Recipient {
	/** The contact as sent to Netigate. */
	contact: string;
	/** Always the same for the same person, however the contact was entered. */
	key: string;
}

function readingFor(type: DispatchType | string, text: string): Reading {
	switch (type.toUpperCase()) {
		case 'EMAIL':
			return readEmail(text);
		case 'SMS':
			return readPhone(text);
		case 'TWOWAY':
			return looksLikeEmail(text) ? readEmail(text) : readPhone(text);
		case 'LOGIN':
			return readLoginName(text);
		default:
			// This type isn't documented.
			return looksLikeEmail(text) ? readEmail(text) : readLoginName(text);
	}
}

/** Whether a sendout of this type can contain this contact, even if Netigate wouldn't accept the address now. */
export function canBeContact(type: DispatchType | string, text: string): boolean {
	if (looksLikeEmail(text)) return type.toUpperCase() !== 'SMS';
	return 'contact' in readingFor(type, text);
}

/**
 * The contact in the form that a sendout of this type accepts (contract: "Value rules", call 16). TWOWAY isn't
 * documented, so both an address and a number are accepted.
 * @throws InputError if the contact isn't valid for this type
 */
export function recipientFor(type: DispatchType | string, value: unknown): Recipient {
	const { contact } = orRefuse(readingFor(type, contactText(value)));
	return { contact, key: contact };
}
