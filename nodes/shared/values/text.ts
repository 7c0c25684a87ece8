// Address books, spreadsheets and web pages put these between letters; nobody sees them.
const INVISIBLE =
	/\u034f|[\u17b4\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/g;

/** A text without characters that nobody sees, Unicode NFC, each run of spaces of any kind one space. */
export function plainText(text: string): string {
	return text.replace(INVISIBLE, '').normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** A text as it is compared: plain, and in lower case. */
export function foldText(text: string): string {
	return plainText(text).toLowerCase();
}

/** A value as it may be shown in an error: short, and never a whole object. */
export function describeValue(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (value === '') return 'an empty text';
	if (typeof value === 'object')
		return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
	const text = typeof value === 'string' ? value : String(value as number);
	return `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"`;
}
