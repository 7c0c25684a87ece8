import { ExecuteContext } from 'n8n-core';
import type { IDataObject, IExecuteData } from 'n8n-workflow';
import { NetigateQuarantine } from '../../nodes/NetigateQuarantine/NetigateQuarantine.node.js';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine, type RunRequest, type RunResult } from './harness';
import { adding, launching, locator, syncing } from './sendoutParameters';

/* An invalid setting stops the workflow, even if "On Error" is set to continue. */

const sandbox = useSandbox();
const engine = createEngine(sandbox, { 'test.quarantine': new NetigateQuarantine() });

const { surveys, sendouts } = sampleIds;
const survey = { surveyId: locator('={{ $json.survey }}') };
const sendout = { sendoutId: locator('={{ $json.sendout }}') };

const people = (count: number, fields: IDataObject) =>
	Array.from({ length: count }, (_, index) => ({ email: `p${index}@example.com`, ...fields }));

const asking = (more: IDataObject = {}): IDataObject => ({
	operation: 'check',
	contact: '={{ $json.email }}',
	...survey,
	...more,
});

const quarantine = { type: 'test.quarantine', outputs: 2 };
const reading = { resource: 'result', operation: 'getMany', ...survey };
const getting = { resource: 'survey', operation: 'get', ...survey };

type Case = [string, Partial<RunRequest> & { parameters: IDataObject }, IDataObject, RegExp];

const ID = /^'(Survey|Sendout|Respondent List)' isn't a valid Netigate ID: \S+/;

const cases: Case[] = [
	['Add without a survey', { parameters: adding(survey) }, {}, ID],
	['Add with an empty survey', { parameters: adding(survey) }, { survey: '' }, ID],
	['Add with a survey name', { parameters: adding(survey) }, { survey: 'Event' }, ID],
	['Add without a sendout', { parameters: adding(sendout) }, { sendout: null }, ID],
	['a preview of Add', { parameters: adding({ ...survey, preview: true }) }, {}, ID],
	['Launch without a survey', { parameters: launching(survey) }, {}, ID],
	[
		'Launch without a subject',
		{ parameters: launching({ subject: '={{ $json.subject ?? "" }}' }) },
		{},
		/^'Subject' is empty$/,
	],
	['the quarantine node', { parameters: asking(), ...quarantine }, {}, ID],
	[
		'the quarantine node, with contacts that are invalid too',
		{ parameters: asking(), ...quarantine },
		{ email: 'nobody' },
		ID,
	],
	['Record', { parameters: asking({ operation: 'record' }), ...quarantine, outputs: 1 }, {}, ID],
	['list sync', { parameters: syncing({ listId: locator('={{ $json.list }}') }) }, {}, ID],
	['results', { parameters: reading }, { survey: 'x' }, ID],
	['one survey', { parameters: getting }, {}, ID],
];

describe.each(['continueErrorOutput', 'continueRegularOutput', 'stopWorkflow'] as const)(
	'%s',
	(onError) => {
		test.each(cases)('%s', async (_, request, fields, message) => {
			for (const count of [1, 3]) {
				sandbox.clearCalls();
				const { error, outputs, run } = await engine.run({
					...{ items: people(count, fields), onError },
					...request,
				});
				expect(error?.message).toMatch(message);
				expect(run.status).toBe('error');
				expect(outputs.flat()).toEqual([]);
				expect(sandbox.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
				// The error isn't about one item.
				if (count === 1 || onError !== 'stopWorkflow')
					expect(error?.message).not.toContain('[item');
			}
		});
	},
);

test.each<[string, IDataObject, IDataObject[]]>([
	['IDs that differ', adding(sendout), [{ sendout: 'a' }, { sendout: 'b' }]],
	['one ID of two', adding(sendout), [{ sendout: '' }, { sendout: sendouts.postEventEmail }]],
	['contacts', adding({}), [{ email: 'nobody' }, { email: 'nobody' }]],
	[
		"an ID of the item's own",
		{
			...{ resource: 'result', operation: 'get', answerSetId: '={{ $json.set }}' },
			surveyId: locator(surveys.support),
		},
		[{}, {}],
	],
	['a date', launching({ sendDate: '={{ $json.at }}' }), [{ at: 'soon' }, { at: 'soon' }]],
])('still fails only its own items: %s', async (_, parameters, items) => {
	const given = people(2, {}).map((person, index) => ({ ...person, ...items[index] }));
	const { error, errorOutput } = await engine.run({
		...{ items: given, parameters, onError: 'continueErrorOutput' },
	});
	expect(error).toBeUndefined();
	expect(errorOutput.length).toBeGreaterThan(0);
	for (const { json } of errorOutput) expect(json.status).toBe('failed');
});

test.each<[string, string, IDataObject]>([
	['a wrong API key', 'wrong', {}],
	["a sendout that doesn't exist", sandbox.apiKey, { sendoutId: locator(1) }],
])('%s fails the items, so that a later step can release them', async (_, apiKey, more) => {
	const { error, errorOutput } = await createEngine({ url: sandbox.url, apiKey }).run({
		...{ items: people(3, {}), parameters: adding(more), onError: 'continueErrorOutput' },
	});
	expect(error).toBeUndefined();
	expect(errorOutput.map(({ json }) => json.reason)).toEqual(['refused', 'refused', 'refused']);
});

test('once a setting is right, a later try passes failed items to the error output again', async () => {
	let reads = 0;
	const account = {
		apiKey: sandbox.apiKey,
		get url() {
			return reads++ === 0 ? 'nowhere' : sandbox.url;
		},
	};
	const { error, output, errorOutput } = await createEngine(account).run({
		items: [{ email: 'anna@example.com' }, { email: 'nobody' }],
		...{ parameters: adding({}), onError: 'continueErrorOutput' },
		...{ retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
	});
	expect(reads).toBeGreaterThan(1);
	expect(error).toBeUndefined();
	expect([output, errorOutput].map(([{ json }]) => json.status)).toEqual(['added', 'failed']);
});

test('n8n saves the node as it was, so that the execution can be retried', async () => {
	const { run } = await engine.run({
		items: people(2, {}),
		...{ parameters: adding(survey), onError: 'continueErrorOutput' },
	});
	const [saved] = JSON.parse(
		JSON.stringify(run.data.executionData!.nodeExecutionStack),
	) as IExecuteData[];
	expect(saved.node).toMatchObject({ name: 'Node', onError: 'continueErrorOutput' });
});

describe.each(['continueErrorOutput', 'continueRegularOutput'] as const)('a bug: %s', (onError) => {
	const items = people(2, {});
	const expectStopped = ({ error, run }: RunResult) => {
		expect(error?.message).toBe('Something unexpected happened in this node');
		expect(run.status).toBe('error');
	};

	test('stops the action node', async () => {
		const broken = jest.spyOn(ExecuteContext.prototype, 'getWorkflowDataProxy');
		broken.mockImplementation(() => {
			throw new TypeError('undefined is not a function');
		});
		const result = await engine.run({ items, onError, parameters: adding({}) });
		broken.mockRestore();
		expectStopped(result);
	});

	test('stops the quarantine node', async () => {
		const account = { url: sandbox.url, apiKey: sandbox.apiKey, defaultCountry: 7 as never };
		const { run } = createEngine(account, { 'test.quarantine': new NetigateQuarantine() });
		const parameters = asking({ surveyId: locator(surveys.support) });
		expectStopped(await run({ items, onError, parameters, ...quarantine }));
	});
});
