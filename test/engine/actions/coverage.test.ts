import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';
import { callsOf } from '../../../nodes/Netigate/action';
import { Netigate } from '../../../nodes/Netigate/Netigate.node';
import { actions, operations, triedElsewhere } from './run';

test('every Netigate call has an action', () => {
	const covered = new Set(Object.values(actions).flatMap(callsOf));
	const missing = operations.filter((operation) => !covered.has(operation['x-call']));
	expect(missing.map(({ operationId }) => operationId)).toEqual([]);
});

test.each(Object.entries(actions))('%s uses only calls that Netigate has', (_, action) => {
	const { call } = action;
	if (call) {
		const operation = operations.find((each) => each['x-call'] === call.number);
		const path = call.path.replace('{listId}', '{bgDocumentId}');
		expect({ method: call.method, path }).toEqual({
			method: operation?.method,
			path: operation?.path,
		});
		expect(callsOf(action)).toContain(call.number);
	}
	const rows = new Set(operations.map((each) => each['x-call']));
	expect(callsOf(action).filter((row) => !rows.has(row))).toEqual([]);
});

test('every action has a name and a description in the panel', () => {
	for (const { action, description, name } of Object.values(actions)) {
		expect(action).toMatch(/^[A-Z][a-z].*[a-z]$/);
		expect(name).toMatch(/^[A-Z]/);
		// An agent uses it to choose a tool.
		expect(description.length).toBeGreaterThan(20);
	}
	const entries = Object.values(actions).map(({ action }) => action);
	expect(new Set(entries).size).toBe(entries.length);
});

/** The options of all operation fields, by `resource.operation`. */
const operationsIn = ({ properties }: INodeTypeDescription) =>
	properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options = [], displayOptions }) =>
			(options as INodePropertyOptions[]).map((option) => ({
				key: `${displayOptions!.show!.resource![0] as string}.${option.value as string}`,
				option,
			})),
		);

test('n8n shows every action, and our client sends all requests', () => {
	const { description, customOperations } = new Netigate();
	for (const { option } of operationsIn(description))
		expect(option.routing).toMatchObject({
			send: { paginate: true },
			operations: { pagination: expect.any(Function) },
		});
	const handled = Object.entries(customOperations).flatMap(([resource, functions]) =>
		Object.keys(functions).map((operation) => `${resource}.${operation}`),
	);
	expect(handled.sort()).toEqual(Object.keys(actions).sort());
});

test('actions that agents cannot run are hidden from them', () => {
	const { description } = new Netigate();
	const hidden = operationsIn(description).filter(
		({ option }) => option.displayOptions?.hide?.['@tool'],
	);
	expect(hidden.map(({ key }) => key)).toEqual(triedElsewhere);
});

test.each(triedElsewhere)('%s has its own test file', (key) => {
	expect(existsSync(resolve(__dirname, `../${key}.test.ts`))).toBe(true);
});
