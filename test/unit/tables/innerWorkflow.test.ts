import type { IExecuteFunctions, IExecuteWorkflowInfo } from 'n8n-workflow';
import { innerWorkflow, tableNode } from '../../../nodes/shared/tables/innerWorkflow';

const NOT_READY = 'Attempted to use Data table node but the module is disabled';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Lists tables in an n8n server that first fails with these messages. */
function list(...failures: string[]) {
	const left = [...failures];
	const executeWorkflow = jest.fn<Promise<unknown>, [IExecuteWorkflowInfo]>(async () => {
		const message = left.shift();
		if (message !== undefined) throw new Error(message);
		return { executionId: '', data: [[{ json: { id: 'table' } }]] };
	});
	const context = {
		getWorkflow: () => ({ id: 'workflow' }),
		getExecutionId: () => 'execution',
		executeWorkflow,
	} as unknown as IExecuteFunctions;
	const listed = innerWorkflow(context)([tableNode('table', 'list', {})], [{}]).catch(
		(error: Error) => error.message,
	);
	return { listed, made: executeWorkflow.mock.calls };
}

test.each<[string, string[], unknown, number, number]>([
	['waits while n8n is starting', [NOT_READY, NOT_READY], [{ id: 'table' }], 3, 750],
	['gives up if data tables are disabled', Array<string>(9).fill(NOT_READY), NOT_READY, 6, 7750],
	['reports any other failure at once', ['No space left', NOT_READY], 'No space left', 1, 0],
])('%s', async (_, failures, result, calls, waited) => {
	const start = Date.now();
	const { listed, made } = list(...failures);
	await jest.runAllTimersAsync();
	expect([await listed, made.length, Date.now() - start]).toEqual([result, calls, waited]);
});

test("n8n doesn't save the executions, which contain contacts", async () => {
	const { listed, made } = list();
	await listed;
	expect(made[0][0].code!.settings).toMatchObject({
		saveDataSuccessExecution: 'none',
		saveDataErrorExecution: 'none',
		saveManualExecutions: false,
		saveExecutionProgress: false,
	});
});
