import { randomUUID } from 'node:crypto';
import { byId, useN8n } from '../server';
import { set, subWorkflowTrigger, workflow } from '../workflows';
import { QuarantineHook, someone } from './workflows';

const n8n = useN8n();

const ledgerWorkflow = (id: string) => ({
	ledger: 'workflow',
	ledgerWorkflow: byId(id),
});

const allow = (options: Record<string, unknown> = {}) => ({
	options: { ...options, whenUnavailable: 'allow' },
});

interface DataTable {
	id: string;
	name: string;
	projectId: string;
	columns: Array<{ id: string; name: string }>;
}

async function table(): Promise<DataTable> {
	const { data } = (await n8n.api.call('GET', '/rest/data-tables-global?take=100')) as {
		data: DataTable[];
	};
	return data.find(({ name }) => name === 'netigate_quarantine')!;
}

const pathOf = ({ projectId, id }: DataTable) => `/rest/projects/${projectId}/data-tables/${id}`;

describe('the data table', () => {
	test('stops the run if it was deleted, and the next run creates a new one', async () => {
		const hook = await QuarantineHook.create(n8n);
		expect(await hook.one(someone())).toBe('allowed');
		await n8n.api.call('DELETE', pathOf(await table()));
		const { message, description } = await hook.failure(someone());
		expect(message).toContain('The data table "netigate_quarantine" is gone');
		expect(description).toContain('people may be invited again');
		expect(await hook.one(someone())).toBe('allowed');
	});

	test('ignores a copy with a longer name, and asks no one again', async () => {
		const hook = await QuarantineHook.create(n8n);
		const anna = someone();
		expect(await hook.one(anna)).toBe('allowed');
		const { projectId } = await table();
		const copy = (await n8n.api.call('POST', `/rest/projects/${projectId}/data-tables`, {
			name: 'netigate_quarantine_backup',
			columns: [{ name: 'contact', type: 'string' }],
		})) as { id: string };
		try {
			expect(await hook.one(anna)).toBe('invitedRecently');
			await n8n.restart();
			expect(await hook.one(anna)).toBe('invitedRecently');
			expect(await hook.one(someone())).toBe('allowed');
		} finally {
			await n8n.api.call('DELETE', `/rest/projects/${projectId}/data-tables/${copy.id}`);
		}
	});

	test('stops all runs while it is renamed, even after a restart', async () => {
		const hook = await QuarantineHook.create(n8n);
		const anna = someone();
		await hook.one(anna);
		const made = await table();
		await n8n.api.call('PATCH', pathOf(made), { name: 'netigate_old' });
		await n8n.restart();
		expect((await hook.failure(anna)).message).toContain('"netigate_old" looks like it');
		await n8n.api.call('PATCH', pathOf(made), { name: 'netigate_quarantine' });
		expect(await hook.one(anna)).toBe('invitedRecently');
	});

	test('allows people, with a reason, if it was deleted and the user chose that', async () => {
		const hook = await QuarantineHook.create(n8n, allow());
		await hook.one(someone());
		await n8n.api.call('DELETE', pathOf(await table()));
		expect(await hook.one(someone())).toBe('ledgerUnavailable');
	});

	test('stops all runs while a column is renamed, and names it', async () => {
		const hook = await QuarantineHook.create(n8n);
		const anna = someone();
		await hook.one(anna);
		const made = await table();
		const column = made.columns.find(({ name }) => name === 'survey')!;
		const rename = async (name: string) =>
			await n8n.api.call('PATCH', `${pathOf(made)}/columns/${column.id}/rename`, { name });
		await rename('umfrage');
		const { message } = await hook.failure(someone());
		expect(message).toContain('has no column "survey"');
		await rename('survey');
		expect(await hook.one(anna)).toBe('invitedRecently');
	});

	test('treats no one as new if it has another Hash Secret, and a new table has the new key', async () => {
		const here = await QuarantineHook.create(n8n);
		await here.one(someone());
		const data = { hashSecret: 'a secret of more than 20 characters' };
		const type = 'netigateHashSecretApi';
		const { id, name } = await n8n.api.createCredential({ name: 'Secret', type, data });
		const credentials = { [type]: { id, name } };
		const other = await QuarantineHook.create(n8n, allow(), { credentials });
		const { message, description } = await other.failure(someone());
		expect(message).toContain('written with another hash key');
		expect(description).toContain('Hash Secret');
		await n8n.api.call('DELETE', pathOf(await table()));
		const anna = someone();
		await other.failure(anna).catch(() => {});
		expect(await other.one(anna)).toBe('allowed');
		expect(await other.one(anna)).toBe('invitedRecently');
		expect((await here.failure(someone())).message).toContain('is gone');
		expect((await here.failure(someone())).message).toContain('written with another hash key');
		await n8n.api.call('DELETE', pathOf(await table()));
	});

	test('outputs no one at Allowed if "On Error" is set to continue', async () => {
		const hook = await QuarantineHook.create(n8n, {}, { onError: 'continueRegularOutput' });
		await hook.one(someone());
		await n8n.api.call('DELETE', pathOf(await table()));
		const [failed] = await hook.ask(someone());
		expect(failed.quarantine).toBeUndefined();
		expect(failed.error).toContain('is gone');
		await hook.one(someone());
	});
});

describe('the ledger workflow', () => {
	const answering = async (answer: string, publish = true) => {
		const { id } = await n8n.api.importWorkflow(
			workflow(`ledger ${randomUUID()}`, [subWorkflowTrigger(), set('Answer', answer)]),
		);
		if (publish) await n8n.api.activate(id);
		return id;
	};

	const record = (read: string) =>
		`={{ { contract: 1, key: $json.key, keepDays: 0, read: 1, ${read} } }}`;

	test.each([
		['that does not exist', async () => 'NoSuchWorkflow12', /doesn't exist/],
		['that is not published', async () => await answering('{}', false), /isn't published/],
		[
			'that returns nonsense',
			async () => await answering('{ "hello": "world" }'),
			/without "contract"/,
		],
		[
			'with a later version',
			async () => await answering('{ "contract": 2 }'),
			/contract 2 instead of 1/,
		],
		[
			'without a required field',
			async () =>
				await answering(
					record('written: 0, records: [{ contact: $json.lines.contact, version: 0 }]'),
				),
			/"events" value that isn't a list/,
		],
		[
			'with another contact',
			async () =>
				await answering(record('written: 1, records: [{ contact: "x", version: 0, events: [] }]')),
			/a contact that wasn't requested/,
		],
	])(
		'%s: stops with a clear error, or allows people if the user chose that',
		async (_, make, expected) => {
			const id = await make();
			const stopping = await QuarantineHook.create(n8n, { options: ledgerWorkflow(id) });
			const { message, description } = await stopping.failure(someone());
			expect(message).toMatch(expected);
			expect(description.length).toBeGreaterThan(20);
			const allowing = await QuarantineHook.create(n8n, allow(ledgerWorkflow(id)));
			expect(await allowing.one(someone())).toBe('ledgerUnavailable');
		},
	);
});
