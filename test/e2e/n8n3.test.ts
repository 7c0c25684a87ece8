import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '../run/n8n-api.mjs';
import { root } from '../run/paths.mjs';
import { QuarantineHook, someone } from './quarantine/workflows';
import { useN8n } from './server';
import { manualTrigger, workflow } from './workflows';

/* n8n 2 with the defaults of n8n 3.0, and its own report about what else n8n 3.0 changes. */

const SWITCHES = {
	N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
	N8N_RUNNERS_TASK_TIMEOUT: '60',
	N8N_COMPRESSION_NODE_MAX_DECOMPRESSED_SIZE_BYTES: '268435456',
	N8N_COMPRESSION_NODE_MAX_ZIP_ENTRIES: '1000',
};

interface Report {
	report: { workflowResults: Array<{ ruleId: string; nbAffectedWorkflows: number }> };
}

const n8n = useN8n({ env: SWITCHES });

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
