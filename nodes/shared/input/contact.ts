import type { DispatchType } from '../netigate/types';
import { normalized } from '../basics/plainText';
import { readEmail } from './email';
import { afterCode, readPhone, withOtherTrunk, withoutCode } from './phone';
import {
	BLANK,
	LONGEST_CONTACT,
	LONGEST_TEXT,
	orRefuse,
	refused,
	textOf,
	tooLong,
} from './contactText';
import { describeValue, plainText, type Problem } from './text';

/** What is needed to interpret a contact. */
export interface ContactReading {
	/** The sendout's type or, if there is no sendout, the node's Contact Type. */
	type: DispatchType | 'auto' | string;
	/** The two-letter country for phone numbers that don't have a country code. */
	defaultCountry?: string;
}

export interface Recipient {
	/** The contact as sent to Netigate. */
	contact: string;
	/** Identical for all spellings of the contact. */
	key: string;
	/** The key that this phone number has if Netigate lists it without its country code. */
	national?: string;
}

/** These also count as blank unless they are login names, because some people have these names. */
const BLANK_OR_NAME = new Set(['nil', 'null', 'nan', 'na', 'leer']);

const looksLikeEmail = (text: string) =>
	text.includes('@') || normalized(text, 'NFKC').includes('@') || /^mailto:/i.test(text);

type Reader = (text: string, reading: ContactReading) => Recipient | Problem;

const email: Reader = (text) => {
	const read = readEmail(text);
	return 'address' in read ? { contact: read.address, key: read.address } : read;
};

/** The line break prevents this key from being equal to any contact's key. */
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
	if (new Set(contacts(addresses, email)).size > 1) return true;
	const numbers = text.split(/[,;]/).filter((part) => part.trim() !== '');
	return numbers.length > 1 && contacts(numbers, phone).length === numbers.length;
}

/** Login names that differ only in case have the same key, because Netigate may return a name in a different case. */
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

/** Addresses are cleaned up. Anything else is sent unchanged, because this type isn't documented. */
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

function read(value: unknown, reading: ContactReading): Recipient | Problem {
	const given = textOf(value);
	if (!('text' in given)) return given;
	const { text } = given;
	const reader = readerFor(reading);
	if ([email, phone, emailOrPhone].includes(reader) && BLANK_OR_NAME.has(text.toLowerCase()))
		return refused(`The contact isn't filled in: it says ${describeValue(text)}`);
	return reader(text, reading);
}

/**
 * The recipient that a contact refers to (contract: "Value rules", call 16). Two contacts are the same if their
 * recipients have the same key.
 * @throws InputError if the contact isn't valid for this type
 */
export const recipientFor = (reading: ContactReading, value: unknown): Recipient =>
	orRefuse(read(value, reading));

/**
 * The keys of a contact that Netigate lists, even if Netigate would no longer accept the contact. A number without a
 * country code also gets the `national` key, which is shared by all numbers that it could be. If its digits could also
 * be a full number, or start with a trunk prefix such as 06 in Hungary, it gets the key of that number too.
 */
export function listedKeys(reading: ContactReading, value: unknown): string[] {
	const given = textOf(value);
	const text = 'text' in given ? given.text : String(value ?? '').slice(0, LONGEST_TEXT);
	const recipient = 'text' in given ? readerFor(reading)(text, reading) : undefined;
	const keys = new Set([text.trim().toLowerCase()]);
	if (recipient && 'key' in recipient) keys.add(recipient.key);
	if (!recipient || 'national' in recipient || readerFor(reading) === login) return [...keys];
	const digits = withoutCode(text);
	if (digits !== undefined) keys.add(nationalKey(digits));
	for (const number of withOtherTrunk(text)) keys.add(number);
	return [...keys];
}

/**
 * The keys under which a contact may be stored, even if another node used a different contact type, had no default
 * country, or ignored plus addressing.
 * @throws InputError if the contact isn't valid for this type
 */
export function storedKeys(reading: ContactReading, value: unknown): string[] {
	const keys = new Set([recipientFor(reading, value).key]);
	for (const type of Object.keys(READERS)) {
		const recipient = read(value, { ...reading, type });
		if (!('key' in recipient)) continue;
		const { key, national } = recipient;
		keys.add(key).add(withoutTag(key));
		if (national === undefined) continue;
		// Without a default country, a national number is read as a login name.
		const digits = afterCode(key);
		for (const form of [`+${key}`, `00${key}`, `0${digits}`, digits]) keys.add(form);
	}
	return [...keys];
}

/**
 * For `anna+shop@example.com`, the key of `anna@example.com`. Not every mail server delivers both to the same mailbox.
 */
export function withoutTag(key: string): string {
	const at = key.indexOf('@');
	const plus = key.indexOf('+');
	const folds = plus > 0 && plus < at && key[plus - 1] !== '.';
	return folds ? key.slice(0, plus) + key.slice(at) : key;
}

/** The keys under which a recipient may be listed. */
export const keysOf = ({ key, national }: Recipient): string[] =>
	national === undefined ? [key] : [key, national];

/**
 * Matches characters that Netigate may show in place of hidden ones. Similar login names, such as C##ADMIN, and
 * similar addresses must not match.
 */
const MASK = /[•●…]|\*\*|###|\.\.\.|\*.*@|@.*\*/;

/** Matches text that Netigate may show in place of a contact that it removed. */
const REMOVED = /^(?:anonym(?:ous)?\b[^@]*$|anonymi[sz]|deleted\b)/i;

/** Matches a hash or a GUID. A login name can look the same. */
const HASH = /^(?=.*\d)[0-9a-f-]{16,}$/i;

/** Whether a contact that Netigate lists is missing, masked or replaced, so that it can't be used to find anyone. */
export function isMasked({ type }: ContactReading, value: unknown): boolean {
	if (typeof value !== 'string' && typeof value !== 'number') return true;
	const text = plainText(String(value).slice(0, LONGEST_TEXT));
	const isEmpty = BLANK.has(text.toLowerCase()) || !/[\p{L}\p{N}]/u.test(text);
	if (isEmpty || MASK.test(text) || REMOVED.test(text)) return true;
	return type.toUpperCase() !== 'LOGIN' && HASH.test(text) && /[a-f]/i.test(text);
}

/** Whether the value is masked or can't be a contact in this type of sendout, such as a name in an email sendout. */
export function hidesContact(reading: ContactReading, value: unknown): boolean {
	if (isMasked(reading, value)) return true;
	const text = plainText(String(value).slice(0, LONGEST_TEXT));
	const reader = READERS[reading.type.toUpperCase()];
	if (reader === email) return !looksLikeEmail(text);
	if (reader === phone) return looksLikeEmail(text) || /\p{L}/u.test(text);
	return reader === emailOrPhone && !looksLikeEmail(text) && /\p{L}/u.test(text);
}

/**
 * Whether a listed contact may belong to someone who was just added, although it doesn't match their contact, because
 * Netigate may have rewritten it. A different email address belongs to someone else, unless its domain can be spelled
 * in two ways.
 */
export function mayBeRewritten(value: unknown): boolean {
	const text = String(value);
	return !looksLikeEmail(text) || /[^\p{ASCII}]|xn--/u.test(text);
}
