import { createHash } from 'crypto';
import { byQuestionItem } from '../shared/results/simplify';
import type { AnswerSet } from '../shared/netigate/types';
import { changedAt, minuteOf } from './changes';

/** What starts the workflow: a completed answer set, or any change. */
export type TriggerEvent = 'completed' | 'updated';

/** How far before the newest change the next poll begins, to find what Netigate writes late. */
export const OVERLAP_MINUTES = 60;

/** The overlap may shrink to this where very many people answer. */
const LEAST_OVERLAP_MINUTES = 10;

/** With more marks than this the overlap shrinks. */
const MANY_MARKS = 5000;

const MARK_LENGTH = 8;
const PRINT_LENGTH = 4;

/** The print where only the head of an answer set was seen, not its answers. */
const UNSEEN_PRINT = '----';

const digest = (text: string, length: number) =>
	createHash('sha256').update(text).digest('base64url').slice(0, length);

/** Identifies a change, as far as the head of a set shows it. */
function markOf(set: AnswerSet, event: TriggerEvent): string {
	const { AnswerSetId, Updated, Completed } = set;
	const change = event === 'completed' ? [Completed] : [Updated, Completed];
	return digest([AnswerSetId, ...change].join(' '), MARK_LENGTH);
}

/**
 * Identifies what was answered. Dates are whole seconds, so without it a set that changes twice within one would
 * look the same.
 */
function printOf({ Answers }: AnswerSet): string {
	const records = [...byQuestionItem(Answers)].sort(([a], [b]) => a - b);
	return digest(
		JSON.stringify(
			records.map(([id, answers]) => [
				id,
				...answers
					.map(({ QuestionText, AnswerText, AnswerNumeric }) =>
						JSON.stringify([QuestionText, AnswerText, AnswerNumeric]),
					)
					.sort(),
			]),
		),
		PRINT_LENGTH,
	);
}

/** The marks of what was given. */
export class Marks {
	/** Prints by mark; empty for `completed`, where a set is given once, whatever its answers. */
	private readonly prints = new Map<string, string>();

	private readonly minutes = new Map<string, number>();

	constructor(
		given: Record<string, string>,
		private readonly event: TriggerEvent,
	) {
		const length = MARK_LENGTH + (event === 'updated' ? PRINT_LENGTH : 0);
		for (const [minute, marks] of Object.entries(given)) {
			for (let at = 0; at < marks.length; at += length) {
				const mark = marks.slice(at, at + MARK_LENGTH);
				this.prints.set(mark, marks.slice(at + MARK_LENGTH, at + length));
				this.minutes.set(mark, Number(minute));
			}
		}
	}

	/** Whether this change was given, as far as the head shows. */
	hasHead(head: AnswerSet): boolean {
		return this.prints.has(markOf(head, this.event));
	}

	/** Whether this change was given, with these answers. */
	has(set: AnswerSet): boolean {
		const print = this.prints.get(markOf(set, this.event));
		if (print === undefined) return false;
		return this.event === 'completed' || print === UNSEEN_PRINT || print === printOf(set);
	}

	add(set: AnswerSet, withAnswers: boolean): void {
		const mark = markOf(set, this.event);
		const print = withAnswers ? printOf(set) : UNSEEN_PRINT;
		this.prints.set(mark, this.event === 'updated' ? print : '');
		this.minutes.set(mark, minuteOf(changedAt(set)));
	}

	/** The marks from this minute on. */
	from(first: number): Record<string, string> {
		const given: Record<string, string> = {};
		for (const [mark, minute] of [...this.minutes].sort(([, a], [, b]) => a - b)) {
			if (minute >= first) given[minute] = `${given[minute] ?? ''}${mark}${this.prints.get(mark)}`;
		}
		return given;
	}

	/** The first minute whose marks are kept, for the next poll to begin there. */
	firstMinute(newest: number): number {
		const earliest = newest - OVERLAP_MINUTES;
		const kept = [...this.minutes.values()]
			.filter((minute) => minute >= earliest)
			.sort((a, b) => a - b);
		if (kept.length <= MANY_MARKS) return earliest;
		return Math.min(newest - LEAST_OVERLAP_MINUTES, kept[kept.length - MANY_MARKS]);
	}
}
