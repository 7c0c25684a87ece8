import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import type { INode } from 'n8n-workflow';
import { root } from './documents';

/* The code of the example that replays tickets. An end-to-end test also uploads tickets. */

const example = join(root, 'workflows/what-if.json');
const { nodes } = JSON.parse(readFileSync(example, 'utf8')) as { nodes: INode[] };

type Json = Record<string, unknown>;

/** Runs a Code node as n8n does. The result is copied because it comes from another context. */
function run(name: string, input: Json[]): Json[] {
	const code = String(nodes.find((node) => node.name === name)!.parameters.jsCode);
	const $input = { all: () => input.map((json) => ({ json })) };
	const output = runInNewContext(`(() => {${code}\n})()`, { $input, Buffer });
	return (JSON.parse(JSON.stringify(output)) as Array<{ json: Json }>).map(({ json }) => json);
}

const fromText = (...lines: string[]) =>
	run('Tickets', [{ file: Buffer.from(lines.join('\r\n')).toString('base64') }]);
const dated = (...dates: string[]) =>
	fromText('Customer Email;Closed on', ...dates.map((date) => `anna@example.com;${date}`)).map(
		({ date, error }) => date ?? error,
	);

describe('tickets', () => {
	test('the address, the date on which the ticket was solved, and all other columns are read', () => {
		const [first, second] = fromText(
			'Tickets of March',
			'ID,Created at,Solved at,Requester email,Consent',
			'1,2026-03-01,2026-03-02T09:12:00Z,anna@example.com,yes',
			'',
			'2,2026-03-03,,ben@example.com,no',
		);
		expect(first).toMatchObject({ row: 3, date: '2026-03-02T09:12:00Z', Consent: 'yes' });
		expect(second).toMatchObject({ row: 5, email: 'ben@example.com', date: null });
	});

	test.each([
		['ISO', '2026-03-04 09:12', '2026-03-04 09:12'],
		['UTC', '2026-03-04 09:12:05 UTC', '2026-03-04 09:12:05Z'],
		['with an offset', '2026-03-04 09:12:05 +0100', '2026-03-04 09:12:05+0100'],
		['German', '4.3.2026 9:12', '2026-03-04T09:12:00'],
		['German, two digits', '04.03.26, 09:12:05', '2026-03-04T09:12:05'],
		['American', '3/14/26 9:12:00 PM', '2026-03-14T21:12:00'],
		['American, after midnight', '3/14/2026, 12:05 a.m.', '2026-03-14T00:05:00'],
		['British', '14/03/2026', '2026-03-14T00:00:00'],
		['Excel', '46085.25', '2026-03-04T06:00:00'],
		['not a date', 'soon', 'soon'],
	])('a date is read: %s', (_, written, read) => expect(dated(written)).toEqual([read]));

	test('one day above 12 determines whether all dates begin with the day or the month', () => {
		expect(dated('3/4/2026', '3/14/2026')[0]).toBe('2026-03-04T00:00:00');
		expect(dated('3/4/2026', '14/3/2026')[0]).toBe('2026-04-03T00:00:00');
		expect(dated('4/4/2026')).toEqual(['2026-04-04T00:00:00']);
	});

	test.each([
		['dates in unknown order', ['email,date', 'a@example.com,3/4/2026'], /"3\/4\/2026"\. Write/],
		['no dates', ['email,name', 'a@example.com,A'], /No column with dates.*"email", "name"/],
		['no addresses', ['name,date', 'A,2026-03-04'], /No column with email addresses/],
		['no tickets', ['email,date'], /contains no tickets/],
		['no names', ['a@example.com,2026-03-04'], /no row with column names/],
		['no content', [''], /The file is empty/],
		[
			'too many tickets',
			['email,date', ...new Array<string>(50_001).fill('a@example.com,2026-03-04')],
			/at most 50000/,
		],
	])('a file with %s is rejected', (_, lines, message) => {
		expect(fromText(...lines)).toEqual([{ error: expect.stringMatching(message) }]);
	});

	test('rows of a workbook are read, and a damaged one is rejected', () => {
		const rows = [['Email', 'Date'], [], ['anna@example.com', 46085.25]];
		const read = run(
			'Tickets',
			rows.map((row) => ({ row })),
		);
		expect(read).toEqual([expect.objectContaining({ row: 3, date: '2026-03-04T06:00:00' })]);
		expect(run('Tickets', [{ error: 'Unsupported' }])).toEqual([
			{ error: expect.stringContaining("couldn't be read (Unsupported)") },
		]);
	});
});

describe('the result', () => {
	const summary = { quarantine: { status: 'summary', items: 2000, allowed: 1500 } };
	const refused = (...reasons: string[]) => ({ quarantine: { status: 'quarantined', reasons } });

	test('counts every reason, most frequent first', () => {
		const [{ title, rows, note }] = run('Result', [
			...new Array<Json>(310).fill(refused('invitedRecently')),
			...new Array<Json>(41).fill(refused('optedOut', 'invitedRecently')),
			{ contact: 'nora', error: "'Contact' isn't valid" },
			summary,
		]);
		expect(title).toBe('2,000 tickets: 1,500 would have been asked');
		expect(rows).toEqual([
			{ label: 'Would have been asked', count: '1,500', share: 75 },
			{ label: 'Asked recently', count: '351', share: 17.6 },
			{ label: 'Opted out', count: '41', share: 2.1 },
			{ label: 'Could not be checked', count: '1', share: 0.1 },
		]);
		expect(note).toBe(
			'A ticket counts once for each of its reasons. The execution of this workflow shows why some tickets could not be checked.',
		);
	});

	test('shows why a file could not be used, without executing its content', () => {
		expect(run('Result', [{ error: 'No "<b>{{ 1 }}"' }])).toEqual([
			{
				title: 'No ticket could be checked',
				rows: [],
				note: 'No &#34;&#60;b&#62;&#123;&#123; 1 &#125;&#125;&#34;',
			},
		]);
	});
});
