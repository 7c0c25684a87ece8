import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** Triggers that only run in the editor. */
const MANUAL_TRIGGERS = new Set([
	'n8n-nodes-base.manualTrigger',
	'@n8n/n8n-nodes-langchain.manualChatTrigger',
]);

/**
 * A sub-workflow counts as a test run if it was started by a manual trigger, but not by a test webhook or form. The
 * command `n8n execute` also uses the manual trigger, but isn't a test run.
 */
export function isTestRun(
	context: Partial<Pick<IExecuteFunctions, 'getMode' | 'getExecutionContext'>>,
): boolean {
	const mode = context.getMode?.() ?? '';
	if (['manual', 'evaluation'].includes(mode)) return true;
	if (mode === 'cli') return false;
	const began = context.getExecutionContext?.()?.triggerNode?.type;
	return began !== undefined && MANUAL_TRIGGERS.has(began);
}

/** Whether a Quarantine node allowed this item in a test run, in which it remembers nothing. */
export const isFromTestQuarantine = ({ quarantine }: INodeExecutionData['json']) =>
	(quarantine as { test?: unknown } | null | undefined)?.test === true;

/** The outputs of the Quarantine node. */
const ALLOWED = 0;
const QUARANTINED = 1;

/**
 * Whether a Quarantine node before this node remembered nothing because this is a test run. Looks at that node's own
 * output, because other nodes in between may have removed its result from the items.
 */
export function isBehindTestQuarantine(context: IExecuteFunctions): boolean {
	const { $items } = context.getWorkflowDataProxy(0) as {
		$items: (node: string, output: number) => INodeExecutionData[];
	};
	const isTest = (name: string, output: number) => {
		try {
			return $items(name, output).some(({ json }) => isFromTestQuarantine(json));
		} catch {
			// n8n throws an error if the node didn't run.
			return false;
		}
	};
	// In a loop, `$items` returns the last run, which may have allowed no one.
	return context
		.getParentNodes(context.getNode().name)
		.filter(({ type }) => type.endsWith('.netigateQuarantine'))
		.some(({ name }) => isTest(name, ALLOWED) || isTest(name, QUARANTINED));
}
