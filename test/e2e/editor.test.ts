import { resources } from '../../nodes/Netigate/resources';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { until } from '../run/until.mjs';
import { useEditor } from './editorPage';
import { describeWith } from './needs';
import { byId, useCredential, useN8n } from './server';
import { manualTrigger, node, own, workflow, type Fields } from './workflows';

const { surveys } = sampleIds;

/** The first steps of every workflow here, which output a person to invite. */
const start = [
	manualTrigger('Start'),
	node('Person', 'set', 3.4, {
		assignments: {
			assignments: [
				{ id: 'a1', name: 'email', type: 'string', value: 'anna@example.com' },
				{ id: 'a2', name: 'First name', type: 'string', value: 'Anna' },
			],
		},
		options: {},
	}),
];

describeWith(['chromium'])('in the editor, with a browser', () => {
	const sandbox = useSandbox({}, { once: true });
	const n8n = useN8n();
	const netigateApi = useCredential(n8n, sandbox);
	const editor = useEditor(n8n);

	/** A workflow with the first steps and one of our nodes after them, unless it is a trigger. */
	async function workflowWith(type?: Parameters<typeof own>[1], parameters: Fields = {}) {
		const nodes = [
			...(type === 'netigateTrigger' ? [] : start),
			...(type ? [own('Ours', type, parameters)] : []),
		];
		const all = workflow(`Editor: ${type ?? 'empty'}`, nodes);
		return await n8n.api.importWorkflow(all, { credentials: { netigateApi } });
	}

	test('the node panel finds the nodes by common search terms', async () => {
		await editor.openWorkflow((await workflowWith()).id);
		await editor.part('node-creator-plus-button').click();
		const words = 'survey feedback invite send attendee event reminder invitation';
		const wanted = [
			...words.split(' ').map((word) => [word, 'Netigate']),
			['throttle', 'Netigate Quarantine'],
		];
		for (const [word, node] of wanted) {
			// Without this, the list could still show earlier results.
			await editor.part('node-creator-search-bar').fill('nothing has this name');
			await editor.part('item-iterator-item').first().waitFor({ state: 'hidden' });
			await editor.part('node-creator-search-bar').fill(word);
			await editor.part('item-iterator-item').getByText(node, { exact: true }).waitFor();
			await editor.picture(`02-search-${word}`);
		}
	});

	test('"netigate" in the node panel finds the nodes, and all actions grouped by resource', async () => {
		await editor.openWorkflow((await workflowWith()).id);
		expect((await editor.searchNodes('netigate')).slice(0, 2)).toEqual([
			'Netigate',
			'Netigate Quarantine',
		]);
		await editor.picture('01-node-panel');
		await editor.part('item-iterator-item').first().click();
		await editor.page.getByText(/^Actions \(\d+\)$/).waitFor();
		await editor.part('node-creator').getByText('Get many users').waitFor();
		const shown = (await editor.part('node-creator').innerText()).split('\n').filter(Boolean);
		const wanted = resources.flatMap(({ name, actions }) => [
			`${name.toUpperCase()} ACTIONS`,
			...actions.map(({ action }) => action),
		]);
		const from = shown.findIndex((line) => /^Actions \(/.test(line)) + 1;
		expect(shown.slice(from, from + wanted.length)).toEqual(wanted);
		await editor.picture('02-actions');
	});

	test('dragging an action onto the canvas sets its resource and operation', async () => {
		const action = editor
			.part('item-iterator-item')
			.filter({ hasText: 'Launch new sendout with reminders' });
		await action.scrollIntoViewIfNeeded();
		await action.dragTo(editor.part('canvas-wrapper'), { targetPosition: { x: 700, y: 550 } });
		await editor.part('ndv').waitFor();
		const shows = async (parameter: string, value: string) =>
			await until(`${value} in ${parameter}`, 120_000, async () => {
				const field = editor.part(`parameter-input-${parameter}`).locator('input').first();
				return (await field.inputValue()) === value;
			});
		await shows('resource', 'Sendout');
		await shows('operation', 'Launch');
		await editor.picture('03-launch');
		await editor.closeNode();
	});

	describe('inviting someone', () => {
		beforeAll(async () => {
			const { id } = await workflowWith('netigate', { resource: 'respondent', operation: 'add' });
			await editor.openWorkflow(id);
			await editor.openNode('Ours');
			await editor.picture('04-add-respondent');
		});

		test('survey and sendout are chosen from searchable lists', async () => {
			const all = await editor.chooseFromList('surveyId', 'event', 'Post-event survey');
			expect(all).toContain('Post-event survey (501, active)');
			expect(all).toContain('New survey (not active) (505, inactive)');
			const sendouts = await editor.chooseFromList('sendoutId', 'mail', 'Attendees by email');
			expect(sendouts).toEqual([
				'Attendees by email (7001, email, inactive)',
				'Attendees by SMS (7002, SMS, inactive)',
				'Attendees with a login (7003, login list, inactive)',
			]);
			await editor.picture('07-chosen');
		});

		test("the sendout's background data appears by name, and fields can be dragged to it", async () => {
			const mapper = editor.part('resource-mapper-container');
			await mapper.getByText('First name', { exact: true }).waitFor();
			for (const label of ['Last name', 'Company', 'Language', 'Region'])
				expect(await mapper.getByText(label, { exact: true }).count()).toBe(1);
			await editor.part('execute-previous-node').click();
			await editor.part('ndv-input-panel').locator('[data-name="email"]').waitFor();
			await editor.dragField('email', 'contact');
			await editor.dragField('First name', '4001');
			await editor.picture('08-mapped');
			expect(await editor.textIn('contact')).toContain('{{ $json.email }}');
			expect(await editor.textIn('4001')).toContain("{{ $json['First name'] }}");
		});

		test('running the step invites the person and shows readable output', async () => {
			await editor.part('node-execute-button').first().click();
			const output = editor.part('output-panel');
			await output.getByText('added', { exact: true }).waitFor();
			await editor.picture('09-output');
			const [invitation, ...others] = sandbox.state.invitations;
			expect(others).toEqual([]);
			expect(invitation.contact).toBe('anna@example.com');
			expect(await output.innerText()).toContain(String(invitation.respondentId));
			const cells = sandbox.state.rows.get(invitation.respondentId)!.cells;
			expect(cells.get(sampleIds.labels.firstName)).toBe('Anna');
			await editor.closeNode();
		});
	});

	test('the editor says why a contact cannot be invited and what to do', async () => {
		const parameters = {
			resource: 'respondent',
			operation: 'add',
			surveyId: byId(surveys.postEvent),
			sendoutId: byId(sampleIds.sendouts.postEventSms),
			contact: '={{ $json.email }}',
		};
		const { id } = await workflowWith('netigate', parameters);
		await editor.openWorkflow(id);
		await editor.openNode('Ours');
		await editor.part('node-execute-button').first().click();
		const output = editor.part('output-panel');
		await output
			.getByText(/"anna@example.com" isn't a valid phone number/)
			.first()
			.waitFor();
		await output
			.getByText(/Write a phone number with \+ and its country code/)
			.first()
			.waitFor();
		await editor.picture('10-refused');
		await editor.closeNode();
	});

	test("the quarantine's two outputs are labeled", async () => {
		const { id } = await workflowWith('netigateQuarantine', {
			contact: '={{ $json.email }}',
			surveyId: byId(surveys.support),
		});
		await editor.openWorkflow(id);
		const handles = editor.part('canvas-node-output-handle', editor.node('Ours'));
		await handles.nth(1).waitFor();
		const labels = await handles.allInnerTexts();
		await editor.picture('11-quarantine-outputs');
		expect(labels.map((label) => label.trim())).toEqual(['Allowed', 'Quarantined']);
		await editor.openNode('Ours');
		await editor.picture('12-quarantine');
		await editor.closeNode();
	});

	test("Reserve is first in the quarantine's actions, and common options are first", async () => {
		await editor.openWorkflow((await workflowWith()).id);
		await editor.searchNodes('quarantine');
		await editor.part('item-iterator-item').first().click();
		const actions = editor.part('node-creator').getByText(/who may be asked$/);
		await actions.first().waitFor();
		expect(await actions.allInnerTexts()).toEqual([
			'Reserve contacts who may be asked',
			'Check who may be asked',
		]);
		await editor.picture('12-quarantine-actions');
		await actions.first().click();
		await editor.part('ndv').waitFor();
		const offered = await editor.choose(editor.part('collection-parameter-add'), 'Hold (Minutes)');
		expect(offered[0]).toBe('Hold (Minutes)');
		await editor.picture('12-quarantine-options');
		await editor.closeNode();
	});

	test("the trigger's conditions offer the chosen survey's questions", async () => {
		const { id } = await workflowWith('netigateTrigger');
		await editor.openWorkflow(id);
		await editor.openNode('Ours');
		const all = await editor.choose(editor.part('parameter-input-surveyIds'), 'Support survey');
		expect(all).toContain('Trainer feedback (3000000507, active)');
		// A multi-select list stays open.
		await editor.part('node-title-container').click();
		await editor.page
			.getByRole('option')
			.filter({ visible: true })
			.first()
			.waitFor({ state: 'hidden' });
		await editor.page.getByText('Add Condition').click();
		const questions = await editor.choose(
			editor.part('parameter-input-questionItemId'),
			'How satisfied are you?',
		);
		expect(questions[0]).toMatch(/^How satisfied are you\? \(one choice, weighted\)/);
		expect(questions).toHaveLength(8);
		await editor.part('parameter-input-value').locator('input').fill('2');
		await editor.part('node-execute-button').first().click();
		const output = editor.part('output-panel');
		await output.getByText('Very unsatisfied').first().waitFor();
		await editor.picture('13-trigger');
		await editor.closeNode();
	});
});
