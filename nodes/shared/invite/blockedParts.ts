import { normalized } from '../basics/plainText';
import { readEmail } from '../input/email';
import { readPhone, withoutCode } from '../input/phone';

const MAX_ENTRY_LENGTH = 1000;

/** Matches an entry that is a single address or number, as most are. This makes it faster to read long lists. */
const PLAIN = /^(?:[a-z0-9][\w.+-]*@[a-z0-9][a-z0-9.-]*[a-z0-9]|\+?\d{9,15})$/i;

/** Matches masked characters, digits from other scripts, and numbers that were rounded by a spreadsheet. */
const MASKED = /\*\*|[•●…]|[^\P{Nd}\d]|\d[.,]\d+e\+\d/iu;
/** Words are read both whole and split at these characters, because an address can contain some of them. */
const FINER = /[/:='&+]/;
const AROUND = /^['.:!?*-]+|['.:!?*-]+$/g;
const DATE = /^(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d)(?:T|$)/;

const NUMBER = /\(?\+?\d[\d\s().\-/\u2010-\u2015\u2212]*/g;
const MIN_DIGITS = 6;
const MAX_NATIONAL_DIGITS = 12;
const MAX_GROUPS = 20;

/** Whether text is an address, even if Netigate doesn't accept its letters before the @. */
function isAddress(text: string): boolean {
	const at = text.lastIndexOf('@');
	const local = text.slice(0, at).replace(/[^\x21-\x7e]/g, 'x');
	return !text.includes('*') && !('problem' in readEmail(local + text.slice(at)));
}

/** The addresses and domains in a word that contains an @. @returns undefined if the word can't be read */
function addressesIn(word: string): string[] | undefined {
	const domain = word.replace(/^\*/, '');
	if (domain.startsWith('@') && isAddress(`x${domain}`)) return [domain];
	const trimmed = word.replace(AROUND, '');
	const whole = [word, trimmed].filter(isAddress);
	if (whole.length > 0) return whole;
	const finer = word.split(FINER).filter((part) => part.includes('@'));
	// The + may belong to an address, as in `mailto:anna+news@example.com`.
	return finer.every(isAddress) ? [...finer, ...word.split(/[/:]/).filter(isAddress)] : undefined;
}

const digitsIn = (text: string) => text.replace(/\D/g, '').length;

const isNumber = (text: string) =>
	!('problem' in readPhone(text, '')) || withoutCode(text) !== undefined;

/** Every sequence of one or more adjacent groups of digits, including the separators between them. */
function partsOfRun(run: string): string[] {
	const groups = run.match(/[^\d]*\d+/g) ?? [];
	if (groups.length > MAX_GROUPS) return [];
	return groups.flatMap((_, from) =>
		groups.slice(from).map((_, length) =>
			groups
				.slice(from, from + length + 1)
				.join('')
				.replace(/^[^\d+]+/, ''),
		),
	);
}

/** The phone numbers in the text, which can also contain other digits. @returns undefined if a number can't be read */
function numbersIn(text: string): string[] | undefined {
	const numbers: string[] = [];
	for (const found of text.match(NUMBER) ?? []) {
		const run = found.trim();
		const digits = digitsIn(run);
		if (digits < MIN_DIGITS) continue;
		const isOne = !('problem' in readPhone(run, '')) || digits <= MAX_NATIONAL_DIGITS;
		const several = partsOfRun(run).filter((part) => {
			// If the whole text may be a single number, a part of it counts as a number only if it has at least 9 digits. It
			// must also start with + or 0, or have no separators.
			const begins = /^\(?(?:\+|0)/.test(part) || digitsIn(part) === part.length;
			return digitsIn(part) >= (isOne ? 9 : MIN_DIGITS) && (begins || !isOne);
		});
		const readable = [run, run.replace(/\D+$/, ''), ...several].filter(isNumber);
		if (readable.length === 0) return undefined;
		numbers.push(...readable);
	}
	return numbers;
}

/**
 * The words that can be login names. If the entry contains another contact, an ordinary word is the person's name or a
 * note.
 */
function loginsIn(words: readonly string[], alone: boolean): string[] {
	return words
		.map((word) => word.replace(AROUND, ''))
		.filter((word) => !word.includes('@'))
		.filter((word) => alone || (/[\d._-]/.test(word) && /\p{L}/u.test(word)));
}

/**
 * Everything in a block list entry that could be a contact or a domain. People add names before an address, text after
 * it, or a second address.
 * @returns undefined if the entry may contain a contact that can't be read
 */
export function blockedParts(entry: string): string[] | undefined {
	if (PLAIN.test(entry) && (!entry.includes('@') || isAddress(entry))) return [entry];
	if (entry.length > MAX_ENTRY_LENGTH) return undefined;
	const text = normalized(entry, 'NFKC')
		.split(/\s+/)
		.join(' ')
		.replace(/ ?[[(](?:at|@)[\])] ?/gi, '@')
		.replaceAll(' @ ', '@')
		.trim();
	if (MASKED.test(text)) return undefined;
	const words = text.split(/[\s;,|<>()[\]{}"]+/);
	const addresses = words.filter((word) => word.includes('@')).map(addressesIn);
	if (addresses.includes(undefined)) return undefined;
	const others = text
		.split(/[\s;,|<>{}"]+/)
		.map((word) => (word.includes('@') || DATE.test(word) ? ';' : word))
		.join(' ');
	const numbers = numbersIn(others);
	if (!numbers) return undefined;
	const names = text.split(/[;,|<>()[\]{}"]+/).map((name) => name.trim());
	const found = [...addresses.flatMap((some) => some ?? []), ...numbers];
	return [...new Set([entry, ...names, ...found, ...loginsIn(words, found.length === 0)])];
}
