import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Workflow } from '../../run/n8n-api.mjs';
import { makeDatabase, type N8nServer } from '../../run/n8n-server.mjs';
import { postgresAddress, redisAddress } from '../../run/services.mjs';
import { byId, example } from '../server';
import { node, own, postedItems, webhook, workflow, type Fields } from '../workflows';

export const someone = () => `${randomUUID()}@example.com`;

export const quarantine = (parameters: Fields = {}, more: Fields = {}) =>
	own(
		...(['Quarantine', 'netigateQuarantine'] as const),
		{ operation: 'reserve', contact: '={{ $json.email }}', surveyId: byId(501), ...parameters },
		more,
	);

interface Result {
	email?: string;
	error?: string;
	quarantine?: { status: string; reason?: string; [more: string]: unknown };
}

/** A webhook that sends the posted people through a quarantine node and returns the results. */
export class QuarantineHook {
	private constructor(
		private readonly n8n: N8nServer,
		readonly path: string,
		readonly workflowId: string,
	) {}

	static async create(
		n8n: N8nServer,
		parameters: Fields = {},
		more: Fields = {},
	): Promise<QuarantineHook> {
		const path = `quarantine-${randomUUID()}`;
		const operation = String(parameters.operation ?? 'reserve');
		const decides = operation === 'reserve' || operation === 'check';
		// Merging both outputs lets the webhook return all items.
		const nodes = [
			webhook(path),
			postedItems(),
			quarantine(parameters, more),
			node('All', 'merge', 3),
		];
		const { id } = await n8n.api.importWorkflow(
			workflow(path, nodes, [
				['Webhook', 0, 'Items'],
				['Items', 0, 'Quarantine'],
				['Quarantine', 0, 'All', 0],
				...(decides ? [['Quarantine', 1, 'All', 1] as const] : []),
			]),
		);
		await n8n.api.activate(id);
		return new QuarantineHook(n8n, path, id);
	}

	/** @returns the result of each person, in no particular order */
	async ask(...emails: string[]): Promise<Result[]> {
		return await postPeople<Result>(this.n8n, this, emails);
	}

	/** The reason for a person's status, or the status if there is no reason. */
	async one(email: string): Promise<string> {
		const [{ quarantine: result, error }] = await this.ask(email);
		return result?.reason ?? result?.status ?? `failed: ${error}`;
	}

	/** @returns the error of the execution that this call starts */
	async failure(email: string): Promise<{ message: string; description: string }> {
		const { status } = await this.n8n.api.webhook(this.path, { items: [{ email }] });
		if (status === 200) throw new Error('It was expected to fail');
		return await latestError(this.n8n, this.workflowId);
	}
}

/** Posts people to a webhook. @returns the items of its response */
export async function postPeople<T>(
	n8n: N8nServer,
	hook: { path: string; workflowId: string },
	emails: readonly string[],
): Promise<T[]> {
	const items = emails.map((email) => ({ email }));
	const { status, body } = await n8n.api.webhook(hook.path, { items });
	if (status === 200) return body as T[];
	const { message, description } = await latestError(n8n, hook.workflowId);
	// n8n limits each of its own regular expressions to 250 ms, which is too short for many executions at once
	// on a busy machine. The quarantine has decided nothing yet.
	if (message === 'Regular expression execution timed out')
		return await postPeople(n8n, hook, emails);
	throw new Error(`n8n returned ${status}: ${message}. ${description}`);
}

async function latestError(n8n: N8nServer, workflowId: string) {
	// Other executions may have ended in the meantime.
	const [last] = await n8n.api.executions({ workflowId, status: ['error', 'crashed'] }, 1);
	if (!last) return { message: 'no execution failed', description: '' };
	const { data } = await n8n.api.waitForExecution(last.id);
	return data.resultData.error as { message: string; description: string };
}

/**
 * Imports a ledger workflow of the package with credentials for the tests' databases, and publishes it.
 * Its ledger is empty and shared with no one: it has its own database, or its own name for its keys.
 */
export async function importLedger(n8n: N8nServer, kind: 'postgres' | 'redis'): Promise<string> {
	const { name, drop } =
		kind === 'postgres'
			? await makeDatabase(n8n.installed.folder)
			: { name: `netigate_test_${randomUUID()}`, drop: async () => {} };
	made.push(drop);
	const at = kind === 'postgres' ? postgresAddress() : redisAddress();
	const login = {
		host: at.hostname,
		user: decodeURIComponent(at.username),
		password: decodeURIComponent(at.password),
	};
	const database =
		kind === 'postgres'
			? { port: Number(at.port || 5432), database: name, ssl: 'disable' }
			: { port: Number(at.port || 6379), database: Number(at.pathname.slice(1) || 0) };
	const data = { ...login, ...database };
	const credential = await n8n.api.createCredential({ name, type: kind, data });
	const text = await readFile(example(`quarantine-ledger-${kind}.json`), 'utf8');
	const ledger = JSON.parse(text.replaceAll('netigate:quarantine', name)) as Workflow;
	const { id } = await n8n.api.importWorkflow(ledger, {
		credentials: { [kind]: credential },
	});
	await n8n.api.activate(id);
	return id;
}

const made: Array<() => Promise<void>> = [];

/** Removes the databases that `importLedger` created. */
export async function removeLedgers(): Promise<void> {
	for (const remove of made.splice(0)) await remove();
}
