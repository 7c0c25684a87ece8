import { readFile } from 'node:fs/promises';
import { followClock } from '../run/moved-clock.mjs';
import type { Workflow } from '../run/n8n-api.mjs';
import { until } from '../run/until.mjs';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { nextPage } from './formPage';
import {
	byId,
	chosen,
	example,
	jsonOf,
	nodesRun,
	succeeded,
	useCredential,
	useN8n,
} from './server';
import { xlsx } from './workbook';
import { noOp, own, postedItems, webhook, workflow } from './workflows';

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox({}, { once: true });
const n8n = useN8n({ env: followClock(sandbox) });
const netigateApi = useCredential(n8n, sandbox);

const asked = () => sandbox.state.invitations.map(({ contact }) => contact);

describe('workflows/ask-later.json', () => {
	/** Expressions use the real time, so both waits together must stay within the workflow's 14 days. */
	const days = 5;

	async function importExample(rule: Record<string, unknown>) {
		const text = await readFile(example('ask-later.json'), 'utf8');
		expect(text).toContain('$runIndex < 3');
		const { id } = await n8n.api.importWorkflow(
			JSON.parse(text.replace('$runIndex < 3', '$runIndex < 2')) as Workflow,
			{
				credentials: { netigateApi },
				parameters: {
					Invite: chosen(surveys.support, sendouts.supportEmail),
					'May Be Asked?': {
						rules: { rule: [{ scope: 'all', after: 'invited', max: 1, ...rule }] },
					},
				},
			},
		);
		await n8n.api.activate(id);
		return id;
	}

	const closed = async (email: string) =>
		await n8n.api.webhook('ticket-closed-now-or-later', { email, firstName: 'Anna' });

	const ended = async (workflowId: string, wanted: string) =>
		(await n8n.api.executions({ workflowId })).filter(({ status }) => status === wanted);

	test('waits through a restart, decides again, and gives up after the last wait', async () => {
		const id = await importExample({ days });
		await closed('anna@example.net');
		await until(
			'the first invitation',
			60_000,
			async () => (await ended(id, 'success')).length > 0,
		);
		for (const email of ['anna@example.net', 'ANNA@example.net', ' anna@example.net']) {
			await closed(email);
		}
		await until(
			'three tickets to wait',
			60_000,
			async () => (await ended(id, 'waiting')).length === 3,
		);
		// Two waits allow two more invitations. The third ticket gives up and shows why.
		for (const done of [2, 4]) {
			expect(asked()).toHaveLength(done / 2);
			// When n8n starts, it continues executions whose wait is over. If a wait ended before n8n stops, n8n could
			// continue that execution and be stopped during it.
			await n8n.restart(() => sandbox.clock.advance(days * 24 * 60 * 60 * 1000));
			await n8n.api.logIn(n8n.owner);
			await until(`${done} tickets to end and the others to wait again`, 120_000, async () => {
				const executions = await n8n.api.executions({ workflowId: id });
				const states = executions.map(({ status, waitTill }) =>
					status === 'waiting' && Date.parse(waitTill) <= sandbox.clock.now() ? 'due' : status,
				);
				const wanted = [...Array(4 - done).fill('waiting'), ...Array(done).fill('success')];
				return states.toSorted().toString() === wanted.toSorted().toString() || states;
			});
		}
		expect(asked()).toEqual(Array(3).fill('anna@example.net'));
		const executions = await Promise.all(
			(await ended(id, 'success')).map(async (one) => await n8n.api.execution(one.id)),
		);
		const gaveUp = executions.filter((one) => nodesRun(one).includes('Not Asked'));
		expect(gaveUp).toHaveLength(1);
		await n8n.api.deactivate(id);
	});

	test("doesn't wait if the next survey is more than 14 days away", async () => {
		const id = await importExample({ days: 30 });
		await closed('ben@example.net');
		await until('the first ticket', 60_000, async () => (await ended(id, 'success')).length === 1);
		await closed('ben@example.net');
		await until('the second ticket', 60_000, async () => (await ended(id, 'success')).length === 2);
		expect(asked()).toEqual(['ben@example.net']);
		await n8n.api.deactivate(id);
	});
});

describe('workflows/opt-out.json', () => {
	const records = ['Record Form', 'Record Reply', 'Record Blocked'];
	const mails = [
		{ from: 'Rita <rita@example.net>', subject: 'Re: Your survey', textPlain: 'STOP\n\n> Hello' },
		{ from: '"<eva@example.net>" <sven@example.net>', subject: 'Re: Abmelden!', textPlain: '' },
		{ from: 'nora@example.net', subject: 'Stop by?', textPlain: 'When do you stop?\n> STOP' },
		{ from: 'html@example.net', subject: 'Re: Hi', textHtml: '<p>avregistrera</p><p>Hi</p>' },
		{ from: 'unreadable', subject: 'stop', textPlain: '' },
	];
	let optOut: { id: string; form: string };

	/** Imports the example. There is no mailbox, so the emails are pinned, and test runs record. */
	async function importExample() {
		const original = JSON.parse(await readFile(example('opt-out.json'), 'utf8')) as Workflow;
		const nodes: Workflow['nodes'] = original.nodes.map((one) => ({
			...one,
			disabled: one.name === 'Replies',
		}));
		const parameters = Object.fromEntries(
			records.map((name) => [name, { options: { recordInTestRuns: true } }]),
		);
		const options = { credentials: { netigateApi }, parameters };
		const { id } = await n8n.api.importWorkflow({ ...original, nodes }, options);
		await n8n.api.activate(id);
		const pinData = { Replies: mails.map((json) => ({ json })) };
		const mailbox = await n8n.api.importWorkflow({ ...original, pinData }, options);
		const form = nodes.find(({ name }) => name === 'Opt-Out Form')!.webhookId as string;
		return { id, form, mailbox: mailbox.id };
	}

	let mailbox: string;

	beforeAll(async () => {
		({ mailbox, ...optOut } = await importExample());
		const decide = workflow(
			'Decide',
			[
				webhook('decide'),
				postedItems('contacts'),
				own(
					'Reserve',
					'netigateQuarantine',
					{
						...{ operation: 'reserve', contact: '={{ $json.email }}' },
						...{ surveyId: byId(surveys.support), options: { exempt: true } },
					},
					{ credentials: { netigateApi } },
				),
				noOp('Decided'),
			],
			[
				['Webhook', 0, 'Items'],
				['Items', 0, 'Reserve'],
				['Reserve', 0, 'Decided'],
				['Reserve', 1, 'Decided'],
			],
		);
		const { id } = await n8n.api.importWorkflow(decide);
		await n8n.api.activate(id);
	});

	/** The reasons for these people. All are exempt, so only an opt-out can quarantine them. */
	async function reasons(...contacts: string[]) {
		const found: Record<string, string> = {};
		for (const contact of contacts) {
			const { body } = await n8n.api.webhook('decide', { contacts: [{ email: contact }] });
			const [{ quarantine }] = body as [{ quarantine: { reason: string } }];
			found[contact] = quarantine.reason;
		}
		return found;
	}

	test('the link fills in the form, which records nothing until it is sent', async () => {
		const url = `${n8n.url}/form/${optOut.form}`;
		const page = await (await fetch(`${url}?Email=fred@example.net`)).text();
		expect(page).toContain('value="fred@example.net"');
		expect(await reasons('fred@example.net')).toEqual({ 'fred@example.net': 'exempt' });
		const body = new FormData();
		body.set('field-0', 'Fred@example.net');
		expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
		await until('the confirmation', 60_000, async () => {
			const [latest] = await n8n.api.executions({ workflowId: optOut.id });
			return latest?.status === 'waiting';
		});
		expect(await reasons('fred@example.net')).toEqual({ 'fred@example.net': 'optedOut' });
	});

	test('records only clear replies, and only for the sender', async () => {
		const execution = succeeded(await n8n.api.run(mailbox, 'Replies'));
		expect(jsonOf(execution, 'Look at These')).toHaveLength(1);
		const people = ['rita', 'sven', 'eva', 'nora', 'html'].map((name) => `${name}@example.net`);
		expect(Object.values(await reasons(...people))).toEqual(
			'optedOut optedOut exempt exempt optedOut'.split(' '),
		);
	});

	test("imports Netigate's block list every night, and another import changes nothing", async () => {
		succeeded(await n8n.api.run(mailbox, 'Every Night'));
		succeeded(await n8n.api.run(mailbox, 'Every Night'));
		sandbox.state.blocklist.clear();
		expect(await reasons('opted.out@example.net')).toEqual({ 'opted.out@example.net': 'optedOut' });
	});
});

describe('workflows/what-if.json', () => {
	const person = { user: 'planner', password: 'a test password' };
	const parameters = { 'Would Be Asked?': chosen(surveys.support) };

	test('shows a page with bars for made-up tickets', async () => {
		const { id } = await n8n.api.importWorkflow(example('what-if.json'), {
			credentials: { netigateApi },
			parameters,
		});
		const execution = succeeded(await n8n.api.run(id, 'Try It'));
		const [{ html }] = jsonOf(execution, 'Page') as [{ html: string }];
		expect(html).toContain('<h1>10 tickets: 6 would have been asked</h1>');
		expect(html.match(/<tr>.*?<\/tr>/g)!.map((row) => row.replace(/<[^>]*>/g, '|'))).toEqual([
			expect.stringContaining('|Would have been asked|'),
			expect.stringContaining('|Asked recently|'),
			expect.stringContaining('|Could not be checked|'),
		]);
		expect(nodesRun(execution)).not.toContain('Show the Page');
	});

	test('replays uploaded tickets against the ledger and records nothing', async () => {
		const httpBasicAuth = await n8n.api.createCredential({
			name: 'Form',
			type: 'httpBasicAuth',
			data: person,
		});
		const { id, nodes } = await n8n.api.importWorkflow(example('what-if.json'), {
			credentials: { netigateApi, httpBasicAuth },
			parameters,
		});
		await n8n.api.activate(id);
		const form = nodes.find(({ name }) => name === 'List of Tickets')!.webhookId as string;
		const upload = async (list: Buffer | string, name = 'tickets.csv') => {
			const body = new FormData();
			body.set('field-0', new Blob([list as BlobPart]), name);
			const authorization = `Basic ${Buffer.from(Object.values(person).join(':')).toString('base64')}`;
			const url = `${n8n.url}/form/${form}`;
			const response = await fetch(url, { method: 'POST', body, headers: { authorization } });
			return await nextPage(n8n, response, id);
		};
		// Later than n8n's clock, which the tests above moved forward.
		const later = new Date(Date.now() + 730 * 24 * 60 * 60 * 1000).toISOString();
		// Fred opted out above, so he would only have been asked about an earlier ticket.
		const list = `E-Mail;Datum
pia@example.net;1.3.2025
PIA@example.net;30.3.2025
pia@example.net;31.3.2025 12:00
fred@example.net;1.3.2025
fred@example.net;${later}
`;
		for (let time = 0; time < 2; time++) {
			const html = await upload(list);
			expect(html).toContain('<h1>5 tickets: 3 would have been asked</h1>');
			expect(html).toMatch(/Opted out<\/th>.*width:20%.*1 &middot; 20%/);
			expect(html).not.toContain('@example.net');
		}
		const march = [45_717, 45_746, 45_747.5].map((date) => ['pia@example.net', date]);
		const workbook = xlsx(['Email', 'Solved on'], ...march);
		expect(await upload(workbook, 'tickets.xlsx')).toContain('3 tickets: 2 would have been asked');
		expect(await upload('name;Datum\nPia;1.3.2025\n')).toContain('No column with email addresses');
		await n8n.api.deactivate(id);
	});
});
