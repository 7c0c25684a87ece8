/** What a contact is for the purpose of comparing: it says nothing about whether Netigate accepts it. */
export type ContactKind = 'email' | 'phone' | 'other';

export interface ContactOptions {
	/** Take `anna+shop@example.com` for `anna@example.com`. Off by default: not every mail server does. */
	foldPlusAddress?: boolean;
}

/** An address has at most 254 characters; a longer "contact" is a whole text that got here by mistake. */
const LONGEST_CONTACT = 320;

// Address books and web pages put these around numbers and addresses; nobody sees them.
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

// What an expression leaves behind when it found nothing.
const LEFT_BY_EXPRESSION = new Set(['undefined', 'null', 'nan', '[object object]']);

const ONE_ADDRESS = /^[^\s@]+@[^\s@,;<>]+$/;
const PHONE_CHARACTERS = /^\+?[\d\s().\-/\u2010-\u2015]+$/;

/**
 * The form in which two contacts are compared, or null when the value holds none: nothing, an
 * object, a list, what a failed expression leaves, over 320 characters, or a text with an `@` that
 * is not one single address.
 *
 * - an e-mail address: trimmed, lower case, Unicode NFC
 * - a phone number (7 to 15 digits with the usual separators): its digits, leading `+` or `00` and the
 *   `(0)` of `+46 (0)73` dropped
 * - anything else, such as a login name: trimmed, Unicode NFC, its case kept
 *
 * Normalising a normalised contact changes nothing.
 */
export function normaliseContact(value: unknown, options: ContactOptions = {}): string | null {
	return read(value, options)?.contact ?? null;
}

/** The kind of a contact, raw or normalised; null where `normaliseContact` gives null. */
export function contactKind(value: unknown): ContactKind | null {
	return read(value, {})?.kind ?? null;
}

function read(
	value: unknown,
	options: ContactOptions,
): { contact: string; kind: ContactKind } | null {
	const text = textOf(value);
	if (text === '' || text.length > LONGEST_CONTACT) return null;
	if (LEFT_BY_EXPRESSION.has(text.toLowerCase())) return null;
	if (text.includes('@')) {
		if (!ONE_ADDRESS.test(text)) return null;
		const address = text.toLowerCase().normalize('NFC');
		return { contact: options.foldPlusAddress ? withoutTag(address) : address, kind: 'email' };
	}
	const digits = phoneDigits(text);
	return digits ? { contact: digits, kind: 'phone' } : { contact: text, kind: 'other' };
}

function textOf(value: unknown): string {
	if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)))
		return String(value);
	if (typeof value !== 'string') return '';
	return value.replace(INVISIBLE, '').trim().normalize('NFC');
}

function withoutTag(address: string): string {
	const at = address.indexOf('@');
	const plus = address.indexOf('+');
	return plus > 0 && plus < at ? address.slice(0, plus) + address.slice(at) : address;
}

/** The digits of an international number, or null when the text is no phone number. */
function phoneDigits(text: string): string | null {
	const plain = text.normalize('NFKC');
	if (!PHONE_CHARACTERS.test(plain)) return null;
	const international = plain.startsWith('+') || /^\D*0\D*0/.test(plain);
	// No country code begins with a zero, and the zero of a national number is not dialled after one.
	const digits = international
		? plain.replace('(0)', '').replace(/\D/g, '').replace(/^0+/, '')
		: plain.replace(/\D/g, '');
	return digits.length >= 7 && digits.length <= 15 ? digits : null;
}
