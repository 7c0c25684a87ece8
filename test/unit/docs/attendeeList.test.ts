import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import type { INode } from 'n8n-workflow';
import { root } from './documents';

/* The code of the event example that reads uploaded lists. A test of the real server uploads some of them. */

const example = join(root, 'workflows/post-event-with-quarantine.json');
const { nodes } = JSON.parse(readFileSync(example, 'utf8')) as { nodes: INode[] };
const codeOf = (name: string) => nodes.find((node) => node.name === name)!.parameters.jsCode;

type Json = Record<string, unknown>;

/** Runs a Code node as n8n does. The result is copied because it comes from another context. */
function run(
	name: string,
	input: Json[],
	others: Record<string, Json> = {},
	mode = 'production',
): Json {
	const items = input.map((json) => ({ json }));
	const $input = { all: () => items, first: () => items[0] };
	const $ = (node: string) => ({ first: () => ({ json: others[node] }) });
	const output = runInNewContext(`(() => {${String(codeOf(name))}\n})()`, {
		$input,
		$,
		$execution: { mode },
		Buffer,
	});
	return (JSON.parse(JSON.stringify(output)) as Array<{ json: Json }>)[0].json;
}

interface List extends Json {
	people: Json[];
	notAttended: string[];
	noAddress: string[];
	notes: string[];
	error?: string;
}

const fromText = (file: Buffer | string) =>
	run('The List', [{ file: Buffer.from(file as string).toString('base64') }]) as List;
/** Rows as Extract from File outputs them. */
const fromExcel = (...rows: unknown[][]) =>
	run(
		'The List',
		rows.map((row) => ({ row })),
	) as List;

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const bigEndian = (text: string) => utf16(text).swap16();
const windows1252 = (text: string) =>
	Buffer.from(text.replaceAll('€', '\u0080').replaceAll('’', '\u0092'), 'latin1');
const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join('');

const nameless = { 'First name': '', 'Last name': '' };
const jorg = { 'First name': 'Jörg', 'Last name': 'Beispiel', email: 'joerg@example.com' };
const anna = { 'First name': 'Anna', 'Last name': 'Example', email: 'anna@example.com' };

const german = lines(
	'Vorname;Nachname;E-Mail-Adresse;Firma;Teilgenommen',
	'Jörg;Beispiel;joerg@example.com;"Müller & Söhne; ""Süd""\nAbteilung 2";ja',
	';;;;',
	'Anna;Example;anna@example.com;;x',
	'Nora;Nein;nora@example.com;;',
	'Nina;Nein;nina@example.com;;Nein',
	'Otto;Ohne;;;Ja',
);

const teams = [
	'1. Summary',
	'Meeting title\tSummer Summit',
	'Attended participants\t3',
	'Start time\t6/3/26, 9:58:00 AM',
	'Organizer email\torga@example.com',
	'',
	'2. Participants',
	'Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole',
	'Anna Example\t6/3/26, 9:58:01 AM\t6/3/26, 11:00:00 AM\t1h 1m 59s\tanna@example.com\tanna@example.com\tPresenter',
	'Beispiel, Jörg (External)\t6/3/26, 9:59:00 AM\t6/3/26, 11:00:00 AM\t1h 1m\tjoerg@example.com\t\tAttendee',
	'Dr. Clara van der Example\t6/3/26, 9:59:00 AM\t6/3/26, 11:00:00 AM\t1h 1m\tclara@example.com\t\tAttendee',
	'+49 151 0000000\t6/3/26, 9:59:00 AM\t6/3/26, 11:00:00 AM\t1h 1m\t\t\tAttendee',
	'',
	'3. In-Meeting Activities',
	'Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole',
	'Anna Example\t6/3/26, 9:58:01 AM\t6/3/26, 11:00:00 AM\t1h 1m 59s\tanna@example.com\tPresenter',
];

const eventbrite = [
	'Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Attendee Status,Buyer Last Name,Buyer First Name,Buyer Email',
	'1,2026-05-01,Anna,Example,anna@example.com,1,"Standard, early",Checked In,Boss,Bea,bea@example.com',
	'2,2026-05-02,Jörg,Beispiel,joerg@example.com,1,Standard,Attending,Beispiel,Jörg,joerg@example.com',
	'3,2026-05-02,Nora,Nein,nora@example.com,1,Standard,Not Attending,Nein,Nora,nora@example.com',
];

describe('lists are read in the formats that programs write', () => {
	test.each<[string, Buffer]>([
		['CSV UTF-8 with a byte order mark', Buffer.from(`\ufeff${german}`)],
		['CSV UTF-8 without one', Buffer.from(german)],
		['Windows-1252', windows1252(german)],
		['UTF-16 LE', utf16(german)],
		['UTF-16 LE without a byte order mark', utf16(german).subarray(2)],
		['UTF-16 BE', bigEndian(german)],
		[
			'Unicode text, with tabs',
			utf16(german.replaceAll('; ', '¦').replaceAll(';', '\t').replaceAll('¦', '; ')),
		],
		['CSV with a line sep=;', Buffer.from(`sep=;\r\n${german}`)],
		['old Mac line breaks', Buffer.from(german.replaceAll('\r\n', '\r'))],
	])('Excel in German: %s', (_, file) => {
		const list = fromText(file);
		expect(list).toEqual({
			people: [
				{
					...jorg,
					...{ Vorname: 'Jörg', Nachname: 'Beispiel', 'E-Mail-Adresse': 'joerg@example.com' },
					...{ Firma: 'Müller & Söhne; "Süd"\nAbteilung 2', Teilgenommen: 'ja' },
				},
				{
					...anna,
					...{ Vorname: 'Anna', Nachname: 'Example', 'E-Mail-Adresse': 'anna@example.com' },
					Teilgenommen: 'x',
				},
			],
			notAttended: ['nora@example.com', 'nina@example.com'],
			noAddress: ['row 7'],
			notes: [],
		});
	});

	test('special characters of Windows-1252', () => {
		expect(
			fromText(windows1252('email;Vorname;Preis\nanna@example.com;D’Arcy;5 €\n')).people,
		).toEqual([
			{
				...nameless,
				email: 'anna@example.com',
				'First name': 'D’Arcy',
				Vorname: 'D’Arcy',
				Preis: '5 €',
			},
		]);
	});

	test('.xlsx, with booleans and without the cells at the end of a row', () => {
		const list = fromExcel(
			['Attendees of the Summer Summit'],
			[],
			['First name', 'Last name', 'Email', 'Attended'],
			['Anna', 'Example', ' anna@example.com ', true],
			['Jörg', 'Beispiel', 'joerg@example.com', 1],
			['Nora', 'Nein', 'nora@example.com', false],
			['Nina', 'Nein', 'nina@example.com'],
		);
		expect(list.people).toEqual([
			{ ...anna, Attended: 'true' },
			{ ...jorg, Attended: '1' },
		]);
		expect(list.notAttended).toEqual(['nora@example.com', 'nina@example.com']);
	});

	test('a Microsoft Teams attendance report, with a summary and a second table', () => {
		const list = fromText(utf16(lines(...teams)));
		expect(list.people).toMatchObject([
			anna,
			jorg,
			{ email: 'clara@example.com', Name: 'Dr. Clara van der Example' },
		]);
		expect(list.people).toHaveLength(3);
		expect(list.noAddress).toEqual(['row 12']);
		expect(list.notes).toEqual([
			"The second table, which begins in row 15, wasn't read.",
			'The first name is unknown for 1 of 3 people.',
		]);
	});

	test('Eventbrite: once people are checked in, only they count', () => {
		const list = fromText(lines(...eventbrite));
		expect(list.people).toMatchObject([{ ...anna, 'Ticket Type': 'Standard, early' }]);
		expect(list.notAttended).toEqual(['joerg@example.com', 'nora@example.com']);
		const unchecked = lines(...eventbrite).replace('Checked In', 'Attending');
		expect(fromText(unchecked).people.map(({ email }) => email)).toEqual([anna.email, jorg.email]);
	});

	test('a list of addresses only, in which everyone counts', () => {
		const people = fromText('E-Mail\nanna@example.com\njoerg@example.com').people;
		// With these fields, automatic mapping has something to map.
		expect(people).toEqual([
			{ ...nameless, email: 'anna@example.com' },
			{ ...nameless, email: 'joerg@example.com' },
		]);
	});
});

describe('columns are found by their names', () => {
	test.each(
		`email, Email, E-Mail, e-mail address, E-Mail-Adresse, Mailadresse, Mail, EMAIL ADDRESS, Adresse e-mail, Courriel, E-post,
		Correo electrónico, Attendee Email, Teilnehmer E-Mail, Work email, E-Mail (geschäftlich), Geschäftliche E-Mail, E-mail 1 - Value`
			.split(',')
			.map((name) => name.trim()),
	)('address: %s', (name) => {
		expect(fromText(`"${name}",x\nanna@example.com,1\n`).people).toMatchObject([
			{ email: 'anna@example.com' },
		]);
	});

	test.each<[string, string, string, object]>([
		['Vorname', 'Nachname', 'Anna,Example', anna],
		['First Name', 'Surname', 'Anna,Example', anna],
		['Prénom', 'Nom', 'Anna,Example', anna],
		['Given name', 'Family name', 'Anna,Example', anna],
		['Förnamn', 'Efternamn', 'Anna,Example', anna],
		['Vorname', 'Name', 'Anna,Example', anna],
		['Name', 'Surname', 'Anna,Example', anna],
		['Nombre', 'Apellidos', 'Anna,Example', anna],
		['Name', 'Firma', 'Anna Example,x', anna],
		['Teilnehmername', 'Firma', '"Example, Anna",x', anna],
		[
			'Name',
			'Firma',
			'Anna Maria Example,x',
			{ email: anna.email, Name: 'Anna Maria Example', Firma: 'x' },
		],
		['Name', 'Firma', 'Frau Example,x', { email: anna.email, Name: 'Frau Example', Firma: 'x' }],
		['Name', 'Firma', '"Example, PhD",x', { email: anna.email, Name: 'Example, PhD', Firma: 'x' }],
		['Name', 'Firma', 'anna,x', { email: anna.email, Name: 'anna', Firma: 'x' }],
	])('%s and %s: %s', (one, two, values, expected) => {
		const [person] = fromText(`${one},${two},Email\n${values},anna@example.com\n`).people;
		expect(person).toMatchObject(expected);
		if (!('First name' in expected)) expect(person).toEqual({ ...nameless, ...expected });
	});

	test("names of JavaScript's built-in members are ordinary text", () => {
		const [person] = fromText('email;__proto__;constructor\nanna@example.com;a;b\n').people;
		expect(Object.entries(person)).toEqual(
			expect.arrayContaining([
				['__proto__', 'a'],
				['constructor', 'b'],
			]),
		);
	});
});

describe('only people who attended count', () => {
	const attended = (name: string, ...values: string[]) =>
		fromText(
			lines(
				`email\t${name}`,
				...values.map((value, at) => `${String.fromCharCode(97 + at)}@example.com\t${value}`),
			),
		);
	const who = ({ people }: List) => people.map(({ email }) => String(email)[0]).join('');

	test.each<[string, string, string]>([
		['Teilgenommen', 'ja|nein|Ja||x|-', 'ace'],
		['Attended', 'Yes|No|TRUE|FALSE|1|0|y', 'aceg'],
		['Attendance', 'attended|no-show|Present|Absent', 'ac'],
		['Anwesend', 'WAHR|FALSCH|✓|✗|anwesend|nicht anwesend', 'ace'],
		['Checked In', '2026-06-03 09:58|No|46176.41|', 'ac'],
		['Eingecheckt', 'Eingecheckt|nicht eingecheckt', 'a'],
		['Attendee Status', 'Attending|Not Attending|Attending', 'ac'],
		['Status', 'Checked In|Registered|No Show', 'a'],
		['Status', 'angemeldet|storniert|zugesagt', 'ac'],
		['Närvarande', 'ja|nej', 'a'],
	])('%s: %s', (name, values, expected) => {
		expect(who(attended(name, ...values.split('|')))).toBe(expected);
	});

	test('ignores a Status column about something else, and says so in the email', () => {
		const list = attended('Status', 'VIP', '', 'Speaker');
		expect(who(list)).toBe('abc');
		expect(list.notes[0]).toBe(
			'The column "Status" wasn\'t used. Its values don\'t say who attended: "VIP", "Speaker".',
		);
	});

	test.each<[string, string[], RegExp]>([
		[
			'Attended',
			['yes', 'maybe', '54 min'],
			/"Attended" has values that don't say who attended: "maybe", "54 min"/,
		],
		['Status', ['attended', 'paid'], /"Status" has values .*"paid"/],
		['Teilgenommen', ['', 'nein'], /"Teilgenommen" says that no one attended/],
	])('%s with %j stops before anyone is invited', (name, values, message) => {
		const list = attended(name, ...values);
		expect(list).toEqual({ error: expect.stringMatching(message) });
	});
});

describe('an unusable list is rejected with advice', () => {
	const rows = (count: number) =>
		lines('email', ...Array.from({ length: count }, (_, at) => `guest${at}@example.com`));

	test.each<[string, () => List, RegExp]>([
		[
			'no address',
			() => fromText('Name;Firma\nAnna;x\n'),
			/No column with email addresses was found\. The columns are "Name", "Firma"\. Name the one with the addresses "email"/,
		],
		[
			'only the addresses of other people',
			() => fromText('Name,Buyer Email\nAnna,b@example.com\n'),
			/The columns are "Name", "Buyer Email"/,
		],
		[
			'no column names',
			() => fromText('Anna;anna@example.com\n'),
			/no row with column names\. Add one above the people/,
		],
		['an empty file', () => fromText(''), /The list is empty/],
		['only column names', () => fromText('email;Vorname\n'), /no people below its column names/],
		[
			'no address in any row',
			() => fromText('E-Mail;Vorname\n;Anna\n'),
			/"E-Mail" contains no addresses/,
		],
		[
			'an open quotation mark',
			() => fromText('email;Firma\na@example.com;"x\nb@example.com;y\n'),
			/quotation mark in row 2 isn't closed/,
		],
		[
			'too many people',
			() => fromText(rows(5001)),
			/has 5001 rows\. Upload at most 5000 at a time/,
		],
		['too many bytes', () => fromText(Buffer.alloc(11_000_000, 'a')), /larger than 10 MB/],
		[
			'an empty sheet',
			() => run('The List', [{}]) as List,
			/The list is empty\. Only the first sheet is read/,
		],
		[
			'not an Excel file',
			() => run('The List', [{ error: 'Unsupported' }]) as List,
			/couldn't be read \(Unsupported\)\. Open it in Excel/,
		],
	])('%s', (_, read, message) => {
		expect(read()).toEqual({ error: expect.stringMatching(message) });
	});

	test('5,000 people are accepted', () => {
		expect(fromText(rows(5000)).people).toHaveLength(5000);
	});

	test('many columns with long names give a short message', () => {
		const { error } = fromText(`${'x'.repeat(100_000)};`.repeat(50));
		expect(error!.length).toBeLessThan(1000);
	});
});

describe('the result', () => {
	const list = { notAttended: ['nora@example.com'], noAddress: ['row 8'], notes: ['A note.'] };
	const result = (people: Json[], preview = false) =>
		run('Result', people, { 'The List': list }, preview ? 'test' : 'production');
	const one = (status: string, contact: string, more = {}) => ({ status, contact, ...more });
	const cause = 'Netigate rejected the API key. Check it.';
	const failed = (contact: string, explanation: string) =>
		one('failed', contact, { error: `${explanation} [item 0]`, explanation });

	test('the form shows numbers, and the email names everyone', () => {
		expect(
			result([
				one('added', 'anna@example.com'),
				one('skipped', 'joerg@example.com', { explanation: 'Already in the sendout' }),
				one('skipped', 'Anna@example.com', { reason: 'duplicateInInput' }),
				failed('nobody', 'It has no @.'),
			]),
		).toEqual({
			failed: false,
			subject: '1 invited, 3 not invited',
			title: '1 invited, 3 not invited',
			message: '1 person on the list did not attend.',
			cause: '',
			text: 'Invited:\n- anna@example.com\n\nNot invited:\n- joerg@example.com: Already in the sendout\n- nobody: It has no @.\n- row 8: has no address\n\nDid not attend, so not invited:\n- nora@example.com\n\nOn the list more than once:\n- Anna@example.com\n\nAbout the list:\n- A note.',
		});
	});

	test('a preview says that no one was invited', () => {
		expect(result([one('wouldAdd', 'anna@example.com')], true)).toMatchObject({
			failed: false,
			subject: 'Preview: 1 invited, 1 not invited',
			text: expect.stringMatching(/^This is a preview\. No one was invited\./),
		});
	});

	test.each<[string, Json[], string]>([
		[
			'a cause that all have in common',
			[failed('anna@example.com', cause), failed('b@example.com', cause)],
			cause,
		],
		[
			'a cause, even if someone appears again',
			[
				failed('anna@example.com', cause),
				one('skipped', 'anna@example.com', { reason: 'duplicateInInput' }),
			],
			cause,
		],
		[
			'not a cause that names a person',
			[failed('Anna@', 'anna@ is invalid.')],
			'None of the 2 people could be invited.',
		],
		['an unreadable list', [{ file: 'x', error: 'No <b>column</b>.' }], 'No <b>column</b>.'],
	])('if no one could be invited, the form shows %s', (_, people, cause) => {
		const message = cause.replaceAll('<', '&#60;').replaceAll('>', '&#62;');
		const title = 'No one was invited';
		expect(result(people)).toMatchObject({ failed: true, title, subject: title, message, cause });
	});

	test('people who were asked before are not failures', () => {
		expect(result([one('skipped', 'anna@example.com')])).toMatchObject({
			failed: false,
			title: '0 invited, 2 not invited',
		});
	});
});
