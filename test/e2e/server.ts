import { join } from 'node:path';
import { itemsOf, N8nApi, type Credential, type Execution } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { root } from '../run/paths.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { until } from '../run/until.mjs';
import type { Sandbox } from '../sandbox';

/** Defined in environment.js. */
declare const takeServer: () => Promise<N8nServer>;

/**
 * An n8n server for all tests in a file or `describe`, available once tests run. Without options, files share a server,
 * which is emptied between them.
 */
export function useN8n(options?: Parameters<typeof startN8n>[0]): N8nServer {
	let server: N8nServer | undefined;
	let api: N8nApi;
	beforeAll(async () => {
		server = options ? await startN8n(options) : await takeServer();
		api = new N8nApi(server.url, server.api.cookie);
	});
	afterAll(async () => {
		if (options) await server?.stop();
	});
	return new Proxy({} as N8nServer, {
		get(_, name: keyof N8nServer) {
			if (name === 'api') return api;
			const member = server![name];
			return typeof member === 'function' ? member.bind(server) : member;
		},
	});
}

/** n8n's credential for the sandbox, created before the first test. */
export function useCredential(
	n8n: N8nServer,
	sandbox: Sandbox,
	more: Record<string, string> = {},
): Credential {
	const credential = {} as Credential;
	beforeAll(async () => {
		Object.assign(credential, await createSandboxCredential(n8n.api, sandbox, more));
	});
	return credential;
}

/** Starts something before the first test and closes it after the last one. */
export function use<T extends { start: () => Promise<T>; close: () => Promise<void> }>(part: T): T {
	beforeAll(async () => await part.start());
	afterAll(async () => await part.close());
	return part;
}

/** The path of an example workflow. */
export const example = (name: string) => join(root, 'workflows', name);

export const byId = (value: unknown) => ({ __rl: true, mode: 'id', value: String(value) });

/** A node's parameters for a chosen survey, and optionally a sendout. */
export const chosen = (surveyId: number, sendoutId?: number) => ({
	surveyId: byId(surveyId),
	...(sendoutId === undefined ? {} : { sendoutId: byId(sendoutId) }),
});

/** The names of nodes that ran. */
export const nodesRun = ({ data }: Execution) => Object.keys(data.resultData.runData as object);

/** Checks that an execution succeeded, and returns it. */
export function succeeded(execution: Execution): Execution {
	const { status, data } = execution;
	const message = data.resultData.error?.message as unknown;
	expect({ status, message }).toEqual({ status: 'success', message: undefined });
	return execution;
}

/** Waits until this number of executions has ended. @returns the latest one, which must be successful */
export async function ended(n8n: N8nServer, workflowId: string, count: number): Promise<Execution> {
	await until(`execution ${count} to end`, 120_000, async () => {
		const executions = await n8n.api.executions({ workflowId });
		return executions.filter(({ stoppedAt }) => stoppedAt).length >= count;
	});
	return succeeded(await latest(n8n, workflowId));
}

/** Waits for the latest execution to end and returns it. */
export async function latest(n8n: N8nServer, workflowId: string): Promise<Execution> {
	const [{ id }] = await n8n.api.executions({ workflowId }, 1);
	return await n8n.api.waitForExecution(id);
}

/** Returns the fields of a node's items. */
export const jsonOf = (execution: Execution, node: string) =>
	itemsOf(execution, node).map(({ json }) => json);
