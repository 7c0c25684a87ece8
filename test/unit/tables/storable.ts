/** NUL and lone surrogates in JSON, unless the backslash is escaped. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f]..)/;

/** Rejects texts that PostgreSQL rejects or changes. */
export function refuseUnstorable(value: unknown): void {
	if (UNSTORABLE.test(JSON.stringify(value) ?? ''))
		throw new Error('invalid byte sequence for encoding "UTF8"');
}
