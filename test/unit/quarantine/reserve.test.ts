import type { ClaimResult, Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { daysToKeep } from '../../../nodes/shared/quarantine/openLedger';
import { persistently } from '../../../nodes/shared/quarantine/persistently';
import {
	checkAll,
	reserveAll,
	takeBack,
	withoutLedger,
	type Candidate,
} from '../../../nodes/shared/quarantine/reserve';
import type { ContactEvent } from '../../../nodes/shared/quarantine/rules/rules';
import type { Options } from '../../../nodes/shared/quarantine/settings';
import { LedgerError } from '../../../nodes/shared/tables/errors';
import { itemOf, ONCE } from './items';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-31T12:00:00Z');

const candidate = (contact: string, more: Partial<Candidate> = {}): Candidate => ({
	...itemOf(contact, more),
	...{ address: null, ...more },
});

const missing = new LedgerError('missing', 'The table is gone', 'Restore it.');
const failed = new LedgerError('failed', 'The database is away', 'Try again.');
const full = new LedgerError('full', 'The table is full', 'Make room.');

test.each([
	['a failure that passes', 3, [failed, failed], true],
	['any other error', 3, [new Error('reset'), full], true],
	['a failure that lasts', 3, [failed, failed, failed], false],
	['the table was deleted', 1, [missing], false],
])('after %s, a write has been attempted %d time(s)', async (_, expected, errors, succeeds) => {
	let calls = 0;
	const left: Error[] = [...errors];
	const begun = Date.now();
	const write = async () => {
		calls++;
		const error = left.shift();
		if (error) throw error;
	};
	const writing = persistently(write, [0, 20]);
	if (succeeds) await writing;
	else await expect(writing).rejects.toBe(errors.at(-1));
	expect(calls).toBe(expected);
	if (expected === 3) expect(Date.now() - begun).toBeGreaterThanOrEqual(15);
});

test.each([
	[30, 0, undefined, 60],
	[30, 0, 90, 90],
	[0.5, 0, 0, 31],
	[30, 10, 90, 30],
	[30, 31, 0, 31],
	[30, 1, 0, 30],
])(
	'a rule for %d days, with %d days to keep and at least %s, keeps %d',
	(days, keepDays, least, kept) => {
		expect(daysToKeep([{ ...ONCE, days }], { keepDays } as Options, least)).toBe(kept);
	},
);

test('a check reads the events that the earliest item needs', async () => {
	const read = jest.fn(async () => new Map<string, ContactEvent[]>());
	await checkAll({ read }, [candidate('anna'), candidate('ben', { at: NOW - 5 * DAY })], NOW);
	expect(read).toHaveBeenCalledWith(['anna', 'ben'], NOW - 35 * DAY);
});

test('without a ledger, people are allowed once per run', async () => {
	const people = [candidate('anna'), candidate('anna'), candidate('ben', { exempt: true })];
	const decided = await withoutLedger(people, NOW);
	expect(decided.map(({ reason }) => reason)).toEqual([
		...['ledgerUnavailable', 'duplicateInRun', 'exempt'],
	]);
});

/** A ledger that returns the next of these results for each claim. */
function ledgerWith(...results: Array<Partial<ClaimResult>>) {
	const claims: Array<[string, number]> = [];
	const claim: Ledger['claim'] = async (list) =>
		list.map(({ contact, ordinal }) => {
			claims.push([contact, ordinal]);
			return { reservationId: null, known: [], ...results.shift() };
		});
	const ledger: Partial<Ledger> = { claim, read: async () => new Map() };
	return { ledger: ledger as Ledger, claims };
}

test('numbers the items with the same contact', async () => {
	const { ledger, claims } = ledgerWith();
	const surveys = ['501', '502', '503', '504'];
	const people = surveys.map((survey) => candidate('anna', { survey }));
	people[2].ordinal = 5;
	await reserveAll(ledger, [candidate('ben'), ...people], NOW, null);
	expect(claims).toEqual([['ben', 0], ...[0, 1, 5, 6].map((ordinal) => ['anna', ordinal])]);
});

test.each<[Partial<ClaimResult>, string | null]>([
	[{ duplicate: true }, 'duplicateInRun'],
	[{ duplicate: false }, 'reservedElsewhere'],
	[{ reservationId: '1.anna' }, null],
])('a claim with the result %j has the reason %s', async (result, reason) => {
	const [decision] = await reserveAll(ledgerWith(result).ledger, [candidate('anna')], NOW, null);
	expect(decision).toMatchObject({ reason, allowed: reason === null });
	expect(decision.reservationId).toBe(result.reservationId ?? null);
});

test('events that a refused claim returns also count for the other items with this contact', async () => {
	const invited = {
		survey: '501',
		group: '',
		kind: 'invited' as const,
		at: NOW - DAY,
		until: null,
	};
	const { ledger, claims } = ledgerWith({ known: [invited] });
	const decided = await reserveAll(ledger, [candidate('anna'), candidate('anna')], NOW, null);
	expect(decided.map(({ reason }) => reason)).toEqual(['invitedRecently', 'invitedRecently']);
	expect(claims).toEqual([['anna', 0]]);
});

test('the error says so if reservations may be left behind', async () => {
	const removing = (error: Error) =>
		({ takeBack: async () => await Promise.reject(error) }) as Partial<Ledger> as Ledger;
	const left = expect.stringContaining('may stay reserved') as string;
	await expect(takeBack(removing(missing), [], NOW)).rejects.toMatchObject({
		...{ problem: 'missing', message: 'The table is gone', advice: left },
	});
	const why = new LedgerError('shape', 'A row was edited', 'Restore it.');
	await expect(takeBack(removing(missing), [], NOW, why)).rejects.toMatchObject({
		...{ message: 'A row was edited', advice: left },
	});
	const stopped = new Error('stopped');
	await expect(takeBack(removing(missing), [], NOW, stopped)).rejects.toBe(stopped);
});
