import { LedgerError } from '../../../nodes/shared/tables/errors';
import type { NetigateRequest } from '../../../nodes/shared/netigate/client';
import {
	anna,
	ben,
	carla,
	CITY,
	rowId,
	sync,
	times,
	TITLE,
	World,
	type Fate,
	type Member,
} from './world';

const dan: Member = { email: 'dan@example.com', city: 'Ystad' };
const eva: Member = { email: 'eva@example.com' };
const everyone = [anna, ben, carla, dan, eva];
const others = everyone.slice(1);

const byName = { mappingMode: 'autoMapInputData', value: null };

const annaRow = `/rows/${rowId(1)}`;
const toCity = (city: string) => ({ cellData: [{ Key: String(CITY), Value: city }] });

let world: World;
let now: jest.SpyInstance;

beforeEach(() => {
	world = new World();
	now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-09-01T08:00:00Z'));
});
afterEach(() => now.mockRestore());

const later = (minutes: number) => now.mockReturnValue(Date.now() + minutes * 60_000);

const writes = () =>
	world.calls
		.filter(({ method }) => method !== 'GET')
		.map(({ method, path, body }) => [method, path.replace('/bgdata/bgdocuments/8001', ''), body]);

/** The fate of the nth call with a method, from 1. All others succeed. */
const nth = (method: string, count: number, fate: Fate) => {
	let seen = 0;
	return (request: NetigateRequest): Fate =>
		request.method === method && ++seen === count ? fate : 'done';
};

/** The same fate for every add. */
const eachAdd =
	(fate: Fate) =>
	({ method }: NetigateRequest): Fate =>
		method === 'POST' ? fate : 'done';

async function seeded() {
	await sync(world, { directory: everyone });
	world.calls.length = 0;
	later(1);
}

describe('a directory and its list', () => {
	test('the first run adds everyone, with their cells and at most 4 at a time', async () => {
		const { results, outcomes } = await sync(world, { directory: everyone });
		expect(results).toEqual(everyone.map(({ email }) => [email, 'added']));
		expect(outcomes[0]).toEqual({
			json: { status: 'added', contact: 'anna@example.com', respondentId: rowId(1) },
		});
		expect(world.contacts()).toEqual(everyone.map(({ email }) => email));
		expect(world.cellsOf('anna@example.com')).toEqual({ [CITY]: 'Lund', [TITLE]: 'Nurse' });
		expect(world.mostInFlight).toBe(4);
	});

	test('the joiner is added, the mover updated, the leaver reported; no one else is touched', async () => {
		await seeded();
		const fred = { email: 'fred@example.com', city: 'Lund' };
		const { results, hints } = await sync(world, {
			directory: [fred, anna, { ...ben, city: 'Kiel' }, carla, dan],
		});
		expect(results).toEqual([
			['fred@example.com', 'added'],
			['anna@example.com', 'unchanged'],
			['ben@example.com', 'updated'],
			['carla@example.com', 'unchanged'],
			['dan@example.com', 'unchanged'],
			[null, 'missing'],
		]);
		expect(writes()).toEqual([
			['POST', '/rows', expect.objectContaining({ contactDetails: 'fred@example.com' })],
			['PUT', `/rows/${rowId(2)}`, toCity('Kiel')],
		]);
		expect(hints).toEqual(['1 added, 1 updated, 3 unchanged, 1 missing']);
	});

	test('an updated row says which labels changed', async () => {
		await seeded();
		const { outcomes } = await sync(world, {
			directory: [{ ...anna, title: '', city: 'Kiel' }, ...others],
		});
		expect(outcomes[0]).toEqual({
			json: {
				status: 'updated',
				contact: 'anna@example.com',
				respondentId: rowId(1),
				changed: ['City', 'Title'],
			},
		});
		expect(writes()).toEqual([
			['PUT', annaRow, toCity('Kiel')],
			['DELETE', annaRow, { labels: [TITLE] }],
		]);
		expect(world.cellsOf('anna@example.com')).toEqual({ [CITY]: 'Kiel' });
	});

	test('treats another spelling of the address as the same person', async () => {
		await seeded();
		const shouting = everyone.map((one) => ({ ...one, email: ` ${one.email.toUpperCase()} ` }));
		const { statuses } = await sync(world, { directory: shouting });
		expect(statuses).toEqual(times(5, 'unchanged'));
		expect(writes()).toEqual([]);
	});

	test('clears all cells of the leaver once, if requested', async () => {
		await seeded();
		const staying = everyone.slice(0, 4);
		const first = await sync(world, { directory: staying, missing: 'clear' });
		expect(first.results.at(-1)).toEqual([null, 'cleared']);
		expect(writes()).toEqual([['DELETE', `/rows/${rowId(5)}`, { labels: [CITY, TITLE] }]]);
		const second = await sync(world, { directory: staying, missing: 'clear' });
		expect(second.statuses).toHaveLength(4);
		expect(writes()).toHaveLength(1);
	});

	test('people who come back get their old row again', async () => {
		await seeded();
		await sync(world, { directory: others, missing: 'clear' });
		expect(world.cellsOf('anna@example.com')).toEqual({});
		const { results } = await sync(world, { directory: everyone });
		expect(results[0]).toEqual(['anna@example.com', 'updated']);
		expect(world.cellsOf('anna@example.com')).toEqual({ [CITY]: 'Lund', [TITLE]: 'Nurse' });
		expect(world.rows.size).toBe(5);
	});

	test('the leaver is named if contacts are stored', async () => {
		await sync(world, { directory: everyone, options: { storeContact: true } });
		const { outcomes } = await sync(world, { directory: others });
		expect(outcomes.at(-1)).toEqual({
			json: { status: 'missing', contact: 'anna@example.com', respondentId: rowId(1) },
		});
	});

	test('the memory holds one row per person, without contacts and values, and no claim', async () => {
		await seeded();
		await sync(world, { directory: [{ ...anna, city: 'Kiel' }, ...others] });
		expect(world.table.all().map(({ state }) => state)).toEqual(times(5, 'there'));
		const text = JSON.stringify(world.table.all());
		for (const word of ['anna', 'example.com', 'Kiel', 'Nurse']) expect(text).not.toContain(word);
	});

	test('a contact that appears twice is added once; different data is reported', async () => {
		const { statuses, outcomes, hints } = await sync(world, {
			directory: [anna, ben, anna, { ...ben, city: 'Kiel' }],
		});
		expect(statuses).toEqual(['added', 'added', 'skipped', 'skipped']);
		expect(outcomes[2]).toMatchObject({ json: { reason: 'duplicateInInput', duplicateOfItem: 0 } });
		expect(world.cellsOf('ben@example.com')).toEqual({ [CITY]: 'Malmö' });
		expect(hints[1]).toContain('1 contact appeared more than once with different data');
	});

	test('a contact that appears twice keeps a value that one item lacks, in any order', async () => {
		const blank = { ...ben, city: '' };
		await seeded();
		for (const twice of [
			[blank, ben],
			[ben, blank],
		]) {
			const { statuses, hints } = await sync(world, {
				directory: [anna, ...twice, carla, dan, eva],
			});
			expect(statuses).toEqual(['unchanged', 'unchanged', 'skipped', ...times(3, 'unchanged')]);
			expect(hints).toEqual(['5 unchanged']);
		}
		expect(writes()).toEqual([]);
	});

	test.each([
		{ City: '', city: 'Lund' },
		{ ' City': null, CITY: 'Lund' },
		{ city: 'Lund', City: '\u00a0' },
	])('mapped by name: a value wins over a blank field (%j)', async (fields) => {
		const directory = [{ email: 'anna@example.com', ...fields } as Member];
		await sync(world, { directory, cells: byName });
		expect(world.cellsOf('anna@example.com')).toEqual({ [CITY]: 'Lund' });
		const { results } = await sync(world, { directory, cells: byName });
		expect(results).toEqual([['anna@example.com', 'unchanged']]);
	});

	test('does not change a label that is not mapped', async () => {
		await seeded();
		const { statuses } = await sync(world, {
			directory: everyone.map(({ email }) => ({ email })),
			cells: { mappingMode: 'defineBelow', value: { [CITY]: null, [TITLE]: '' } },
		});
		expect(statuses).toEqual(times(5, 'unchanged'));
	});

	test('mapped by name: a label without a field stays, and one with a field in some items is emptied for the others', async () => {
		const named = everyone.map(({ email, city, title }) => ({ email, City: city, Title: title }));
		await sync(world, { directory: named, cells: byName });
		const next = named.map(({ email }, index) => ({
			email,
			...(index > 0 ? { City: 'Lund' } : {}),
		}));
		const { errors, hints } = await sync(world, { directory: next, cells: byName });
		expect(errors).toEqual([]);
		expect(hints[0]).toMatch(/^No field is named after these labels, .*: "Title"/);
		expect(world.cellsOf('anna@example.com')).toEqual({ [TITLE]: 'Nurse' });
	});

	test('mapped by name: fails if no item has a field for any label', async () => {
		const strange = everyone.map(({ email, city }) => ({ email, ort: city }));
		const writes = () => world.calls.filter(({ method }) => method !== 'GET');
		await expect(sync(world, { directory: strange, cells: byName })).rejects.toThrow(
			/^No field is named after a label\. .* "City", /,
		);
		expect(writes()).toEqual([]);
	});
});

describe('the guard', () => {
	test('stops a run that would clear most people, and does not block the next one', async () => {
		await seeded();
		const directory = [{ email: 'fred@example.com' }, { ...anna, city: 'Kiel' }];
		const { errors } = await sync(world, { directory, missing: 'clear' });
		expect(errors[0].message).toBe(
			'Nothing was sent: 4 of 5 rows in the respondent list (80%) would be cleared or lose a value. The limit is 20%',
		);
		expect(writes()).toEqual([]);
		expect((await sync(world, { directory: everyone })).errors).toEqual([]);
	});

	test("an item that can't be used doesn't make its person missing", async () => {
		await seeded();
		const { statuses } = await sync(world, {
			directory: [{ ...anna, city: { no: 'text' } as never }, ...others],
			missing: 'clear',
		});
		expect(statuses).toEqual(['error', ...times(4, 'unchanged')]);
		expect(writes()).toEqual([]);
	});

	test("an item that can't be used keeps the cells that the person's other items lack", async () => {
		await seeded();
		const { statuses } = await sync(world, {
			directory: [{ ...anna, city: { no: 'text' } as never }, { email: anna.email }, ...others],
		});
		expect(statuses).toEqual(['error', 'unchanged', ...times(4, 'unchanged')]);
		expect(writes()).toEqual([]);
	});

	test("unless failures are continued, one item that can't be used stops everything", async () => {
		const { errors } = await sync(world, {
			directory: [anna, { email: 'a@example.com, b@example.com' }],
			continueOnFail: false,
		});
		expect(errors).toHaveLength(1);
		expect(world.calls).toEqual([]);
	});

	test.each([-1, 101, 'a lot', NaN])('rejects a share of %p', async (maxMissingShare) => {
		await expect(sync(world, { directory: [anna], options: { maxMissingShare } })).rejects.toThrow(
			"isn't a number from 0 to 100",
		);
		expect(world.calls).toEqual([]);
	});
});

describe('a first run', () => {
	const stop = { firstRun: 'stop' };

	test('stops and asks, even for one person, and does not block the next one', async () => {
		for (const [directory, who] of [
			[everyone, '5 of 5 people'],
			[[anna], '1 of 1 person'],
		] as const) {
			const { errors } = await sync(world, { directory, options: stop });
			expect(errors[0].message).toBe(
				`Nothing was sent: this is the first recorded run for this list, and ${who} in the directory would be added to the respondent list`,
			);
		}
		expect(writes()).toEqual([]);
		const { statuses } = await sync(world, { directory: everyone, options: { firstRun: 'add' } });
		expect(statuses).toEqual(times(5, 'added'));
	});

	test('asks if the input has only new people, and says what to do', async () => {
		await seeded();
		const directory = [{ email: 'new@example.com' }];
		const { errors } = await sync(world, { directory, options: { ...stop, maxMissingShare: 100 } });
		expect(errors[0].message).toBe(
			'Nothing was sent: 1 of 1 person in the directory would be added to the respondent list, because few or none of them are among the 5 people in the list memory',
		);
		const { advice } = errors[0] as Error & { advice: string };
		expect(advice).toContain('Sync needs the whole directory in each run');
		expect(advice).toContain('use Add Row');
		expect(writes()).toEqual([]);
	});

	test('says to set the option back, as do later runs', async () => {
		for (let run = 0; run < 2; run++) {
			const { hints } = await sync(world, { directory: everyone, options: { firstRun: 'add' } });
			expect(hints[1]).toContain('Set it back to "Stop and Ask"');
		}
	});
});

describe('an add whose response is lost', () => {
	const again = { directory: everyone, options: { whenUnknown: 'addAgain' } };

	/** A run in which adding ben has this fate. */
	const benHas = async (fate: Fate) =>
		await sync(world, { directory: everyone, fateOf: nth('POST', 2, fate) });

	test.each<Fate>(['doneAndLost', 'lost'])(
		'is an error that says what to do; later runs report it and never add again (%s)',
		async (fate) => {
			const first = await benHas(fate);
			expect(first.statuses).toEqual(['added', 'error', ...times(3, 'added')]);
			expect(first.errors[0].message).toContain(
				'Couldn\'t confirm whether "ben@example.com" was added',
			);
			for (let run = 1; run <= 2; run++) {
				const next = await sync(world, { directory: everyone });
				expect(next.outcomes[1]).toEqual({
					json: {
						status: 'unknown',
						contact: 'ben@example.com',
						respondentId: null,
						reason: 'lostAnswer',
						whatToDo: expect.stringContaining('When Unknown'),
					},
				});
				expect(next.hints[1]).toContain("Couldn't confirm whether an earlier run added 1 contact");
			}
			expect(world.contacts()).toHaveLength(fate === 'lost' ? 4 : 5);
		},
	);

	test('is repeated if the user asks for it, and the person is then known', async () => {
		await benHas('lost');
		for (const status of ['added', 'unchanged'])
			expect((await sync(world, again)).results[1]).toEqual(['ben@example.com', status]);
		expect(world.contacts()).toEqual(everyone.map(({ email }) => email));
	});

	test('stays unknown when adding again is refused', async () => {
		await benHas('lost');
		await sync(world, { ...again, fateOf: nth('POST', 1, 'refused') });
		const { results } = await sync(world, { directory: everyone });
		expect(results[1]).toEqual(['ben@example.com', 'unknown']);
	});

	test('is reported if the person has left the directory since', async () => {
		await benHas('lost');
		const { results, hints } = await sync(world, { directory: [anna, carla, dan, eva] });
		expect(results.at(-1)).toEqual([null, 'unknown']);
		expect(hints[1]).toContain('whether an earlier run added 1 contact');
	});

	test('stops the run after three in a row, so that few become unknown', async () => {
		const many = Array.from({ length: 100 }, (_, index) => ({ email: `p${index}@example.com` }));
		const { errors } = await sync(world, { directory: many, fateOf: eachAdd('lost') });
		expect(errors).toHaveLength(100);
		expect(writes().length).toBeLessThanOrEqual(6);
		const { statuses } = await sync(world, { directory: many });
		expect(statuses.filter((status) => status === 'unknown').length).toBeLessThanOrEqual(6);
	});

	test.each<Fate>(['refused', 'busy'])(
		'an add that certainly failed is repeated in the next run (%s)',
		async (fate) => {
			expect((await benHas(fate)).results[1]).toEqual(['ben@example.com', 'error']);
			const second = await sync(world, { directory: everyone });
			expect(second.errors).toEqual([]);
			expect(second.results[1]).toEqual(['ben@example.com', 'added']);
			expect(world.contacts()).toEqual(everyone.map(({ email }) => email));
		},
	);
});

describe('a change that goes wrong', () => {
	const moved = [{ ...anna, city: 'Kiel', title: '' }, ...others];

	const fates = ['lost', 'doneAndLost', 'refused', 'saidNo'] as const;

	test.each(fates.flatMap((fate) => [['PUT', fate] as const, ['DELETE', fate] as const]))(
		'%s %s: the next run corrects the row, whatever it contains',
		async (method, fate) => {
			for (const next of [moved, everyone]) {
				world = new World();
				await seeded();
				const first = await sync(world, { directory: moved, fateOf: nth(method, 1, fate) });
				expect(first.results[0]).toEqual(['anna@example.com', 'error']);
				if (fate === 'saidNo')
					expect(first.errors[0].message).toContain("reports that the change wasn't made");
				const { errors } = await sync(world, { directory: next });
				expect(errors).toEqual([]);
				expect(world.cellsOf('anna@example.com')).toEqual(
					next === moved ? { [CITY]: 'Kiel' } : { [CITY]: 'Lund', [TITLE]: 'Nurse' },
				);
				expect(world.rows.size).toBe(5);
			}
		},
	);

	test('a row that was deleted in Netigate is an error, and the next run adds the person again', async () => {
		await seeded();
		world.rows.delete(rowId(1));
		const first = await sync(world, { directory: moved });
		expect(first.errors[0].message).toContain('is no longer in the respondent list');
		const second = await sync(world, { directory: moved });
		expect(second.results[0]).toEqual(['anna@example.com', 'added']);
		expect(world.contacts().filter((one) => one === 'anna@example.com')).toHaveLength(1);
	});

	test('a leaver whose row was deleted counts as cleared, and is forgotten', async () => {
		await seeded();
		world.rows.delete(rowId(5));
		const { results } = await sync(world, { directory: everyone.slice(0, 4), missing: 'clear' });
		expect(results.at(-1)).toEqual([null, 'cleared']);
		expect(world.remembered()).toHaveLength(4);
	});

	test('a change with an empty response is done', async () => {
		await seeded();
		const directory = [{ ...anna, city: 'Ystad' }, ...others];
		const { results } = await sync(world, { directory, fateOf: nth('PUT', 1, 'doneSilently') });
		expect(results[0]).toEqual(['anna@example.com', 'updated']);
		world.calls.length = 0;
		await sync(world, { directory });
		expect(writes()).toEqual([]);
	});
});

test("a login name with different punctuation gets the same row, which isn't cleared for the old spelling", async () => {
	world.mergesMarks = true;
	await sync(world, { directory: [{ email: 'EMP-Anna', city: 'Lund' }, ben, carla] });
	const directory = [{ email: 'EMP.Anna', city: 'Ystad' }, ben, carla];
	const clear = { directory, missing: 'clear', options: { maxMissingShare: 100 } } as const;
	const { results, errors } = await sync(world, clear);
	expect(results[0]).toEqual(['EMP.Anna', 'added']);
	expect(errors.map(({ message }) => message)).toEqual([
		expect.stringContaining('Netigate assigned it to another contact'),
	]);
	expect(world.cellsOf('EMP-Anna')).toEqual({ [CITY]: 'Ystad' });
	expect((await sync(world, clear)).statuses).toEqual(times(3, 'unchanged'));
});

test("a row that Netigate assigned to another contact doesn't prevent others from being cleared", async () => {
	world.mergesMarks = true;
	const leavers = Array.from({ length: 10 }, (_, index) => ({ email: `p${index}@example.com` }));
	await sync(world, { directory: [{ email: 'EMP-Anna', city: 'Lund' }, ...leavers] });
	const { statuses } = await sync(world, {
		directory: [{ email: 'EMP.Anna', city: 'Ystad' }],
		missing: 'clear',
		options: { maxMissingShare: 100, firstRun: 'add' },
	});
	expect(statuses).toEqual(['added', 'error', ...times(10, 'cleared')]);
});

test('the memory of a list on another server, or of another account, is not used', async () => {
	await seeded();
	const { errors } = await sync(world, { directory: everyone, place: '127.0.0.1:4010 Zk3l9a1b' });
	expect(errors[0].message).toContain('this is the first recorded run for this list');
	expect(writes()).toEqual([]);
	expect((await sync(world, { directory: everyone })).statuses).toEqual(times(5, 'unchanged'));
});

describe('a run that stops', () => {
	const many = Array.from({ length: 40 }, (_, index) => ({ email: `p${index}@example.com` }));

	async function expectNextRunDoesTheRest() {
		const { errors } = await sync(world, { directory: many });
		expect(errors).toEqual([]);
		expect(world.contacts()).toEqual(many.map(({ email }) => email).sort());
	}

	test('at the first failure remembers what it sent, and the next run does the rest', async () => {
		const first = await sync(world, {
			directory: many,
			continueOnFail: false,
			fateOf: nth('POST', 10, 'refused'),
		});
		expect(first.errors).toHaveLength(1);
		const sent = world.rows.size;
		expect(sent).toBeGreaterThanOrEqual(9);
		expect(sent).toBeLessThan(16);
		expect(first.statuses.filter((status) => status === 'added')).toHaveLength(sent);
		expect(first.outcomes.at(-1)).toEqual({
			json: { status: 'skipped', contact: 'p39@example.com', reason: 'notSent' },
		});
		await expectNextRunDoesTheRest();
	});

	test.each<Fate>(['forbidden', 'busy'])(
		'because of a failure that would affect everyone sends nothing more (%s)',
		async (fate) => {
			const { errors } = await sync(world, { directory: many, fateOf: eachAdd(fate) });
			expect(errors).toHaveLength(40);
			expect(writes().length).toBeLessThanOrEqual(4);
			expect(errors.at(-1)!.message).toMatch(/^Not sent: /);
			expect(world.remembered()).toEqual([]);
		},
	);

	test('because it was cancelled sends nothing more and remembers what it sent', async () => {
		let cancelled = false;
		await sync(world, {
			directory: many,
			cancelled: () => cancelled,
			fateOf: ({ method }) => {
				cancelled ||= method === 'POST' && world.rows.size >= 10;
				return 'done';
			},
		});
		expect(world.rows.size).toBeLessThan(16);
		await expectNextRunDoesTheRest();
	});

	test("because the table fails reports what it couldn't remember", async () => {
		let inserts = 0;
		const { errors } = await sync(world, {
			directory: many,
			tick: async (label) => {
				if (label === 'begin insert' && ++inserts > 3) throw new Error('database is locked');
			},
		});
		const matching = (text: RegExp) => errors.filter(({ message }) => text.test(message)).length;
		expect(matching(/memory couldn't be updated/)).toBeGreaterThan(0);
		expect(matching(/^Not sent: /)).toBeGreaterThan(10);
		later(3);
		await sync(world, { directory: many });
		expect(new Set(world.contacts()).size).toBe(world.rows.size);
	});
});

describe('the memory', () => {
	test('with another hash key is rejected, because everyone would be added again', async () => {
		await seeded();
		const { errors } = await sync(world, { directory: everyone, instanceId: 'another-n8n' });
		expect(errors[0].message).toContain('another hash key');
		expect(writes()).toEqual([]);
		expect((await sync(world, { directory: everyone })).errors).toEqual([]);
	});

	test.each(['commit insert', 'update', 'answer'])(
		'that fails (%s) while the list is claimed does not block the next run',
		async (step) => {
			await seeded();
			let failing = 0;
			const tick = async (label: string) => {
				// The search for claims of crashed runs doesn't fail.
				if (label === 'begin insert') failing = 1;
				if (label !== step || failing !== 1) return;
				failing = 2;
				throw new LedgerError('failed', 'No answer came', '');
			};
			const { errors } = await sync(world, { directory: everyone, tick });
			expect([failing, errors[0].message]).toEqual([2, expect.stringContaining('No answer')]);
			expect(writes()).toEqual([]);
			expect((await sync(world, { directory: everyone })).errors).toEqual([]);
		},
	);

	test('that was edited is rejected, and the error names the row', async () => {
		await seeded();
		const [row] = world.table.all();
		world.table.add({ ...row, cells: 'oops' });
		const { errors } = await sync(world, { directory: everyone });
		expect(errors[0].message).toMatch(
			/^Row \d+ in the data table "netigate_list_rows" can't be read/,
		);
		expect(writes()).toEqual([]);
	});
});
