import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { parameterReader } from '../../../nodes/shared/n8n/parameters';

const field = (name: string, type: INodeProperties['type'], preset: unknown = '') =>
	({ displayName: name, name, type, default: preset }) as INodeProperties;

const inside: INodeProperties[] = [
	field('Active', 'boolean', true),
	{ ...field('Shape', 'options', 'nested'), options: [{ name: 'Nested', value: 'nested' }] },
	field('Most', 'number', 50),
	field('From', 'dateTime'),
	field('Name', 'string'),
	field('Sendouts', 'multiOptions', []),
	field('Category', 'resourceLocator', { mode: 'id', value: '' }),
];

/** What an expression gives that only n8n's engine can resolve, in every field of a collection and beside it. */
function readAll(type: string, given: unknown) {
	const expression = '={{ $fromAI("it") }}';
	const filled = (value: unknown) =>
		Object.fromEntries(
			inside.map(({ name, type: kind }) => [
				name,
				kind === 'resourceLocator' ? { __rl: true, mode: 'id', value } : value,
			]),
		);
	const context = {
		getNode: () => ({ type, parameters: { Name: expression, Options: filled(expression) } }),
		getTimezone: () => 'UTC',
		getNodeParameter: (name: string) => (name === 'Options' ? filled(given) : given),
	} as unknown as IExecuteFunctions;
	const fields = [
		field('Name', 'string'),
		{ ...field('Options', 'collection', {}), options: inside },
	];
	const parameters = parameterReader(context, fields)(0, { json: {} });
	return { parameters, options: parameters.collection('Options') };
}

const TOOL = 'n8n-nodes-netigate.netigateTool';
const NODE = 'n8n-nodes-netigate.netigate';

describe.each([
	['""', ''],
	['" "', ' '],
	['null', null],
	['undefined', undefined],
	['[]', []],
])('%s in a collection', (_, given) => {
	test('is a field that a model left out, where an agent calls the node', () => {
		const { options } = readAll(TOOL, given);
		expect(inside.filter(({ name }) => options.has(name))).toEqual([]);
		expect(options.flag('Active')).toBe(true);
		expect(options.choice('Shape')).toBe('nested');
		expect(options.whole('Most')).toBe(50);
		expect(options.date('From')).toBeUndefined();
		expect(options.setText('Name')).toBe('');
		expect(options.ids('Sendouts')).toEqual([]);
		expect(options.optionalId('Category')).toBeUndefined();
	});

	test('is refused in a workflow', () => {
		const { options } = readAll(NODE, given);
		const reads = [
			() => options.flag('Active'),
			() => options.choice('Shape'),
			() => options.whole('Most'),
			() => options.date('From'),
			() => options.setText('Name'),
			() => options.ids('Sendouts'),
			() => options.optionalId('Category'),
		];
		for (const read of reads) expect(read).toThrow(/^".*" is empty: its expression gives /);
	});
});

test('a model leaves out no field outside a collection', () => {
	expect(() => readAll(TOOL, '').parameters.setText('Name')).toThrow('"Name" is empty');
});

test('what a model gives is read as anywhere', () => {
	const { options } = readAll(TOOL, 'no');
	expect(options.flag('Active')).toBe(false);
	expect(() => options.choice('Shape')).toThrow('"Shape" has no such choice: "no"');
});
