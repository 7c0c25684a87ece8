import type { IDataObject } from 'n8n-workflow';
import { QUARANTINE_TABLE } from '../../nodes/shared/quarantine/ledger/table';
import { byMode, hintsIn, host, positions, reasons, results, run } from './quarantineRuns';

/* Unavailable ledgers, full ledgers, and ledger workflows. */

const SECRET = 'a secret of more than 20 characters';

describe('an unavailable ledger', () => {
	const gone = 'The data table "netigate_quarantine" is gone';
	const unavailable = { whenUnavailable: 'allow' };

	const loseTable = async () => {
		await run();
		host.deleteTable();
	};

	test('stops the run with an error that says what to do, and the next run starts a new ledger', async () => {
		await loseTable();
		const { error, outputs } = await run();
		expect(error?.message).toContain(gone);
		expect(error?.description).toContain('people may be invited again');
		expect(error?.description).toContain('quarantine-seed-history.json');
		expect(outputs.flat()).toEqual([]);
		expect((await run()).error).toBeUndefined();
	});

	test('also stops a retry of the execution that found the table missing', async () => {
		await loseTable();
		await run({ execution: 'tried twice' });
		await run();
		const { error, outputs } = await run({ execution: 'tried twice' });
		expect(error?.message).toContain(gone);
		expect(outputs.flat()).toEqual([]);
	});

	test('allows people, with a reason and a warning, if the user chose that', async () => {
		await loseTable();
		const { outputs, hints } = await run({ options: unavailable });
		expect(results(outputs[0])).toMatchObject([{ status: 'allowed', reason: 'ledgerUnavailable' }]);
		expect(hints[0]).toMatchObject({ type: 'warning' });
		expect(hints[0].message).toContain(gone);
	});

	test('still quarantines duplicates and blocked people if the user chose that', async () => {
		await loseTable();
		const { outputs } = await run({
			emails: ['anna@example.com', 'Anna@example.com', 'blocked@example.com'],
			options: unavailable,
			credential: undefined,
		});
		expect(outputs.map(results)).toMatchObject([
			[{ status: 'allowed', reason: 'ledgerUnavailable' }],
			[
				{ status: 'quarantined', reason: 'duplicateInRun' },
				{ status: 'quarantined', reason: 'blocked' },
			],
		]);
	});

	test.each(['continueErrorOutput', 'continueRegularOutput'] as const)(
		'outputs no one at Allowed with On Error "%s"',
		async (onError) => {
			await loseTable();
			const { outputs } = await run({ emails: ['bo@example.com', 'cem@example.com'], onError });
			expect(outputs[0]).toEqual([]);
			expect(outputs.at(-1)!.map(({ json }) => json.error)).toEqual([
				expect.stringContaining(gone),
				expect.stringContaining(gone),
			]);
		},
	);

	test('treats no one as new if it was written with another key', async () => {
		await run();
		// The run stops even with "When Unavailable: Allow". Otherwise every later run would ask everyone.
		for (const options of [{}, unavailable]) {
			const { error, outputs } = await run({ options, hashSecret: SECRET });
			expect(error?.message).toContain('written with another hash key');
			expect(error?.description).toContain('Hash Secret');
			expect(outputs.flat()).toEqual([]);
		}
	});

	test('stops the run if someone edited a row incorrectly', async () => {
		await run();
		host.tables.get(QUARANTINE_TABLE.name)!.add({ ...host.events()[0], kind: 'something' });
		const { error } = await run();
		expect(error?.message).toContain("can't be read");
		expect(error?.description).toContain('may be invited again');
	});

	test('is read again if rows shift while they are read', async () => {
		await run({ operation: 'check' });
		const shifted = 'synchronization error: result count changed during pagination';
		host.failures.push(new Error(shifted), new Error(shifted));
		const { error } = await run({ operation: 'check' });
		expect(error).toBeUndefined();
	});
});

describe('a full ledger', () => {
	const recordOld = async () =>
		await run({
			operation: 'record',
			parameters: { event: 'invited', at: '2020-01-01' },
			options: { keepDays: 5000 },
		});

	test('removes old events and tries again', async () => {
		await recordOld();
		expect(host.events()).toHaveLength(1);
		host.failures.push(new Error('Data table size limit exceeded: 50MB used'));
		const full = await run({ emails: ['bo@example.com'] });
		expect(full.error).toBeUndefined();
		expect(host.events()).toMatchObject([{ state: 'final', kind: 'invited' }]);
		expect(hintsIn(full)).toContain('The data tables of this n8n instance were full');
		expect(hintsIn(await run({ emails: ['cem@example.com'] }))).not.toContain('full');
	});

	test.each([0, 1, 2, 3])(
		'removes old events at step %d of a confirmation, and still confirms',
		async (before) => {
			await recordOld();
			await run({ emails: ['bo@example.com'], options: { holdMinutes: 30 } });
			const steps = Array.from({ length: before }, () => undefined);
			host.failures.push(...steps, new Error('Data table size limit exceeded: 200MB used'));
			const { outputs, error } = await run({ operation: 'confirm', emails: ['bo@example.com'] });
			expect(error).toBeUndefined();
			expect(results(outputs[0])).toEqual([{ status: 'confirmed', reason: 'confirmed' }]);
			expect(host.events()).toMatchObject([{ state: 'final', kind: 'invited' }]);
		},
	);

	test('gives advice and keeps held reservations if nothing can be removed', async () => {
		await run({ options: { holdMinutes: 30 } });
		host.capacity = 0;
		const { error } = await run({ operation: 'confirm' });
		expect(error?.message).toContain('The data tables of this n8n instance are full');
		expect(error?.description).toContain('N8N_DATA_TABLES_MAX_SIZE_BYTES');
		expect(host.events()).toMatchObject([{ state: 'held' }]);
	});
});

describe('a ledger workflow', () => {
	const ledger = { ledger: 'workflow', ledgerWorkflow: byMode('ledger', 'list') };

	test('decides and remembers like the data table', async () => {
		const emails = ['anna@example.com', 'bo@example.com', 'anna@example.com'];
		const { outputs } = await run({ emails, options: ledger });
		expect(positions(outputs[0])).toEqual([0, 1]);
		const again = await run({ emails, options: ledger });
		expect(reasons(again.outputs[1])).toEqual([
			'invitedRecently',
			'invitedRecently',
			'invitedRecently',
		]);
		expect(host.events()).toEqual([]);
	});

	test.each([
		['not chosen', { ledger: 'workflow' }, "'Ledger Workflow' is empty"],
		[
			'that does not exist',
			{ ...ledger, ledgerWorkflow: byMode('none') },
			"The ledger workflow doesn't exist",
		],
	])('%s is reported', async (_, options, message) => {
		const { error } = await run({ options });
		expect(error?.message).toContain(message);
	});

	test('lists quarantined contacts too', async () => {
		await run({ options: { ...ledger, storeContact: true } });
		const { outputs } = await run({ operation: 'getMany', options: ledger });
		expect(outputs[0].map(({ json }) => json.contact)).toEqual(['anna@example.com']);
	});

	const sound = { contract: 1, key: 'f00d', keepDays: 0, read: 1, written: 0, records: [] };
	const record = { contact: 'c', version: 0, events: [] };

	test('written with another key is reported as such', async () => {
		host.nonsense = [{ ...sound, key: 'f00d' }];
		const { error, outputs } = await run({ options: ledger });
		expect(error?.message).toContain('written with another hash key (f00d)');
		expect(error?.description).toContain('Hash Secret');
		expect(outputs.flat()).toEqual([]);
	});

	test.each<[string, IDataObject[]]>([
		['nothing', []],
		['an unrelated item', [{ ok: true }]],
		['another version of the contract', [{ ...sound, contract: 2 }]],
		['no key', [{ ...sound, key: null }]],
		['an invalid key', [{ ...sound, key: '[object Object]' }]],
		['one contact too few', [{ ...sound, read: 0 }]],
		['one contact too many', [{ ...sound, read: 2 }]],
		['no count of contacts', [{ ...sound, read: undefined }]],
		['no days', [{ ...sound, keepDays: '400' }]],
		['no records', [{ ...sound, records: undefined }]],
		['another contact', [{ ...sound, records: [record] }]],
		['a text as version', [{ ...sound, records: [{ ...record, version: '1' }] }]],
		['no list of events', [{ ...sound, records: [{ ...record, events: 'none' }] }]],
		['an event of another shape', [{ ...sound, records: [{ ...record, events: [{ at: 0 }] }] }]],
	])('that returns %s causes an error, and allows no one', async (_, response) => {
		host.nonsense = response;
		const { error, outputs } = await run({ options: ledger });
		expect(error?.message).toContain('The ledger workflow returned');
		expect(outputs.flat()).toEqual([]);
		const allowing = await run({ options: { ...ledger, whenUnavailable: 'allow' } });
		expect(results(allowing.outputs[0])).toMatchObject([{ reason: 'ledgerUnavailable' }]);
	});
});
