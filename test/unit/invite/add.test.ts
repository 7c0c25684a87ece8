import type { IDataObject } from 'n8n-workflow';
import { add } from '../../../nodes/Netigate/resources/respondent/add';
import { Quarantine } from '../../../nodes/shared/invite/quarantine';
import type { ItemOutcome } from '../../../nodes/shared/n8n/itemRun';
import { NetigateError } from '../../../nodes/shared/netigate/errors';
import { ANNA, BEN, brief, CARL, ENDED, Inviting } from './inviting';
import type { Settings } from '../../sandbox/settings';

const NO_QUARANTINE =
	'No quarantine was active in this node, so other sendouts may ask the same people at any time.';
const WAITING = /^Sendout 7001 isn't active, so the (.*) in it may not have been invited yet/;

afterEach(() => jest.restoreAllMocks());

const READS_SENDOUT = /^GET .*\/7001$/;

interface Given {
	/** Contacts that are in the sendout from the start. */
	members?: string[];
	isActive?: boolean;
	type?: string;
	survey?: object;
	settings?: Partial<Settings>;
}

/** A sendout and runs that add people to it. */
class Adding extends Inviting {
	readonly sendout;

	constructor({ members = [], isActive = false, type = 'EMAIL', survey, settings }: Given = {}) {
		super(survey, settings);
		this.sendout = this.addSendout(7001, { isActive, type, members });
	}

	async run(given: Array<string | IDataObject>, earlier: Record<string, ItemOutcome> = {}) {
		return await this.runAction(add, { sendoutId: 7001 }, given, earlier);
	}

	get waiting(): string[] {
		return this.hints.flatMap((hint) => WAITING.exec(hint)?.[1] ?? []);
	}
}

describe('a sendout that is not active', () => {
	test('is not activated if everyone is already in it, but the output says so', async () => {
		const adding = new Adding({ members: [ANNA, BEN, CARL] });
		expect(brief(await adding.run([ANNA, BEN]))).toEqual([
			'existing, not active',
			'existing, not active',
		]);
		expect([adding.activations, adding.waiting]).toEqual([0, ['3 people']]);
	});

	test('is not reported if someone else has just activated it', async () => {
		const adding = new Adding({ members: [ANNA] });
		adding.before(READS_SENDOUT, 2, () => (adding.sendout.primary.Activated = true));
		expect(brief(await adding.run([ANNA]))).toEqual(['existing']);
		expect([adding.activations, adding.waiting]).toEqual([0, []]);
	});

	test('is reported even if it cannot be read again', async () => {
		const adding = new Adding({ members: [ANNA] });
		adding.before(READS_SENDOUT, 2);
		expect(brief(await adding.run([ANNA]))).toEqual(['existing, not active']);
		expect([adding.count('getSendout'), adding.waiting]).toEqual([2, ['person']]);
	});

	test.each([
		['a hint counts existing and added people', [ANNA], [BEN], '2 people'],
		['a hint counts people who were already in it', [ANNA], [ANNA], 'person'],
		['no hint appears if no one is in it', [], ['nobody'], undefined],
	])('is not activated if that is turned off: %s', async (_, members, given, hint) => {
		const adding = new Adding({ members });
		adding.parameters = { options: { activate: false } };
		await adding.run(given);
		expect([adding.activations, adding.waiting]).toEqual([0, hint ? [hint] : []]);
	});

	test.each<[string, ItemOutcome, number]>([
		[
			'is activated after an earlier attempt that may have added someone',
			{ error: new Error('The response was lost') },
			1,
		],
		['is activated after an earlier attempt that added someone', { json: { status: 'added' } }, 1],
		[
			'is not activated if an earlier attempt only found people in it',
			{ json: { status: 'skipped', reason: 'existing' } },
			0,
		],
	])('%s', async (_, earlier, times) => {
		const adding = new Adding({ members: [ANNA] });
		await adding.run([ANNA], { [ANNA]: earlier });
		expect(adding.activations).toBe(times);
	});
});

describe('an active sendout', () => {
	test('is activated again for people who are already in it, in case they were added after its activation', async () => {
		const adding = new Adding({ members: [ANNA], isActive: true });
		expect(brief(await adding.run([ANNA]))).toEqual(['existing']);
		expect(adding.activations).toBe(1);
	});

	test('is neither activated nor read again if no one is in it and no one was added', async () => {
		const adding = new Adding({ isActive: true });
		adding.sandbox.state.blocklist.add(ANNA);
		expect(brief(await adding.run([ANNA]))).toEqual(['blocked']);
		expect([adding.activations, adding.count('getSendout')]).toEqual([0, 1]);
	});
});

test('a failed activation fails everyone in the sendout, but keeps the errors of the others', async () => {
	const adding = new Adding({ members: [BEN], settings: { refusedContacts: [CARL] } });
	adding.before(/activate$/);
	const failure = {
		error: { message: expect.stringContaining("the sendout couldn't be activated") },
		json: { contact: ANNA, mayBeInvited: true },
	};
	expect(await adding.run([ANNA, BEN, CARL])).toMatchObject([
		{ ...failure, json: { status: 'added', contact: ANNA, mayBeInvited: true } },
		{ ...failure, json: { reason: 'existing', contact: BEN, mayBeInvited: true } },
		{ error: { message: expect.stringContaining(`'${CARL}' is not accepted`) } },
	]);
});

describe('a survey that has ended', () => {
	const why = /^The survey "Fair" \(501\) ended on/;

	test('explains refusals if no one was added', async () => {
		const adding = new Adding({ survey: ENDED, settings: { inactiveSurvey: 'reject' } });
		const outcomes = await adding.run([ANNA, BEN]);
		expect(brief(outcomes)).toEqual([expect.stringMatching(why), expect.stringMatching(why)]);
		expect(adding.count('getSurvey')).toBe(1);
	});

	test('does not explain refusals if someone was added', async () => {
		const adding = new Adding({ survey: ENDED, settings: { refusedContacts: [BEN] } });
		expect(brief(await adding.run([ANNA, BEN]))).toEqual([
			'added',
			expect.stringContaining('is not accepted'),
		]);
		expect(adding.count('getSurvey')).toBe(0);
	});

	test('is not read if Netigate returns people who were already in the sendout', async () => {
		const settings: Partial<Settings> = { repeatedContacts: 'existing' };
		const adding = new Adding({ members: [ANNA, BEN], settings, survey: ENDED, isActive: true });
		adding.parameters = { existing: '={{ $json.existing }}' };
		const items = [
			{ email: ANNA, existing: 'add' },
			{ email: BEN, existing: 'skip' },
		];
		expect(brief(await adding.run(items))).toEqual(['existing', 'existing']);
		expect([adding.activations, adding.count('getSurvey')]).toEqual([1, 0]);
	});

	test('is mentioned in a preview', async () => {
		const adding = new Adding({ survey: ENDED });
		adding.parameters = { preview: true };
		expect(brief(await adding.run([ANNA]))).toEqual(['wouldAdd']);
		expect(adding.hints).toEqual([
			expect.stringMatching(why),
			`Preview: would invite 1, skip 0, refuse 0. Nothing was sent. ${NO_QUARANTINE}`,
		]);
	});
});

test.each([
	['invited', {}],
	['added', { sendInvitation: false }],
	['added', { options: { activate: false } }],
])('the hint after a test run says that people were really %s: %j', async (really, parameters) => {
	const adding = new Adding();
	Object.assign(adding, { testRun: true, parameters });
	await adding.run([ANNA]);
	expect(adding.hints).toContain(`1 added. ${NO_QUARANTINE}`);
	expect(adding.hints.at(-1)).toMatch(new RegExp(`^This test run really ${really} these people`));
});

describe('before anyone is added', () => {
	test('the sendout must have a type', async () => {
		const adding = new Adding({ type: '' });
		const [message] = brief(await adding.run([ANNA]));
		expect(message).toBe("Netigate doesn't show the sendout's type");
		expect(adding.sandbox.state.respondents.size).toBe(0);
	});

	test('a run waits for another run with the same person, whom Netigate may not list yet', async () => {
		const adding = new Adding({ settings: { listedAfterMs: 60_000 } });
		const both = [adding.run([ANNA]), adding.run([ANNA])];
		expect((await Promise.all(both)).map(brief)).toEqual([['added'], ['existing']]);
	});

	test.each([true, false])(
		'the block list is read only if blocked people are skipped: %s',
		async (skipBlocked) => {
			const adding = new Adding();
			adding.sandbox.state.blocklist.add(ANNA);
			adding.parameters = { options: { skipBlocked } };
			expect(brief(await adding.run([ANNA]))).toEqual([skipBlocked ? 'blocked' : 'added']);
			expect(adding.count('getBlocklist')).toBe(skipBlocked ? 1 : 0);
		},
	);

	test('labels without a field are named in a hint', async () => {
		const adding = new Adding();
		const { state } = adding.sandbox;
		for (const name of ['Email', 'Region']) state.addLabel(adding.sendout.documentId, name, 'TEXT');
		adding.parameters = { backgroundData: { mappingMode: 'autoMapInputData', value: {} } };
		await adding.run([ANNA]);
		expect(adding.hints[0]).toBe(
			'No field is named after these labels, so they stay empty: "Region".',
		);
	});

	test('someone whose request was lost is invited if the list does not show them', async () => {
		const error = new NetigateError('The response was lost', { outcome: 'unknown', advice: '' });
		const lost = { error, json: { contact: ANNA, mayBeInvited: true } };
		expect(brief(await new Adding().run([ANNA], { [ANNA]: lost }))).toEqual(['added']);
	});
});

test.each([
	['EMAIL', 'invited'],
	['LOGIN', 'linkOnly'],
])('in a sendout of type %s, the reason is %s', async (type, reason) => {
	const [outcome] = await new Adding({ type }).run([ANNA]);
	expect(outcome).toMatchObject({ json: { status: 'added', contact: ANNA, reason } });
});

describe('with a quarantine', () => {
	const REASON = { ledger: 'events' };

	/**
	 * Replaces the quarantine with one that skips these people for these reasons, or fails.
	 * @param repeated positions that an earlier attempt reserved
	 */
	function quarantine(
		adding: Adding,
		reasons: Record<string, string> | Error,
		repeated: number[] = [],
	) {
		const settled: unknown[] = [];
		jest.spyOn(Quarantine, 'of').mockImplementation((_, run, items) => {
			const decide = async () => {
				if (reasons instanceof Error) return await Promise.reject(reasons);
				const left = items.filter(({ contact }) => reasons[contact]);
				for (const { position, contact } of left) run.skip(position, contact, reasons[contact]);
				return await Promise.resolve(new Set(left.map(({ position }) => position)));
			};
			const settle = async (positions?: Iterable<number>) =>
				await Promise.resolve(void settled.push([positions && [...positions], adding.activations]));
			const outputOf = () => ({ quarantine: REASON });
			return { decide, settle, outputOf, repeated: new Set(repeated) } as never as Quarantine;
		});
		return settled;
	}

	test.each([
		[
			'an active sendout is activated again for someone who is skipped because they are in it',
			'existing',
			1,
		],
		[
			'an active sendout is not activated again for someone who is skipped for another reason',
			'invitedRecently',
			0,
		],
	])('%s', async (_, reason, times) => {
		const adding = new Adding({ isActive: true });
		quarantine(adding, { [ANNA]: reason });
		expect(brief(await adding.run([ANNA]))).toEqual([reason]);
		expect(adding.activations).toBe(times);
	});

	test('reservations are settled before the sendout is activated, and at the end', async () => {
		const adding = new Adding({ members: [CARL] });
		const settled = quarantine(adding, { [BEN]: 'invitedRecently' });
		const outcomes = await adding.run([ANNA, BEN, CARL]);
		expect(brief(outcomes)).toEqual(['added', 'invitedRecently', 'existing']);
		expect(outcomes[0].json).toMatchObject({ quarantine: REASON });
		expect(settled).toEqual([
			[[0, 2], 0],
			[undefined, 1],
		]);
	});

	test('someone whom an earlier attempt added is not added again', async () => {
		const adding = new Adding({ members: [ANNA] });
		adding.parameters = { existing: 'add' };
		const settled = quarantine(adding, {}, [0, 1]);
		const [outcome, ...others] = await adding.run([ANNA]);
		expect(outcome.json).toMatchObject({ reason: 'existing', contact: ANNA, quarantine: REASON });
		expect([others, adding.activations, settled[0]]).toEqual([[], 1, [[0], 0]]);
		expect(brief(await adding.run([ANNA, BEN, CARL]))).toEqual(['existing', 'added', 'added']);
	});

	test.each([
		['hides contacts', { listedEmail: 'masked' as const }, "Couldn't confirm whether this contact"],
		['cannot be read', {}, 'Netigate refused: No'],
	])(
		'someone from an earlier attempt is not added if the list %s',
		async (_, settings, message) => {
			const adding = new Adding({ members: [CARL], settings });
			adding.parameters = { existing: 'add' };
			if (message.endsWith('No')) adding.before(/^GET .*respondents$/);
			quarantine(adding, {}, [0]);
			const [outcome] = await adding.run([ANNA]);
			expect(outcome).toMatchObject({
				error: { message: expect.stringContaining(message), outcome: 'unknown' },
				json: { contact: ANNA, mayBeInvited: true, quarantine: REASON },
			});
			expect(adding.sandbox.state.respondents.size).toBe(1);
		},
	);

	test('no one is added if the quarantine fails', async () => {
		const adding = new Adding();
		const error = new Error('The ledger is unavailable');
		quarantine(adding, error);
		const earlier = { error: new Error('The response was lost') };
		expect(await adding.run([ANNA, BEN], { [BEN]: earlier })).toEqual([{ error }, earlier]);
		expect([adding.activations, adding.count('addRespondents')]).toEqual([0, 0]);
	});
});
