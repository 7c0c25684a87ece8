import { createHash, createHmac } from 'crypto';
import { isDate, toDate } from '../shared/netigate/dates';
import { NetigateError } from '../shared/netigate/errors';
import type { AnswerSet } from '../shared/netigate/types';
import { byQuestionItem } from '../shared/results/simplify';

export type TriggerEvent = 'completed' | 'updated';

/** How far before the newest change the next poll starts reading, to find changes that Netigate stored late. */
export const OVERLAP_MINUTES = 60;
/** The minimum overlap, used if a very large number of people answer. */
const MIN_OVERLAP_MINUTES = 10;
/** If there are more marks than this, the overlap is shortened. */
const MANY_MARKS = 5000;
/** A date further ahead of our clock than this is treated as wrong unless there are many such dates. */
const AHEAD_MS = 15 * 60_000;
/** If this many changes are ahead of our clock, our clock is treated as wrong. */
const MANY_AHEAD = 10;

const MARK_LENGTH = 8;
const PRINT_LENGTH = 4;

/** The print (fingerprint) of an answer set if its answers weren't read, or were hashed with another key. */
const UNSEEN_PRINT = '----';

/** Minutes since 1970; 0 for anything that isn't a date. */
export const minuteOf = (date: string): number => Math.floor((Date.parse(date) || 0) / 60_000);

export const newestOf = (dates: readonly string[]) => dates.reduce((a, b) => (a > b ? a : b), '');

/** When a set last changed. The documentation doesn't say whether `Completed` can be later than `Updated`. */
export function changedAt({ Updated, Completed, Created }: AnswerSet): string {
	const updated = Updated || Created;
	return Completed && Completed > updated ? Completed : updated;
}

/** @throws NetigateError if a date that determines whether a set is new can't be read */
export function checkDates(heads: readonly AnswerSet[]): void {
	const odd = heads.find(
		(head) => !isDate(changedAt(head)) || (head.Completed && !isDate(head.Completed)),
	);
	if (!odd) return;
	throw new NetigateError(`Result ${odd.AnswerSetId} has an unreadable date`, {
		outcome: 'notDone',
		advice:
			"Without this date, new results can't be detected. Run Account > Check, see what it reports about dates, and open an issue.",
	});
}

/**
 * The latest date of change, or '' if there is none. A few dates ahead of our clock are ignored, because all other
 * changes would otherwise look old.
 */
export function reachedBy(heads: readonly AnswerSet[], now: number): string {
	const latest = toDate(now + AHEAD_MS);
	const dates = heads.map(changedAt);
	const ahead = dates.filter((date) => date > latest).sort();
	return ahead.length >= MANY_AHEAD
		? ahead[ahead.length - MANY_AHEAD]
		: newestOf(dates.filter((date) => date <= latest));
}

/** Oldest change first. Changes in the same second are sorted by ID, the order in which the sets were started. */
export function byChange(a: AnswerSet, b: AnswerSet): number {
	const [x, y] = [changedAt(a), changedAt(b)];
	return x < y ? -1 : x > y ? 1 : a.AnswerSetId - b.AnswerSetId;
}

export const digest = (text: string, length: number) =>
	createHash('sha256').update(text).digest('base64url').slice(0, length);

export type PrintKey = ReturnType<typeof printKey>;

/**
 * The key for hashing prints (fingerprints of answers). Without a key, anyone who can read the memory could guess the
 * answers.
 * @returns `id`, which identifies the key without revealing it
 */
export function printKey(apiKey: string) {
	const secret = `netigate-trigger:${apiKey.trim().toLowerCase()}`;
	const hash = (text: string) => createHmac('sha256', secret).update(text).digest('base64url');
	return { hash, id: hash('key').slice(0, 8) };
}

/** Identifies a change without reading the answers. */
function markOf({ AnswerSetId, Updated, Completed }: AnswerSet, event: TriggerEvent): string {
	const change = event === 'completed' ? [Completed] : [Updated, Completed];
	return digest([AnswerSetId, ...change].join(' '), MARK_LENGTH);
}

/** Identifies the answers, because the dates stay the same if a set changes twice within a second. */
function printOf({ AnswerSetId, Answers }: AnswerSet, { hash }: PrintKey): string {
	const records = [...byQuestionItem(Answers)]
		.sort(([a], [b]) => a - b)
		.map(([id, answers]) => {
			const texts = answers.map(({ QuestionText, AnswerText, AnswerNumeric }) =>
				JSON.stringify([QuestionText, AnswerText, AnswerNumeric]),
			);
			return [id, ...texts.sort()];
		});
	return hash(JSON.stringify([AnswerSetId, records])).slice(0, PRINT_LENGTH);
}

const lengthFor = (event: TriggerEvent) => MARK_LENGTH + (event === 'updated' ? PRINT_LENGTH : 0);

/** Replaces prints that were made with another key. Their changes still count as already output. */
export function withoutPrints(given: Record<string, string>, event: TriggerEvent) {
	if (event !== 'updated') return given;
	const marks = new RegExp(`(.{${MARK_LENGTH}}).{${PRINT_LENGTH}}`, 'g');
	return Object.fromEntries(
		Object.entries(given).map(([minute, text]) => [
			minute,
			text.replace(marks, `$1${UNSEEN_PRINT}`),
		]),
	);
}

export class Marks {
	/** The print is empty for `completed`, because a completed set is output only once. */
	private readonly marks = new Map<string, { minute: number; print: string }>();

	constructor(
		given: Record<string, string>,
		private readonly event: TriggerEvent,
		private readonly key: PrintKey,
	) {
		const length = lengthFor(event);
		for (const [minute, marks] of Object.entries(given)) {
			for (let at = 0; at < marks.length; at += length) {
				const print = marks.slice(at + MARK_LENGTH, at + length);
				this.marks.set(marks.slice(at, at + MARK_LENGTH), { minute: Number(minute), print });
			}
		}
	}

	hasHead(head: AnswerSet): boolean {
		return this.marks.has(markOf(head, this.event));
	}

	has(set: AnswerSet): boolean {
		const print = this.marks.get(markOf(set, this.event))?.print;
		if (print === undefined) return false;
		return this.event === 'completed' || print === UNSEEN_PRINT || print === printOf(set, this.key);
	}

	add(set: AnswerSet, withAnswers: boolean): void {
		const printed = () => (withAnswers ? printOf(set, this.key) : UNSEEN_PRINT);
		this.marks.set(markOf(set, this.event), {
			minute: minuteOf(changedAt(set)),
			print: this.event === 'updated' ? printed() : '',
		});
	}

	from(first: number): Record<string, string> {
		const given: Record<string, string> = {};
		for (const [mark, { minute, print }] of this.marks)
			if (minute >= first) given[minute] = `${given[minute] ?? ''}${mark}${print}`;
		return given;
	}

	/** The first minute that the next poll reads. Older marks aren't kept. */
	firstMinute(newest: number): number {
		const earliest = newest - OVERLAP_MINUTES;
		const kept = [...this.marks.values()]
			.map(({ minute }) => minute)
			.filter((minute) => minute >= earliest)
			.sort((a, b) => a - b);
		if (kept.length <= MANY_MARKS) return earliest;
		return Math.min(newest - MIN_OVERLAP_MINUTES, kept[kept.length - MANY_MARKS]);
	}
}
