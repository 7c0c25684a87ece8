import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { parameterReader } from '../../../nodes/shared/n8n/itemParameters';
import type { ParameterReader } from '../../../nodes/shared/n8n/parameters';

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
		expect(options.resolvedText('Name')).toBe('');
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
			() => options.resolvedText('Name'),
			() => options.ids('Sendouts'),
			() => options.optionalId('Category'),
		];
		for (const read of reads) expect(read).toThrow(/^'.*' is empty: its expression returns /);
	});
});

test('a model leaves out no field outside a collection', () => {
	expect(() => readAll(TOOL, '').parameters.resolvedText('Name')).toThrow("'Name' is empty");
});

test('what a model gives is read as anywhere', () => {
	const { options } = readAll(TOOL, 'no');
	expect(options.flag('Active')).toBe(false);
	expect(() => options.choice('Shape')).toThrow('\'Shape\' has no such option: "no"');
});

describe('what is the same for all items', () => {
	const collection: INodeProperties = {
		...field('Options', 'collection', {}),
		options: [field('Most', 'number', 50), field('Name', 'string')],
	};
	const readerOf = (parameters: IDataObject) => {
		const context = {
			getNode: () => ({ type: NODE, parameters }),
			getTimezone: () => 'UTC',
			getNodeParameter: () => {
				throw new Error('Nothing here needs the engine of n8n');
			},
		} as unknown as IExecuteFunctions;
		const read = parameterReader(context, [collection, field('Most', 'number', 50)]);
		return (json: IDataObject) => read(0, { json });
	};

	test.each<[string, unknown, number]>([
		['without an expression', 'fixed', 1],
		['with one', '={{ $json.name }}', 2],
	])('a collection %s', (_, Name, times) => {
		const read = readerOf({ Options: { Name } });
		const make = jest.fn((options: ParameterReader) => ({ name: options.text('Name') }));
		const made = ['a', 'b'].map((name) => read({ name }).collection('Options', make).name);
		expect(made).toEqual(times === 1 ? ['fixed', 'fixed'] : ['a', 'b']);
		expect(make).toHaveBeenCalledTimes(times);
	});

	test('a value that cannot be used is refused for each item, with an error of its own', () => {
		const read = readerOf({ Most: 'many', Options: { Most: 'many' } });
		const errors = [{}, {}].flatMap((item) =>
			[
				() => read(item).whole('Most'),
				() => read(item).collection('Options', (options) => options.whole('Most')),
			].map((task) => {
				try {
					return task();
				} catch (error) {
					return error;
				}
			}),
		);
		expect(new Set(errors.map(String))).toEqual(
			new Set(["SettingError: 'Most' isn't a whole number: \"many\""]),
		);
		expect(new Set(errors).size).toBe(4);
	});

	test('one and the same parameter may be read in several ways', () => {
		const parameters = readerOf({ Most: 2.5 })({});
		expect(parameters.number('Most')).toBe(2.5);
		expect(() => parameters.whole('Most')).toThrow("isn't a whole number");
		expect(parameters.optionalText('Most')).toBe('2.5');
	});
});

test.each(['\n', '\r\n', '\u2028', '\v'])('a name on two lines (%j) is put on one', (lineBreak) => {
	const { parameters } = readAll(NODE, `Survey${lineBreak}2027 \ud83d\ude00\ud83d`);
	expect(parameters.text('Name')).toBe('Survey 2027 \ud83d\ude00');
});

test('a message keeps its lines', () => {
	const message = { ...field('Message', 'string'), typeOptions: { rows: 6 } };
	const text = 'Hello\r\n\r\nAnna\udc00';
	const context = {
		getNode: () => ({ type: NODE, parameters: { Message: text } }),
		getTimezone: () => 'UTC',
	} as unknown as IExecuteFunctions;
	const parameters = parameterReader(context, [message])(0, { json: {} });
	expect(parameters.optionalText('Message')).toBe('Hello\r\n\r\nAnna');
});

describe('an expression in place of a whole collection', () => {
	const options = (given: unknown) => {
		const context = {
			getNode: () => ({ type: NODE, parameters: { Options: '={{ $json.options }}' } }),
			getTimezone: () => 'UTC',
			getNodeParameter: () => given,
		} as unknown as IExecuteFunctions;
		const fields = [{ ...field('Options', 'collection', {}), options: inside }];
		const item = { json: { options: given } as IDataObject };
		return () => parameterReader(context, fields)(0, item).collection('Options');
	};

	test('sets its fields', () => {
		expect(options({ Most: 7 })().whole('Most')).toBe(7);
	});

	test.each([undefined, null, '', 'text', [{ Most: 7 }], 5])(
		'that returns %j is refused',
		(given) => {
			expect(options(given)).toThrow("'Options'");
		},
	);
});
