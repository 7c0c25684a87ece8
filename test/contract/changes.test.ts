import { changed, changeNames } from '../sandbox/changes';

const list = {
	AddResult: [
		{ Id: 1, Name: 'a' },
		{ Id: 2, Name: 'b' },
	],
};
const page = { Page: 1, Sets: [{ Id: 1 }, { Id: 2 }] };
const cases = {
	wrap: [
		[{ do: 'wrap' }, page, { SandboxResult: page }],
		[{ do: 'wrap' }, list, list],
	],
	unwrap: [
		[{ do: 'unwrap' }, list, list.AddResult],
		[{ do: 'unwrap' }, page, page],
	],
	camelCase: [[{ do: 'camelCase' }, { AResult: { Id: 1 } }, { AResult: { id: 1 } }]],
	upperCase: [[{ do: 'upperCase' }, page, { PAGE: 1, SETS: [{ ID: 1 }, { ID: 2 }] }]],
	set: [
		[{ do: 'set', member: 'Id', value: 'x' }, page, { Page: 1, Sets: [{ Id: 'x' }, { Id: 'x' }] }],
		[
			{ do: 'set', member: 'Id', value: null, at: 1 },
			page,
			{ Page: 1, Sets: [{ Id: 1 }, { Id: null }] },
		],
	],
	remove: [[{ do: 'remove', member: 'Id', at: 0 }, page, { Page: 1, Sets: [{}, { Id: 2 }] }]],
	capitals: [
		[
			{ do: 'capitals', member: 'Name' },
			{ Name: 'a', Id: 1 },
			{ Name: 'A', Id: 1 },
		],
	],
	setNull: [
		[
			{ do: 'setNull', member: 'Id', value: 'x' },
			[{ Id: null }, { Id: 2 }, {}],
			[{ Id: 'x' }, { Id: 2 }, {}],
		],
	],
	asObject: [[{ do: 'asObject', member: 'Set' }, { Set: 1 }, { Set: { SetId: 1 } }]],
	asCode: [[{ do: 'asCode', member: 'Set' }, { Set: 1 }, { Set: 'S-1' }]],
	name: [
		[{ do: 'name' }, [1], { Entries: [1] }],
		[{ do: 'name', paged: true }, [1], { Page: 1, TotalPages: 1, Entries: [1] }],
		[{ do: 'name' }, page, page],
	],
	dates: [
		...(
			[
				['documented', '2026-11-28T05:45:08Z'],
				['fraction', '2026-11-28T05:45:08.1234567Z'],
				['noZone', '2026-11-28T05:45:08'],
				['blank', '2026-11-28 05:45:08'],
				['offset', '2026-11-28T00:45:08-05:00'],
				['dotNet', '/Date(1795844708000+0100)/'],
				['milliseconds', 1_795_844_708_000],
				['seconds', 1_795_844_708],
				['american', '11/28/2026, 5:45:08 AM'],
			] as const
		).map(
			([form, written]) =>
				[
					{ do: 'dates', form },
					[{ Created: '2026-11-28T05:45:08Z', Name: 'x' }],
					[{ Created: written, Name: 'x' }],
				] as const,
		),
	],
	masked: [
		[
			{ do: 'masked', member: 'Email' },
			[{ Email: 'a@example.com' }, { Email: '46735123456' }],
			[{ Email: 'a***@example.com' }, { Email: '***456' }],
		],
	],
	named: [[{ do: 'named', member: 'Email' }, { Email: 'a' }, { Email: 'Somebody <a>' }]],
	rewritten: [
		[
			{ do: 'rewritten', member: 'Email' },
			[{ Email: '46735123456' }, { Email: 'a' }],
			[{ Email: '+46 735-123456' }, { Email: 'a' }],
		],
	],
	text: [[{ do: 'text', member: 'Id' }, [{ Id: 1 }], [{ Id: '1' }]]],
	extra: [
		[
			{ do: 'extra' },
			{ AResult: { Id: 1 } },
			{ AResult: { Id: 1, SandboxExtra: { Unknown: true } } },
		],
	],
	insertNull: [[{ do: 'insertNull', at: 1 }, [1, 2], [1, null, 2]]],
	replaceWithNull: [[{ do: 'replaceWithNull', at: 1 }, [1, 2], [1, null]]],
	reverse: [[{ do: 'reverse' }, page, { Page: 1, Sets: [{ Id: 2 }, { Id: 1 }] }]],
	shorten: [[{ do: 'shorten', by: 1 }, [1, 2], [1]]],
	lengthen: [[{ do: 'lengthen', by: 2 }, [1], [1, 1, 1]]],
	repeat: [
		[{ do: 'repeat' }, [1, 2], [1, 2, 2]],
		[{ do: 'repeat' }, [], []],
		[{ do: 'repeat' }, page, page],
	],
	listAsObject: [[{ do: 'listAsObject' }, { Id: 1, Cells: ['a'] }, { Id: 1, Cells: { 0: 'a' } }]],
	replace: [[{ do: 'replace', value: 7 }, page, 7]],
};

test.each(changeNames)('%s returns a changed copy of the response', (name) => {
	for (const [change, before, after] of cases[name]) {
		const given = structuredClone(before);
		expect(changed(before, [change as never])).toEqual(after);
		expect(before).toEqual(given);
	}
});
