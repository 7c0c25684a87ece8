import { NodeConnectionTypes, type IDataObject, type INodeExecutionData } from 'n8n-workflow';
import { forgetTable } from '../../nodes/shared/quarantine/ledger/table';
import { forgetLocations } from '../../nodes/shared/tables/tableLocation';
import { NetigateQuarantine } from '../../nodes/NetigateQuarantine/NetigateQuarantine.node';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine, type RunRequest, type RunResult } from './harness';
import { LedgerHost } from './quarantineLedger';

/* Runs the quarantine node. Each test has its own ledgers. */

const TYPE = 'n8n-nodes-netigate.netigateQuarantine';
export const TOOL = `${TYPE}Tool`;

export const sandbox = useSandbox();
/** The node as n8n's tool, which has one output. */
const tool = new NetigateQuarantine();
tool.description.outputs = [NodeConnectionTypes.AiTool];
export const engine = createEngine(sandbox, { [TYPE]: new NetigateQuarantine(), [TOOL]: tool });

/** The ledgers of this test. */
export let host: LedgerHost;
let executions = 0;

/** Forgets all ledgers, as if n8n was just installed. */
export function newLedgers(): void {
	host = new LedgerHost();
	forgetTable('w1');
	forgetLocations();
}

beforeEach(() => {
	newLedgers();
	jest.useRealTimers();
});

export interface QuarantineRequest extends Partial<RunRequest> {
	operation?: string;
	emails?: unknown[];
	options?: IDataObject;
	execution?: string;
}

/** The additional data of an execution. By default, a new execution. */
export const inExecution = (
	more: RunRequest['additionalData'] = {},
	executionId = `e${++executions}`,
): RunRequest['additionalData'] => ({ executionId, ...host.additionalData, ...more });

/** Runs an operation for these emails. By default, Reserve. */
export async function run({
	operation = 'reserve',
	emails = ['anna@example.com'],
	options = {},
	execution,
	parameters = {},
	...more
}: QuarantineRequest = {}): Promise<RunResult> {
	const deciding = operation === 'reserve' || operation === 'check';
	return await engine.run({
		type: TYPE,
		credential: false,
		outputs: deciding && !more.type ? 2 : 1,
		items: emails.map((email, position) => ({ email, position })) as IDataObject[],
		parameters: {
			operation,
			contact: '={{ $json.email }}',
			surveyId: byMode('501'),
			options,
			...parameters,
		},
		started: execution === undefined ? undefined : 1,
		...more,
		additionalData: inExecution(more.additionalData, execution),
	});
}

/** A resource locator's value. */
export const byMode = (value: string, mode = 'id') => ({ __rl: true, mode, value });

export const results = (items: INodeExecutionData[]) =>
	items.map(({ json }) => (json.quarantine as IDataObject | undefined) ?? {});

export const reasons = (items: INodeExecutionData[]) => results(items).map(({ reason }) => reason);

export const positions = (items: INodeExecutionData[]) => items.map(({ json }) => json.position);

export const paired = (items: INodeExecutionData[]) =>
	items.map(({ pairedItem }) => (pairedItem as { item: number }).item);

export const hintsIn = ({ hints }: RunResult) => hints.map(({ message }) => message).join();

/** A rule. By default, at most one invitation within 30 days for the same survey. */
export const ruleOf = (more: IDataObject = {}) => ({
	scope: 'survey',
	after: 'invited',
	max: 1,
	days: 30,
	...more,
});

/** Sets the clock without faking the engine's timers. */
export function setClock(now: string): void {
	jest.useFakeTimers({
		now: Date.parse(now),
		doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'setInterval'],
	});
}
