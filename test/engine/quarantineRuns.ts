import { NodeConnectionTypes, type IDataObject, type INodeExecutionData } from 'n8n-workflow';
import { forgetTable } from '../../nodes/shared/quarantine/ledger/table';
import { forgetLocations } from '../../nodes/shared/tables/tableLocation';
import { NetigateQuarantine } from '../../nodes/NetigateQuarantine/NetigateQuarantine.node';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine, type RunRequest, type RunResult } from './harness';
import { LedgerHost } from './quarantineLedger';

/* Runs of the quarantine node, each test with ledgers of its own. */

const TYPE = 'n8n-nodes-netigate.netigateQuarantine';
export const TOOL = `${TYPE}Tool`;

export const sandbox = useSandbox();
/** As n8n makes a tool of it: one output, for the agent. */
const tool = new NetigateQuarantine();
tool.description.outputs = [NodeConnectionTypes.AiTool];
export const engine = createEngine(sandbox, { [TYPE]: new NetigateQuarantine(), [TOOL]: tool });

/** What n8n's server does for the ledgers. */
export let host: LedgerHost;
let executions = 0;

/** Forgets all ledgers, as on a new n8n. */
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

/** What an execution has, a new one unless named. */
export const inExecution = (
	more: RunRequest['additionalData'] = {},
	executionId = `e${++executions}`,
): RunRequest['additionalData'] => ({ executionId, ...host.additionalData, ...more });

/** Runs an operation, Reserve unless named, for these emails. */
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

/** A value of a resource locator. */
export const byMode = (value: string, mode = 'id') => ({ __rl: true, mode, value });

export const results = (items: INodeExecutionData[]) =>
	items.map(({ json }) => (json.quarantine as IDataObject | undefined) ?? {});

export const reasons = (items: INodeExecutionData[]) => results(items).map(({ reason }) => reason);

export const positions = (items: INodeExecutionData[]) => items.map(({ json }) => json.position);

export const paired = (items: INodeExecutionData[]) =>
	items.map(({ pairedItem }) => (pairedItem as { item: number }).item);

export const hintsIn = ({ hints }: RunResult) => hints.map(({ message }) => message).join();

/** A rule about one survey, at most one invitation within 30 days unless told otherwise. */
export const ruleOf = (more: IDataObject = {}) => ({
	scope: 'survey',
	after: 'invited',
	max: 1,
	days: 30,
	...more,
});

/** Sets the clock, and leaves the timers of the engine alone. */
export function setClock(now: string): void {
	jest.useFakeTimers({
		now: Date.parse(now),
		doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'setInterval'],
	});
}
