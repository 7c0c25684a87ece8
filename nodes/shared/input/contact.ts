import { InputError } from '../netigate/errors';
import type { DispatchType } from '../netigate/types';
import { readEmail } from './email';
import { afterCode, readPhone, withoutCode } from './phone';
import { DAMAGED, describeValue, plainText, ROUNDED_NUMBER, type Problem } from './text';

/** How to interpret contacts. */
export interface ContactReading {
	/** The sendout's type, or a node's Contact Type if no sendout determines it. */
	type: DispatchType | 'auto' | string;
	/** Two letters, for phone numbers without a country code. */
	defaultCountry?: string;
}

export interface Recipient {
	/** The contact as sent to Netigate. */
	contact: string;
	/** The same for every spelling of the contact. */
	key: string;
	/** The key of the same phone number if it is listed without its country code. */
	national?: string;
}

/** Longer text was most likely never meant as a contact. */
const LONGEST_CONTACT = 254;
/** The longest text to read at all: a contact with a name and other additions. */
const LONGEST_TEXT = 1000;
/** Control characters and lone surrogates. */
const NO_TEXT = /[\p{Cc}\p{Cs}]/u;

/** Strings that people, spreadsheets and expressions produce when there is no contact. */
const BLANK = new Set(
	[
		'undefined | false | (null) | (none) | none | [object object] | n/a | n.a. | n. a. | k.a. | k. a.',
		'#n/a | #n/a! | #nv | #na | #null! | #ref! | #bezug! | #value! | #wert! | #name? | #num! | #zahl!',
		'#div/0! | keine | keine angabe | unbekannt | unknown | empty | (blank) | (leer)',
	].flatMap((line) => line.split(' | ')),
);

/** These are blank too, except as login names, because there are people with these names. */
const BLANK_OR_NAME = new Set(['nil', 'null', 'nan', 'na', 'leer']);

/** Matches a number from a spreadsheet that dropped its last digits, such as 4.67E+10. */
const ROUNDED = /^\d[.,]\d+e\+\d+$/i;

const CHECK_EXPRESSION = "Check the value of 'Contact' for this item.";

/** Matches most addresses, which need no cleanup. */
const PLAIN_ADDRESS = /^[a-z0-9][!-?A-~]*@[!-?A-~]+$/i;

const refused = (problem: string, advice = CHECK_EXPRESSION): Problem => ({ problem, advice });

const tooLong = (what: string, length: number) =>
	refused(`The ${what} has ${length} characters, but at most ${LONGEST_CONTACT} are allowed`);

/** A contact's text, without the characters that spreadsheets and address books add. */
function textOf(value: unknown): { text: string } | Problem {
	if (value === undefined || value === null) return refused('The contact is empty');
	if (typeof value === 'number' && !Number.isSafeInteger(value))
		return refused(`The contact isn't a whole number: ${describeValue(value)}`, ROUNDED_NUMBER);
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
		return refused(
			`The contact must be text, not ${describeValue(value)}`,
			"For 'Contact', use an expression that returns the address or number, e.g. {{ $json.customer.email }}.",
		);
	const given = String(value).trim();
	if (given.length > LONGEST_TEXT) return tooLong('contact', given.length);
	if (PLAIN_ADDRESS.test(given)) return { text: given };
	// To mark a number as text, spreadsheets add an apostrophe, and their exports add ="…".
	const text = plainText(given)
		.replace(/^['\s]+/, '')
		.replace(/^="(.*)"$/, '$1')
		.trim();
	if (text === '') return refused('The contact is empty');
	if (NO_TEXT.test(text))
		return refused(`The contact contains invalid characters: ${describeValue(text)}`, DAMAGED);
	if (BLANK.has(text.toLowerCase()) || !/[\p{L}\p{N}]/u.test(text))
		return refused(`The contact is empty: it only contains ${describeValue(text)}`);
	if (ROUNDED.test(text))
		return refused(
			`The contact ${describeValue(text)} was rounded by a spreadsheet, so digits were lost`,
			'Format the column as text in its source.',
		);
	return { text };
}

const looksLikeEmail = (text: string) =>
	text.includes('@') || text.normalize('NFKC').includes('@') || /^mailto:/i.test(text);

type Reader = (text: string, reading: ContactReading) => Recipient | Problem;

const email: Reader = (text) => {
	const read = readEmail(text);
	return 'address' in read ? { contact: read.address, key: read.address } : read;
};

/** Starts with a line break, which no contact does. */
const nationalKey = (digits: string) => `\n${digits}`;

const phone: Reader = (text, { defaultCountry = '' }) => {
	const read = readPhone(text, defaultCountry);
	if (!('digits' in read)) return read;
	const { digits } = read;
	return { contact: digits, key: digits, national: nationalKey(afterCode(digits)) };
};

/** Whether text contains several addresses or phone numbers, so it can't be a login name. */
function isSeveral(text: string, reading: ContactReading): boolean {
	const contacts = (parts: string[], read: Reader) =>
		parts.flatMap((part) => {
			const recipient = read(part, reading);
			return 'key' in recipient ? [recipient.key] : [];
		});
	const addresses = text.split(/[\s,;<>/|]/).filter((part) => part.includes('@'));
	if (addresses.length > 1 && new Set(contacts(addresses, email)).size > 1) return true;
	const numbers = text.split(/[,;]/).filter((part) => part.trim() !== '');
	return numbers.length > 1 && contacts(numbers, phone).length === numbers.length;
}

/** Login names that differ only in case are the same: Netigate may return them in a different case. */
const login: Reader = (text, reading) => {
	if (text.length > LONGEST_CONTACT) return tooLong('login name', text.length);
	if (isSeveral(text, reading))
		return refused(`${describeValue(text)} seems to contain several contacts`);
	const address = looksLikeEmail(text) ? email(text, reading) : undefined;
	return { contact: text, key: address && 'key' in address ? address.key : text.toLowerCase() };
};

const emailOrPhone: Reader = (text, reading) =>
	(looksLikeEmail(text) ? email : phone)(text, reading);

/** Accepts anything that some type of sendout accepts, because a login name can be any text. */
const any: Reader = (text, reading) => {
	const recipient = emailOrPhone(text, reading);
	return 'key' in recipient ? recipient : login(text, reading);
};

/** Sends anything except an address unchanged, because the type isn't documented. */
const undocumented: Reader = (text, reading) => {
	const recipient = any(text, reading);
	return 'national' in recipient ? { ...recipient, contact: text } : recipient;
};

const READERS: Record<string, Reader> = {
	EMAIL: email,
	SMS: phone,
	PHONE: phone,
	// TWOWAY isn't documented, so both an address and a number are accepted.
	TWOWAY: emailOrPhone,
	LOGIN: login,
	AUTO: any,
};

const readerFor = ({ type }: ContactReading) => READERS[type.toUpperCase()] ?? undocumented;

/** @throws InputError if there is a problem */
function orRefuse<T extends object>(reading: T | Problem): T {
	if (!('problem' in reading)) return reading;
	throw new InputError(reading.problem, reading.advice);
}

function read(value: unknown, reading: ContactReading): Recipient | Problem {
	const given = textOf(value);
	if (!('text' in given)) return given;
	const { text } = given;
	const reader = readerFor(reading);
	if ([email, phone, emailOrPhone].includes(reader) && BLANK_OR_NAME.has(text.toLowerCase()))
		return refused(`The contact is empty: it only contains ${describeValue(text)}`);
	return reader(text, reading);
}

/**
 * A contact as text, which can be parsed once its type is known.
 * @throws InputError if it can't be a contact of any type
 */
export const contactText = (value: unknown): string => orRefuse(textOf(value)).text;

/**
 * The recipient that a contact refers to (contract: "Value rules", call 16). To compare contacts, compare the
 * recipients' keys.
 * @throws InputError if the contact isn't valid for this type
 */
export const recipientFor = (reading: ContactReading, value: unknown): Recipient =>
	orRefuse(read(value, reading));

/**
 * The keys of a contact that Netigate lists, even if Netigate wouldn't accept it now. Netigate may list the digits
 * exactly as it received them, even if they also form a national number. A number without a country code gets the
 * `national` key shared by all the numbers it could be.
 */
export function listedKeys(reading: ContactReading, value: unknown): string[] {
	const given = textOf(value);
	const text = 'text' in given ? given.text : String(value ?? '').slice(0, LONGEST_TEXT);
	const recipient = 'text' in given ? readerFor(reading)(text, reading) : undefined;
	const keys = new Set([text.trim().toLowerCase()]);
	if (recipient && 'key' in recipient) keys.add(recipient.key);
	const digits =
		recipient && !('national' in recipient) && readerFor(reading) !== login
			? withoutCode(text)
			: undefined;
	if (digits !== undefined) keys.add(nationalKey(digits));
	return [...keys];
}

/** The key of `anna@example.com` for `anna+shop@example.com`. Not every mail server treats them as the same. */
export function withoutTag(key: string): string {
	const at = key.indexOf('@');
	const plus = key.indexOf('+');
	const folds = plus > 0 && plus < at && key[plus - 1] !== '.';
	return folds ? key.slice(0, plus) + key.slice(at) : key;
}

/** The keys under which a recipient may be listed. */
export const keysOf = ({ key, national }: Recipient): string[] =>
	national === undefined ? [key] : [key, national];

/** Appears instead of characters that Netigate hides. Login names such as C##ADMIN and addresses may look similar. */
const MASK = /[•●…]|\*\*|###|\.\.\.|\*.*@|@.*\*/;

/** Appears instead of a contact that Netigate has removed. */
const REMOVED = /^(?:anonym(?:ous)?\b[^@]*$|anonymi[sz]|deleted\b)/i;

/** A hash or a GUID. Login names can look the same. */
const HASH = /^(?=.*\d)[0-9a-f-]{16,}$/i;

/** Whether a contact that Netigate lists is missing, masked or replaced, so no one can be found by it. */
export function isMasked({ type }: ContactReading, value: unknown): boolean {
	if (typeof value !== 'string' && typeof value !== 'number') return true;
	const text = plainText(String(value).slice(0, LONGEST_TEXT));
	const isEmpty = BLANK.has(text.toLowerCase()) || !/[\p{L}\p{N}]/u.test(text);
	if (isEmpty || MASK.test(text) || REMOVED.test(text)) return true;
	return type.toUpperCase() !== 'LOGIN' && HASH.test(text) && /[a-f]/i.test(text);
}

/**
 * Whether `isMasked` applies, or the value can't be a contact of this sendout type, such as a name in an email sendout.
 */
export function hidesContact(reading: ContactReading, value: unknown): boolean {
	if (isMasked(reading, value)) return true;
	const text = plainText(String(value).slice(0, LONGEST_TEXT));
	const reader = READERS[reading.type.toUpperCase()];
	if (reader === email) return !looksLikeEmail(text);
	if (reader === phone) return looksLikeEmail(text) || /\p{L}/u.test(text);
	return reader === emailOrPhone && !looksLikeEmail(text) && /\p{L}/u.test(text);
}

/**
 * Whether a listed contact that matches no one may still belong to someone who was just added, because Netigate may
 * have rewritten it. A different email address belongs to someone else, unless its domain can be spelled in two ways.
 */
export function mayBeRewritten(value: unknown): boolean {
	const text = String(value);
	return !looksLikeEmail(text) || /[^\p{ASCII}]|xn--/u.test(text);
}
