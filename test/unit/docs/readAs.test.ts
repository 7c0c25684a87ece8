import { readFileSync } from 'node:fs';
import { DateTime } from 'luxon';
import { dictionaryOf } from '../../../nodes/shared/input/backgroundData';
import { recipientFor } from '../../../nodes/shared/input/contact';
import { toChoice, toFlag } from '../../../nodes/shared/input/text';
import { toNetigateDate } from '../../../nodes/shared/input/dates';
import { toId, toIds, toNumber } from '../../../nodes/shared/input/numbers';
import { toProxy } from '../../../nodes/shared/n8n/requestOptions';

/* docs/errors.md lists how values are read. Each row has examples here, including each value in the row. */

const firstName = {
	BGDataLabelId: 1,
	Document: 1,
	Name: 'First name',
	Type: 'TEXT' as const,
	Options: [],
};

const named = (item: Record<string, unknown>) =>
	dictionaryOf({ mappingMode: 'autoMapInputData' }, item, [firstName]);

interface Example {
	read: (value: never) => unknown;
	/** Pairs of a given value and the value that is read. */
	fits: Array<[unknown, unknown]>;
	refused: unknown[];
}

const all = (values: unknown[], as: unknown) =>
	values.map((value): [unknown, unknown] => [value, as]);

const date = '2027-03-04T00:00:00Z';

const examples: Record<string, Example> = {
	Switch: {
		read: (value) => toFlag(value, 'Switch'),
		fits: [
			...all(['true', 'YES', 'Ja', '1', 1, true], true),
			...all(['false', 'No', 'NEIN', '0', 0, false], false),
		],
		refused: ['x', 'checked', 'on', 2, '', null, undefined, [true]],
	},
	Choice: {
		read: (value) => toChoice(value, ['skip', 'add'], 'Choice'),
		fits: [[' SKIP\u00a0', 'skip']],
		refused: ['skipped', '', 1, ['skip']],
	},
	Number: {
		read: (value) => toNumber(value, 'Number', { max: 99 }),
		fits: [...all(['12', 12], 12), ...all(['1.5', '1,5', 1.5], 1.5)],
		refused: ['1.000', '1e3', 100, '1 000', '12%', '', true, [3]],
	},
	Date: {
		read: (value) => toNetigateDate(value, 'UTC', 'Date'),
		fits: [
			...all([new Date(date), DateTime.fromISO(date), '2027-03-04'], date),
			['2027-03-04T10:30', '2027-03-04T10:30:00Z'],
			['2027-03-04T10:30+01:00', '2027-03-04T09:30:00Z'],
		],
		refused: ['12', '10:30', '2027', 46085, '46085', '04.03.2027', '03/04/2027'],
	},
	Email: {
		read: (value) => recipientFor({ type: 'EMAIL' }, value).contact,
		fits: [
			...all(
				[
					'Anna <anna@example.com>',
					'mailto:anna@example.com',
					"'anna@example.com",
					'="anna@example.com"',
					'Anna@Example.com.',
					'anna@example.com;',
					'\u200eanna@example.com',
				],
				'anna@example.com',
			),
			['anna@müller.example', 'anna@xn--mller-kva.example'],
		],
		refused: ['a@example.com, b@example.com', 'jörg@example.com', 'n/a', 'none', '-', 'false'],
	},
	'Phone number': {
		read: (value) => recipientFor({ type: 'SMS' }, value).contact,
		fits: all(
			[
				'+49 (171) 123-45-67',
				'0049 171 1234567',
				'+49 (0) 171 1234567',
				'491711234567.0',
				'４９１７１１２３４５６７',
				'\u202a+49\t171 1234567\u202c',
				'="491711234567"',
			],
			'491711234567',
		),
		refused: [
			'+49 0171 1234567',
			'491711234567, 491711234568',
			'2027-03-04',
			'49 171 123456O',
			'491711234567.5',
			'4.9E+11',
			['491711234567'],
			'0171 1234567',
			'1711234567',
		],
	},
	'Login name': {
		read: (value) => recipientFor({ type: 'auto' }, value).contact,
		fits: [
			['0012345678', '0012345678'],
			['12345678', '12345678'],
			['Anna.A', 'Anna.A'],
		],
		refused: ['n/a', '#REF!', '?', 'none', '-', 'a@example.com, b@example.com'],
	},
	'Label value': {
		read: (value) => named({ 'First name': value })[0].Value,
		fits: [
			[' Anna ', 'Anna'],
			[7.5, '7.5'],
			[2 ** 53 - 1, '9007199254740991'],
			['Anna \ud83d', 'Anna'],
			[false, 'false'],
			[new Date(date), '2027-03-04T00:00:00.000Z'],
		],
		refused: [{ a: 1 }, ['Anna'], NaN, 2 ** 53, -1e20],
	},
	'Label name': {
		read: (value) => named(value)[0].Value,
		fits: all(
			[
				{ 'FIRST  NAME': 'b', 'First name': 'a' },
				{ first_name: 'a' },
				{ 'first-name': 'a' },
				{ firstName: 'a' },
			],
			'a',
		),
		refused: [{ first_name: 'a', 'first-name': 'b' }],
	},
	ID: {
		read: (value) => (typeof value === 'number' ? toId(value, 'ID') : toIds(value, 'IDs')),
		fits: [[501, 501], ['501', [501]], ...all(['501, 502', [501, '502']], [501, 502])],
		refused: ['501.0', '#501', '[]', ',', 1.5, true, [null]],
	},
	Proxy: {
		read: (value) => toProxy(value, 'Proxy')?.port,
		fits: all(['http://host:3128', 'host:3128', 'http://anna:secret@host:3128'], 3128),
		refused: ['socks5://host:3128', 'host:0'],
	},
};

const rows = readFileSync('docs/errors.md', 'utf8')
	.split('## How values are read')[1]
	.split('\n## ')[0]
	.split('\n')
	.filter((line) => line.startsWith('|'))
	.slice(2)
	.map((line) => line.split('|').map((cell) => cell.trim()))
	.map(([, kind, read, refused]) => ({ kind, read, refused }));

const valuesIn = (cell: string) =>
	[...cell.matchAll(/`([^`]+)`/g)].map(([, value]) => value.replace(/…"$/, ''));

const shown = (values: unknown[]) =>
	values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ');

test('every row has its examples', () => {
	expect(rows.map(({ kind }) => kind)).toEqual(Object.keys(examples));
});

test.each(rows)('$kind', ({ kind, ...documented }) => {
	const { read, fits, refused } = examples[kind];
	for (const [value, as] of fits) expect([value, read(value as never)]).toEqual([value, as]);
	for (const value of refused) expect(() => read(value as never)).toThrow();
	for (const value of valuesIn(documented.read)) expect(shown(fits.flat())).toContain(value);
	for (const value of valuesIn(documented.refused)) expect(shown(refused)).toContain(value);
});
