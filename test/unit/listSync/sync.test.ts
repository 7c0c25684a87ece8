import { LedgerError } from '../../../nodes/shared/tables/errors';
import type { NetigateRequest } from '../../../nodes/shared/netigate/client';
import { CITY, sync, TITLE, World, type Fate, type Member } from './fakeList';

const anna: Member = { email: 'anna@example.com', city: 'Lund', title: 'Nurse' };
const ben: Member = { email: 'ben@example.com', city: 'Malmö' };
const carla: Member = { email: 'carla@example.com', city: 'Lund' };
const dan: Member = { email: 'dan@example.com', city: 'Ystad' };
const eva: Member = { email: 'eva@example.com' };
const everybody = [anna, ben, carla, dan, eva];

let world: World;
let now: jest.SpyInstance;

beforeEach(() => {
	world = new World();
	const start = Date.parse('2026-09-01T08:00:00Z');
	now = jest.spyOn(Date, 'now').mockReturnValue(start);
});
afterEach(() => now.mockRestore());

const later = (minutes: number) => now.mockReturnValue(Date.now() + minutes * 60_000);

const writes = () =>
	world.calls
		.filter(({ method }) => method !== 'GET')
		.map(({ method, path, body }) => [method, path.replace('/bgdata/bgdocuments/8001', ''), body]);

/** The fate of the nth write of a kind, from 1; all others go well. */
const nth = (method: string, count: number, fate: Fate) => {
	let seen = 0;
	return (request: NetigateRequest): Fate =>
		request.method === method && ++seen === count ? fate : 'done';
};

async function seeded() {
	await sync(world, { directory: everybody });
	world.calls.length = 0;
	later(1);
}

describe('a directory and its list', () => {
	test('the first run adds everybody, with their cells and at most 4 at a time', async () => {
		const { statuses, outcomes } = await sync(world, { directory: everybody });
		expect(statuses).toEqual(everybody.map(({ email }) => [email, 'added']));
		expect(outcomes[0]).toEqual({
			json: { status: 'added', contact: 'anna@example.com', respondentId: 61_001 },
		});
		expect(world.contacts()).toEqual(everybody.map(({ email }) => email));
		expect(world.cellsOf('anna@example.com')).toEqual({ [CITY]: 'Lund', [TITLE]: 'Nurse' });
		expect(world.mostInFlight).toBe(4);
	});

	test('a run without changes writes nothing', async () => {
		await seeded();
		const { statuses, hints } = await sync(world, { directory: everybody });
		expect(statuses).toEqual(everybody.map(({ email }) => [email, 'unchanged']));
		expect(writes()).toEqual([]);
		expect(hints).toEqual(['5 unchanged']);
	});

	test('the joiner is added, the mover updated, the leaver reported; nobody else is touched', async () => {
		await seeded();
		const fred = { email: 'fred@example.com', city: 'Lund' };
		const { statuses, hints } = await sync(world, {
			directory: [fred, anna, { ...ben, city: 'Kiel' }, carla, dan],
		});
		expect(statuses).toEqual([
			['fred@example.com', 'added'],
			['anna@example.com', 'unchanged'],
			['ben@example.com', 'updated'],
			['carla@example.com', 'unchanged'],
			['dan@example.com', 'unchanged'],
			[null, 'missing'],
		]);
		expect(writes()).toEqual([
			['POST', '/rows', expect.objectContaining({ contactDetails: 'fred@example.com' })],
			['PUT', '/rows/61002', { cellData: [{ Key: String(CITY), Value: 'Kiel' }] }],
		]);
		expect(hints).toEqual(['1 added, 1 updated, 3 unchanged, 1 missing']);
	});

	test('an updated row says which labels changed', async () => {
		await seeded();
		const { outcomes } = await sync(world, {
			directory: [{ ...anna, title: '', city: 'Kiel' }, ben, carla, dan, eva],
		});
		expect(outcomes[0]).toEqual({
			json: {
				status: 'updated',
				contact: 'anna@example.com',
				respondentId: 61_001,
				changed: ['City', 'Title'],
			},
		});
		expect(writes()).toEqual([
			['PUT', '/rows/61001', { cellData: [{ Key: String(CITY), Value: 'Kiel' }] }],
			['DELETE', '/rows/61001', { labels: [TITLE] }],
		]);
		expect(world.cellsOf('anna@example.com')).toEqual({ [CITY]: 'Kiel' });
	});

	test('another way of writing the address is the same person', async () => {
		await seeded();
		const shouting = everybody.map((one) => ({ ...one, email: ` ${one.email.toUpperCase()} ` }));
		const { statuses } = await sync(world, { directory: shouting });
		expect(statuses.map(([, status]) => status)).toEqual(Array(5).fill('unchanged'));
		expect(writes()).toEqual([]);
	});

	test('the leaver is cleared where the user wants that, once, and all cells of the row', async () => {
		await seeded();
		const staying = everybody.slice(0, 4);
		const first = await sync(world, { directory: staying, missing: 'clear' });
		expect(first.statuses.at(-1)).toEqual([null, 'cleared']);
		expect(writes()).toEqual([['DELETE', '/rows/61005', { labels: [CITY, TITLE] }]]);
		const second = await sync(world, { directory: staying, missing: 'clear' });
		expect(second.statuses).toHaveLength(4);
		expect(writes()).toHaveLength(1);
	});

	test('who comes back gets the old row again', async () => {
		await seeded();
		await sync(world, { directory: [ben, carla, dan, eva], missing: 'clear' });
		expect(world.cellsOf('anna@example.com')).toEqual({});
		const { statuses } = await sync(world, { directory: everybody });
		expect(statuses[0]).toEqual(['anna@example.com', 'updated']);
		expect(world.cellsOf('anna@example.com')).toEqual({ [CITY]: 'Lund', [TITLE]: 'Nurse' });
		expect(world.rows.size).toBe(5);
	});

	test('the leaver is named where contacts are stored', async () => {
		await sync(world, { directory: everybody, options: { storeContact: true } });
		const { outcomes } = await sync(world, { directory: everybody.slice(1) });
		expect(outcomes.at(-1)).toEqual({
			json: { status: 'missing', contact: 'anna@example.com', respondentId: 61_001 },
		});
	});

	test('contacts and values stand nowhere in the memory unless the user wants it', async () => {
		await seeded();
		const text = JSON.stringify(world.table.all());
		for (const word of ['anna', 'example.com', 'Lund', 'Nurse']) expect(text).not.toContain(word);
	});

	test('afterwards the memory holds one row per person, and no claim', async () => {
		await seeded();
		await sync(world, { directory: [{ ...anna, city: 'Kiel' }, ...everybody.slice(1)] });
		expect(world.table.all()).toHaveLength(5);
		expect(world.table.all().map(({ state }) => state)).toEqual(Array(5).fill('there'));
	});

	test('who comes twice is added once, and with other data that is told', async () => {
		const { statuses, outcomes, hints } = await sync(world, {
			directory: [anna, ben, anna, { ...ben, city: 'Kiel' }],
		});
		expect(statuses.map(([, status]) => status)).toEqual(['added', 'added', 'skipped', 'skipped']);
		expect(outcomes[2]).toMatchObject({ json: { reason: 'duplicateInInput', duplicateOfItem: 0 } });
		expect(world.cellsOf('ben@example.com')).toEqual({ [CITY]: 'Malmö' });
		expect(hints[1]).toContain('1 contact came again with other data');
	});

	test('who comes twice keeps a value that the first item lacks, in whatever order', async () => {
		const blank = { ...ben, city: '' };
		await seeded();
		for (const twice of [
			[blank, ben],
			[ben, blank],
		]) {
			const { statuses, hints } = await sync(world, {
				directory: [anna, ...twice, carla, dan, eva],
			});
			expect(statuses.map(([, status]) => status)).toEqual([
				'unchanged',
				'unchanged',
				'skipped',
				...Array<string>(3).fill('unchanged'),
			]);
			expect(hints).toEqual(['5 unchanged']);
		}
		expect(writes()).toEqual([]);
	});

	test.each([
		{ City: '', city: 'Lund' },
		{ ' City': null, CITY: 'Lund' },
		{ city: 'Lund', City: '\u00a0' },
	])('mapped by name: a blank field never beats a value (%j)', async (fields) => {
		const cells = { mappingMode: 'autoMapInputData', value: null };
		const directory = [{ email: 'anna@example.com', ...fields } as Member];
		await sync(world, { directory, cells });
		expect(world.cellsOf('anna@example.com')).toEqual({ [CITY]: 'Lund' });
		const { statuses } = await sync(world, { directory, cells });
		expect(statuses).toEqual([['anna@example.com', 'unchanged']]);
	});

	test('a label that is not mapped is left alone', async () => {
		await seeded();
		const { statuses } = await sync(world, {
			directory: everybody.map(({ email }) => ({ email })),
			cells: { mappingMode: 'defineBelow', value: { [CITY]: null, [TITLE]: '' } },
		});
		expect(statuses.map(([, status]) => status)).toEqual(Array(5).fill('unchanged'));
	});

	test('mapped by name: a field that nobody has is left alone, one that some have empties the others', async () => {
		const cells = { mappingMode: 'autoMapInputData', value: null };
		const named = everybody.map(({ email, city, title }) => ({ email, City: city, Title: title }));
		await sync(world, { directory: named, cells });
		const next = named.map(({ email }, index) => ({
			email,
			...(index > 0 ? { City: 'Lund' } : {}),
		}));
		const { errors } = await sync(world, { directory: next, cells });
		expect(errors).toEqual([]);
		expect(world.cellsOf('anna@example.com')).toEqual({ [TITLE]: 'Nurse' });
	});

	test('mapped by name: where nobody has a field for any label, it says so', async () => {
		const cells = { mappingMode: 'autoMapInputData', value: null };
		const strange = everybody.map(({ email, city }) => ({ email, ort: city }));
		const { hints } = await sync(world, { directory: strange, cells });
		expect(hints[0]).toMatch(/^No field bears the name of a label, .* "City", /);
	});
});

describe('the guard', () => {
	test('an empty answer of the directory clears nobody', async () => {
		await seeded();
		const { errors } = await sync(world, { directory: [anna], missing: 'clear' });
		expect(errors[0].message).toBe(
			'Nothing was sent: 4 of 5 rows of the respondent list (80 %) would be cleared or lose a value, and at most 20 % may',
		);
		expect(writes()).toEqual([]);
		expect(world.cellsOf('ben@example.com')).toEqual({ [CITY]: 'Malmö' });
	});

	test('nor is anybody added or updated by such a run, and the next one is not kept waiting', async () => {
		await seeded();
		const fred = { email: 'fred@example.com' };
		await sync(world, { directory: [fred, { ...anna, city: 'Kiel' }], missing: 'clear' });
		expect(writes()).toEqual([]);
		const { errors } = await sync(world, { directory: everybody });
		expect(errors).toEqual([]);
	});

	test('a directory without its values does not empty the list either', async () => {
		await seeded();
		const { errors } = await sync(world, { directory: everybody.map(({ email }) => ({ email })) });
		expect(errors[0].message).toContain('4 of 5 rows');
		expect(writes()).toEqual([]);
	});

	test('a higher share lets it through', async () => {
		await seeded();
		const { statuses } = await sync(world, {
			directory: [anna],
			missing: 'clear',
			options: { maxMissingShare: 80 },
		});
		expect(statuses.map(([, status]) => status)).toEqual([
			'unchanged',
			...Array<string>(4).fill('cleared'),
		]);
	});

	test('one item that cannot be used does not make its person missing', async () => {
		await seeded();
		const { statuses } = await sync(world, {
			directory: [{ ...anna, city: { no: 'text' } as never }, ...everybody.slice(1)],
			missing: 'clear',
		});
		expect(statuses.map(([, status]) => status)).toEqual([
			'error',
			...Array<string>(4).fill('unchanged'),
		]);
		expect(writes()).toEqual([]);
	});

	test('unless failures are to be continued, one item that cannot be used keeps all from being sent', async () => {
		const { errors } = await sync(world, {
			directory: [anna, { email: 'not an address@' }],
			continueOnFail: false,
		});
		expect(errors).toHaveLength(1);
		expect(world.calls).toEqual([]);
	});

	test.each([-1, 101, 'a lot', NaN])('a share of %p is refused', async (maxMissingShare) => {
		const { errors } = await sync(world, { directory: [anna], options: { maxMissingShare } });
		expect(errors[0].message).toContain('is not a number from 0 to 100');
		expect(world.calls).toEqual([]);
	});
});

describe('a first run', () => {
	const stop = { firstRun: 'stop' };

	test('stops and asks, for one person too, and the next one is not kept waiting', async () => {
		for (const directory of [everybody, [anna]]) {
			const { errors } = await sync(world, { directory, options: stop });
			expect(errors[0].message).toBe(
				`Nothing was sent: this is the first run that is remembered for this list, and ${directory.length} of ${directory.length} ${directory.length === 1 ? 'person' : 'people'} in the directory would be added to the respondent list`,
			);
		}
		expect(writes()).toEqual([]);
		const { statuses } = await sync(world, { directory: everybody, options: { firstRun: 'add' } });
		expect(statuses.map(([, status]) => status)).toEqual(Array(5).fill('added'));
	});

	test('that was cut short is gone on with, without asking again', async () => {
		const many = Array.from({ length: 60 }, (_, index) => ({ email: `p${index}@example.com` }));
		const cancelled = () => writes().length >= 3;
		await sync(world, { directory: many, cancelled });
		expect(world.rows.size).toBeLessThan(10);
		const { errors } = await sync(world, { directory: many, options: stop });
		expect(errors).toEqual([]);
		expect(world.rows.size).toBe(60);
	});

	test('with nobody in the directory is no first run', async () => {
		const { errors } = await sync(world, { directory: [], options: stop });
		expect(errors).toEqual([]);
	});

	test('is asked about again when contacts are told in another way, so that nobody is recognised', async () => {
		await seeded();
		const { errors } = await sync(world, {
			directory: everybody.map(({ email }, index) => ({ email: `e${index}-${email}` })),
			options: stop,
		});
		expect(errors[0].message).toBe(
			'Nothing was sent: 5 of 5 people in the directory would be added to the respondent list, since none or few of them are among the 5 remembered',
		);
		expect(writes()).toEqual([]);
	});

	test('is asked about when only newcomers are given, and says what to do then', async () => {
		await seeded();
		const directory = [{ email: 'new@example.com' }];
		const { errors } = await sync(world, { directory, options: { ...stop, maxMissingShare: 100 } });
		expect(errors[0].message).toContain('1 of 1 person in the directory would be added');
		const { advice } = errors[0] as Error & { advice: string };
		expect(advice).toContain('Sync takes the whole directory in each run');
		expect(advice).toContain('use Add Row');
		expect(writes()).toEqual([]);
	});

	test('says to set the option back, and so do the runs after it', async () => {
		for (let run = 0; run < 2; run++) {
			const { hints } = await sync(world, { directory: everybody, options: { firstRun: 'add' } });
			expect(hints[1]).toContain('set it back to Stop and Ask');
		}
	});
});

describe('an add whose answer is lost', () => {
	test.each<Fate>(['doneAndLost', 'lost'])(
		'is an error that says what to do, and the next runs report it and never add again (%s)',
		async (fate) => {
			const fateOf = nth('POST', 2, fate);
			const first = await sync(world, { directory: everybody, fateOf });
			expect(first.statuses.map(([, status]) => status)).toEqual([
				'added',
				'error',
				'added',
				'added',
				'added',
			]);
			expect(first.errors[0].message).toContain(
				'Whether "ben@example.com" was added cannot be told',
			);
			for (let again = 1; again <= 2; again++) {
				const next = await sync(world, { directory: everybody });
				expect(next.outcomes[1]).toEqual({
					json: {
						status: 'unknown',
						contact: 'ben@example.com',
						respondentId: null,
						reason: 'lostAnswer',
						whatToDo: expect.stringContaining('When Unknown'),
					},
				});
				expect(next.hints[1]).toContain('Of 1 contact it cannot be told');
			}
			expect(world.contacts()).toHaveLength(fate === 'lost' ? 4 : 5);
		},
	);

	test('is added again where the user says so, and then known', async () => {
		await sync(world, { directory: everybody, fateOf: nth('POST', 2, 'lost') });
		const options = { whenUnknown: 'addAgain' };
		const second = await sync(world, { directory: everybody, options });
		expect(second.statuses[1]).toEqual(['ben@example.com', 'added']);
		const third = await sync(world, { directory: everybody, options });
		expect(third.statuses[1]).toEqual(['ben@example.com', 'unchanged']);
		expect(world.contacts()).toEqual(everybody.map(({ email }) => email));
	});

	test('stays unknown when adding again is refused', async () => {
		await sync(world, { directory: everybody, fateOf: nth('POST', 2, 'lost') });
		const again = { directory: everybody, options: { whenUnknown: 'addAgain' } };
		await sync(world, { ...again, fateOf: nth('POST', 1, 'refused') });
		const { statuses } = await sync(world, { directory: everybody });
		expect(statuses[1]).toEqual(['ben@example.com', 'unknown']);
	});

	test('is told when the person has left the directory since', async () => {
		await sync(world, { directory: everybody, fateOf: nth('POST', 2, 'lost') });
		const { statuses, hints } = await sync(world, { directory: [anna, carla, dan, eva] });
		expect(statuses.at(-1)).toEqual([null, 'unknown']);
		expect(hints[1]).toContain('Of 1 contact');
	});

	test('three in a row stop the run: many must not become unknown', async () => {
		const many = Array.from({ length: 100 }, (_, index) => ({ email: `p${index}@example.com` }));
		const { errors } = await sync(world, {
			directory: many,
			fateOf: ({ method }) => (method === 'POST' ? 'lost' : 'done'),
		});
		expect(errors).toHaveLength(100);
		expect(writes().length).toBeLessThanOrEqual(6);
		const { statuses } = await sync(world, { directory: many });
		expect(statuses.filter(([, status]) => status === 'unknown').length).toBeLessThanOrEqual(6);
	});

	test.each<Fate>(['refused', 'busy'])(
		'one that surely did not happen is done next time (%s)',
		async (fate) => {
			const first = await sync(world, { directory: everybody, fateOf: nth('POST', 2, fate) });
			expect(first.statuses[1]).toEqual(['ben@example.com', 'error']);
			const second = await sync(world, { directory: everybody });
			expect(second.errors).toEqual([]);
			expect(second.statuses[1]).toEqual(['ben@example.com', 'added']);
			expect(world.contacts()).toEqual(everybody.map(({ email }) => email));
		},
	);
});

describe('a change that goes wrong', () => {
	const moved = [{ ...anna, city: 'Kiel', title: '' }, ...everybody.slice(1)];

	test.each<[string, string, Fate]>([
		['PUT', 'lost', 'lost'],
		['PUT', 'done, its answer lost', 'doneAndLost'],
		['PUT', 'refused', 'refused'],
		['DELETE', 'lost', 'lost'],
		['DELETE', 'done, its answer lost', 'doneAndLost'],
		['DELETE', 'refused', 'refused'],
	])('%s %s: the next run brings the row in line, wherever it stands', async (method, _, fate) => {
		for (const next of [moved, everybody]) {
			world = new World();
			await seeded();
			const { statuses } = await sync(world, { directory: moved, fateOf: nth(method, 1, fate) });
			expect(statuses[0]).toEqual(['anna@example.com', 'error']);
			const { errors } = await sync(world, { directory: next });
			expect(errors).toEqual([]);
			expect(world.cellsOf('anna@example.com')).toEqual(
				next === moved ? { [CITY]: 'Kiel' } : { [CITY]: 'Lund', [TITLE]: 'Nurse' },
			);
			expect(world.rows.size).toBe(5);
		}
	});

	test('a row that somebody deleted in Netigate is an error, and the next run adds the person anew', async () => {
		await seeded();
		world.rows.delete(61_001);
		const first = await sync(world, { directory: moved });
		expect(first.errors[0].message).toContain('is not in the respondent list any more');
		const second = await sync(world, { directory: moved });
		expect(second.statuses[0]).toEqual(['anna@example.com', 'added']);
		expect(world.contacts().filter((one) => one === 'anna@example.com')).toHaveLength(1);
	});

	test('a leaver whose row somebody deleted counts as cleared, and is forgotten', async () => {
		await seeded();
		world.rows.delete(61_005);
		const { statuses } = await sync(world, { directory: everybody.slice(0, 4), missing: 'clear' });
		expect(statuses.at(-1)).toEqual([null, 'cleared']);
		expect(world.remembered()).toHaveLength(4);
	});
});

test('Netigate says that a change was not done: an error, and the next run makes it', async () => {
	await seeded();
	const moved = [{ ...anna, city: 'Ystad' }, ben, carla, dan, eva];
	const first = await sync(world, { directory: moved, fateOf: nth('PUT', 1, 'saidNo') });
	expect(first.errors.map(({ message }) => message)).toEqual([
		expect.stringContaining('says that it was not done'),
	]);
	const second = await sync(world, { directory: moved });
	expect(second.statuses[0]).toEqual(['anna@example.com', 'updated']);
	expect(world.cellsOf('anna@example.com')).toMatchObject({ [CITY]: 'Ystad' });
});

test('a change answered without a word is done', async () => {
	await seeded();
	const moved = [{ ...anna, city: 'Ystad' }, ben, carla, dan, eva];
	const { statuses } = await sync(world, {
		directory: moved,
		fateOf: nth('PUT', 1, 'doneWithoutAWord'),
	});
	expect(statuses[0]).toEqual(['anna@example.com', 'updated']);
	world.calls.length = 0;
	await sync(world, { directory: moved });
	expect(writes()).toEqual([]);
});

test('a log-in name in other capitals gets its old row, which is not cleared for the old spelling', async () => {
	world.mergesCapitals = true;
	const old = [{ email: 'EMP-Anna', city: 'Lund' }, ben, carla];
	await sync(world, { directory: old });
	const now = [{ email: 'emp-anna', city: 'Ystad' }, ben, carla];
	const options = { maxMissingShare: 100 };
	const { statuses, errors } = await sync(world, { directory: now, missing: 'clear', options });
	expect(statuses[0]).toEqual(['emp-anna', 'added']);
	expect(errors.map(({ message }) => message)).toEqual([
		expect.stringContaining('Netigate gave it to another contact'),
	]);
	expect(world.cellsOf('EMP-Anna')).toEqual({ [CITY]: 'Ystad' });
	const again = await sync(world, { directory: now, missing: 'clear', options });
	expect(again.statuses.map(([, status]) => status)).toEqual([
		'unchanged',
		'unchanged',
		'unchanged',
	]);
});

describe('a run that stops', () => {
	const many = Array.from({ length: 40 }, (_, index) => ({ email: `p${index}@example.com` }));

	test('at the first failure remembers what was sent; the next run does the rest', async () => {
		const first = await sync(world, {
			directory: many,
			continueOnFail: false,
			fateOf: nth('POST', 10, 'refused'),
		});
		expect(first.errors).toHaveLength(1);
		const sent = world.rows.size;
		expect(sent).toBeGreaterThanOrEqual(9);
		expect(sent).toBeLessThan(16);
		expect(first.statuses.filter(([, status]) => status === 'added')).toHaveLength(sent);
		expect(first.outcomes.at(-1)).toEqual({
			json: { status: 'skipped', contact: 'p39@example.com', reason: 'notSent' },
		});
		const second = await sync(world, { directory: many });
		expect(second.errors).toEqual([]);
		expect(world.contacts()).toEqual(many.map(({ email }) => email).sort());
	});

	test.each<Fate>(['forbidden', 'busy'])(
		'what would fail for everybody ends the sending (%s)',
		async (fate) => {
			const { errors } = await sync(world, {
				directory: many,
				fateOf: ({ method }) => (method === 'POST' ? fate : 'done'),
			});
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
		const { errors } = await sync(world, { directory: many });
		expect(errors).toEqual([]);
		expect(world.contacts()).toEqual(many.map(({ email }) => email).sort());
	});

	test('because the table is gone tells what it could not remember', async () => {
		let inserts = 0;
		const first = await sync(world, {
			directory: many,
			tick: async (label) => {
				if (label === 'begin insert' && ++inserts > 3) throw new Error('database is locked');
			},
		});
		const lost = first.errors.filter(({ message }) => /could not be remembered/.test(message));
		expect(lost.length).toBeGreaterThan(0);
		expect(
			first.errors.filter(({ message }) => /^Not sent: /.test(message)).length,
		).toBeGreaterThan(10);
		later(3);
		await sync(world, { directory: many });
		expect(new Set(world.contacts()).size).toBe(world.rows.size);
	});
});

describe('the memory', () => {
	test('of another hash key is refused, since everybody would be added again', async () => {
		await seeded();
		const { errors } = await sync(world, { directory: everybody, instanceId: 'another-n8n' });
		expect(errors[0].message).toContain('another hash key');
		expect(writes()).toEqual([]);
		const back = await sync(world, { directory: everybody });
		expect(back.errors).toEqual([]);
	});

	test.each(['commit insert', 'update', 'answer'])(
		'that fails (%s) while the list is claimed: the next run is not kept waiting',
		async (step) => {
			await seeded();
			let failing = 0;
			const tick = async (label: string) => {
				// Not the look for claims of runs that died.
				if (label === 'begin insert') failing = 1;
				if (label !== step || failing !== 1) return;
				failing = 2;
				throw new LedgerError('failed', 'No answer came', '');
			};
			const failed = await sync(world, { directory: everybody, tick });
			expect([failing, failed.errors[0].message]).toEqual([
				2,
				expect.stringContaining('No answer'),
			]);
			expect(writes()).toEqual([]);
			const next = await sync(world, { directory: everybody });
			expect(next.errors).toEqual([]);
		},
	);

	test('that somebody changed by hand is refused and names the row', async () => {
		await seeded();
		const [row] = world.table.all();
		world.table.add({ ...row, cells: 'oops' });
		const { errors } = await sync(world, { directory: everybody });
		expect(errors[0].message).toMatch(
			/^Row \d+ of the data table "netigate_list_rows" cannot be read/,
		);
		expect(writes()).toEqual([]);
	});
});
