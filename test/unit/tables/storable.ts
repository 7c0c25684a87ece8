/** NUL, and halves of characters, as JSON writes them. A backslash before would make a text of it. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f]..)/;

/** Refuses what PostgreSQL refuses, or turns into something else. */
export function refuseUnstorable(value: unknown): void {
	if (UNSTORABLE.test(JSON.stringify(value) ?? ''))
		throw new Error('invalid byte sequence for encoding "UTF8"');
}
