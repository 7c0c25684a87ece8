import { recipientFor } from '../../../nodes/shared/input/contact';
import type { AddRequest } from '../../../nodes/shared/invite/prepareAdd';
import { Quarantine } from '../../../nodes/shared/invite/quarantine';
import type { QuarantineSettings } from '../../../nodes/shared/invite/quarantineSettings';
import { ItemRun, type Batch } from '../../../nodes/shared/n8n/itemRun';
import { NetigateError } from '../../../nodes/shared/netigate/errors';
import type { Claim, ClaimResult, Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import type { LedgerAccess } from '../../../nodes/shared/quarantine/openLedger';
import type { Options } from '../../../nodes/shared/quarantine/settings';
import { LedgerError } from '../../../nodes/shared/tables/errors';
import { ONCE } from '../quarantine/items';

const NOW = Date.parse('2026-12-01T12:00:00Z');

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW));
afterEach(() => jest.restoreAllMocks());

type Given = Partial<Pick<AddRequest, 'unlessKnown'>> & { contact: string };

const options = {
	holdMs: null,
	foldPlusAddress: false,
	storeContact: false,
	whenUnavailable: 'stop',
} as Partial<Options> as Options;

/** A quarantine for these items with a ledger that grants every claim, unless `ledger` says otherwise. */
function setUp(
	given: Given[],
	{ settings = {} as Partial<Options>, ledger = {} as Partial<Ledger>, preview = false } = {},
) {
	const calls: unknown[][] = [];
	const hints: string[] = [];
	const grant = (_: Claim, index: number): ClaimResult => ({
		reservationId: `r${index}`,
		repeated: index === 1,
		known: [],
	});
	const methods: Partial<Ledger> = {
		claim: async (claims) => await Promise.resolve(claims.map(grant)),
		invitedBefore: async (questions) => await Promise.resolve(questions.map(() => true)),
		read: async () => await Promise.resolve(new Map()),
		...ledger,
	};
	const recorded = new Proxy({} as Ledger, {
		get:
			(_, name: keyof Ledger) =>
			async (first: unknown, ...more: unknown[]) => {
				const contactIn = ({ contact, address }: Claim) =>
					[contact, address ?? []].flat().join(' ');
				calls.push([name, Array.isArray(first) ? first.map(contactIn) : first]);
				const method = methods[name] as ((...all: unknown[]) => Promise<unknown>) | undefined;
				return await (method?.(first, ...more) ?? []);
			},
	});
	const key = { hash: (text: string) => `#${text}` } as LedgerAccess['key'];
	const uses = { count: 0 };
	const use: LedgerAccess['use'] = async (task) => {
		uses.count++;
		return await task(recorded);
	};
	const access = { key, use };
	const all = { ...options, ...settings };
	const batch = {
		items: given.map(() => ({ parameters: () => undefined as never })),
		continueOnFail: true,
		client: { cancelled: () => false },
		hint: (message: string) => void hints.push(message),
	} as Partial<Record<keyof Batch, unknown>> as Batch;
	const run = new ItemRun(batch);
	run.preview = preview;
	const quarantine = { survey: '501', group: '', rules: [ONCE], timeZone: 'UTC', options: all };
	const items = given.map((one, position) => ({
		...one,
		position,
		quarantine: quarantine as Partial<QuarantineSettings> as QuarantineSettings,
		recipient: recipientFor({ type: 'EMAIL' }, one.contact),
	})) as Array<Partial<AddRequest>> as never as ConstructorParameters<typeof Quarantine>[5];
	return {
		quarantine: new Quarantine(batch, run, access, all, '', items),
		run,
		items,
		calls,
		hints,
		uses,
	};
}

const ANNA = 'anna@example.com';
const BEN = 'ben@example.com';
const unavailable = new LedgerError('failed', 'The ledger is unavailable', 'Repair it.');
const fail = (error: Error) => async () => await Promise.reject(error);

/** A `claim` function that grants all claims, and a list of those claims. */
function claimsIn() {
	const claims: Claim[] = [];
	const claim: Ledger['claim'] = async (given) => {
		claims.push(...given);
		return await Promise.resolve(given.map(() => ({ reservationId: 'r1', known: [] })));
	};
	return { claims, claim };
}

test('reservations of invited people are confirmed, and all others are released', async () => {
	const { quarantine, run, items, calls } = setUp([{ contact: ANNA }, { contact: BEN }], {
		settings: { holdMs: 60_000, storeContact: true },
	});
	expect(await quarantine.decide(items)).toEqual(new Set());
	expect(quarantine.outputOf(0)).toMatchObject({
		quarantine: { status: 'allowed', reservationId: 'r0', surveyId: 501 },
	});
	expect(quarantine.repeated).toEqual(new Set([1]));
	run.settle(0, { json: {} });
	await quarantine.settle();
	expect(calls).toEqual([
		['claim', [`#${ANNA} ${ANNA}`, `#${BEN} ${BEN}`]],
		['confirm', [`#${ANNA}`]],
		['release', [`#${BEN}`]],
	]);
});

test('a quarantined person is skipped', async () => {
	const known = [
		{ survey: '501', group: '', kind: 'invited' as const, at: NOW - 1000, until: null },
	];
	const claim = fail(new Error('Not needed'));
	const { quarantine, run, items } = setUp([{ contact: ANNA }], {
		preview: true,
		ledger: {
			claim,
			read: async () => await Promise.resolve(new Map([[`#${ANNA}`, known as never]])),
		},
	});
	expect(await quarantine.decide(items)).toEqual(new Set([0]));
	expect(run.outcome(0)).toMatchObject({
		json: {
			status: 'skipped',
			contact: ANNA,
			reason: 'invitedRecently',
			quarantine: { surveyId: 501 },
		},
	});
});

test.each([
	[false, false, { contact: '#anna+news@example.com', address: null }],
	[true, false, { contact: '#anna@example.com', address: null }],
	[false, true, { contact: '#anna+news@example.com', address: 'anna+news@example.com' }],
])(
	'a claim with "Ignore +tag": %s and "Store Contact": %s',
	async (foldPlusAddress, storeContact, expected) => {
		const { claims, claim } = claimsIn();
		const { quarantine, items } = setUp([{ contact: 'anna+news@example.com' }], {
			settings: { foldPlusAddress, storeContact },
			ledger: { claim },
		});
		await quarantine.decide(items);
		expect(claims).toMatchObject([expected]);
	},
);

test('items that an earlier attempt sent count when later items with the same contact are numbered', async () => {
	const { claims, claim } = claimsIn();
	const { quarantine, items } = setUp([{ contact: ANNA }, { contact: BEN }, { contact: ANNA }], {
		ledger: { claim },
	});
	await quarantine.decide(items.slice(1).reverse());
	expect(claims.map(({ contact, ordinal }) => [contact, ordinal])).toEqual([
		[`#${BEN}`, 0],
		[`#${ANNA}`, 1],
	]);
});

test('the ledger is not used if there is nothing to decide', async () => {
	const { quarantine, uses } = setUp([{ contact: ANNA }]);
	expect(await quarantine.decide([])).toEqual(new Set());
	expect(uses.count).toBe(0);
});

test('earlier invitations are read only for people who need one to be invited again', async () => {
	const first = setUp([{ contact: ANNA }]);
	await first.quarantine.decide(first.items);
	expect(first.calls).toEqual([['claim', [`#${ANNA}`]]]);

	const one = setUp([{ contact: ANNA, unlessKnown: 'existing' }]);
	expect(await one.quarantine.decide(one.items)).toEqual(new Set());

	const hidden = new NetigateError('Contacts are hidden', { outcome: 'notDone', advice: '' });
	const { quarantine, run, items, calls } = setUp(
		[
			{ contact: ANNA, unlessKnown: 'existing' },
			{ contact: BEN, unlessKnown: hidden },
			{ contact: 'carl@example.com', unlessKnown: 'existing' },
		],
		{ ledger: { invitedBefore: async () => await Promise.resolve([false, false, true]) } },
	);
	expect(await quarantine.decide(items)).toEqual(new Set([0, 1]));
	expect(calls).toEqual([
		['invitedBefore', items.map(({ contact }) => `#${contact}`)],
		['claim', ['#carl@example.com']],
	]);
	expect([0, 1, 2].map((position) => run.outcome(position))).toEqual([
		{ json: { status: 'skipped', contact: ANNA, reason: 'existing' } },
		{ error: hidden, json: { contact: BEN } },
		undefined,
	]);
});

describe('if the ledger cannot be used', () => {
	const wrongKey = new LedgerError('key', 'Another key', '');

	test.each([
		['by default', unavailable, 'stop'],
		['if it was written with another key', wrongKey, 'allow'],
		['after an unexpected error', new TypeError('Oops'), 'allow'],
	] as const)('no one is invited %s', async (_, error, whenUnavailable) => {
		const { quarantine, items, hints } = setUp([{ contact: ANNA }], {
			settings: { whenUnavailable },
			ledger: { claim: fail(error) },
		});
		await expect(quarantine.decide(items)).rejects.toBe(error);
		expect(hints).toEqual([]);
	});

	test.each([
		['', async () => await Promise.resolve(), [['record', [`#${ANNA} ${ANNA}`]]]],
		[
			', after any leftover reservations are removed',
			fail(unavailable),
			[
				['takeBack', NOW],
				['record', [`#${ANNA} ${ANNA}`]],
			],
		],
	])(
		'people are invited if the user chose that, and are recorded later%s',
		async (_, takeBack, later) => {
			jest.spyOn(globalThis, 'setTimeout').mockImplementation((task) => (task(), 0 as never));
			let back = takeBack;
			const { quarantine, run, items, calls, hints } = setUp(
				[{ contact: ANNA }, { contact: BEN, unlessKnown: 'existing' }],
				{
					settings: { whenUnavailable: 'allow', storeContact: true },
					ledger: { claim: fail(unavailable), takeBack: async () => await back() },
				},
			);
			expect(await quarantine.decide(items)).toEqual(new Set([1]));
			expect(quarantine.outputOf(0)).toMatchObject({
				quarantine: { status: 'allowed', reason: 'ledgerUnavailable' },
			});
			expect(hints).toEqual([
				expect.stringMatching(/^The ledger is unavailable\. The rules .* Repair it\./),
			]);
			back = async () => {};
			calls.length = 0;
			run.settle(0, { json: {} });
			await quarantine.settle();
			expect(calls).toEqual(later);
		},
	);
});
