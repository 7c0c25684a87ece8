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

/** Reads every field in and outside a collection, each with an expression that n8n's engine resolves to `given`. */
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
	test('is treated as left out by the model if an agent calls the node', () => {
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

	test('is rejected in a workflow', () => {
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

test('a model cannot leave out a field outside a collection', () => {
	expect(() => readAll(TOOL, '').parameters.resolvedText('Name')).toThrow("'Name' is empty");
});

test('a value from a model is read like any other', () => {
	const { options } = readAll(TOOL, 'no');
	expect(options.flag('Active')).toBe(false);
	expect(() => options.choice('Shape')).toThrow('\'Shape\' has no such option: "no"');
});

describe('values that are the same for all items', () => {
	const rules: INodeProperties = {
		...field('Rules', 'fixedCollection', {}),
		options: [{ name: 'rule', displayName: 'Rule', values: [field('Days', 'string')] }],
	};
	const collection: INodeProperties = {
		...field('Options', 'collection', {}),
		options: [field('Most', 'number', 50), field('Name', 'string'), rules],
	};
	const readerOf = (parameters: IDataObject, type = NODE) => {
		const context = {
			getNode: () => ({ type, parameters }),
			getTimezone: () => 'UTC',
			getNodeParameter: () => {
				throw new Error('Nothing here needs the engine of n8n');
			},
		} as unknown as IExecuteFunctions;
		const read = parameterReader(context, [collection, field('Most', 'number', 50)]);
		return (json: IDataObject) => read(0, { json });
	};

	test.each<[string, unknown, number]>([
		['without an expression is converted once', 'fixed', 1],
		['with an expression is converted for each item', '={{ $json.name }}', 2],
	])('a collection %s', (_, Name, times) => {
		const read = readerOf({ Options: { Name } });
		const make = jest.fn((options: ParameterReader) => ({ name: options.text('Name') }));
		const made = ['a', 'b'].map((name) => read({ name }).collection('Options', make).name);
		expect(made).toEqual(times === 1 ? ['fixed', 'fixed'] : ['a', 'b']);
		expect(make).toHaveBeenCalledTimes(times);
	});

	const readName = (options: ParameterReader) => options.optionalText('Name');
	const readDays = (options: ParameterReader) =>
		options.entries('Rules', 'rule').map((rule) => rule.optionalText('Days'));
	const hasName = (options: ParameterReader) => String(options.has('Name'));
	const byName = '={{ $json.name }}';
	const daysOf = (...days: string[]) => ({ Rules: { rule: days.map((Days) => ({ Days })) } });

	test.each<[string, unknown, (options: ParameterReader) => unknown, unknown[], string]>([
		['a field that is not read', { Name: 'x', Most: byName }, readName, ['x'], NODE],
		['a field next to the entries', { Name: byName, ...daysOf('7') }, readDays, [['7']], NODE],
		['a field that is read', { Name: byName }, readName, ['a', 'b'], NODE],
		[
			'an entry',
			daysOf('7', byName),
			readDays,
			[
				['7', 'a'],
				['7', 'b'],
			],
			NODE,
		],
		['place of the entries', { Rules: '={{ $json.rules }}' }, readDays, [['7'], ['8']], NODE],
		['a field that is only checked for presence', { Name: byName }, hasName, ['true'], NODE],
		['a field that a model may leave out', { Name: byName }, hasName, ['true', 'true'], TOOL],
		['place of the whole collection', '={{ $json.options }}', readName, ['a', 'b'], NODE],
		['place of a collection without this field', '={{ $json.rules }}', readName, ['', ''], NODE],
	])(
		'whether a collection is converted once or for each item, with an expression in %s',
		(_, Options, convert, expected, type) => {
			const read = readerOf({ Options } as IDataObject, type);
			const items = ['a', 'b'].map((name, index) => ({
				name,
				options: { Name: name },
				rules: { rule: [{ Days: `${7 + index}` }] },
			}));
			const made: unknown[] = [];
			const make = (options: ParameterReader) => {
				const value = convert(options);
				made.push(value);
				return { value };
			};
			const values = items.map((item) => read(item).collection('Options', make).value);
			expect(made).toEqual(expected);
			expect(values).toEqual(items.map((_, index) => expected[index] ?? expected[0]));
		},
	);

	test('a collection is converted again for the next item after a failure', () => {
		const read = readerOf({ Options: { Name: 'x', Most: byName } });
		const make = jest.fn(readName).mockImplementationOnce(() => {
			throw new Error('The first item');
		});
		expect(() => read({}).collection('Options', make)).toThrow('The first item');
		expect([read({}), read({})].map((item) => item.collection('Options', make))).toEqual([
			'x',
			'x',
		]);
		expect(make).toHaveBeenCalledTimes(2);
	});

	test('a converted collection cannot be read later, because its values may belong to another item', () => {
		const read = readerOf({ Options: { Name: 'x', Most: byName } });
		const make = (options: ParameterReader) => ({ later: () => options.text('Name') });
		expect(read({}).collection('Options', make).later).toThrow('after it was converted');
		expect(read({}).collection('Options').text('Name')).toBe('x');
	});

	test('an invalid value is rejected for each item with a separate error', () => {
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

	test('reads the same parameter in several ways', () => {
		const parameters = readerOf({ Most: 2.5 })({});
		expect(parameters.number('Most')).toBe(2.5);
		expect(() => parameters.whole('Most')).toThrow("isn't a whole number");
		expect(parameters.optionalText('Most')).toBe('2.5');
	});
});

test.each(['\n', '\r\n', '\u2028', '\v'])(
	'joins the lines of a name that contains %j',
	(lineBreak) => {
		const { parameters } = readAll(NODE, `Survey${lineBreak}2027 \ud83d\ude00\ud83d`);
		expect(parameters.text('Name')).toBe('Survey 2027 \ud83d\ude00');
	},
);

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
		'is rejected if it returns %j',
		(given) => {
			expect(options(given)).toThrow("'Options'");
		},
	);
});
