import { Reservations } from '../../../nodes/shared/invite/reservations';
import type { ItemOutcome, ItemRun } from '../../../nodes/shared/n8n/itemRun';
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

const LOST = { error: new Error('failed'), json: { mayBeInvited: true } };
const FAILED = { error: new Error('failed'), json: {} };
const INVITED = { json: {} };

test.each([
	['confirms the reservation of an invited person', true, 'r1', undefined, INVITED, 'confirm'],
	[
		'confirms the reservation of someone who may be invited',
		true,
		'r1',
		undefined,
		LOST,
		'confirm',
	],
	[
		'releases the reservation of someone who was not invited',
		true,
		'r1',
		undefined,
		FAILED,
		'release',
	],
	['releases the reservation of someone who was not sent', true, 'r1', 4711, undefined, 'release'],
	['leaves a reservation that is already confirmed', false, 'r1', undefined, INVITED, ''],
	[
		'releases a confirmed reservation of someone who was not invited',
		false,
		'r1',
		undefined,
		FAILED,
		'release',
	],
	[
		'records a person who was invited without the ledger',
		false,
		null,
		undefined,
		INVITED,
		'record',
	],
	[
		'does nothing if there is neither a reservation nor an invitation',
		true,
		null,
		undefined,
		FAILED,
		'',
	],
	[
		'takes back an entry that a failed claim may have left',
		true,
		null,
		4711,
		undefined,
		'takeBack',
	],
	[
		'replaces the entry of a failed claim if the person was invited',
		true,
		null,
		4711,
		INVITED,
		'takeBack,record',
	],
] as const)('%s', async (_, held, reservationId, claimedAt, outcome, expected) => {
	const calls: unknown[][] = [];
	const noting = (name: string) => async (first: unknown) => {
		calls.push([name, first]);
		return await Promise.resolve([]);
	};
	const names = ['takeBack', 'record', 'confirm', 'release'];
	const ledger = Object.fromEntries(names.map((name) => [name, noting(name)])) as never as Ledger;
	const access = { use: async (task) => await task(ledger) } as Partial<LedgerAccess>;
	const run = { outcome: () => outcome } as Partial<ItemRun>;
	const reservations = new Reservations(run as ItemRun, access as LedgerAccess, held);
	const place = { contact: 'anna', survey: '501', group: '', address: null };
	reservations.open.set(0, { ...place, reservationId });
	reservations.claimedAt = claimedAt;

	await reservations.settle();
	expect(calls.map(([name]) => name).join()).toBe(expected);
	if (expected.startsWith('takeBack')) expect(calls[0]).toEqual(['takeBack', 4711]);
	expect(reservations.open.size).toBe(0);
	await reservations.settle([0]);
	expect(calls).toHaveLength(expected === '' ? 0 : expected.split(',').length);
});

describe('if the ledger cannot be used, the output says so for', () => {
	const error = new Error('Refused');
	const ALLOWED = { status: 'allowed' };
	const notSent = (why: string) => ({
		error: {
			message: `The contact wasn't sent${why}`,
			outcome: 'notDone',
			advice: 'Run this again.',
		},
		json: { quarantine: { released: false } },
	});

	test.each<[string, string | null, ItemOutcome | undefined, Error | undefined, object]>([
		[
			'someone who was invited',
			'r1',
			{ json: { status: 'added', quarantine: ALLOWED } },
			undefined,
			{ json: { status: 'added', quarantine: { ...ALLOWED, confirmed: false } } },
		],
		[
			'someone who was invited without a reservation',
			null,
			{ json: { status: 'added' } },
			undefined,
			{ json: { status: 'added', quarantine: { confirmed: false } } },
		],
		[
			'someone who was refused',
			'r1',
			{ error, json: { quarantine: ALLOWED } },
			error,
			{ error, json: { quarantine: { ...ALLOWED, released: false } } },
		],
		['someone whose contact was not sent', 'r1', undefined, error, notSent(': Refused')],
		[
			'someone without a reservation whose contact was not sent',
			null,
			undefined,
			undefined,
			notSent(''),
		],
	])('%s', async (_, reservationId, outcome, first, expected) => {
		const run = {
			outcome: () => outcome,
			firstError: () => first,
			settle: (_: number, given: ItemOutcome) => void (outcome = given),
		} as Partial<ItemRun> as ItemRun;
		const failing = async () => await Promise.reject(new LedgerError('missing', 'Gone', ''));
		const reservations = new Reservations(run, { use: failing } as never as LedgerAccess, true);
		reservations.claimedAt = 4711;
		const place = { contact: 'anna', survey: '501', group: '', address: null };
		reservations.open.set(0, { ...place, reservationId });
		await reservations.settle();
		expect(outcome).toMatchObject(expected);
		expect(reservations.open.size).toBe(0);
	});
});
