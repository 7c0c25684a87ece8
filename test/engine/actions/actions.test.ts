import type { IDataObject } from 'n8n-workflow';
import { useSandbox } from '../../sandbox/useSandbox';
import { callsOf as rowsOf } from '../../../nodes/Netigate/action';
import { createEngine, type RunRequest } from '../harness';
import { cases } from './cases';
import { actions, callsOf, caseOf, itemOf, operations, parametersOf, rowOf, tried } from './run';

const sandbox = useSandbox({ settings: { linkPlaceholder: '[survey link]' } });
const engine = createEngine(sandbox);

/** Prepares the sandbox for an action's case. */
function start(key: string, wrapped: 'always' | 'never' = 'always') {
	sandbox.changeSettings({ wrapped });
	caseOf(key).setup?.(sandbox);
	return {
		run: async (items: IDataObject[], more: IDataObject = {}, rest: Partial<RunRequest> = {}) =>
			await engine.run({ items, parameters: parametersOf(key, more), ...rest }),
		route: async (items: IDataObject[]) =>
			await engine.route({ items, parameters: parametersOf(key) }),
	};
}

test('every action has a case, and every case has an action', () => {
	expect(Object.keys(cases).sort()).toEqual([...tried].sort());
});

describe.each(tried)('%s', (key) => {
	describe.each(['always', 'never'] as const)('responses wrapped: %s', (wrapped) => {
		test('handles one item', async () => {
			const { run } = start(key, wrapped);
			const { items, operationId, shows } = caseOf(key);
			const { output, error } = await run([items[0]]);
			expect(error).toBeUndefined();
			expect(output.length).toBeGreaterThan(0);
			for (const { json } of output) expect(json).toMatchObject(shows(items[0]));
			expect(callsOf(sandbox, operationId)).toHaveLength(1);
			const rows = rowsOf(actions[key]);
			for (const sent of sandbox.calls) expect(rows).toContain(rowOf(sent.operationId));
		});

		test('returns output for each of three items', async () => {
			const { run } = start(key, wrapped);
			const { items, operationId, shows, callsForThree = 3 } = caseOf(key);
			const { output, error } = await run(items);
			expect(error).toBeUndefined();
			for (const entry of output) expect(entry.json).toMatchObject(shows(items[itemOf(entry)]));
			const order = output.map(itemOf);
			expect(order).toEqual([...order].sort());
			expect(new Set(order)).toEqual(new Set([0, 1, 2]));
			expect(callsOf(sandbox, operationId)).toHaveLength(callsForThree);
		});

		test("makes the same call and returns the same output as an agent's tool", async () => {
			const { items, operationId, shows } = caseOf(key);
			const { route } = start(key, wrapped);
			const output = await route([items[0]]);
			expect(output.length).toBeGreaterThan(0);
			for (const { json, pairedItem } of output) {
				expect(json).toMatchObject(shows(items[0]));
				expect(pairedItem).toEqual({ item: 0 });
			}
			const sent = callsOf(sandbox, operationId);
			const [{ method, path }] = sent;
			expect(sent.every((call) => call.status === 200)).toBe(true);
			expect({ method, path }).toEqual({
				method: operations.find((each) => each.operationId === operationId)!.method,
				path: expect.stringMatching(pathPattern(operationId)),
			});
			if (method !== 'GET' || key === 'survey.copy') expect(sent).toHaveLength(1);
		});
	});

	test('sends a refused item to the error output with its input, and continues with the others', async () => {
		const { run } = start(key);
		const { items, operationId, refused, shows } = caseOf(key);
		const input = refused ? [items[0], refused, items[2]] : items;
		if (!refused) sandbox.faults.add({ kind: '400', operationId, times: 1 });
		const { output, errorOutput, error } = await run(input, {}, { onError: 'continueErrorOutput' });
		expect(error).toBeUndefined();
		expect(errorOutput).toHaveLength(1);
		const bad = itemOf(errorOutput[0]);
		if (refused) expect(bad).toBe(1);
		expect(errorOutput[0].json).toMatchObject(input[bad]);
		expect(errorOutput[0].json.error).toEqual(expect.stringMatching(/\S/));
		const good = [0, 1, 2].filter((item) => item !== bad);
		expect(new Set(output.map(itemOf))).toEqual(new Set(good));
		for (const entry of output) expect(entry.json).toMatchObject(shows(input[itemOf(entry)]));
	});

	test("stops at a refused item, and shows the item and Netigate's message", async () => {
		const { run } = start(key);
		const { items, operationId, refused } = caseOf(key);
		if (!refused) sandbox.faults.add({ kind: '400', operationId });
		const { error, output } = await run(refused ? [items[0], refused] : [items[0]]);
		expect(output).toEqual([]);
		expect(error?.message).toMatch(refused ? /\[item 1\]/ : /^Netigate refused: .*\[item 0\]/);
		expect(error?.description).toEqual(expect.stringMatching(/\S/));
	});
});

function pathPattern(operationId: string): RegExp {
	const { path } = operations.find((operation) => operation.operationId === operationId)!;
	return new RegExp(`^${path.replace(/\{\w+\}/g, '\\d+')}$`);
}
