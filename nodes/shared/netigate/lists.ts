import type { NetigateClient, Query } from './client';
import { NetigateError, oversized } from './errors';
import { asDocumented, entriesIn, isEntryId, isRecord, recordsIn, unreadable } from './members';
import type { EntryId } from './members';
import { parseJson } from './responses';

/** Responses shorter than this are read as a whole, as are responses that don't start like a list, such as errors. */
const SHORT = 64 * 1024;

const MB = 1024 * 1024;
/** The size limits, after decompression, for a response held in memory all at once and for a list that is streamed. */
const MAX_MB = { whole: 100, list: 1000 };
const MAX_ENTRIES = 2_000_000;

const [QUOTE, COMMA, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN, CLOSE] = [...'",[\\]{}'].map(
	(character) => character.charCodeAt(0),
);

/** Parses a list piece by piece without ever holding its whole text in memory. */
class LongList {
	private readonly kept: unknown[] = [];
	/** The text after the last complete entry. */
	private rest = '';
	private depth = 0;
	private inText = false;
	private escaped = false;
	private readable = true;

	constructor(
		private readonly keep: (entry: unknown) => unknown,
		private readonly clean: (text: string) => string,
	) {}

	/** The index of the last comma between two entries in the next piece; -1 if there is none. */
	private lastComma(piece: string): number {
		let found = -1;
		for (let at = 0; at < piece.length; at++) {
			const code = piece.charCodeAt(at);
			if (this.escaped) this.escaped = false;
			else if (this.inText) {
				if (code === BACKSLASH) this.escaped = true;
				else if (code === QUOTE) this.inText = false;
			} else if (code === QUOTE) this.inText = true;
			else if (code === OPEN || code === OPEN_LIST) this.depth++;
			else if (code === CLOSE || code === CLOSE_LIST) this.depth--;
			else if (code === COMMA && this.depth === 0) found = at;
		}
		return found;
	}

	private take(list: string): void {
		const parsed = parseJson(this.clean(list));
		this.readable &&= parsed !== undefined;
		for (const entry of (parsed?.value ?? []) as unknown[])
			this.kept.push(this.keep(asDocumented(entry)));
		if (this.kept.length > MAX_ENTRIES) throw oversized(`has more than ${MAX_ENTRIES} entries`);
	}

	/** Adds the next piece of text after the opening bracket. */
	add(piece: string): void {
		const end = this.lastComma(piece);
		if (end >= 0) this.take(`[${this.rest}${piece.slice(0, end)}]`);
		this.rest = end >= 0 ? piece.slice(end + 1) : this.rest + piece;
		refuseOver(this.rest.length, MAX_MB.whole);
	}

	/** @returns the parts that were kept, in the list's order; undefined if the list was cut off or isn't valid JSON */
	end(): unknown[] | undefined {
		this.take(`[${this.rest}`);
		return this.readable ? this.kept : undefined;
	}
}

function refuseOver(length: number, megabytes: number): void {
	if (length > megabytes * MB) throw oversized(`is larger than ${megabytes} MB`);
}

async function* textsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let length = 0;
	for await (const chunk of chunks) {
		refuseOver((length += chunk.length), MAX_MB.list);
		yield decoder.decode(chunk, { stream: true });
	}
	yield decoder.decode();
}

/**
 * Reads a streamed body. Returns its text or, for a long list, what `keep` returns for each entry.
 * @param clean applied to the text, but never to part of an entry
 * @throws NetigateError if the response is far larger than Netigate is expected to send
 */
export async function readBody(
	chunks: AsyncIterable<Uint8Array>,
	keep?: (entry: unknown) => unknown,
	clean = (text: string) => text,
): Promise<{ body: string; entries?: unknown[] }> {
	let start = '';
	let list: LongList | undefined;
	for await (const text of textsOf(chunks)) {
		if (list) {
			list.add(text);
			continue;
		}
		const before = start.length;
		start += text;
		refuseOver(start.length, MAX_MB.whole);
		if (!keep || before >= SHORT || start.length < SHORT || !start.startsWith('[')) continue;
		list = new LongList(keep, clean);
		list.add(start.slice(1));
	}
	// A list that isn't valid JSON all the way to its end is treated as cut off.
	return list ? { body: '[', entries: list.end() } : { body: clean(start) };
}

/** Reads a long list. @throws NetigateError if any entry is null or has no id, so that no one is overlooked */
export async function readList<T>(
	client: NetigateClient,
	path: string,
	query: Query,
	id: EntryId,
	keep: (entry: Record<string, unknown>) => T,
): Promise<T[]> {
	const keepReadable = (entry: unknown) =>
		isRecord(entry) && isEntryId(entry[id]) ? keep(entry) : undefined;
	const request = { method: 'GET', path, query, repeatable: true, keep: keepReadable } as const;
	const entries = entriesIn(await client.send(request), id);
	if (entries.every((entry) => entry !== undefined)) return entries as T[];
	throw unreadable(id, true);
}

/**
 * Treats a repeated 404 as an empty list if the object that the list belongs to (e.g. `/surveys/501`) can be
 * read. Don't use it for lists that determine who may be asked, because a 404 may be temporary.
 */
export async function orEmpty<T>(
	read: () => Promise<T>,
	client: NetigateClient,
	owner: string,
): Promise<T | never[]> {
	return await read().catch(async (error: unknown) => {
		if (!isMissing(error) || recordsIn(await client.get(owner)).length === 0) throw error;
		return await read().catch((again: unknown) => undefinedIfMissing(again) ?? []);
	});
}

export const isMissing = (error: unknown) => error instanceof NetigateError && error.status === 404;

/** For `catch`: turns a 404 into undefined and rethrows any other error. */
export function undefinedIfMissing(error: unknown): undefined {
	if (!isMissing(error)) throw error;
}
