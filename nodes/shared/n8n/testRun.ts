import type { IExecuteFunctions } from 'n8n-workflow';

/** Triggers that only run in the editor. */
const MANUAL_TRIGGERS = new Set([
	'n8n-nodes-base.manualTrigger',
	'@n8n/n8n-nodes-langchain.manualChatTrigger',
]);

/** A sub-workflow counts as a test run if it was started by a manual trigger, but not by a test webhook or form. */
export function isTestRun(
	context: Partial<Pick<IExecuteFunctions, 'getMode' | 'getExecutionContext'>>,
): boolean {
	if (['manual', 'evaluation'].includes(context.getMode?.() ?? '')) return true;
	const began = context.getExecutionContext?.()?.triggerNode?.type;
	return began !== undefined && MANUAL_TRIGGERS.has(began);
}
