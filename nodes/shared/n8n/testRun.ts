import type { IExecuteFunctions } from 'n8n-workflow';

const TEST_MODES = new Set<string>(['manual', 'evaluation']);

/** Triggers that only a person at the editor can fire. */
const MANUAL_TRIGGERS = new Set([
	'n8n-nodes-base.manualTrigger',
	'@n8n/n8n-nodes-langchain.manualChatTrigger',
]);

/**
 * Whether somebody tries the workflow out in the editor.
 *
 * In a sub-workflow n8n tells a node only what fired the first workflow, not how; so a sub-workflow of a
 * test is known as one where the test began with a manual trigger, and taken for a real run where a test
 * webhook or form began it.
 */
export function isTestRun(
	context: Partial<Pick<IExecuteFunctions, 'getMode' | 'getExecutionContext'>>,
): boolean {
	if (TEST_MODES.has(context.getMode?.() ?? '')) return true;
	const began = context.getExecutionContext?.()?.triggerNode?.type;
	return began !== undefined && MANUAL_TRIGGERS.has(began);
}
