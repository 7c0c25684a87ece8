import { baseUrlOf } from '../../../nodes/shared/netigate/server';
import { dictionaryOf, labelText } from '../../../nodes/shared/input/backgroundData';
import { hidesContact, listedKeys, recipientFor } from '../../../nodes/shared/input/contact';
import { toNetigateDate } from '../../../nodes/shared/input/dates';
import type { BackgroundDataLabel } from '../../../nodes/shared/netigate/types';
import { toIds, toNumber } from '../../../nodes/shared/input/numbers';
import {
	plainText,
	readableText,
	toChoice,
	toFlag,
	toText,
} from '../../../nodes/shared/input/text';
import { blockedParts } from '../../../nodes/shared/invite/blockedParts';
import { toProxy } from '../../../nodes/shared/n8n/requestOptions';
import { inDateForm } from '../../../nodes/shared/netigate/dates';
import { InputError } from '../../../nodes/shared/netigate/errors';
import { readAnswer } from '../../../nodes/shared/netigate/responses';
import { alternativesIn, Choices } from '../../../nodes/shared/results/choices';
import { isFormula } from '../../../nodes/shared/results/formulas';
import { LedgerError, tableError } from '../../../nodes/shared/tables/errors';
import { QUARANTINE_TABLE } from '../../../nodes/shared/quarantine/ledger/table';
import { missingLinkHint, senderFor } from '../../../nodes/shared/invite/dispatch';
import { stepsOf } from './regexSteps';

const label: BackgroundDataLabel = {
	BGDataLabelId: 1,
	Document: 1,
	Name: 'Region',
	Type: 'ORDINAL',
	Options: [{ BGDataOptionId: 1, Label: 1, Option: 'North', Order: 1 }],
};

let uniqueTexts = 0;
/** Makes the text unique, so that no cache contains it. */
const uncached = (text: string) => `${uniqueTexts++} ${text}`;

/* Every reader takes about twice as many steps for any text that is twice as long. */

const readers: Record<string, (text: string) => unknown> = {
	...Object.fromEntries(
		['EMAIL', 'SMS', 'LOGIN', 'TWOWAY', 'auto'].flatMap((type) => [
			[`a contact of type ${type}`, (text: string) => recipientFor({ type }, text)],
			[`a listed contact of type ${type}`, (text: string) => listedKeys({ type }, text)],
		]),
	),
	'a masked contact': (text) => hidesContact({ type: 'EMAIL' }, text),
	'a message': missingLinkHint,
	'a sender': (text) => senderFor('EMAIL', text),
	'an SMS sender': (text) => senderFor('SMS', text),
	'a date': (text) => toNetigateDate(text, 'UTC', 'Date'),
	'a number': (text) => toNumber(text, 'Number', {}),
	IDs: (text) => toIds(text, 'IDs'),
	'a switch': (text) => toFlag(text, 'Switch'),
	'a label value': (text) => labelText(text, 'Label'),
	text: (text) => plainText(toText(text, 'Text')),
	'a field': (text) => dictionaryOf({ mappingMode: 'autoMapInputData' }, { [text]: 1 }, [label]),
	'a mapped label': (text) => dictionaryOf({ value: { [text]: 1 } }, {}, [label]),
	'a value of a label': (text) => dictionaryOf({ value: { 1: text } }, {}, [label]),
	"Netigate's text": (text) => readableText(uncached(text)),
	'an alternative': (text) =>
		new Choices(
			alternativesIn([uncached(text), '2', '3'].map((Text) => ({ Text })) as never),
			'DROPDOWN',
		),
	'a cell in a spreadsheet': isFormula,
	'a blocked contact': blockedParts,
	'a proxy': (text) => toProxy(text, 'Proxy'),
	'a base URL': (baseUrl) => baseUrlOf({ server: 'custom', baseUrl: `https://a${baseUrl}` }),
	'a response': (body) => readAnswer({ status: 400, headers: {}, body }),
	'a date in a response': (text) => inDateForm(`/Date(${text}`),
	'a redirect': (location) => readAnswer({ status: 302, headers: { location }, body: '' }),
	"a table's error": (text) =>
		tableError(new Error(text), QUARANTINE_TABLE, () => new LedgerError('missing', '', '')),
};

/** A start, a repeated part, and an end that makes matching fail late. */
const hostile: Array<[string, string, string]> = [
	['a@example.com', '; ', 'x'],
	['a@example.com', '; ', ''],
	['', '[', ''],
	['', '[a', ''],
	['', '{', ''],
	['', '<style', ''],
	['', '<style>a</style', ''],
	['', '<!doctype ', ''],
	['', '<img ', ''],
	['', '<a <', ''],
	['', '%a', ' '],
	['', '#a', ' '],
	['a', ' ', 'a'],
	['', '<>', ' x'],
	['', '@', ''],
	['a', '.a', '@'],
	['a@a', '.a', ''],
	['a@', 'a-', '.'],
	['mailto:', ' ', 'a'],
	['+', '1 ', 'x'],
	['', '+1', ''],
	['0', '0', 'x'],
	['', '(0)', ''],
	['', '1,', ''],
	['', '1.', ''],
	['"', 'a', ''],
	['a <', 'a', ''],
	['=', '"', ''],
	["'", "'", 'a'],
	['', '\u200b', 'a'],
	['', 'e\u0301', ''],
	['', '*a', '@'],
	['', '\u0301\u0316', ''],
	['https://a', '/', 'a'],
	['möchte ', 'a', ''],
	['1', ' ', 'x'],
	['', '1 ', 'x'],
	['', '\u200d', ''],
	['', '&#', ''],
	['', '<a "', ''],
	['', `<a '"`, ''],
	['', '<p', ''],
	['', '<b><', ''],
	['', '<style>', ''],
	['', '<!--', ''],
	['', '-->', ''],
	['', '&lt', ''],
	['', ' ', ''],
	['', '] ', 'x'],
	['2027-01-01T00:00:00.', '0', 'x'],
];

test.each(Object.entries(readers))('%s', (_, read) => {
	const slow = hostile.flatMap(([start, repeated, end]) => {
		const steps = (count: number) =>
			stepsOf(() => read(start + repeated.repeat(count / repeated.length) + end));
		return [60, 320].flatMap((count) => {
			const [once, twice] = [steps(count), steps(2 * count)];
			return twice > 2.5 * once + 200 ? [{ start, repeated, end, once, twice }] : [];
		});
	});
	expect(slow).toEqual([]);
});

const valueReaders: Record<string, (value: unknown) => unknown> = {
	'a contact': (value) => recipientFor({ type: 'auto' }, value),
	'a date': (value) => toNetigateDate(value, 'UTC', 'Date'),
	'a number': (value) => toNumber(value, 'Number', {}),
	IDs: (value) => toIds(value, 'IDs'),
	'a switch': (value) => toFlag(value, 'Switch'),
	'a choice': (value) => toChoice(value, ['a'], 'Choice'),
	text: (value) => toText(value, 'Text'),
	'a proxy': (value) => toProxy(value, 'Proxy'),
	'a value of a label': (value) => dictionaryOf({ value: { 1: value } }, {}, [label]),
	'a field': (Region) => dictionaryOf({ mappingMode: 'autoMapInputData' }, { Region }, [label]),
};

/* An item can contain any JSON, so an object can have members that look like methods. */

test.each(Object.entries(valueReaders))('rejects an odd object as %s', (_, read) => {
	for (const json of ['{"toISO":1}', '{"toString":1}', '{"valueOf":1}', '{"__proto__":{"a":1}}']) {
		const value: unknown = JSON.parse(json);
		expect(() => read(value)).toThrow(InputError);
		expect(() => read([value])).toThrow(InputError);
	}
});
