import fc from 'fast-check';
import { sync, World, type Fate, type Member } from './world';

/*
 * Whatever happens to a list, no one in the directory is cleared: not if their item can't be read, and not if Netigate
 * treats two spellings of their login name as one contact.
 */

/** The spellings of a person's contact in one run. */
const SPELLINGS: Record<string, (person: number) => string[]> = {
	absent: () => [],
	plain: (person) => [`emp-p${person}`],
	other: (person) => [`emp.p${person}`],
	both: (person) => [`emp-p${person}`, `emp.p${person}`],
	unreadable: () => ['a@example.com, b@example.com'],
	misspelled: () => ['a@b@example.com'],
	empty: () => [' '],
};

const spelling = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom('absent', 'plain', 'other', 'both') },
	{ weight: 1, arbitrary: fc.constantFrom('unreadable', 'misspelled', 'empty') },
);

const fates = fc.oneof(
	{ weight: 6, arbitrary: fc.constant<Fate>('done') },
	{ weight: 2, arbitrary: fc.constantFrom<Fate>('doneAndLost', 'lost', 'refused', 'busy') },
);

const sequences = fc.record({
	repeatedRows: fc.constantFrom('add', 'existing'),
	runs: fc.array(
		fc.record({
			spellings: fc.array(spelling, { minLength: 4, maxLength: 4 }),
			/** The fates of the calls in turn. */
			fates: fc.array(fates, { minLength: 1, maxLength: 6 }),
			/** Whether one label has no values, so that its cells are emptied. */
			noCity: fc.boolean(),
			whenUnknown: fc.constantFrom('report', 'addAgain'),
			missing: fc.constantFrom('clear', 'clear', 'report'),
			continueOnFail: fc.constantFrom(true, true, false),
		}),
		{ minLength: 2, maxLength: 6 },
	),
});

/** A contact's row in a list that may treat other spellings as the same. */
const rowOf = (world: World, contact: string, repeatedRows: string) =>
	[...world.rows.values()].find((row) =>
		repeatedRows === 'existing'
			? row.contact.replace(/\W/g, '') === contact.replace(/\W/g, '')
			: row.contact === contact,
	);

test('no one in the directory is cleared', async () => {
	const property = fc.asyncProperty(sequences, async ({ repeatedRows, runs }) => {
		const world = new World({ repeatedRows });
		for (const { spellings, fates, noCity, ...request } of runs) {
			const title = 'Nurse';
			const directory = spellings.flatMap((name, person) =>
				SPELLINGS[name](person).map((email): Member => {
					return noCity ? { email, title } : { email, title, city: `City ${person}` };
				}),
			);
			const contacts = directory.map(({ email }) => email);
			const certain = contacts.every((email) => email.startsWith('emp'));
			const filled = [...world.rows.values()].filter(({ cells }) => cells.size > 0);
			const present = certain
				? contacts.map((email) => rowOf(world, email, repeatedRows))
				: [...world.rows.values()];
			let calls = 0;
			await sync(world, {
				directory,
				...request,
				fateOf: ({ method }) => (method === 'GET' ? 'done' : fates[calls++ % fates.length]),
				options: { maxMissingShare: 100, firstRun: 'add', whenUnknown: request.whenUnknown },
			});
			const emptied = filled.filter((row) => present.includes(row) && row.cells.size === 0);
			expect(emptied).toEqual([]);
		}
	});
	await fc.assert(property, { numRuns: 300 });
}, 600_000);

test.each([
	['a@example.com, b@example.com', 'report'],
	['a@example.com, b@example.com', 'clear'],
	// As an automatic contact type, these are login names.
	['c@@example.com', 'clear'],
	['c@example', 'report'],
	['+46 73 51', 'clear'],
	['', 'clear'],
] as const)('with the contact "%s", %s reports leavers as uncertain', async (email, missing) => {
	const world = new World();
	const directory = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com`, city: 'Lund' }));
	await sync(world, { directory });
	const next = [...directory.slice(0, 2), { email }];
	const { outcomes, hints } = await sync(world, { directory: next, missing });
	const json = { status: 'missing', reason: 'unreadableItem' };
	expect(outcomes.at(-1)).toMatchObject({ json });
	expect(hints.join()).toContain("1 item couldn't be read");
	expect(world.cellsOf('c@example.com')).not.toEqual({});
});
