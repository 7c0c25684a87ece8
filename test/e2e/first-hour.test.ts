import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { until } from '../run/until.mjs';
import { useEditor } from './editorPage';
import { createMailCredential, MailServer } from './mailServer';
import { describeWith } from './needs';
import { OtherSystem } from './otherSystem';
import { example, use, useN8n } from './server';
import { xlsx } from './workbook';

/* A builder's first hour, from the installed package to the report, recorded in screenshots. */

const survey = sampleIds.surveys.postEvent;
const sendout = sampleIds.sendouts.postEventEmail;

const uploader = { user: 'organizer', password: 'a test password' };

const ownAddress = 'organizer@example.com';

/** A file from a German version of Excel: with semicolons, and not in UTF-8. */
const germanList = Buffer.from(
	[
		'Vorname;Nachname;E-Mail-Adresse;Teilgenommen',
		'Clara;Beispiel;clara@example.com;ja',
		'Jörg;Müller;joerg@example.com;ja',
		'Clara;Beispiel;clara@example.com;ja',
		'Bo;Beispiel;blocked@example.com;ja',
		'Nobody;Beispiel;nobody.example.com;ja',
		'Nora;Nein;nora@example.com;nein',
		'',
	].join('\r\n'),
	'latin1',
);

/** The list of the next event, which one person from the first list also attended. */
const workbook = xlsx(
	['First name', 'Last name', 'Email address', 'Attended'],
	['Clara', 'Beispiel', 'clara@example.com', true],
	['Øyvind', 'Example', 'oyvind@example.com', true],
	['Nora', 'Nein', 'nora@example.com', false],
);

interface Upload {
	file: string;
	buffer: Buffer;
	title: string;
	message: RegExp;
	mail: RegExp;
}

const uploads: Upload[] = [
	{
		file: 'Teilnehmer.csv',
		buffer: germanList,
		title: '2 invited, 2 not invited',
		message: /1 person on the list did not attend\.\s+The organizer got an email/,
		mail: /Invited:\s+- clara@example\.com\s+- joerg@example\.com\s+Not invited:[^]*block list[^]*it has no @[^]*Did not attend[^]*nora@[^]*more than once:\s+- clara@/,
	},
	{
		file: 'attendees.xlsx',
		buffer: workbook,
		title: '1 invited, 1 not invited',
		message: /The organizer got an email/,
		mail: /Invited:\s+- oyvind@example\.com\s+Not invited:\s+- clara@example\.com: Asked on .* may be asked again from/,
	},
	{
		file: 'companies.csv',
		buffer: Buffer.from('Name;Firma\r\nClara;Beispiel GmbH\r\n'),
		title: 'No one was invited',
		message: /No column with email addresses was found\./,
		mail: /No column with email addresses was found\./,
	},
];

describeWith(['chromium'])("a builder's first hour", () => {
	const sandbox = useSandbox({}, { once: true, reset: false });
	const mailServer = use(new MailServer());
	const chat = use(new OtherSystem());
	const n8n = useN8n();
	const editor = useEditor(n8n, { height: 1000 });
	let pictures = 0;

	const picture = async (what: string) => {
		// Waits for animations to end.
		await editor.page.waitForTimeout(700);
		await editor.picture(`film-${String(++pictures).padStart(2, '0')}-${what}`);
	};

	const executeStep = async () => await editor.part('node-execute-button').first().click();

	async function newWorkflow(): Promise<void> {
		await editor.page.goto('/workflow/new');
		await editor.part('canvas-wrapper').waitFor();
	}

	/** Imports an example like "Import from file". n8n assigns existing credentials. */
	async function importExample(name: string): Promise<void> {
		await newWorkflow();
		await editor.part('workflow-import-input').setInputFiles(example(`${name}.json`));
		await editor.part('canvas-node').first().waitFor();
		await editor.part('zoom-to-fit').click();
		await picture(name);
	}

	/** Runs the workflow from its manual start. */
	async function tryIt(): Promise<void> {
		await editor.page.getByRole('button', { name: 'Select trigger node' }).click();
		await editor.page.getByRole('menuitem', { name: 'from Try It' }).click();
		const button = editor.part('execute-workflow-button');
		await button.filter({ hasText: 'Try It' }).waitFor();
		await button.click();
	}

	const workflowId = () => editor.page.url().split('/').pop()!;

	async function publish(): Promise<void> {
		await editor.part('workflow-open-publish-modal-button').click();
		await editor.part('workflow-publish-button').click();
		await editor.part('workflow-publish-button').waitFor({ state: 'hidden' });
		await n8n.api.published(workflowId());
		await picture('published');
	}

	const invited = () => sandbox.state.invitations.map(({ contact }) => contact);

	async function mailAfter(count: number) {
		await until('a mail', 120_000, () => mailServer.mails.length > count);
		return mailServer.mails[count];
	}

	async function showMail(body: string, name: string): Promise<void> {
		await editor.page.goto('about:blank');
		await editor.page.setContent(body);
		await picture(name);
	}

	test('gets from a key to the first invitation with a 30-day rule in at most 20 clicks', async () => {
		await editor.page.goto('/settings/community-nodes');
		await editor.page.getByText('Community nodes').first().waitFor();
		await picture('community-nodes');
		await newWorkflow();
		const clicks = await editor.countClicks();
		await editor.part('node-creator-plus-button').click();
		await editor.part('node-creator-search-bar').fill('netigate');
		await editor.part('item-iterator-item').filter({ hasText: 'Netigate' }).first().waitFor();
		await picture('node-panel');
		await editor.part('item-iterator-item').first().click();
		await editor.page.getByText(/^Actions \(\d+\)$/).click();
		await picture('actions');
		const invite = 'Invite people: add respondents to sendout';
		await editor.part('item-iterator-item').filter({ hasText: invite }).click();
		await editor.part('ndv').waitFor();
		await picture('add-respondents');
		const modal = await editor.newCredential();
		await picture('credential-empty');
		await editor.fillCredential(modal, sandbox);
		await picture('credential-filled');
		await editor.saveCredential(modal);
		await editor.chooseFromList('surveyId', 'event', 'Post-event survey');
		await editor.chooseFromList('sendoutId', 'mail', 'Attendees by email');
		await editor.typeInto('contact', ownAddress);
		await editor.typeInto('quarantineDays', '30');
		await picture('quick-start');
		await executeStep();
		await editor.part('output-panel').getByText('added', { exact: true }).waitFor();
		expect(clicks()).toBeLessThanOrEqual(20);
		await picture('invited');
		await executeStep();
		await editor.part('output-panel').getByText('skipped', { exact: true }).waitFor();
		await picture('not-invited-again');
		expect(invited()).toEqual([ownAddress]);
		await editor.closeNode();
	});

	test('checks the account', async () => {
		await newWorkflow();
		await editor.searchNodes('netigate');
		await editor.part('item-iterator-item').first().click();
		await editor.page.getByText(/^Actions \(\d+\)$/).click();
		await editor.part('item-iterator-item').filter({ hasText: 'Check account' }).click();
		await editor.part('ndv').waitFor();
		await picture('check-the-account');
		const before = sandbox.calls.length;
		await executeStep();
		await editor
			.part('output-panel')
			.getByText(/facts are as expected/)
			.waitFor();
		expect(await editor.part('output-panel').innerText()).toContain("You're good to go");
		const methods = sandbox.calls.slice(before).map(({ method }) => method);
		expect(new Set(methods)).toEqual(new Set(['GET']));
		await picture('account-checked');
		await editor.closeNode();
		await editor.part('workflow-menu').click();
		await editor.page.getByText('Import', { exact: true }).first().hover();
		await picture('import-menu');
		await createMailCredential(n8n.api, mailServer);
		const credential = { name: 'Form (local)', type: 'httpBasicAuth', data: uploader };
		await n8n.api.createCredential(credential);
	});

	test('shows missing settings, and previews who would be invited', async () => {
		await importExample('post-event-with-quarantine');
		await tryIt();
		await editor.page
			.getByText(/Parameter "Survey" is required/)
			.first()
			.waitFor();
		await picture('nothing-chosen');
		await editor.openNode('List of Attendees');
		await editor.choose(editor.part('node-credentials-select'), 'Form (local)');
		await editor.closeNode();
		await editor.openNode('Invite');
		await editor.chooseFromList('surveyId', 'event', 'Post-event survey');
		await editor.chooseFromList('sendoutId', 'mail', 'Attendees by email');
		await picture('chosen');
		await editor.closeNode();
		await tryIt();
		await editor.page.getByText('Workflow executed successfully').waitFor();
		await editor.openNode('Invite');
		await editor
			.part('output-panel')
			.getByText(/would invite 2, skip 0, refuse 1/)
			.waitFor();
		await picture('previewed');
		await editor.closeNode();
		expect(invited()).toEqual([ownAddress]);
	});

	test('invites once through the form, and emails the result to the organizer', async () => {
		await editor.openNode('Mail to the Organizer');
		await editor.choose(editor.part('node-credentials-select'), 'Mail (local)');
		await editor.closeNode();
		await editor.node('Mail to the Organizer').click();
		// n8n's shortcut for turning a node on or off.
		await editor.page.keyboard.press('d');
		await picture('mail-switched-on');
		await publish();
		const { nodes } = await n8n.api.workflow(workflowId());
		const form = `/form/${nodes.find(({ name }) => name === 'List of Attendees')!.webhookId}`;
		await editor.page.context().setHTTPCredentials({ username: uploader.user, ...uploader });
		for (const [count, { file, buffer, title, message, mail }] of uploads.entries()) {
			await editor.page.goto(form);
			const mimeType = 'application/octet-stream';
			await editor.page.locator('input[type=file]').setInputFiles({ name: file, mimeType, buffer });
			await picture('form');
			await editor.page.getByRole('button', { name: /submit/i }).click();
			const { to, subject, body } = await mailAfter(count);
			expect({ to, subject }).toEqual({ to: ['organizer@example.com'], subject: title });
			expect(body).toMatch(mail);
			await editor.page.getByRole('heading', { name: title }).waitFor();
			expect(await editor.page.locator('body').innerText()).toMatch(message);
			await picture('form-sent');
			await showMail(`<pre>${subject}\n\n${body}</pre>`, 'mail-to-the-organizer');
		}
		expect(invited()).toEqual([
			ownAddress,
			'clara@example.com',
			'joerg@example.com',
			'oyvind@example.com',
		]);
		const cells = [...sandbox.state.rows.values()].flatMap((row) => [...row.cells.values()]);
		expect(cells).toEqual(expect.arrayContaining(['Clara', 'Jörg', 'Müller', 'Øyvind']));
	});

	test('posts an unhappy answer to the chat', async () => {
		await importExample('unhappy-customer-alert');
		await editor.openNode('Unhappy Answer');
		// Only the fields that must be chosen are red.
		const questions = editor.part('parameter-input-questionItemId');
		expect(await editor.choose(questions, 'Choose a Survey First')).toHaveLength(1);
		await picture('trigger-empty');
		await editor.choose(editor.part('parameter-input-surveyIds'), 'Post-event survey');
		await editor.part('node-title-container').click();
		await editor.choose(questions, 'How satisfied');
		await picture('trigger');
		await editor.closeNode();
		await editor.openNode('Tell Sales');
		await editor.part('parameter-input-url').locator('input').fill(`${chat.url}/hooks/sales`);
		await editor.closeNode();
		const asked = () =>
			sandbox.calls.filter(({ operationId }) => operationId === 'getAnswerSets').length;
		await publish();
		await until('the trigger to start from now', 120_000, () => asked() > 0);
		sandbox.changeSettings({ answerScript: { 11_100: 'Very unsatisfied' } });
		for (const { RespondentId, sendoutId } of sandbox.state.respondents.values())
			if (sendoutId === sendout) sandbox.state.addAnswerSet(survey, { respondentId: RespondentId });
		const contacts = new Set(invited());
		await until('the next minute', 200_000, () => chat.received.length >= contacts.size);
		expect(new Set(chat.got('contact'))).toEqual(contacts);
		const message = chat.received
			.map(({ body }) => String(body.text))
			.find((text) => text.startsWith('clara'))!;
		expect(message).toMatch(
			/^clara@example\.com answered “How satisfied were you with the event\?” with: Very unsatisfied\n[^]*First name: Clara/,
		);
		await showMail(`<pre>${message}</pre>`, 'message-to-sales');
	});

	test('sends the report by email', async () => {
		await importExample('post-event-report');
		await editor.openNode('Summary');
		await editor.chooseFromList('surveyId', 'post', 'Post-event survey');
		await editor.closeNode();
		const count = mailServer.mails.length;
		await tryIt();
		const { subject, body } = await mailAfter(count);
		await picture('report-sent');
		expect(subject).toMatch(/^Summer Summit: \d people finished the survey/);
		await showMail(body, 'report');
	});
});
