import { whileAlone, type Ended } from '../../../nodes/shared/invite/alone';
import type { Batch, ItemOutcome, ItemRun } from '../../../nodes/shared/n8n/itemRun';

const batch = (place: string) => ({ place }) as Partial<Batch> as Batch;

const ADDED = { json: { status: 'added' } };
const EXISTING = { json: { status: 'skipped', reason: 'existing' } };
const BLOCKED = { json: { status: 'skipped', reason: 'blocked' } };
const error = new Error('failed');
const NOT_ACTIVATED = { error, json: { status: 'added' } };
const LOST = { error, json: { mayBeInvited: true } };

type Task = (ended: Ended, wasInterrupted: (recipient?: string) => boolean) => void;

/** A run that ends with these outcomes for the recipients, who are named 0, 1, 2 and so on. */
async function run(place: string, outcomes: Array<ItemOutcome | undefined>, task: Task = () => {}) {
	const ended = { outcome: (position) => outcomes[position] } as Partial<ItemRun>;
	const recipients = new Map(outcomes.map((_, position) => [position, String(position)]));
	await whileAlone(batch(place), ended as ItemRun, recipients, async (...given) => {
		await new Promise((resolve) => setImmediate(resolve));
		task(...given);
	});
}

test('each run gets the outcomes of the runs it waited for, if the person is in a sendout', async () => {
	const seen: unknown[] = [];
	const note: Task = (ended) => void seen.push(ended.get('0'));
	const outcomes = [EXISTING, BLOCKED, undefined, LOST, ADDED];
	await Promise.all(outcomes.map(async (outcome) => await run('waiting', [outcome], note)));
	expect(seen).toEqual([undefined, [EXISTING], [EXISTING], [EXISTING], [EXISTING, LOST]]);
});

test('a run that fails passes on the outcomes of the runs before it', async () => {
	const seen: unknown[] = [];
	const runs = [
		run('failing', [ADDED]),
		run('failing', [undefined], () => {
			throw error;
		}),
		run('failing', [EXISTING], (ended) => void seen.push(ended.get('0'))),
	];
	expect((await Promise.allSettled(runs)).map(({ status }) => status)).toEqual([
		'fulfilled',
		'rejected',
		'fulfilled',
	]);
	expect(seen).toEqual([[ADDED]]);
});

describe('a sendout may still need to be activated for', () => {
	async function interrupted(place: string, recipients: string[]) {
		let seen: boolean[] = [];
		await run(place, [undefined], (_, was) => void (seen = recipients.map(was)));
		return seen;
	}

	test('people who may be in it, if their last run failed', async () => {
		const outcomes = [NOT_ACTIVATED, LOST, { error }, ADDED, EXISTING, BLOCKED, undefined];
		await run('first', outcomes);
		const all = outcomes.map((_, position) => String(position));
		expect(await interrupted('first', all)).toEqual([true, true, ...Array(5).fill(false)]);
		expect(await interrupted('elsewhere', ['0', '1'])).toEqual([false, false]);
		await run('first', [EXISTING, { error }]);
		expect(await interrupted('first', ['0', '1'])).toEqual([false, true]);
	});

	test('the last 100,000 of these people', async () => {
		await run('many', Array<ItemOutcome>(100_000).fill(LOST));
		expect(await interrupted('many', ['0', '99999'])).toEqual([true, true]);
		await run('one more', [LOST]);
		expect(await interrupted('many', ['0', '1', '99999'])).toEqual([false, true, true]);
	});
});
