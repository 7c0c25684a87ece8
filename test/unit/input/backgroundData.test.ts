import { DateTime } from 'luxon';
import {
	dictionaryOf,
	mappedLabels,
	matchHint,
	needsLabels,
} from '../../../nodes/shared/input/backgroundData';
import type { BackgroundDataLabel } from '../../../nodes/shared/netigate/types';

const label = (id: number, name: string, options: string[] = []): BackgroundDataLabel => ({
	BGDataLabelId: id,
	Document: 1,
	Name: name,
	Type: options.length > 0 ? 'ORDINAL' : 'TEXT',
	Options: options.map((option, index) => ({
		BGDataOptionId: index,
		Label: id,
		Option: option,
		Order: index,
	})),
});

const labels = [
	label(4001, 'First name'),
	label(3000004002, 'Customer number'),
	label(4003, 'Region', ['North', 'South', 'Öster']),
];

const below = (value: Record<string, unknown>) =>
	dictionaryOf({ mappingMode: 'defineBelow', value }, {}, labels);

const byName = (item: Record<string, unknown>) =>
	dictionaryOf({ mappingMode: 'autoMapInputData', value: null }, item, labels);

describe('mapped by hand', () => {
	test('sends IDs and values as text', () => {
		expect(below({ '4001': ' Anna ', '4003': 'North', '3000004002': 4711 })).toEqual([
			{ Key: '4001', Value: 'Anna' },
			{ Key: '4003', Value: 'North' },
			{ Key: '3000004002', Value: '4711' },
		]);
	});

	test('accepts the name of a label', () => {
		expect(below({ 'first NAME': 'Anna' })).toEqual([{ Key: '4001', Value: 'Anna' }]);
	});

	test('leaves out empty values, because Netigate rejects them', () => {
		expect(below({ '4001': '', '3000004002': null, '4003': '  ' })).toEqual([]);
	});

	test('corrects the case of an option', () => {
		expect(below({ '4003': 'öster' })).toEqual([{ Key: '4003', Value: 'Öster' }]);
		const only = (option: string, value: string) =>
			dictionaryOf({ mappingMode: 'defineBelow', value: { '1': value } }, {}, [
				label(1, 'Size', [option]),
			]);
		const long = 'x'.repeat(1000);
		for (const option of ['xl', long])
			expect(only(option, option.toUpperCase())).toEqual([{ Key: '1', Value: option }]);
		expect(() => only(`${long}x`, `${long}X`)).toThrow("isn't an option");
	});

	test.each([
		['an option that differs from another only in case', label(1, 'Size', ['xl', 'XL']), 'XL'],
		['any text without options', { ...label(1, 'Size'), Type: 'ORDINAL' }, 'Any'],
		['any text of another type', { ...label(1, 'Size', ['xl']), Type: 'TEXT' }, 'Any'],
		['several lines', label(1, 'Size'), 'one\ntwo'],
	])('%s is sent unchanged', (_, size, Value) => {
		const mapping = { mappingMode: 'defineBelow', value: { '1': Value } };
		expect(dictionaryOf(mapping, {}, [size])).toEqual([{ Key: '1', Value }]);
	});

	test.each([
		['a\u0007b', 'contains invalid characters: "a\u0007b"'],
		[2 ** 60, 'was rounded: "1152921504606847000"'],
	])('%j is rejected', (value, why) => {
		expect(() => below({ '4001': value })).toThrow(why);
	});

	test("rejects a value that isn't an option, and lists the options", () => {
		expect(() => below({ '4003': 'West' })).toThrow(
			expect.objectContaining({
				message: `"West" isn't an option for the background data "Region"`,
				advice: expect.stringContaining('"North", "South", "Öster"'),
			}),
		);
	});

	test.each([{ first: 'Anna' }, ['Anna'], NaN, Infinity, new Date(NaN), DateTime.invalid('no')])(
		"rejects %p because it isn't text",
		(value) => {
			expect(() => below({ '4001': value })).toThrow('"First name" must be text');
		},
	);

	test.each([
		['from JavaScript', new Date('2027-03-04T05:06:07Z'), '2027-03-04T05:06:07.000Z'],
		[
			"from n8n's expressions",
			DateTime.fromISO('2027-03-04T05:06:07', { zone: 'Europe/Berlin' }),
			'2027-03-04T05:06:07.000+01:00',
		],
	])('sends a date %s as text', (_, value, text) => {
		expect(below({ '4001': value })).toEqual([{ Key: '4001', Value: text }]);
	});

	test('ignores a blank value for a removed label', () => {
		for (const blank of ['', ' ', '\u00a0', '\u200b', null, undefined])
			expect(below({ '4001': 'Anna', '9999': blank })).toEqual([{ Key: '4001', Value: 'Anna' }]);
	});

	test('rejects an unknown label, and lists the available labels', () => {
		expect(() => below({ '9999': 'x' })).toThrow(
			expect.objectContaining({
				message: 'There is no background data called "9999"',
				advice: expect.stringContaining('"Customer number"'),
			}),
		);
		const mapping = { mappingMode: 'defineBelow', value: { '9999': 'x' } };
		for (const [known, advice] of [
			[[], /^Create the label/],
			[[label(1, 'City')], /^Available labels: "City"\./],
		] as const)
			expect(() => dictionaryOf(mapping, {}, [...known])).toThrow(
				expect.objectContaining({ advice: expect.stringMatching(advice) }),
			);
	});
});

describe('mapped automatically', () => {
	test('uses fields with the name or ID of a label, and ignores all others', () => {
		const item = { email: 'anna@example.com', ' FIRST NAME ': 'Anna', '3000004002': 4711 };
		expect(byName(item)).toEqual([
			{ Key: '4001', Value: 'Anna' },
			{ Key: '3000004002', Value: '4711' },
		]);
	});

	test('matches names in a different Unicode form', () => {
		const name = 'Größe';
		const item = { [name.normalize('NFD')]: 'L' };
		const mapping = { mappingMode: 'autoMapInputData', value: null };
		expect(dictionaryOf(mapping, item, [label(1, name)])).toEqual([{ Key: '1', Value: 'L' }]);
	});
});

describe('field names', () => {
	const mapped = (item: Record<string, unknown>, ...names: string[]) =>
		Object.fromEntries(
			dictionaryOf(
				{ mappingMode: 'autoMapInputData', value: null },
				item,
				names.map((name, index) => label(index + 1, name)),
			).map(({ Key, Value }) => [names[Number(Key) - 1], Value]),
		);

	test('that differ only in case each match their own label', () => {
		const item = { kund: 'k-77', Kund: 'Holm AB' };
		expect(mapped(item, 'Kund', 'kund')).toEqual({ Kund: 'Holm AB', kund: 'k-77' });
	});

	test.each(['customerNumber', 'customer_number', 'Customer-Number', 'CUSTOMER\u00a0 NUMBER'])(
		'%p fits "Customer number"',
		(name) => {
			expect(mapped({ [name]: 5 }, 'Customer number')).toEqual({ 'Customer number': '5' });
		},
	);

	test('a value wins over a blank whose name matches better', () => {
		const item = { Town: ' ', town: 'Lund' };
		expect(mapped(item, 'Town')).toEqual({ Town: 'Lund' });
	});

	test('a field that matches two labels equally well is rejected, unless their names are equal', () => {
		expect(() => mapped({ hometown: 'Lund' }, 'Home town', 'home_town')).toThrow(
			'The field "hometown" matches two labels: "Home town" and "home_town"',
		);
		const twice = [label(1, 'City'), label(2, 'City')];
		expect(
			dictionaryOf({ mappingMode: 'autoMapInputData', value: null }, { city: 'Lund' }, twice),
		).toHaveLength(2);
	});

	test('two fields that match equally well are rejected, unless their values are equal', () => {
		expect(() => mapped({ 'home-town': 'Lund', home_town: 'Kiel' }, 'Home town')).toThrow(
			'The fields "home-town" and "home_town" both match the label "Home town"',
		);
		expect(mapped({ 'home-town': 'Lund', home_town: 'Lund' }, 'Home town')).toEqual({
			'Home town': 'Lund',
		});
	});
});

describe('when no field matches a label', () => {
	const automatic = { mappingMode: 'autoMapInputData', value: null };
	const strange = [{ email: 'anna@example.com', Vorname: 'Anna' }, { Ort: 'Lund' }];

	test('the error lists the fields and the labels', () => {
		expect(() => matchHint(automatic, strange, labels)).toThrow(
			'No field is named after a label. The fields are "email", "Vorname", "Ort", and the labels are "First name", "Customer number", "Region"',
		);
	});

	test('the error says that there are no fields or no labels', () => {
		expect(() => matchHint(automatic, strange, [])).toThrow('There are no labels, so');
		expect(() => matchHint(automatic, [{ Ort: 'Lund' }], labels)).toThrow(
			'The fields are "Ort", and',
		);
		expect(() => matchHint(automatic, [{}], [label(1, '')])).toThrow(
			'There are no fields, and the labels are unnamed',
		);
	});

	test('the hint names at most 100 labels', () => {
		const names = Array.from({ length: 102 }, (_, at) => `Label ${at}`);
		const hint = matchHint(
			automatic,
			[{ 'Label 0': 1 }],
			names.map((name, at) => label(at + 1, name)),
		);
		expect(hint).toMatch(/: "Label 1", .*, "Label 100" and others\.$/);
	});

	test('returns a hint if any item has a matching field, and nothing for fields mapped by hand', () => {
		expect(matchHint(automatic, [...strange, { region: '' }], labels)).toBe(
			'No field is named after these labels, so they stay empty: "First name", "Customer number".',
		);
		const all = [{ region: '', 'first name': '', CustomerNumber: '' }];
		expect(matchHint(automatic, all, labels)).toBeUndefined();
		expect(matchHint({ mappingMode: 'defineBelow' }, strange, labels)).toBeUndefined();
		expect(matchHint(undefined, strange, labels)).toBeUndefined();
	});
});

describe('mapped labels', () => {
	test('include mapped labels even if an item has no value', () => {
		const mapping = {
			mappingMode: 'defineBelow',
			value: { '4001': '={{ $json.name }}', '4003': '', 'Customer number': '={{ $json.id }}' },
		};
		expect(mappedLabels(mapping, [{}], labels)).toEqual(new Set(['4001', '3000004002']));
	});

	test('include the labels of any item if mapped automatically', () => {
		const mapping = { mappingMode: 'autoMapInputData', value: null };
		const items = [{ 'First name': 'Anna' }, { region: 'North' }];
		expect(mappedLabels(mapping, items, labels)).toEqual(new Set(['4001', '4003']));
	});

	test('are empty without a mapping', () => {
		expect(mappedLabels(undefined, [{ 'First name': 'Anna' }], labels)).toEqual(new Set());
		expect(dictionaryOf(undefined, { 'First name': 'Anna' }, labels)).toEqual([]);
	});
});

test.each([
	[undefined, false],
	[{ mappingMode: 'defineBelow' }, false],
	[{ mappingMode: 'defineBelow', value: null }, false],
	[{ mappingMode: 'defineBelow', value: {} }, false],
	[{ mappingMode: 'defineBelow', value: { '4001': '' } }, true],
	[{ mappingMode: 'autoMapInputData', value: null }, true],
])('whether the labels are read for %j: %j', (mapping, expected) => {
	expect(needsLabels(mapping)).toBe(expected);
});
