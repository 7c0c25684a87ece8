import { resources } from '../../nodes/Netigate/resources';
import { useN8n } from './server';

interface Option {
	value: string;
	action?: string;
	displayOptions?: { hide?: Record<string, unknown[]> };
}

interface Field {
	name: string;
	displayOptions?: { show?: Record<string, string[]> };
	options?: Option[];
}

const n8n = useN8n();

const expected = resources.flatMap(({ resource, actions }) =>
	actions.map(({ operation, action }) => [resource, operation, action]),
);

/** n8n's own entry at the end of each list: it leads to the HTTP Request node. */
const CUSTOM_API_CALL = '__CUSTOM_API_CALL__';

async function shown(type: string): Promise<Array<[string, Option]>> {
	const [description] = await n8n.api.nodeTypes(type);
	return (description.properties as Field[])
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options = [], displayOptions }) =>
			options
				.filter(({ value }) => value !== CUSTOM_API_CALL)
				.map((option): [string, Option] => [displayOptions!.show!.resource[0], option]),
		);
}

test('the panel of n8n lists every action under Netigate, by its action name', async () => {
	const options = await shown('n8n-nodes-netigate.netigate');
	expect(options.map(([resource, { value, action }]) => [resource, value, action])).toEqual(
		expected,
	);
});

test('the tool for agents has the same actions, except those that only a workflow can run', async () => {
	const options = await shown('n8n-nodes-netigate.netigateTool');
	expect(options.map(([resource, { value }]) => [resource, value])).toEqual(
		expected.map(([resource, operation]) => [resource, operation]),
	);
	const hidden = options.filter(([, { displayOptions }]) => displayOptions?.hide?.['@tool']);
	expect(hidden.map(([resource, { value }]) => `${resource}.${value}`)).toEqual([
		'respondentList.sync',
	]);
});

test.each(expected)('the editor gets the output fields of %s.%s', async (resource, operation) => {
	const path = `/schemas/n8n-nodes-netigate.netigate/1.0.0/${resource}/${operation}.json`;
	const response = await n8n.api.fetch('GET', path);
	expect({ path, status: response.status }).toEqual({ path, status: 200 });
	expect(await response.json()).toMatchObject({ type: 'object', properties: expect.any(Object) });
});
