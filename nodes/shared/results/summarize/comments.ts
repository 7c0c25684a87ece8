import type { AnswerSet } from '../../netigate/types';
import type { Given, Part } from './questions';

/** How many comments to a question are given: the newest. */
const COMMENTS_AT_MOST = 50;

interface Comment {
	at: string;
	text: string;
}

const newestFirst = (a: Comment, b: Comment) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);

/** What people wrote, by question; only the newest, so that it stays small. */
export class Comments {
	private readonly byPart = new Map<Part, Comment[]>();

	add({ Updated, Created }: AnswerSet, { part, texts }: Given): void {
		if (!part.words) return;
		let comments = this.byPart.get(part);
		if (!comments) this.byPart.set(part, (comments = []));
		for (const text of texts) comments.push({ at: Updated ?? Created ?? '', text });
		// Not after each: sorting takes longer than keeping a few too many.
		if (comments.length > COMMENTS_AT_MOST * 4) this.trim(comments);
	}

	private trim(comments: Comment[]): void {
		comments.sort(newestFirst).splice(COMMENTS_AT_MOST);
	}

	of(part: Part): string[] {
		const comments = this.byPart.get(part) ?? [];
		this.trim(comments);
		return comments.map(({ text }) => text);
	}
}
