import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '../run/n8n-api.mjs';
import { root } from '../run/paths.mjs';
import { useSandbox } from '../sandbox/useSandbox';
import { QuarantineHook, someone } from './quarantine/workflows';
import { useN8n } from './server';
import { manualTrigger, own, workflow } from './workflows';

/* n8n 2 with n8n 3.0's defaults, and n8n's own report about other changes in n8n 3.0. */

const SWITCHES = {
	N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
	N8N_RUNNERS_TASK_TIMEOUT: '60',
	N8N_COMPRESSION_NODE_MAX_DECOMPRESSED_SIZE_BYTES: '268435456',
	N8N_COMPRESSION_NODE_MAX_ZIP_ENTRIES: '1000',
};

interface Report {
	report: { workflowResults: Array<{ ruleId: string; nbAffectedWorkflows: number }> };
}

/** n8n's protection against requests to internal addresses, which allows the sandbox. */
const PROTECTION = {
	N8N_SSRF_PROTECTION_ENABLED: 'true',
	N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32',
	N8N_SSRF_BLOCKED_HOSTNAMES: 'netigate.example.com',
};

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n({ env: { ...SWITCHES, ...PROTECTION } });

async function affectedWorkflows() {
	const path = '/rest/breaking-changes/report/refresh?version=v3';
	const { report } = (await n8n.api.call('POST', path)) as Report;
	return report.workflowResults.map((result) => [result.ruleId, result.nbAffectedWorkflows]);
}

test("n8n's migration report lists no example", async () => {
	const folder = join(root, 'workflows');
	const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
	for (const file of files) {
		const text = await readFile(join(folder, file), 'utf8');
		await n8n.api.importWorkflow(JSON.parse(text) as Workflow);
	}
	expect(await affectedWorkflows()).toEqual([]);
	const called = workflow('Called by any workflow', [manualTrigger('Start')]);
	await n8n.api.importWorkflow({ ...called, settings: { callerPolicy: 'any' } });
	expect(await affectedWorkflows()).toEqual([['caller-policy-any-removed-v3', 1]]);
});

test('the quarantine asks no one twice', async () => {
	const hook = await QuarantineHook.create(n8n);
	const anna = someone();
	expect([await hook.one(anna), await hook.one(anna)]).toEqual(['allowed', 'invitedRecently']);
});

test.each<[host: string, allowed: boolean]>([
	['http://127.0.0.1', true],
	['https://10.0.0.1', false],
	['https://netigate.example.com', false],
])('a base URL at %s is allowed: %s', async (host, allowed) => {
	const { port, pathname } = new URL(sandbox.url);
	const data = { apiKey: sandbox.apiKey, server: 'custom', baseUrl: `${host}:${port}${pathname}` };
	const credential = await n8n.api.createCredential({ name: host, type: 'netigateApi', data });
	const { status, message } = await n8n.api.testCredential(credential, data);
	const advice = /isn't allowed.*N8N_SSRF_ALLOWED_HOSTNAMES.*N8N_SSRF_ALLOWED_IP_RANGES/s;
	expect([status, advice.test(message!)]).toEqual([allowed ? 'OK' : 'Error', !allowed]);

	const nodes = [
		manualTrigger('Start'),
		own('Surveys', 'netigate', { resource: 'survey', operation: 'getMany' }),
	];
	const { id } = await n8n.api.importWorkflow(workflow(host, nodes), {
		credentials: { netigateApi: credential },
	});
	const execution = await n8n.api.run(id, 'Start');
	const { error } = execution.data.resultData;
	expect([execution.status, advice.test(`${error?.message} ${error?.description}`)]).toEqual([
		allowed ? 'success' : 'error',
		!allowed,
	]);
});
