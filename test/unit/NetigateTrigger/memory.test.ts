import {
	byChange,
	changedAt,
	checkDates,
	Marks,
	minuteOf,
	printKey,
	reachedBy,
	type TriggerEvent,
} from '../../../nodes/NetigateTrigger/changes';
import { isReported } from '../../../nodes/NetigateTrigger/gone';
import { EMPTY_MEMORY, Recall } from '../../../nodes/NetigateTrigger/memory';
import type { AnswerSet } from '../../../nodes/shared/netigate/types';

const KEY = printKey('00000000-0000-4000-8000-000000000000');
const NOW = Date.parse('2026-09-27T12:00:00Z');
const MINUTE = 60_000;

const ago = (minutes: number) =>
	new Date(NOW - minutes * MINUTE).toISOString().replace('.000Z', 'Z');

const set = (id: number, minutes: number, more: Partial<AnswerSet> = {}) =>
	({
		AnswerSetId: id,
		Created: ago(minutes),
		Updated: ago(minutes),
		Completed: ago(minutes),
		Answers: [],
		...more,
	}) as unknown as AnswerSet;

const recall = (event: TriggerEvent, memory = {}) =>
	new Recall({ ...EMPTY_MEMORY, ...memory }, event, KEY);

/** The memory after one set was output. */
const afterOne = (event: TriggerEvent) =>
	recall(event).take({ heads: [set(1, 0)], sets: [set(1, 0)] }, NOW).memory;

test.each([
	['read again at once', 0, true, true],
	['read again while another change could have the same date', 119_999, true, true],
	['read again after that', 120_000, true, false],
	['never read again', 1_200_000, false, true],
])(
	'a set that is %s (%d ms later; read: %s) is still settling: %s',
	(_, later, isRead, settling) => {
		const sets = isRead ? [set(1, 0)] : [];
		const { fresh, left, memory } = recall('updated', afterOne('updated')).take(
			{ heads: [set(1, 0)], sets },
			NOW + later,
		);
		expect({ fresh, left }).toEqual({ fresh: [], left: false });
		expect(recall('updated', memory).isSettling(set(1, 0))).toBe(settling);
	},
);

test.each([
	['completed', ['HdX85Qct', 'qVgKfr_-', 'OxDG49ut'], {}],
	['updated', ['Rgk7JsNMsytn', 'xb7GdhyZF7hT', 'GsYKmqRdYSL-'], { 1: NOW, 2: NOW, 3: NOW }],
] as const)(
	'the memory has a fixed format, so that later versions can read it (%s)',
	(event, [first, second, third], settling) => {
		const Answers = [
			{ QuestionItem: 2, QuestionText: 'How was it?', AnswerText: 'Good', AnswerNumeric: 4 },
			{ QuestionItem: 1, QuestionText: 'Why?', AnswerText: 'Fast', AnswerNumeric: null },
			{ QuestionItem: 1, QuestionText: 'Why?', AnswerText: 'Cheap', AnswerNumeric: null },
		] as AnswerSet['Answers'];
		const Completed = event === 'updated' ? null : ago(0);
		const sets = [set(2, 0, { Completed, Answers } as Partial<AnswerSet>), set(1, 7), set(3, 60)];
		const { memory } = recall(event).take({ heads: sets, sets }, NOW);
		const given = { 29841780: first, 29841833: second, 29841840: third };
		expect(memory).toEqual({ since: ago(60), given, settling, filters: [] });
		expect(KEY.id).toBe('qzn5Zd0_');
	},
);

test('only the event "updated" waits for sets to settle', () => {
	expect(afterOne('updated').settling).toEqual({ 1: NOW });
	expect(afterOne('completed').settling).toEqual({});
});

test.each([
	[59, true],
	[60, true],
	[61, false],
])('a set that changed %d minutes before the newest change can be new: %s', (minutes, isNew) => {
	for (const event of ['completed', 'updated'] as const) {
		const { since, ...memory } = afterOne(event);
		expect(since).toBe(ago(60));
		const next = recall(event, { since, ...memory });
		expect([next.isOpen(set(2, minutes)), next.isNew(set(2, minutes))]).toEqual([isNew, isNew]);
		expect([next.isOpen(set(1, 0)), next.isNew(set(1, 0))]).toEqual([false, false]);
	}
});

test('a set that is not completed is only new for the event "updated"', () => {
	const started = set(2, 0, { Completed: null });
	expect(recall('completed').isNew(started)).toBe(false);
	expect(recall('updated').isNew(started)).toBe(true);
});

test('the next poll starts an hour before the oldest change that was not output', () => {
	const heads = [set(1, 0), set(3, 20), set(2, 30)];
	const { fresh, left, memory } = recall('completed').take({ heads, sets: [heads[0]] }, NOW);
	expect(fresh).toEqual([heads[0]]);
	expect([left, memory.since]).toEqual([true, ago(90)]);
	const next = recall('completed', memory).take({ heads, sets: heads }, NOW);
	expect(next.fresh).toEqual([heads[2], heads[1]]);
	expect([next.left, next.memory.since]).toEqual([false, ago(60)]);
	// Older changes never move the date back.
	const last = recall('completed', next.memory).take({ heads: [set(4, 50)], sets: [] }, NOW);
	expect([last.left, last.memory.since]).toEqual([true, ago(60)]);
	expect(recall('completed', memory).take({ heads: [], sets: [] }, NOW).memory).toEqual(memory);
});

test('sets that existed at activation are new only if their answers were read and have changed', () => {
	const heads = [set(1, 0), set(2, 10)];
	const memory = recall('updated').skip({ heads, sets: [heads[0]] }, NOW);
	expect([memory.since, memory.settling]).toEqual([ago(60), { 1: NOW }]);
	const next = recall('updated', memory);
	expect(heads.map((head) => next.isNew(head))).toEqual([false, false]);
	const Answers = [{ QuestionItemId: 1, AnswerText: 'Well' }] as never;
	expect(heads.map((head) => next.isNew({ ...head, Answers }))).toEqual([true, false]);
});

test.each([
	[{ Completed: null }, 5],
	[{ Completed: ago(7) }, 5],
	[{ Completed: ago(3) }, 3],
	[{ Completed: ago(7), Updated: '' }, 7],
	[{ Completed: null, Updated: '' }, 9],
])('a set with %j last changed %d minutes ago', (more, minutes) => {
	expect(changedAt(set(1, 5, { Created: ago(9), ...more } as Partial<AnswerSet>))).toBe(
		ago(minutes),
	);
});

test('changes are sorted by date, then by ID', () => {
	const sets = [set(3, 5), set(1, 0), set(2, 5), set(4, 9)];
	for (const some of [sets, sets.toReversed(), sets.toSorted(byChange)])
		expect(some.sort(byChange).map(({ AnswerSetId }) => AnswerSetId)).toEqual([4, 2, 3, 1]);
	const [newer, older] = [set(1, 0), set(2, 5)];
	expect([byChange(newer, older), byChange(older, newer)]).toEqual([1, -1]);
});

test.each<[string, number[], string, number?]>([
	['none', [], ''],
	['the newest, even if it is a little ahead of the clock', [5, -15, 3], ago(-15)],
	['not one that is a millisecond further ahead', [5, -15], ago(5), 1],
	['not one that is far ahead', [5, -16, 3], ago(3)],
	['not one of nine that are far ahead', [5, ...Array(9).fill(-20)], ago(5)],
	['the first of ten that are far ahead', [5, ...Array(9).fill(-30), -20], ago(-20)],
	['the tenth from the end', [-99, ...Array(9).fill(-30), -20], ago(-30)],
])('the date of the newest change: %s', (_, minutes, date, early = 0) => {
	const heads = minutes.map((one, at) => set(at + 1, one));
	expect(reachedBy(heads, NOW - early)).toBe(date);
});

test.each([
	[5000, 61, 60],
	[5000, 60, 59],
	[5001, 61, 58],
	[5048, 61, 11],
	[5049, 61, 10],
	[9000, 61, 10],
])(
	'with %d marks in the last hour, most of them new, and one from %d minutes ago, the overlap is %d minutes',
	(count, oldest, overlap) => {
		const marks = new Marks({}, 'completed', KEY);
		for (let id = count - 1; id >= 0; id--) marks.add(set(id, Math.max(59 - id, 0)), false);
		marks.add(set(count, oldest), false);
		for (const some of [marks, new Marks(marks.from(0), 'completed', KEY)])
			expect(minuteOf(ago(0)) - some.firstMinute(minuteOf(ago(0)))).toBe(overlap);
	},
);

test.each([
	[{ Updated: 'x' }, true],
	[{ Completed: 'x' }, true],
	[{ Completed: null }, false],
	[{}, false],
])('whether dates like %j are unreadable: %s', (more, odd) => {
	const check = () => checkDates([set(1, 0), set(2, 0, more as Partial<AnswerSet>)]);
	if (odd) expect(check).toThrow('Result 2 has an unreadable date');
	else expect(check).not.toThrow();
});

const DAY = 24 * 60 * MINUTE;

test.each([
	[false, 0, true, false],
	[true, undefined, true, false],
	[true, 0, false, true],
	[true, DAY - 1, false, true],
	[true, DAY, false, false],
	[true, DAY, true, true],
])(
	'survey gone: %s, reported %p ms ago, other surveys read: %s; counts as reported: %s',
	(gone, since, othersRead, reported) => {
		const memory = { ...EMPTY_MEMORY, goneSince: since === undefined ? since : NOW - since };
		const failed = { surveyId: 501, error: null, gone };
		expect(isReported(failed, memory, othersRead, NOW)).toBe(reported);
	},
);
