import type { IExecuteFunctions } from 'n8n-workflow';
import { isBehindTestQuarantine, isTestRun } from '../../../nodes/shared/n8n/testRun';

const MANUAL = 'n8n-nodes-base.manualTrigger';
const SCHEDULE = 'n8n-nodes-base.scheduleTrigger';

test.each([
	['manual', SCHEDULE, true],
	['evaluation', SCHEDULE, true],
	['trigger', SCHEDULE, false],
	['integrated', SCHEDULE, false],
	['integrated', MANUAL, true],
	// `n8n execute` runs a workflow for real, and starts it with its manual trigger.
	['cli', MANUAL, false],
])('whether the mode %s is a test run if it began with %s', (mode, type, expected) => {
	const context = {
		getMode: () => mode,
		getExecutionContext: () => ({ triggerNode: { name: 'Start', type } }),
	};
	expect(isTestRun(context as never)).toBe(expected);
});

const tested = [{ json: { quarantine: { status: 'allowed', test: true } } }];
const real = [{ json: { quarantine: { status: 'allowed' } } }];

test.each<[string, unknown[][] | undefined, boolean]>([
	['did not run', undefined, false],
	['remembered people', [real, real], false],
	['remembered nothing', [tested, []], true],
	['allowed no one in the last pass of a loop', [[], tested], true],
	['had no items', [[], []], false],
])('whether a Quarantine node that %s indicates a test run', (_, outputs, expected) => {
	const $items = (name: string, output = 0) => {
		if (!outputs) throw new Error(`${name} hasn't been executed`);
		return outputs[output];
	};
	const context = {
		getNode: () => ({ name: 'Add' }),
		getParentNodes: () => [{ name: 'Q', type: 'n8n-nodes-netigate.netigateQuarantine' }],
		getWorkflowDataProxy: () => ({ $items }),
	};
	expect(isBehindTestQuarantine(context as unknown as IExecuteFunctions)).toBe(expected);
});
