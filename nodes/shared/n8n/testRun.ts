import type { IExecuteFunctions } from 'n8n-workflow';

const TEST_MODES = new Set<string>(['manual', 'evaluation']);

/** Triggers that only a person in the editor can fire. */
const MANUAL_TRIGGERS = new Set([
	'n8n-nodes-base.manualTrigger',
	'@n8n/n8n-nodes-langchain.manualChatTrigger',
]);

/**
 * Whether someone tries the workflow out in the editor.
 *
 * In a sub-workflow n8n shows a node only what fired the first workflow, not how. So a sub-workflow of a test counts
 * as a test if a manual trigger began it, and as a real run if a test webhook or form did.
 */
export function isTestRun(
	context: Partial<Pick<IExecuteFunctions, 'getMode' | 'getExecutionContext'>>,
): boolean {
	if (TEST_MODES.has(context.getMode?.() ?? '')) return true;
	const began = context.getExecutionContext?.()?.triggerNode?.type;
	return began !== undefined && MANUAL_TRIGGERS.has(began);
}
