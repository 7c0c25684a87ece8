import { eventsOf } from '../../../nodes/shared/quarantine/ledger/entries';
import type { Entry } from '../../../nodes/shared/quarantine/ledger/ledger';
import { entryOf, rowOf } from '../../../nodes/shared/quarantine/ledger/storedEntries';

const AT = Date.parse('2026-03-01T12:00:00Z');
const UNTIL = Date.parse('2026-03-02T12:00:00Z');

const entry: Entry = {
	...{ survey: '501', group: 'Service', kind: 'invited', at: AT, state: 'final', until: null },
	...{ token: '7 Add', ordinal: 2, address: null },
};

test.each<[string, Partial<Entry>, object]>([
	['an invitation', {}, { at: '2026-03-01T12:00:00.000Z', until: null }],
	[
		'a held reservation with its end time',
		{ state: 'held', until: UNTIL },
		{ at: '2026-03-01T12:00:00.000Z', until: '2026-03-02T12:00:00.000Z' },
	],
	[
		'an opt-out with a date in the year 9999, so that it is never too old',
		{ kind: 'optedOut' },
		{ at: '9999-12-31T00:00:00.000Z', until: '2026-03-01T12:00:00.000Z' },
	],
])('stores %s', (_, change, times) => {
	const stored = { ...entry, ...change };
	const row = rowOf('#anna', stored);
	const { kind, state } = stored;
	const place = { contact: '#anna', survey: '501', groupName: 'Service' };
	expect(row).toMatchObject({ ...place, ...times, kind, state, token: '7 Add', ordinal: 2 });
	expect(entryOf(row)).toEqual(stored);
});

test('events show when reservations end and whether they are held, and leave out lifted entries', () => {
	const entries: Entry[] = [
		{ ...entry, until: UNTIL },
		{ ...entry, state: 'held', until: UNTIL },
		{ ...entry, state: 'pending', until: UNTIL },
		{ ...entry, state: 'lifted' },
	];
	const event = { survey: '501', group: 'Service', kind: 'invited', at: AT };
	expect(eventsOf(entries)).toEqual([
		{ ...event, until: null },
		{ ...event, until: UNTIL, held: true },
		{ ...event, until: UNTIL },
	]);
});
