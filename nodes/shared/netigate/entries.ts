import { parseJson } from './responses';
import { asDocumented } from './members';

/** An answer shorter than this is read whole; so is anything that may be no list, such as an error. */
const SHORT = 64 * 1024;

const [QUOTE, COMMA, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN, CLOSE] = [...'",[\\]{}'].map((sign) =>
	sign.charCodeAt(0),
);

/** What is kept of the entries of a list, whose text comes in pieces; the list itself is never held whole. */
class LongList {
	private readonly kept: unknown[] = [];

	/** The text of the entries that are not complete yet. */
	private rest = '';

	private depth = 0;

	private inText = false;

	private escaped = false;

	private readable = true;

	constructor(
		private readonly keep: (entry: unknown) => unknown,
		private readonly clean: (text: string) => string,
	) {}

	/** The place of the last comma between two entries in the next piece; -1 where there is none. */
	private lastComma(piece: string): number {
		let found = -1;
		for (let at = 0; at < piece.length; at++) {
			const sign = piece.charCodeAt(at);
			if (this.escaped) this.escaped = false;
			else if (this.inText) {
				if (sign === BACKSLASH) this.escaped = true;
				else if (sign === QUOTE) this.inText = false;
			} else if (sign === QUOTE) this.inText = true;
			else if (sign === OPEN || sign === OPEN_LIST) this.depth++;
			else if (sign === CLOSE || sign === CLOSE_LIST) this.depth--;
			else if (sign === COMMA && this.depth === 0) found = at;
		}
		return found;
	}

	private take(list: string): void {
		const parsed = parseJson(this.clean(list));
		this.readable &&= parsed !== undefined;
		for (const entry of (parsed?.value ?? []) as unknown[]) {
			this.kept.push(this.keep(asDocumented(entry)));
		}
	}

	/** Takes the next piece of the text after the opening bracket. */
	add(piece: string): void {
		const end = this.lastComma(piece);
		if (end >= 0) this.take(`[${this.rest}${piece.slice(0, end)}]`);
		this.rest = end >= 0 ? piece.slice(end + 1) : this.rest + piece;
	}

	/** @returns what was kept, in the order of the list; undefined where some of it was cut off or no JSON */
	end(): unknown[] | undefined {
		this.take(`[${this.rest}`);
		return this.readable ? this.kept : undefined;
	}
}

async function* textsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
	yield decoder.decode();
}

/**
 * Reads a body as it comes.
 *
 * @param keep what is to stay in memory of each entry of a long list; without it all of it
 * @param clean takes out of the text what may not be in it; given whole entries
 * @returns the entries kept of a long list; the text as it came where it is short or no list
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
		if (!keep || before >= SHORT || start.length < SHORT || !start.startsWith('[')) continue;
		list = new LongList(keep, clean);
		list.add(start.slice(1));
	}
	// What is no list to its end is read as one that was cut off.
	return list ? { body: '[', entries: list.end() } : { body: clean(start) };
}
