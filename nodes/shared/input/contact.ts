import { InputError } from '../netigate/errors';
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

/** A longer log-in name is a whole text that got here by mistake. */
const LONGEST_CONTACT = 254;

/** Control characters, and halves of characters. */
const NO_TEXT = /[\p{Cc}\p{Cs}]/u;

// What people, spreadsheets and expressions write where there is nothing.
const BLANK = new Set([
	'undefined',
	'null',
	'false',
	'(null)',
	'nil',
	'nan',
	'none',
	'(none)',
	'[object object]',
	'n/a',
	'n.a.',
	'n. a.',
	'na',
	'k.a.',
	'k. a.',
	'#n/a',
	'#n/a!',
	'#nv',
	'#na',
	'#null!',
	'#ref!',
	'#bezug!',
	'#value!',
	'#wert!',
	'#name?',
	'#num!',
	'#zahl!',
	'#div/0!',
	'keine',
	'keine angabe',
	'unbekannt',
	'unknown',
	'empty',
	'leer',
	'(blank)',
	'(leer)',
]);

/** A contact, or what is wrong with it and what to do. */
type Reading = Contact | { problem: string; advice: string };

const CHECK_EXPRESSION = 'Check what the "Contact" field gives for this item.';
const PHONE_RULE =
	'A number for SMS has its country code first and at most 15 digits, e.g. 46735123456 (spaces, + and a leading 00 are taken off for you).';

/** An address with nothing around it, as most are: there is nothing to take off. */
const PLAIN_ADDRESS = /^[a-z0-9][!-~]*@[!-~]+$/i;

/** The text of a contact without what spreadsheets and address books put around it, or why there is none. */
function textOf(value: unknown): { text: string } | { problem: string; advice: string } {
	const refused = (problem: string, advice = CHECK_EXPRESSION) => ({ problem, advice });
	if (typeof value === 'string' && PLAIN_ADDRESS.test(value)) return { text: value };
	if (value === undefined || value === null) return refused('The contact is empty');
	if (typeof value === 'number' && !Number.isSafeInteger(value))
		return refused(
			`The contact is no whole number: ${describeValue(value)}`,
			'A number has lost digits, or gained decimals, on its way. Keep the column as text.',
		);
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
		return refused(
			`The contact should be a text but is ${describeValue(value)}`,
			'Point "Contact" at the one field that holds the address or number, e.g. {{ $json.customer.email }}.',
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
			`The contact has characters in it that nobody can type: ${describeValue(text)}`,
			DAMAGED,
		);
	if (BLANK.has(text.toLowerCase()) || !/[\p{L}\p{N}]/u.test(text))
		return refused(`The contact is empty: it says ${describeValue(text)}`);
	return { text };
}

/** @returns an address that Netigate takes, or why the text is none */
export function emailOf(text: string): Reading {
	const read = readEmail(text);
	if ('address' in read) return { contact: read.address, kind: 'email' };
	return {
		problem: `${describeValue(text)} is no e-mail address: ${read.problem}`,
		advice: read.advice ?? 'Check the e-mail address of this item.',
	};
}

/** @returns a mobile number for SMS, or why the text is none */
export function phoneOf(text: string): Reading {
	const read = readPhone(text);
	if ('digits' in read) return { contact: read.digits, kind: 'phone' };
	return { problem: `${describeValue(text)} ${read.problem}`, advice: PHONE_RULE };
}

/** @returns a log-in name, or why the text is none */
export function nameOf(text: string): Reading {
	if (text.length <= LONGEST_CONTACT) return { contact: text, kind: 'other' };
	return {
		problem: `The log-in name has ${text.length} characters, at most ${LONGEST_CONTACT} are sent`,
		advice: CHECK_EXPRESSION,
	};
}

/** Whether a text is meant as an e-mail address. */
export const looksLikeEmail = (text: string) =>
	text.includes('@') || text.normalize('NFKC').includes('@') || /^mailto:/i.test(text);

function read(value: unknown): Reading {
	const given = textOf(value);
	if (!('text' in given)) return given;
	const { text } = given;
	if (looksLikeEmail(text)) return emailOf(text);
	return looksLikePhone(text) ? phoneOf(text) : nameOf(text);
}

function withoutTag(address: string): string {
	const at = address.indexOf('@');
	const plus = address.indexOf('+');
	const folds = plus > 0 && plus < at && address[plus - 1] !== '.';
	return folds ? address.slice(0, plus) + address.slice(at) : address;
}

function folded(contact: Contact, { foldPlusAddress }: ContactOptions): Contact {
	if (!foldPlusAddress || contact.kind !== 'email') return contact;
	return { ...contact, contact: withoutTag(contact.contact) };
}

/** @throws InputError where there is no contact */
export function orRefuse(reading: Reading): Contact {
	if ('contact' in reading) return reading;
	throw new InputError(reading.problem, reading.advice);
}

/**
 * A contact of which nobody says what it is, for the quarantine, the block list and respondent lists. What
 * has an @ has to be an address that Netigate takes, what looks like a phone number one mobile number with
 * its country code; anything else is a log-in name, kept as it is.
 *
 * @throws InputError saying what is wrong with it
 */
export function readContact(value: unknown, options: ContactOptions = {}): Contact {
	return folded(orRefuse(read(value)), options);
}

/**
 * The form in which two contacts are compared; null where `readContact` refuses. For what Netigate itself
 * lists, which nobody can put right here.
 *
 * Normalising a normalised contact changes nothing.
 */
export function normaliseContact(value: unknown, options: ContactOptions = {}): string | null {
	const reading = read(value);
	return 'contact' in reading ? folded(reading, options).contact : null;
}

/** What a contact is by its looks, also one that `readContact` refuses; null where there is none. */
export function contactKind(value: unknown): ContactKind | null {
	const given = textOf(value);
	if (!('text' in given)) return null;
	if (looksLikeEmail(given.text)) return 'email';
	return looksLikePhone(given.text) ? 'phone' : 'other';
}

/**
 * A contact as text, before it is known which kind of sendout it is for.
 *
 * @throws InputError for what no sendout takes: nothing, an object, a list, a yes or no
 */
export function contactText(value: unknown): string {
	const given = textOf(value);
	if ('text' in given) return given.text;
	throw new InputError(given.problem, given.advice);
}
