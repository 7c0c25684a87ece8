import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

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

/** Whether a Quarantine node allowed this item in a test run, in which it remembers nothing. */
export const isFromTestQuarantine = ({ quarantine }: INodeExecutionData['json']) =>
	(quarantine as { test?: unknown } | null | undefined)?.test === true;

/**
 * Whether a Quarantine node before this node remembered nothing because this is a test run. Looks at that node's own
 * output, because other nodes in between may have removed its result from the items.
 */
export function isBehindTestQuarantine(context: IExecuteFunctions): boolean {
	const { $items } = context.getWorkflowDataProxy(0) as {
		$items: (node: string) => INodeExecutionData[];
	};
	return context.getParentNodes(context.getNode().name).some(({ name, type }) => {
		if (!type.endsWith('.netigateQuarantine')) return false;
		try {
			return $items(name).some(({ json }) => isFromTestQuarantine(json));
		} catch {
			// n8n throws an error if the node didn't run.
			return false;
		}
	});
}
