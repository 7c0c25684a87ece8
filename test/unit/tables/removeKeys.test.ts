import { removeKeys } from '../../../nodes/shared/tables/removeKeys';
import { all, isoOf, where, type Row, type Step } from '../../../nodes/shared/tables/rowStore';
import { readPacked, WIDE } from '../../../nodes/shared/tables/wideRows';
import { MemoryTable } from './memoryStore';

const START = Date.parse('2026-03-01T12:00:00Z');
const ANY = [where('id', 'gte', 0)];

const row = (contact: string, more: Row = {}): Row => ({
	...{ contact, state: 'final', until: null, token: 't', attempt: 'a' },
	...more,
});
const pending = (contact: string, ms: number) =>
	row(contact, { state: 'pending', until: isoOf(START + ms) });

/** Removes Anna from a table with these rows, which are read in this order. */
async function removeAnna(rows: readonly Row[], order: readonly number[] = []) {
	const table = new MemoryTable();
	for (const one of rows) table.add(one);
	const pauses: number[] = [];
	const steps: Step[] = [];
	const base = table.store();
	const run = async (list: Step[]) => {
		steps.push(...list);
		return await base.run(list);
	};
	const clock = {
		now: () => START,
		sleep: async (ms: number) => void pauses.push(ms),
		random: () => 0.5,
	};
	const read = await readPacked(base, ['anna'], ANY);
	read.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
	const busy = await removeKeys({ ...base, run }, ['anna'], ANY, read, clock, () => false);
	const left = table.all().map(({ id, contact }) => `${id} ${String(contact)}`);
	return { busy: [...busy], left, pauses, steps };
}

test.each<[string, Row[], string[], string[], number[]]>([
	[
		'without a pause',
		[row('anna'), row('bo'), row('bo anna cem', { ordinal: WIDE })],
		['2 bo', '3 bo cem'],
		[],
		[],
	],
	['from abandoned claims without a pause', [pending('anna', 0), row('anna')], [], [], []],
	[
		'except from a row that another run is still deciding about after 60 pauses',
		[pending('anna', 1), row('anna')],
		['1 anna'],
		['anna'],
		Array<number>(60).fill(55),
	],
])('removes a contact %s', async (_, rows, left, busy, pauses) => {
	expect(await removeAnna(rows)).toMatchObject({ left, busy, pauses });
});

test('changes an original row before the rows that replace parts of it', async () => {
	const original = row('anna bo cem', { ordinal: WIDE });
	const part = row('anna bo', { ordinal: WIDE, state: 'lifted', attempt: 'of 1 final 1' });
	const { left, steps } = await removeAnna([original, part], [2, 1]);
	expect(left).toEqual(['1 bo cem', '2 bo']);
	expect(steps.slice(0, 2)).toMatchObject(
		[1, 2].map((id) => ({
			update: all(
				where('id', 'eq', id),
				where('contact', 'eq', id === 1 ? 'anna bo cem' : 'anna bo'),
			),
		})),
	);
});
