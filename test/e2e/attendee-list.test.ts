import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import type { Credential, Execution } from '../run/n8n-api.mjs';
import { createSandboxCredential } from '../run/post-event.mjs';
import { nextPage } from './formPage';
import { createMailCredential, MailServer } from './mailServer';
import { byId, example, latest, use, useCredential, useN8n } from './server';
import { xlsx } from './workbook';

/* The event example in a real server. The tests upload lists to its form like a browser. */

const surveyId = byId(sampleIds.surveys.postEvent);
const sendoutId = byId(sampleIds.sendouts.postEventEmail);

const sandbox = useSandbox({}, { once: true });
const mailServer = use(new MailServer());
const n8n = useN8n();
const netigateApi = useCredential(n8n, sandbox);
const person = { user: 'organizer', password: 'a test password' };
let smtp: Credential;
let httpBasicAuth: Credential;
let workflow: { id: string; form: string };

async function importExample(credentials: Record<string, Credential>) {
	const { id, nodes } = await n8n.api.importWorkflow(example('post-event-with-quarantine.json'), {
		credentials,
		parameters: { Invite: { surveyId, sendoutId } },
	});
	const form = `/form/${nodes.find(({ name }) => name === 'List of Attendees')!.webhookId}`;
	return { id, form };
}

/** Creates the example with email turned on, and publishes it. */
async function publishExample(credentials: Record<string, Credential>) {
	const created = await importExample({ smtp, httpBasicAuth, ...credentials });
	const { nodes, versionId } = await n8n.api.workflow(created.id);
	const changed = nodes.map((node) => ({ ...node, disabled: false }));
	await n8n.api.call('PATCH', `/rest/workflows/${created.id}`, { versionId, nodes: changed });
	await n8n.api.activate(created.id);
	return created;
}

const authorization = ({ user, password } = person) => ({
	authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

async function post(form: string, name: string, file: Buffer | string, headers = {}) {
	const body = new FormData();
	body.set('field-0', new Blob([file as BlobPart]), name);
	return await fetch(n8n.url + form, { method: 'POST', body, headers });
}

/** Uploads a list and opens the next page, like the form. @returns the page's text */
async function upload(name: string, file: Buffer | string, { id, form } = workflow) {
	const response = await post(form, name, file, authorization());
	const html = await nextPage(n8n, response, id);
	const [, title, message] = html.match(/<h1>(.*?)<\/h1>\s*<p[^>]*>([^]*?)<\/p>/)!;
	return `${title}|${message.replaceAll('<br>', '\n')}`;
}

const ended = async ({ id } = workflow): Promise<Execution> => await latest(n8n, id);

const invited = () => sandbox.state.invitations.map(({ contact }) => contact);
const names = () => [...sandbox.state.rows.values()].flatMap((row) => [...row.cells.values()]);

beforeAll(async () => {
	smtp = await createMailCredential(n8n.api, mailServer);
	const data = person;
	const credential = { name: 'Form', type: 'httpBasicAuth', data };
	httpBasicAuth = await n8n.api.createCredential(credential);
	workflow = await publishExample({ netigateApi });
});

beforeEach(() => (mailServer.mails.length = 0));

test.each<[string, string, Buffer, string[]]>([
	[
		'German CSV from Excel',
		'Teilnehmer.csv',
		Buffer.from(
			'Vorname;Nachname;E-Mail;Teilgenommen\r\nJörg;Beispiel;joerg@example.com;ja\r\nNora;Nein;nora@example.com;nein\r\n',
			'latin1',
		),
		['joerg@example.com', 'Jörg'],
	],
	[
		'Addresses only',
		'addresses.csv',
		Buffer.from('E-Mail\r\nalone@example.com\r\n'),
		['alone@example.com'],
	],
	[
		'Excel workbook',
		'attendees.xlsx',
		xlsx(
			['First name', 'Last name', 'Email address', 'Attended'],
			['Øyvind', 'Example', 'oyvind@example.com', true],
			['Nora', 'Nein', 'nora@example.com', false],
		),
		['oyvind@example.com', 'Øyvind'],
	],
	[
		'Microsoft Teams report',
		'Meeting - Attendance report.csv',
		Buffer.from(
			'\ufeff1. Summary\nAttended participants\t1\n\n2. Participants\nName\tFirst Join\tEmail\tRole\nTea Example\t6/3/26\ttea@example.com\tAttendee\nNo Address\t6/3/26\t\tAttendee\n',
			'utf16le',
		),
		['tea@example.com', 'Tea'],
	],
])(
	'%s: invites everyone who attended, by name if known, and reports this in the form',
	async (_, file, content, [contact, name]) => {
		const page = await upload(file, content);
		expect(page).toMatch(/^1 invited, [01] not invited\|/);
		expect(page).toMatch(/The organizer got an email/);
		expect(page).not.toContain('@');
		expect((await ended()).status).toBe('success');
		expect(invited()).toEqual([contact]);
		if (name) expect(names()).toContain(name);
		const [{ to, from, body }] = mailServer.mails;
		expect({ to, from }).toEqual({ to: ['organizer@example.com'], from: 'surveys@example.com' });
		expect(body).toContain(`- ${contact}`);
	},
);

test('invites no one without an address column, and the form, email and execution say why', async () => {
	const page = await upload('list.csv', 'Name;Firma\nAnna;x\n');
	expect(page).toMatch(
		/^No one was invited\|No column with email addresses was found\. The columns are &?/,
	);
	const { status, data } = await ended();
	expect(status).toBe('error');
	expect(data.resultData.error!.message).toContain('No column with email addresses');
	expect(invited()).toEqual([]);
	expect(mailServer.mails.map(({ subject }) => subject)).toEqual(['No one was invited']);
});

test('reports an empty or damaged workbook in the form', async () => {
	expect(await upload('empty.xlsx', xlsx())).toMatch(/^No one was invited\|The list is empty/);
	const damaged = xlsx(['email'], ['anna@example.com']).subarray(0, 300);
	expect(await upload('damaged.xlsx', damaged)).toMatch(
		/^No one was invited\|The Excel file couldn/,
	);
});

test('invites no one with a wrong API key, and the form, email and execution say why', async () => {
	const apiKey = '22222222-2222-4222-8222-222222222222';
	const wrong = await createSandboxCredential(n8n.api, { url: sandbox.url, apiKey });
	await n8n.api.deactivate(workflow.id);
	const other = await publishExample({ netigateApi: wrong });
	try {
		const list = 'email\nanna@example.com\nben@example.com\n';
		expect(await upload('list.csv', list, other)).toMatch(
			/^No one was invited\|.*key is missing or not valid/,
		);
		expect(invited()).toEqual([]);
		expect(mailServer.mails.map(({ subject }) => subject)).toEqual(['No one was invited']);
	} finally {
		await n8n.api.deactivate(other.id);
		await n8n.api.activate(workflow.id);
	}
});

test('the form requires its password, and is closed until one is set', async () => {
	const list = 'email\nanna@example.com\n';
	const { form } = workflow;
	for (const headers of [{}, authorization({ ...person, password: 'guess' })]) {
		expect((await post(form, 'list.csv', list, headers)).status).toBeGreaterThanOrEqual(401);
		expect((await fetch(n8n.url + form, { headers })).status).toBeGreaterThanOrEqual(401);
	}
	await n8n.api.deactivate(workflow.id);
	try {
		const open = await importExample({ netigateApi });
		await n8n.api.activate(open.id).catch(() => undefined);
		const { status } = await post(open.form, 'list.csv', list, authorization());
		expect(status).toBeGreaterThanOrEqual(401);
		expect(await n8n.api.executions({ workflowId: open.id })).toEqual([]);
	} finally {
		await n8n.api.activate(workflow.id);
	}
	expect(invited()).toEqual([]);
});
