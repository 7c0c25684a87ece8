import { Reservations } from '../../../nodes/shared/invite/reservations';
import type { ItemRun } from '../../../nodes/shared/n8n/itemRun';
import type { Ledger, LedgerAccess } from '../../../nodes/shared/quarantine/openLedger';
import type { PastEvent } from '../../../nodes/shared/quarantine/ledger/ledger';
import { LedgerError } from '../../../nodes/shared/tables/errors';

afterEach(() => jest.restoreAllMocks());

test('an invitation made without the ledger is recorded at the same time by each attempt', async () => {
	let now = Date.parse('2026-03-31T12:00:00.900Z');
	jest.spyOn(Date, 'now').mockImplementation(() => now);
	const times: number[] = [];
	const record = async (events: readonly PastEvent[]) => {
		times.push(...events.map(({ at }) => at));
		now += 1000;
		// The first attempt's events are written, but the response is lost.
		if (times.length === 1) throw new LedgerError('failed', 'The response was lost', 'Try again.');
		return [];
	};
	const ledger = { record } as Partial<Ledger> as Ledger;
	const access = { use: async (task) => await task(ledger) } as Partial<LedgerAccess>;
	const run = { outcome: () => ({ json: {} }) } as Partial<ItemRun>;
	const reservations = new Reservations(run as ItemRun, access as LedgerAccess, false);
	const place = { contact: 'anna', survey: '501', group: '', address: null };
	reservations.open.set(0, { ...place, reservationId: null });

	await reservations.settle();
	expect(times).toHaveLength(2);
	expect(times[1]).toBe(times[0]);
	expect(reservations.open.size).toBe(0);
});

test.each([
	['taken back if no one was invited', undefined, ['takeBack']],
	['replaced if the person was invited', { json: {} }, ['takeBack', 'record']],
])('an entry that a failed claim may have left is %s', async (_, outcome, expected) => {
	const calls: unknown[][] = [];
	const noting = (name: string) => async (first: unknown) => {
		calls.push([name, first]);
		return await Promise.resolve([]);
	};
	const ledger = { takeBack: noting('takeBack'), record: noting('record') } as never as Ledger;
	const access = { use: async (task) => await task(ledger) } as Partial<LedgerAccess>;
	const run = { outcome: () => outcome } as Partial<ItemRun>;
	const reservations = new Reservations(run as ItemRun, access as LedgerAccess, true);
	const place = { contact: 'anna', survey: '501', group: '', address: null };
	reservations.open.set(0, { ...place, reservationId: null });
	reservations.claimedAt = 4711;

	await reservations.settle();
	expect(calls.map(([name]) => name)).toEqual(expected);
	expect(calls[0]).toEqual(['takeBack', 4711]);
});
