import { ContactError } from '../netigate/errors';
import { DAMAGED, describeValue, plainText, ROUNDED_NUMBER, type Problem } from './text';

/** Text longer than this is most likely not meant to be a contact. */
export const LONGEST_CONTACT = 254;
/** Text longer than this isn't parsed. The limit leaves room for a name and other additions to the contact. */
export const LONGEST_TEXT = 1000;
/** Control characters and lone surrogates. */
const NO_TEXT = /[\p{Cc}\p{Cs}]/u;

/** What people enter, and what spreadsheets and expressions return, when there is no contact. */
export const BLANK = new Set(
	[
		'undefined | false | (null) | (none) | none | [object object] | n/a | n.a. | n. a. | k.a. | k. a.',
		'#n/a | #n/a! | #nv | #na | #null! | #ref! | #bezug! | #value! | #wert! | #name? | #num! | #zahl!',
		'#div/0! | keine | keine angabe | unbekannt | unknown | empty | (blank) | (leer)',
	].flatMap((line) => line.split(' | ')),
);

/** Matches a number such as 4.67E+10, whose last digits were dropped by a spreadsheet. */
const ROUNDED = /^\d[.,]\d+e\+\d+$/i;

const CHECK_EXPRESSION = "Check the value of 'Contact' for this item.";

/** Matches most addresses: those that don't need to be cleaned up. */
const PLAIN_ADDRESS = /^[a-z0-9][!-?A-~]*@[!-?A-~]+$/i;

export const refused = (problem: string, advice = CHECK_EXPRESSION): Problem => ({
	problem,
	advice,
});

export const tooLong = (what: string, length: number) =>
	refused(`The ${what} has ${length} characters, but at most ${LONGEST_CONTACT} are allowed`);

/** A contact's text, without the characters that spreadsheets and address books add. */
export function textOf(value: unknown): { text: string } | Problem {
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
	// Spreadsheets mark a number as text with an apostrophe; in exported files, they enclose it in ="…".
	const text = plainText(given)
		.replace(/^['\s]+/, '')
		.replace(/^="(.*)"$/, '$1')
		.trim();
	if (text === '') return refused('The contact is empty');
	if (NO_TEXT.test(text))
		return refused(`The contact contains invalid characters: ${describeValue(text)}`, DAMAGED);
	if (BLANK.has(text.toLowerCase()) || !/[\p{L}\p{N}]/u.test(text))
		return refused(`The contact isn't filled in: it says ${describeValue(text)}`);
	if (ROUNDED.test(text))
		return refused(
			`The contact ${describeValue(text)} was rounded by a spreadsheet, so digits were lost`,
			'Format the column as text in its source.',
		);
	return { text };
}

/** @throws ContactError if the contact can't be used */
export function orRefuse<T extends object>(reading: T | Problem): T {
	if (!('problem' in reading)) return reading;
	throw new ContactError(reading.problem, reading.advice);
}

/**
 * The text of a contact whose type isn't known yet.
 * @throws InputError if the value can't be a contact of any type
 */
export const contactText = (value: unknown): string => orRefuse(textOf(value)).text;
