import { dictionaryOf, mappedLabels } from '../../../nodes/shared/values/backgroundData';
import type { BackgroundDataLabel } from '../../../nodes/shared/api/types';

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
	test('keys are ids as text, values texts', () => {
		expect(below({ '4001': ' Anna ', '4003': 'North', '3000004002': 4711 })).toEqual([
			{ Key: '4001', Value: 'Anna' },
			{ Key: '4003', Value: 'North' },
			{ Key: '3000004002', Value: '4711' },
		]);
	});

	test('a label may be called by its name', () => {
		expect(below({ 'first NAME': 'Anna' })).toEqual([{ Key: '4001', Value: 'Anna' }]);
	});

	test('Netigate takes no empty values, so they are left out', () => {
		expect(below({ '4001': '', '3000004002': null, '4003': '  ' })).toEqual([]);
	});

	test('another case of an option is put right', () => {
		expect(below({ '4003': 'öster' })).toEqual([{ Key: '4003', Value: 'Öster' }]);
	});

	test('a value that is no option is refused with the options', () => {
		expect(() => below({ '4003': 'West' })).toThrow(
			expect.objectContaining({
				message: '"West" is no option of the background data "Region"',
				advice: expect.stringContaining('"North", "South", "Öster"'),
			}),
		);
	});

	test.each([{ first: 'Anna' }, ['Anna']])('%j is no text', (value) => {
		expect(() => below({ '4001': value })).toThrow('"First name" should be a text');
	});

	test('an unknown label is refused with those that there are', () => {
		expect(() => below({ '9999': 'x' })).toThrow(
			expect.objectContaining({
				message: 'There is no background data "9999" here',
				advice: expect.stringContaining('"Customer number"'),
			}),
		);
	});
});

describe('mapped automatically', () => {
	test('fields that bear the name or the id of a label are taken, all others left alone', () => {
		const item = { email: 'anna@example.com', ' FIRST NAME ': 'Anna', '3000004002': 4711 };
		expect(byName(item)).toEqual([
			{ Key: '4001', Value: 'Anna' },
			{ Key: '3000004002', Value: '4711' },
		]);
	});

	test('names in another Unicode form are the same name', () => {
		const name = 'Größe';
		const item = { [name.normalize('NFD')]: 'L' };
		const mapping = { mappingMode: 'autoMapInputData', value: null };
		expect(dictionaryOf(mapping, item, [label(1, name)])).toEqual([{ Key: '1', Value: 'L' }]);
	});
});

describe('which labels a directory speaks about', () => {
	test('those that are mapped, also where an item has no value', () => {
		const mapping = {
			mappingMode: 'defineBelow',
			value: { '4001': '={{ $json.name }}', '4003': '', 'Customer number': '={{ $json.id }}' },
		};
		expect(mappedLabels(mapping, [{}], labels)).toEqual(new Set(['4001', '3000004002']));
	});

	test('automatically: those that any item has', () => {
		const mapping = { mappingMode: 'autoMapInputData', value: null };
		const items = [{ 'First name': 'Anna' }, { region: 'North' }];
		expect(mappedLabels(mapping, items, labels)).toEqual(new Set(['4001', '4003']));
	});

	test('without a mapping none', () => {
		expect(mappedLabels(undefined, [{ 'First name': 'Anna' }], labels)).toEqual(new Set());
		expect(dictionaryOf(undefined, { 'First name': 'Anna' }, labels)).toEqual([]);
	});
});
