import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { N8nServer } from '../../run/n8n-server.mjs';
import { root } from '../../run/paths.mjs';
import { connectPostgres, postgresAddress, redisAddress } from '../../run/services.mjs';

type Fields = Record<string, unknown>;

export interface TestNode {
	name: string;
	type: string;
	typeVersion: number;
	parameters: Fields;
	[more: string]: unknown;
}

export const QUARANTINE = 'n8n-nodes-netigate.netigateQuarantine';

const main = (node: string, index = 0) => ({ node, type: 'main', index });

/** Connections given as `from`, output, `to`. */
export function connections(
	...links: Array<[from: string, output: number, to: string, input?: number]>
) {
	const all: Record<string, { main: Array<Array<ReturnType<typeof main>>> }> = {};
	for (const [from, output, to, input] of links) {
		const outputs = (all[from] ??= { main: [] }).main;
		while (outputs.length <= output) outputs.push([]);
		outputs[output].push(main(to, input));
	}
	return all;
}

export function workflow(name: string, nodes: TestNode[], links: ReturnType<typeof connections>) {
	return {
		name,
		nodes: nodes.map((node, index) => ({ id: randomUUID(), position: [index * 200, 0], ...node })),
		connections: links,
		settings: { executionOrder: 'v1' },
	};
}

export const webhook = (path: string, more: Fields = {}): TestNode => ({
	name: 'Webhook',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	webhookId: path,
	parameters: {
		httpMethod: 'POST',
		path,
		responseMode: 'lastNode',
		responseData: 'allEntries',
		...more,
	},
});

/** Turns the list that was posted as `items` into items. */
export const postedItems = (): TestNode => ({
	name: 'Items',
	type: 'n8n-nodes-base.splitOut',
	typeVersion: 1,
	parameters: { fieldToSplitOut: 'body.items', options: {} },
});

export const quarantine = (parameters: Fields, more: Fields = {}): TestNode => ({
	name: 'Quarantine',
	type: QUARANTINE,
	typeVersion: 1,
	parameters: {
		operation: 'reserve',
		contact: '={{ $json.email }}',
		surveyId: { __rl: true, mode: 'id', value: '501' },
		...parameters,
	},
	...more,
});

/** Brings both outputs together, so that the webhook answers with all items. */
const together = (): TestNode => ({
	name: 'Together',
	type: 'n8n-nodes-base.merge',
	typeVersion: 3,
	parameters: {},
});

interface Told {
	email?: string;
	error?: string;
	quarantine?: { status: string; reason: string | null; [more: string]: unknown };
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
		const links: Parameters<typeof connections> = [
			['Webhook', 0, 'Items'],
			['Items', 0, 'Quarantine'],
			['Quarantine', 0, 'Together', 0],
		];
		if (operation === 'reserve' || operation === 'check')
			links.push(['Quarantine', 1, 'Together', 1]);
		const { id } = await n8n.api.importWorkflow(
			workflow(
				path,
				[webhook(path), postedItems(), quarantine(parameters, more), together()],
				connections(...links),
			) as never,
		);
		await n8n.api.activate(id);
		return new QuarantineHook(n8n, path, id);
	}

	/** @returns the result of each person, in no particular order */
	async ask(...emails: string[]): Promise<Told[]> {
		const { status, body } = await this.n8n.api.webhook(this.path, {
			items: emails.map((email) => ({ email })),
		});
		if (status !== 200) {
			const { message, description } = await this.latestError();
			// n8n gives each of its own regular expressions 250 ms by the clock, which 50 executions at once on a
			// busy machine do not always get. Nothing was decided by then.
			if (message === 'Regular expression execution timed out') return await this.ask(...emails);
			throw new Error(`n8n answered ${status}: ${message}. ${description}`);
		}
		return body as Told[];
	}

	/** The reason for one person's status, otherwise the status. */
	async one(email: string): Promise<string> {
		const [told] = await this.ask(email);
		return told.quarantine?.reason ?? told.quarantine?.status ?? `failed: ${told.error}`;
	}

	/** @returns the error of the execution that this call starts */
	async failure(email: string): Promise<{ message: string; description: string }> {
		const { status } = await this.n8n.api.webhook(this.path, { items: [{ email }] });
		if (status === 200) throw new Error('It was expected to fail');
		return await this.latestError();
	}

	private async latestError(): Promise<{ message: string; description: string }> {
		// Others that run at the same time may have ended since.
		const failed = { workflowId: this.workflowId, status: ['error', 'crashed'] };
		const [latest] = await this.n8n.api.executions(failed, 1);
		if (!latest) return { message: 'no execution failed', description: '' };
		const { id } = latest;
		const { data } = await this.n8n.api.waitForExecution(id);
		const { message, description } = data.resultData.error;
		return { message, description };
	}
}

/**
 * Imports a ledger workflow of the package with credentials for the tests' databases, and publishes it.
 * Its ledger is empty and shared with no one: it has its own database, or its own name for its keys.
 */
export async function importLedger(n8n: N8nServer, kind: 'postgres' | 'redis'): Promise<string> {
	const name = `netigate_test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
	const at = kind === 'postgres' ? postgresAddress() : redisAddress();
	const login = {
		host: at.hostname,
		user: decodeURIComponent(at.username),
		password: decodeURIComponent(at.password),
	};
	if (kind === 'postgres') await createDatabase(n8n, name);
	const data =
		kind === 'postgres'
			? { ...login, port: Number(at.port || 5432), database: name, ssl: 'disable' }
			: { ...login, port: Number(at.port || 6379), database: Number(at.pathname.slice(1) || 0) };
	const credential = await n8n.api.createCredential({ name, type: kind, data });
	const file = join(root, 'workflows', `quarantine-ledger-${kind}.json`);
	const text = (await readFile(file, 'utf8')).replaceAll('netigate:quarantine', name);
	const { id } = await n8n.api.importWorkflow(JSON.parse(text), {
		credentials: { [kind]: credential },
	});
	await n8n.api.activate(id);
	return id;
}

const made: Array<() => Promise<void>> = [];

/** Removes the databases that `importLedger` made. */
export async function removeLedgers(): Promise<void> {
	for (const remove of made.splice(0)) await remove();
}

async function createDatabase(n8n: N8nServer, name: string): Promise<void> {
	const ask = async (sql: string) => {
		const client = await connectPostgres(n8n.installed.folder);
		await client.query(sql).finally(async () => await client.end());
	};
	await ask(`CREATE DATABASE ${name}`);
	made.push(async () => await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
}
