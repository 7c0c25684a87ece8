import type { IDataObject } from 'n8n-workflow';
import { sampleIds, type Settings } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';
import { activating, adding, launching } from './sendoutParameters';

/* Surveys that no one can answer. A preview warns, and the error for a refusal says why. */

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const ID = sampleIds.surveys.postEvent;
const requestOptions = { settleSeconds: 0.01, retryForSeconds: 0 };
const add = adding({ requestOptions });
const launch = launching({ requestOptions });
const launchEach = { ...launch, mode: 'onePerItem', name: '={{ $json.email }}' };

const INACTIVE = `The survey "Post-event survey" (${ID}) isn't active`;
const ENDED = `The survey "Post-event survey" (${ID}) ended on `;
const ACTIVATE = 'Activate the survey in Netigate, or choose another.';
const EXTEND = 'Extend the survey in Netigate, or choose another.';

const states = [
	['inactive', INACTIVE, ACTIVATE],
	['ended', ENDED, EXTEND],
] as const;

const people = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ email: `person${index}@example.com` }));

const run = async (parameters: IDataObject, settings: Partial<Settings>, count = 3, more = {}) => {
	sandbox.changeSettings(settings);
	return await engine.run({ items: people(count), parameters, ...more });
};

const readings = () =>
	sandbox.calls.filter(({ operationId }) => operationId === 'getSurvey').length;

const messages = ({ hints }: Awaited<ReturnType<typeof run>>) =>
	hints.map(({ message }) => message);

describe.each([
	['Add', add],
	['Launch', launch],
	['Launch, one sendout per item', launchEach],
])('%s', (_, parameters) => {
	test.each(states)('the preview warns if the survey is %s', async (surveys, what, advice) => {
		const result = await run({ ...parameters, preview: true }, { surveys });
		expect(result.error).toBeUndefined();
		expect(result.output.map(({ json }) => json.status)).toEqual(Array(3).fill('wouldAdd'));
		const [warning, summary] = messages(result);
		expect(warning).toContain(what);
		expect(warning).toContain(advice);
		expect(summary).toContain('would invite 3');
		expect(readings()).toBe(1);
	});

	test('the preview of a survey that can be answered has no warning', async () => {
		const result = await run({ ...parameters, preview: true }, {});
		expect(messages(result)).toEqual([expect.stringContaining('would invite 3')]);
	});

	test.each(states)('a refusal says that the survey is %s', async (surveys, what, advice) => {
		const { error } = await run(parameters, { surveys });
		expect(error?.message).toContain(what);
		expect(error?.message).toContain('Netigate refused: ');
		expect(error?.description).toContain(advice);
		expect(error?.description).toContain('No one was invited.');
		expect(sandbox.state.invitations).toEqual([]);
	});

	test('with the error output, each item says why, and the survey is read once', async () => {
		const { errorOutput } = await run(parameters, { surveys: 'inactive' }, 20, {
			onError: 'continueErrorOutput',
		});
		expect(errorOutput).toHaveLength(20);
		for (const { json } of errorOutput) expect(json.error).toContain(INACTIVE);
		expect(readings()).toBe(1);
	});

	test('a survey that is not active but accepts people is not refused', async () => {
		const { error } = await run(parameters, { surveys: 'inactive', inactiveSurvey: 'accept' });
		expect(error).toBeUndefined();
		expect(sandbox.state.invitations).toHaveLength(3);
		expect(readings()).toBe(0);
	});

	test('if only the activation is refused, the error names both steps', async () => {
		const { error } = await run(parameters, {
			surveys: 'inactive',
			inactiveSurvey: 'rejectActivate',
		});
		expect(error?.message).toContain(INACTIVE);
		expect(error?.description).toContain(ACTIVATE);
		expect(error?.description).toContain('Sendout > Activate');
	});
});

test('a refusal is not blamed on a survey that accepts others', async () => {
	const { errorOutput } = await run(
		add,
		{ surveys: 'inactive', inactiveSurvey: 'accept', refusedContacts: ['person1@example.com'] },
		3,
		{ onError: 'continueErrorOutput' },
	);
	expect(errorOutput.map(({ json }) => json.email)).toEqual(['person1@example.com']);
	expect(errorOutput[0].json.error).not.toContain("isn't active");
});

test('the preview of a launch warns if the survey ends before the sendout is sent', async () => {
	const later = { ...launch, preview: true, sendDate: '2099-01-01T09:00:00Z' };
	const [warning] = messages(await run(later, {}));
	expect(warning).toMatch(/ends on \S+, before the sendout is sent/);
	expect(warning).toContain(EXTEND);
});

test.each([
	['Activate', activating],
	[
		'a reminder',
		{
			...activating,
			resource: 'reminder',
			operation: 'create',
			name: 'After a week',
			sendDate: '2099-01-01T09:00:00Z',
			sender: 'surveys@example.com',
			subject: 'Subject',
			message: '[survey link]',
		},
	],
])('%s says why it was refused', async (_, parameters) => {
	sandbox.faults.add({ kind: '400', operationId: 'createReminder' });
	const { error } = await run({ requestOptions, ...parameters }, { surveys: 'inactive' }, 1);
	expect(error?.message).toContain(INACTIVE);
	expect(error?.description).toContain(ACTIVATE);
});

test("the refusal stays unchanged if the survey can't be read either", async () => {
	sandbox.faults.add({ kind: '500', operationId: 'getSurvey' });
	const { error } = await run(add, { surveys: 'inactive' }, 1);
	expect(error?.message).toContain(`Netigate refused: Survey ${ID} is not active`);
	expect(error?.message).not.toContain(INACTIVE);
});
