import { InputError } from '../netigate/errors';
import type { DispatchType } from '../netigate/types';
import { readEmail } from './email';
import { looksLikePhone, readPhone } from './phone';
import { DAMAGED, describeValue, plainText } from './text';

/** What a contact is: decided by how it looks, or by the sendout that it is for. */
type ContactKind = 'email' | 'phone' | 'other';

/** A contact in the form in which it is sent, and in which two of them are compared. */
interface Contact {
	contact: string;
	kind: ContactKind;
}

interface ContactOptions {
	/** Take `anna+shop@example.com` for `anna@example.com`. Off by default: not every mail server does. */
	foldPlusAddress?: boolean;
}

/** A longer login name is a whole text that got here by mistake. */
const LONGEST_CONTACT = 254;

/** Control characters, and halves of characters. */
const NO_TEXT = /[\p{Cc}\p{Cs}]/u;

// What people, spreadsheets and expressions write for an empty contact.
const BLANK = new Set(
	[
		'undefined | null | false | (null) | nil | nan | none | (none) | [object object] | n/a | n.a.',
		'n. a. | na | k.a. | k. a. | #n/a | #n/a! | #nv | #na | #null! | #ref! | #bezug! | #value!',
		'#wert! | #name? | #num! | #zahl! | #div/0! | keine | keine angabe | unbekannt | unknown',
		'empty | leer | (blank) | (leer)',
	].flatMap((line) => line.split(' | ')),
);

/** What is wrong with a contact, and what to do. */
interface Problem {
	problem: string;
	advice: string;
}

type Reading = Contact | Problem;

const CHECK_EXPRESSION = "Check the value of 'Contact' for this item.";
const PHONE_RULE =
	'A phone number starts with its country code and has at most 15 digits, e.g. 46735123456. Spaces, + and a leading 00 are fine.';

/** An address with nothing around it, as most are. */
const PLAIN_ADDRESS = /^[a-z0-9][!-~]*@[!-~]+$/i;

/** The text of a contact without what spreadsheets and address books put around it, or why there is none. */
function textOf(value: unknown): { text: string } | Problem {
	const refused = (problem: string, advice = CHECK_EXPRESSION) => ({ problem, advice });
	if (typeof value === 'string' && PLAIN_ADDRESS.test(value)) return { text: value };
	if (value === undefined || value === null) return refused('The contact is empty');
	if (typeof value === 'number' && !Number.isSafeInteger(value))
		return refused(
			`The contact isn't a whole number: ${describeValue(value)}`,
			'The number was rounded on the way. Format the column as text.',
		);
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
		return refused(
			`The contact must be a text, not ${describeValue(value)}`,
			"Let 'Contact' return the field with the address or number, e.g. {{ $json.customer.email }}.",
		);
	// An apostrophe first is how spreadsheets keep a number as text; a file passed on gathers several. Their
	// exports write ="…" for it.
	const text = plainText(String(value))
		.replace(/^['\s]+/, '')
		.replace(/^="(.*)"$/, '$1')
		.trim();
	if (text === '') return refused('The contact is empty');
	if (NO_TEXT.test(text))
		return refused(
			`The contact contains characters that can't be typed: ${describeValue(text)}`,
			DAMAGED,
		);
	if (BLANK.has(text.toLowerCase()) || !/[\p{L}\p{N}]/u.test(text))
		return refused(`The contact is empty: it contains ${describeValue(text)}`);
	return { text };
}

function emailOf(text: string): Reading {
	const reading = readEmail(text);
	if ('address' in reading) return { contact: reading.address, kind: 'email' };
	return {
		problem: `${describeValue(text)} isn't a valid email address: ${reading.problem}`,
		advice: reading.advice ?? 'Check the email address of this item.',
	};
}

function phoneOf(text: string): Reading {
	const reading = readPhone(text);
	if ('digits' in reading) return { contact: reading.digits, kind: 'phone' };
	return { problem: `${describeValue(text)} ${reading.problem}`, advice: PHONE_RULE };
}

function loginNameOf(text: string): Reading {
	if (text.length <= LONGEST_CONTACT) return { contact: text, kind: 'other' };
	return {
		problem: `The login name has ${text.length} characters. At most ${LONGEST_CONTACT} are allowed`,
		advice: CHECK_EXPRESSION,
	};
}

/** Whether a text is meant as an email address. */
const looksLikeEmail = (text: string) =>
	text.includes('@') || text.normalize('NFKC').includes('@') || /^mailto:/i.test(text);

function kindOf(text: string): ContactKind {
	if (looksLikeEmail(text)) return 'email';
	return looksLikePhone(text) ? 'phone' : 'other';
}

const READERS = { email: emailOf, phone: phoneOf, other: loginNameOf };

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

/** @throws InputError for what could not be read */
function orRefuse<T extends object>(reading: T | Problem): T {
	if (!('problem' in reading)) return reading;
	throw new InputError(reading.problem, reading.advice);
}

/**
 * A contact of unknown type, for the quarantine, the block list and respondent lists. What has an @ has to be an
 * address that Netigate accepts, what looks like a phone number one mobile number with its country code; anything
 * else is a login name, kept as it is.
 *
 * @throws InputError saying what is wrong with it
 */
export function readContact(value: unknown, options: ContactOptions = {}): Contact {
	return orRefuse(read(value, options));
}

/**
 * The form in which two contacts are compared; null if `readContact` refuses. For what Netigate itself lists, which
 * nobody can put right here.
 *
 * Normalizing a normalized contact changes nothing.
 */
export function normaliseContact(value: unknown, options: ContactOptions = {}): string | null {
	const reading = read(value, options);
	return 'contact' in reading ? reading.contact : null;
}

/** What a contact is by its looks, also one that `readContact` refuses; null if there is none. */
export function contactKind(value: unknown): ContactKind | null {
	const given = textOf(value);
	return 'text' in given ? kindOf(given.text) : null;
}

/**
 * A contact as text, before it is known which type of sendout it is for.
 *
 * @throws InputError for what no sendout takes: nothing, an object, a list, a yes or no
 */
export function contactText(value: unknown): string {
	return orRefuse(textOf(value)).text;
}

/** A contact that a sendout takes: as it is sent, and the key under which two of them are the same person. */
export interface Recipient {
	contact: string;
	key: string;
}

function readingFor(type: DispatchType | string, text: string): Reading {
	switch (type.toUpperCase()) {
		case 'EMAIL':
			return emailOf(text);
		case 'SMS':
			return phoneOf(text);
		case 'TWOWAY':
			return looksLikeEmail(text) ? emailOf(text) : phoneOf(text);
		case 'LOGIN':
			return loginNameOf(text);
		default:
			// An undocumented type: an address is still one person, whatever its case.
			return looksLikeEmail(text) ? emailOf(text) : loginNameOf(text);
	}
}

/**
 * Whether a contact that Netigate lists can be in a sendout of this type. An address that it would not accept counts
 * too: it still belongs to someone else.
 */
export function canBeContact(type: DispatchType | string, text: string): boolean {
	if (looksLikeEmail(text)) return type.toUpperCase() !== 'SMS';
	return 'contact' in readingFor(type, text);
}

/**
 * The contact as a sendout of this type takes it (contract: "Value rules", call 16 `contactDetails`).
 *
 * An email sendout takes addresses, an SMS sendout digits with the country code first, a login list any name. What
 * TWOWAY takes isn't documented: an address or a number passes. In an unknown type an address is read as one, and
 * anything else as a name.
 *
 * @throws InputError saying what is wrong with the contact, and which type the sendout takes
 */
export function recipientFor(type: DispatchType | string, value: unknown): Recipient {
	const { contact } = orRefuse(readingFor(type, contactText(value)));
	return { contact, key: contact };
}
