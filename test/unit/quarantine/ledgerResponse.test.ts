import { readResponse, type Action } from '../../../nodes/shared/quarantine/ledger/ledgerResponse';

const EVENT = {
	...{ survey: '501', group: 'Sales', kind: 'invited', at: 0, state: 'held', until: 60_000 },
	...{ token: '1.step', ordinal: 0, address: 'anna@example.com' },
};
const ANNA = { contact: 'anna', version: 7, events: [EVENT] };
const READ = {
	contract: 1,
	key: 'f00d',
	keepDays: 30,
	keepsOptOuts: true,
	read: 1,
	records: [ANNA],
};
const WRITTEN = { ...READ, written: 1, records: [] };

test.each([
	['only the records that exist', [{ ...READ, read: 2 }], 'read', { records: [ANNA] }],
	[
		'no record',
		[{ ...READ, read: 2, keepDays: 0, records: [] }],
		'read',
		{ keepDays: 0, records: [] },
	],
	[
		'several items, using the longest time and keeping opt-outs only if every item does',
		[
			{ ...READ, keepDays: 90 },
			{ ...READ, keepsOptOuts: 'yes', records: [] },
		],
		'read',
		{ keepDays: 90, keepsOptOuts: false, records: [ANNA] },
	],
	['all records, without a count', [{ ...READ, read: undefined }], 'all', { records: [ANNA] }],
	['a write', [{ ...WRITTEN, written: 2 }], 'write', { records: [] }],
	['a write that was refused for one contact', [{ ...WRITTEN, records: [ANNA] }], 'write', {}],
	[
		'a completed replacement',
		[{ ...WRITTEN, contract: 3, written: 2 }],
		'replace',
		{ records: [] },
	],
] as const)('reads a response with %s', (_, items, action, expected) => {
	const { records, ...rest } = readResponse(items as never, action, ['anna', 'ben']);
	expect({ ...rest, records: [...records.values()] }).toEqual({
		...{ key: 'f00d', keepDays: 30, keepsOptOuts: true, records: [ANNA], ...expected },
	});
	expect([...records.keys()]).toEqual([...records.values()].map(({ contact }) => contact));
});

test.each([
	...[{ kind: 'responded' }, { kind: 'optedOut' }, { address: null }, { until: 0, at: -1 }],
	...[
		{ state: 'final', until: null },
		{ state: 'lifted', until: 5 },
		{ state: 'final', until: 5 },
	],
])('accepts an event with %j', (more) => {
	const events = [{ ...EVENT, ...more }];
	const { records } = readResponse([{ ...READ, records: [{ ...ANNA, events }] }], 'read', ['anna']);
	expect(records.get('anna')?.events).toEqual(events);
});

test.each<[string, object[], Action?]>([
	['an item without "contract"', [{}]],
	['contract 2 instead of 1', [{ ...READ, contract: 2 }]],
	['contract "1" instead of 1', [{ ...READ, contract: '1' }]],
	['contract 2 instead of 3', [{ ...WRITTEN, contract: 2 }], 'replace'],
	["can't forget anyone, because it was made for version 1", [{ ...READ, contract: 1 }], 'forget'],
	['an item without "key"', [{ ...READ, key: '' }]],
	['an item without "key"', [{ ...READ, key: 12 }]],
	['the "key" "key1", which no node sent', [{ ...READ, key: 'key1' }]],
	['the "key" "f0 0d", which no node sent', [{ ...READ, key: 'f0 0d' }]],
	['items with different keys', [READ, { ...READ, key: 'beef', records: [] }]],
	['a "keepDays" value', [{ ...READ, keepDays: -1 }]],
	['a "keepDays" value', [{ ...READ, keepDays: 1.5 }]],
	['a "keepDays" value', [{ ...READ, keepDays: '30' }]],
	['a "read" value', [{ ...READ, read: undefined }]],
	['a "written" value', [READ], 'write'],
	['a "records" value', [{ ...READ, records: ANNA }]],
	["a contact that wasn't requested", [{ ...READ, records: [{ ...ANNA, contact: 'cleo' }] }]],
	['the same contact twice', [READ, READ]],
	['the same contact twice', [{ ...READ, records: [ANNA, ANNA] }], 'all'],
	['nothing at all', []],
	['0 of 1 contacts', [{ ...READ, read: 0 }]],
	['2 of 1 contacts', [{ ...READ, read: 2 }]],
	['2 of 1 contacts', [{ ...WRITTEN, records: [ANNA] }], 'write'],
	['0 of 1 contacts', [{ ...WRITTEN, written: 0 }], 'write'],
	['a record without "contact"', [{ ...READ, records: [{ ...ANNA, contact: 1 }] }]],
	['an "events" value', [{ ...READ, records: [{ ...ANNA, events: {} }] }]],
	['a "version" value', [{ ...READ, records: [{ ...ANNA, version: null }] }]],
	['an event that differs', [{ ...READ, records: [{ ...ANNA, events: [null] }] }]],
	...Object.entries({
		...{ survey: 501, group: null, kind: 'asked', at: '0', token: null, ordinal: NaN, address: 1 },
		...{ state: 'pending', until: null },
	}).map(([field, value]): [string, object[]] => [
		'an event that differs',
		[{ ...READ, records: [{ ...ANNA, events: [EVENT, { ...EVENT, [field]: value }] }] }],
	]),
	[
		'an event that differs',
		[{ ...READ, records: [{ ...ANNA, events: [{ ...EVENT, state: 'final', until: '5' }] }] }],
	],
])('the error contains "%s" for the response %j', (problem, items, action = 'read') => {
	expect(() => readResponse(items as never, action, ['anna'])).toThrow(
		expect.objectContaining({
			problem: 'shape',
			message: expect.stringContaining(problem) as string,
		}),
	);
});
