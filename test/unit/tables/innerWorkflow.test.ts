import type { IExecuteFunctions, IExecuteWorkflowInfo } from 'n8n-workflow';
import { IF_NONE, innerWorkflow, tableNode } from '../../../nodes/shared/tables/innerWorkflow';

const NOT_READY = 'Attempted to use Data table node but the module is disabled';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** An n8n server that first fails with these messages. */
function server(...failures: string[]) {
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
	return { context, made: executeWorkflow.mock.calls };
}

test.each<[string, string[], unknown, number, number]>([
	['waits while n8n is starting', [NOT_READY, NOT_READY], [{ id: 'table' }], 3, 750],
	['gives up if data tables are disabled', Array<string>(9).fill(NOT_READY), NOT_READY, 6, 7750],
	['reports any other failure at once', ['No space left', NOT_READY], 'No space left', 1, 0],
])('%s', async (_, failures, result, calls, waited) => {
	const start = Date.now();
	const { context, made } = server(...failures);
	const listed = innerWorkflow(context)([tableNode('table', 'list', {})], [{}]).catch(
		(error: Error) => error.message,
	);
	await jest.runAllTimersAsync();
	expect([await listed, made.length, Date.now() - start]).toEqual([result, calls, waited]);
});

test("runs the steps in order, in a workflow that only its caller can use and whose executions aren't saved", async () => {
	const { context, made } = server();
	await innerWorkflow(context)(
		[tableNode('row', 'get', {}), IF_NONE, tableNode('row', 'update', {})],
		[{}],
	);
	const { nodes, connections, ...code } = made[0][0].code!;
	expect(
		nodes.map(({ name, position, executeOnce, alwaysOutputData }) => [
			name,
			position,
			executeOnce,
			alwaysOutputData,
		]),
	).toEqual([
		['Start', [0, 0], false, true],
		['1 get', [200, 0], false, true],
		['2 none?', [400, 0], false, false],
		['3 update', [600, 0], true, true],
	]);
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	expect(connections).toEqual({
		Start: to('1 get'),
		'1 get': to('2 none?'),
		'2 none?': to('3 update'),
	});
	expect(code).toEqual({
		id: 'workflow',
		name: 'Netigate ledger',
		active: false,
		isArchived: false,
		createdAt: new Date(0),
		updatedAt: new Date(0),
		activeVersionId: null,
		versionCounter: 1,
		settings: {
			executionOrder: 'v1',
			saveDataSuccessExecution: 'none',
			saveDataErrorExecution: 'none',
			saveManualExecutions: false,
			saveExecutionProgress: false,
			callerPolicy: 'workflowsFromAList',
			callerIds: 'workflow',
		},
	});
});

test('continues only if the previous step found no rows', () => {
	const { options, conditions } = IF_NONE.parameters.conditions as {
		options: object;
		conditions: object[];
	};
	expect(options).toMatchObject({ caseSensitive: true, typeValidation: 'strict' });
	expect(conditions).toEqual([
		{
			id: 'none',
			leftValue: '={{ $json.id === undefined }}',
			rightValue: true,
			operator: { type: 'boolean', operation: 'true', singleValue: true },
		},
	]);
});
