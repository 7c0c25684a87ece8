import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../../sandbox';
import { useSandbox } from '../../sandbox/useSandbox';
import { callsOf } from '../actions/run';
import { createEngine } from '../harness';
import { adding, launching, locator, outcomeIn } from '../sendoutParameters';
import { invitingCases, type InvitingCase } from './inviting';

const sandbox = useSandbox();

const sendout = sampleIds.sendouts.postEventEmail;
const people = ['anna', 'ben', 'cleo'].map((name) => ({ email: `${name}@example.com` }));

const requestOptions = { settleSeconds: 0.05, retryForSeconds: 1 };

const add = adding({ requestOptions });
const launch = launching({
	reminders: { reminder: [{ name: 'First', when: 'afterDays', afterDays: 7 }] },
	requestOptions,
});
const launchSkipping = { ...launch, options: { existing: 'skip' } };

const parametersOf: Record<InvitingCase['run'], IDataObject> = {
	...{ add, launch, 'launch, skipping existing': launchSkipping },
};

const run = async (parameters: IDataObject, items: IDataObject[] = people) =>
	await createEngine(sandbox).run({
		...{ items, parameters, onError: 'continueErrorOutput' },
		...{ retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
	});

const launched = () =>
	[...sandbox.state.sendouts.values()].filter(({ primary }) => primary.Name === 'Launched');

const emails = (id: number = sendout) =>
	[...sandbox.state.respondents.values()]
		.filter(({ sendoutId }) => sendoutId === id)
		.map(({ Email }) => Email)
		.sort();

function outcomeOf(json: IDataObject): unknown {
	if (json.error === undefined) return outcomeIn(json);
	return (json.message as IDataObject | undefined)?.mayBeInvited === true
		? 'may be invited'
		: 'failed';
}

test.each(invitingCases.map((one) => [one.when, one] as const))('%s', async (_, one) => {
	for (const action of one.before ?? []) await run(parametersOf[action]);
	sandbox.clearCalls();
	sandbox.changeSettings(one.settings ?? {});
	for (const fault of one.faults ?? []) sandbox.faults.add(fault);
	const { outputs, errorOutput, hints } = await run(parametersOf[one.run]);

	const items = outputs.flat();
	const byPerson = people.map((_, index) =>
		items.flatMap(({ json, pairedItem }) =>
			(pairedItem as { item: number }).item === index ? [outcomeOf(json)] : [],
		),
	);
	expect(byPerson).toEqual(
		people.map((_, at) => [[one.outcome, one.outcome, one.outcome].flat()[at]]),
	);
	const texts =
		errorOutput.length > 0
			? errorOutput.map(({ json }) => String(json.error))
			: [hints.map(({ message }) => message).join()];
	for (const text of texts) {
		for (const part of one.says ?? []) expect(text).toContain(part);
		for (const part of one.doesNotSay ?? []) expect(text).not.toContain(part);
	}
	expect(sandbox.showsKey(JSON.stringify(outputs))).toBe(false);
	if (one.added !== undefined) {
		expect(emails()).toEqual(people.map(({ email }) => email).slice(0, one.added));
	}
	if (one.launched) {
		const made = launched().map(({ primary, reminders }) => [primary.Activated, reminders.length]);
		expect(made).toEqual(one.launched);
	}
	if (one.activations !== undefined) {
		expect(callsOf(sandbox, 'activateSendout')).toHaveLength(one.activations);
	}
});

test.each([true, false])(
	'reports correctly whether someone refused with 400 was added (%p), and the next run does not ask them twice',
	async (workDone) => {
		sandbox.faults.add({ operationId: 'addRespondent', kind: '400', workDone, times: 1 });
		const anna = people.slice(0, 1);
		const once = async () =>
			await createEngine(sandbox).run({
				...{ items: anna, parameters: add, onError: 'continueErrorOutput' },
			});
		const { output, errorOutput } = await once();
		expect(output.map(({ json }) => json.status)).toEqual(workDone ? ['added'] : []);
		expect(errorOutput.map(({ json }) => json.error)).toEqual(
			workDone ? [] : [expect.stringContaining('Netigate refused: Invalid argument')],
		);
		expect(emails()).toHaveLength(workDone ? 1 : 0);
		await once();
		expect(emails()).toHaveLength(1);
		expect(sandbox.state.invitations).toHaveLength(1);
	},
);

test.each([
	['respondent.add', 'added'],
	['sendout.launch', 'launched'],
])('%s treats a login name in a different case as the same person', async (key, done) => {
	const login = sampleIds.sendouts.postEventLogin;
	const parameters =
		key === 'respondent.add'
			? { ...add, sendoutId: locator(login) }
			: { ...launchSkipping, type: 'LOGIN', reminders: {} };
	const reported = async (...names: string[]) => {
		const items = names.map((email) => ({ email }));
		const { output } = await createEngine(sandbox).run({ items, parameters });
		return output.map(({ json }) => outcomeIn(json));
	};
	expect(await reported('emp-anna', 'EMP-Anna')).toEqual([done, 'duplicateInInput']);
	expect(await reported('Emp-Anna')).toEqual(['existing']);
});

describe.each(['masked', 'named'] as const)('with every contact %s', (listedEmail) => {
	const sms = sampleIds.sendouts.postEventSms;
	const bySms = { ...add, sendoutId: locator(sms), contact: '={{ $json.mobile }}' };
	const mobiles = ['46735123401', '46735123402'].map((mobile) => ({ mobile }));

	test.each([
		['addresses', add, people, sendout],
		['numbers', bySms, mobiles, sms],
	] as const)(
		'no one is added twice after a lost response or in another run: %s',
		async (_, parameters, items, id) => {
			const addOnce = async (existing: string) =>
				await createEngine(sandbox).run({
					items: [...items],
					parameters: { ...parameters, existing },
					onError: 'continueErrorOutput',
				});
			sandbox.changeSettings({ listedEmail });
			const fault = { operationId: 'addRespondents', kind: '500', workDone: true } as const;
			sandbox.faults.add({ ...fault, times: 1 });
			for (const existing of ['skip', 'skip']) {
				const { output } = await addOnce(existing);
				expect(output.filter(({ json }) => json.pairing)).toEqual([]);
				expect(emails(id)).toHaveLength(items.length);
			}
			sandbox.faults.clear();
			sandbox.faults.add(fault);
			await addOnce('add');
			expect(emails(id)).toHaveLength(2 * items.length);
		},
	);
});

test.each(['9999-12-31T23:59:59Z', '-'])(
	'an inactive sendout with the done date %p is not activated',
	async (DoneDate) => {
		sandbox.faults.add({ operationId: 'createReminder', kind: '400' });
		await run(launch);
		sandbox.faults.clear();
		const changes = [{ do: 'set', member: 'DoneDate', value: DoneDate } as const];
		sandbox.faults.add({ operationId: 'getSendouts', kind: 'answer', changes });
		const before = launched().map(({ id }) => id);
		await run(launchSkipping);
		const active = launched().filter(({ primary }) => primary.Activated);
		expect(active.filter(({ id }) => before.includes(id))).toEqual([]);
	},
);
