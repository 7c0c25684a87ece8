/** The part of n8n's internal HTTP API that the tests and `npm start` use. n8n's editor uses the same API. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'flatted';
import { until } from './until.mjs';

/**
 * @typedef {{ id: string, name: string, type: string }} Credential
 * @typedef {{ email: string, password: string }} Owner
 * @typedef {{ name: string, type: string, typeVersion: number, parameters: Record<string, any>, credentials?: Record<string, { id: string, name: string }>, [more: string]: any }} WorkflowNode
 * @typedef {{ id?: string, versionId?: string, name: string, nodes: WorkflowNode[], connections: Record<string, any>, settings?: Record<string, any>, [more: string]: any }} Workflow
 * @typedef {{ id: string, status: string, mode: string, workflowId: string, startedAt: string, stoppedAt?: string, data: any, [more: string]: any }} Execution
 */

const allStatuses = 'canceled crashed error new running success unknown waiting'.split(' ');

/** The header that webhooks with header authentication accept in tests and in `npm start`. */
export const webhookKey = { name: 'X-Webhook-Key', value: randomBytes(16).toString('hex') };

/** n8n's HTTP interface, logged in as the owner. */
export class N8nApi {
	/** @type {Promise<Credential> | undefined} */
	#webhookCredential;

	/** @type {any[]} the server's node types, read only once because they are several megabytes */
	#nodeTypes = [];

	/**
	 * @param {string} url the server's address, without a trailing slash
	 * @param {string} [cookie] of a login; without it, call `logIn` first
	 */
	constructor(url, cookie = '') {
		this.url = url;
		this.cookie = cookie;
	}

	/**
	 * Makes a call. Returns the JSON response, without its `data` wrapper if it has one.
	 * @param {string} method
	 * @param {string} path e.g. `/rest/workflows`
	 * @param {unknown} [body]
	 * @returns {Promise<any>}
	 */
	async call(method, path, body) {
		const response = await this.fetch(method, path, body);
		await requireOk(response);
		const text = await response.text();
		if (text === '') return undefined;
		const json = JSON.parse(text);
		return path.startsWith('/rest/') && 'data' in json ? json.data : json;
	}

	/**
	 * Makes a call. Returns the unchanged response.
	 * @param {string} method
	 * @param {string} path
	 * @param {unknown} [body]
	 * @param {Record<string, string>} [headers]
	 */
	async fetch(method, path, body, headers = {}) {
		return await fetch(this.url + path, {
			method,
			headers: {
				...headers,
				...(this.cookie ? { cookie: this.cookie } : {}),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
	}

	/**
	 * Creates the first user of a new server.
	 * @param {Owner} owner
	 */
	async setUpOwner(owner) {
		const names = { firstName: 'Local', lastName: 'Tester' };
		await this.call('POST', '/rest/owner/setup', { ...owner, ...names });
	}

	/** @param {Owner} owner */
	async logIn({ email, password }) {
		const body = { emailOrLdapLoginId: email, password };
		const response = await this.fetch('POST', '/rest/login', body);
		await requireOk(response);
		const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
		this.cookie = cookies.join('; ');
	}

	/**
	 * @param {string} [prefix] only types whose name begins with it, e.g. `n8n-nodes-netigate.`
	 * @returns {Promise<any[]>} the descriptions of the node types that the server has loaded
	 */
	async nodeTypes(prefix = '') {
		// n8n accepts requests before this file is complete.
		await until('the node types of n8n', 120_000, async () => {
			if (this.#nodeTypes.length === 0) {
				const types = await this.call('GET', '/types/nodes.json');
				if (Array.isArray(types)) this.#nodeTypes = types;
			}
			return this.#nodeTypes.length > 0;
		});
		return this.#nodeTypes.filter(({ name }) => name.startsWith(prefix));
	}

	/** @returns {Promise<any[]>} the descriptions of the credential types */
	async credentialTypes() {
		return await this.call('GET', '/types/credentials.json');
	}

	/**
	 * @param {{ name: string, type: string, data: Record<string, unknown> }} credential
	 * @returns {Promise<Credential>}
	 */
	async createCredential(credential) {
		return await this.call('POST', '/rest/credentials', credential);
	}

	/**
	 * Tests a saved credential, like the editor.
	 * @param {Credential} credential
	 * @param {Record<string, unknown>} data its fields
	 * @returns {Promise<{ status: 'OK' | 'Error', message: string }>}
	 */
	async testCredential({ id, name, type }, data) {
		const credentials = { id, name, type, data };
		return await this.call('POST', '/rest/credentials/test', { credentials });
	}

	/**
	 * Imports a workflow, like "Import from file", and sets its nodes' credentials. Webhooks with header authentication
	 * get one with `webhookKey`.
	 * @param {string | Workflow} workflow a file's path, or the workflow itself
	 * @param {object} [options]
	 * @param {Record<string, Credential>} [options.credentials] by credential type; each node gets those of its type
	 * @param {Record<string, Record<string, unknown>>} [options.parameters] by node name: parameters that
	 * replace those of the file
	 * @param {Record<string, string | number>} [options.settings] values for its node "Settings"
	 * @returns {Promise<Workflow & { id: string, versionId: string }>}
	 */
	async importWorkflow(
		workflow,
		{ credentials = {}, parameters = {}, settings: filled = {} } = {},
	) {
		/** @type {Workflow} */
		const original =
			typeof workflow === 'string' ? JSON.parse(await readFile(workflow, 'utf8')) : workflow;
		const types = await this.nodeTypes();
		const names = new Set(original.nodes.map((node) => node.name));
		if (original.nodes.some((node) => node.parameters.authentication === 'headerAuth')) {
			this.#webhookCredential ??= this.createCredential({
				...{ name: 'Webhook key', type: 'httpHeaderAuth', data: webhookKey },
			});
			credentials = { httpHeaderAuth: await this.#webhookCredential, ...credentials };
		}
		const unknown = Object.keys(parameters).filter((node) => !names.has(node));
		if (unknown.length > 0)
			throw new Error(`Workflow "${original.name}" has no node ${unknown.join(', ')}`);
		fillIn(original, filled);
		const nodes = original.nodes.map((node) => {
			// Versions of a node are separate entries.
			const versions = types.filter((type) => type.name === node.type);
			/** @type {Array<{ name: string }>} */
			const accepted = versions.flatMap((type) => type.credentials ?? []);
			const given = accepted.flatMap(({ name: type }) => {
				const { id, name } = credentials[type] ?? {};
				return id ? [[type, { id, name }]] : [];
			});
			return {
				...node,
				parameters: { ...node.parameters, ...parameters[node.name] },
				...(given.length > 0 ? { credentials: Object.fromEntries(given) } : {}),
			};
		});
		const { name, connections, settings, pinData } = original;
		const body = { name, nodes, connections, settings, pinData };
		return await this.call('POST', '/rest/workflows', body);
	}

	/**
	 * @param {string} id
	 * @returns {Promise<Workflow & { id: string, versionId: string }>}
	 */
	async workflow(id) {
		return await this.call('GET', `/rest/workflows/${id}`);
	}

	/**
	 * Activates a workflow and waits until its triggers and webhooks are ready.
	 * @param {string} id
	 * @throws {Error} with the message of the trigger that refused to start
	 */
	async activate(id) {
		const { versionId, nodes } = await this.workflow(id);
		await this.call('POST', `/rest/workflows/${id}/activate`, { versionId });
		const failed = (await this.published(id)).find(({ status }) => status === 'failed');
		if (failed) throw new Error(failed.errorMessage ?? `A trigger of workflow ${id} did not start`);
		for (const { type, parameters, disabled } of nodes) {
			if (type !== 'n8n-nodes-base.webhook' || disabled) continue;
			await this.waitForWebhook(parameters.httpMethod ?? 'GET', parameters.path);
		}
	}

	/**
	 * Deactivates a workflow and waits until its triggers have stopped and its webhooks are free.
	 * @param {string} id
	 */
	async deactivate(id) {
		await this.call('POST', `/rest/workflows/${id}/deactivate`, {});
		await this.published(id);
	}

	/** Removes all workflows with their executions, all credentials and all data tables. */
	async removeEverything() {
		/** @type {Array<{ id: string, isArchived: boolean }>} */
		const workflows = await this.call('GET', '/rest/workflows');
		for (const { id, isArchived } of workflows)
			if (!isArchived) await this.call('POST', `/rest/workflows/${id}/archive`, {});
		for (const { id } of workflows) {
			await this.published(id);
			await this.call('DELETE', `/rest/workflows/${id}`);
		}
		for (const { id } of await this.call('GET', '/rest/credentials'))
			await this.call('DELETE', `/rest/credentials/${id}`);
		const tables = await this.call('GET', '/rest/data-tables-global?take=100');
		for (const { id, projectId } of tables.data)
			await this.call('DELETE', `/rest/projects/${projectId}/data-tables/${id}`);
	}

	/**
	 * Waits until n8n has finished the latest activation or deactivation, which continues after its response. Versions
	 * without such a status finish before they respond.
	 * @param {string} id
	 * @returns {Promise<Array<{ status: string, errorMessage: string | null }>>} the triggers it has started or tried to
	 */
	async published(id) {
		const path = `/rest/workflows/${id}/publication-status`;
		if ((await this.fetch('GET', path)).status === 404) return [];
		/** @type {Array<{ status: string, errorMessage: string | null }>} */
		let triggers = [];
		await until(`workflow ${id} to be published`, 120_000, async () => {
			const status = await this.call('GET', path);
			triggers = status.triggers;
			return status.pendingVersionId === null;
		});
		return triggers;
	}

	/**
	 * Waits until a production webhook is registered, without calling it.
	 * @param {string} method
	 * @param {string} path
	 */
	async waitForWebhook(method, path) {
		await until(`the webhook ${method} /webhook/${path} to be there`, 120_000, async () => {
			const response = await fetch(`${this.url}/webhook/${path}`, {
				method: 'OPTIONS',
				headers: { origin: this.url },
			});
			const methods = response.headers.get('access-control-allow-methods') ?? '';
			return methods.split(', ').includes(method);
		});
	}

	/**
	 * Calls a production webhook.
	 * @param {string} path
	 * @param {unknown} body sent as JSON
	 * @param {string} [key] the value of the header for authentication
	 * @returns {Promise<{ status: number, body: any }>} the body is parsed if it is JSON
	 */
	async webhook(path, body, key = webhookKey.value) {
		const headers = { [webhookKey.name]: key };
		const response = await this.fetch('POST', `/webhook/${path}`, body, headers);
		const text = await response.text();
		try {
			return { status: response.status, body: JSON.parse(text) };
		} catch {
			return { status: response.status, body: text };
		}
	}

	/**
	 * Runs a workflow manually, like the editor's button, and waits for its end.
	 * @param {string} id
	 * @param {string} trigger the name of the node to start from
	 * @returns {Promise<Execution>}
	 */
	async run(id, trigger) {
		const { executionId } = await this.call('POST', `/rest/workflows/${id}/run`, {
			triggerToStartFrom: { name: trigger },
			// Older versions need the whole workflow.
			workflowData: await this.workflow(id),
		});
		if (!executionId) throw new Error(`Workflow ${id} waits for its trigger "${trigger}"`);
		return await this.waitForExecution(executionId);
	}

	/**
	 * The latest executions, newest first, without their data. Leaves out short ones in which a node uses a data table.
	 * @param {{ workflowId?: string, status?: string[] }} [filter]
	 * @param {number} [limit]
	 * @returns {Promise<Execution[]>}
	 */
	async executions(filter = {}, limit = 100) {
		// Without statuses, n8n first reads running and then ended executions, and misses those that end in between.
		const asked = JSON.stringify({ status: allStatuses, ...filter });
		const query = new URLSearchParams({ filter: asked, limit: '100' });
		/** @type {{ results: Execution[] }} */
		const { results } = await this.call('GET', `/rest/executions?${query}`);
		return results.filter(({ mode }) => mode !== 'integrated').slice(0, limit);
	}

	/**
	 * @param {string} id
	 * @returns {Promise<Execution>} with its data: `data.resultData.runData` by node name
	 */
	async execution(id) {
		const execution = await this.call('GET', `/rest/executions/${id}`);
		return {
			...execution,
			data: typeof execution.data === 'string' ? parse(execution.data) : execution.data,
		};
	}

	/**
	 * @param {string} id
	 * @param {number} [timeoutMs]
	 * @returns {Promise<Execution>} the ended execution
	 */
	async waitForExecution(id, timeoutMs = 120_000) {
		/** @type {Execution | undefined} */
		let execution;
		await until(`execution ${id} to end`, timeoutMs, async () => {
			execution = await this.execution(id);
			return !['new', 'running', 'waiting', 'unknown'].includes(execution.status);
		});
		return /** @type {Execution} */ (/** @type {unknown} */ (execution));
	}
}

/** @param {Response} response */
async function requireOk(response) {
	if (response.ok) return;
	const text = (await response.text()).slice(0, 1000);
	throw new Error(`${new URL(response.url).pathname} responded with ${response.status}: ${text}`);
}

/**
 * Fills in an example's empty values in its node "Settings".
 * @param {Workflow} workflow changed in place
 * @param {Record<string, string | number>} settings by name. Each must exist in the node
 */
function fillIn({ name: workflow, nodes }, settings) {
	const node = nodes.find(({ name }) => name === 'Settings');
	/** @type {Array<{ name: string, value: unknown }>} */
	const lines = node?.parameters.assignments?.assignments ?? [];
	for (const [name, value] of Object.entries(settings)) {
		const line = lines.find((one) => one.name === name);
		if (!line) throw new Error(`Workflow "${workflow}" has no setting ${name}`);
		line.value = value;
	}
}

/**
 * The items that a node output in an execution.
 * @param {Execution} execution
 * @param {string} node its name
 * @param {number} [output]
 * @returns {any[]} the items of its last run; an item's fields are in `json`
 */
export function itemsOf(execution, node, output = 0) {
	const runs = execution.data?.resultData?.runData?.[node];
	return runs?.at(-1)?.data?.main?.[output] ?? [];
}
