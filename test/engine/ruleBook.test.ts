import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import { engine, host, inExecution, results, ruleOf, run, sandbox } from './quarantineRuns';
import { adding, locator } from './sendoutParameters';

/* Consent, opt-outs, the sample and sending hours in all operations that decide who is asked. */

const PEOPLE: IDataObject[] = [
	{ email: 'yes@example.com', consent: 'ja' },
	{ email: 'optedout@example.com', consent: true },
	...[false, 'nein', 0, '', null, 'maybe', undefined].map((consent, index) => ({
		...{ email: `without${index}@example.com` },
		...(consent === undefined ? {} : { consent }),
	})),
];

const rules = { rule: [ruleOf()] };
const onError = 'continueErrorOutput';

/** Runs Add or the Quarantine node with these options. @returns invited or allowed people */
type Ask = (options: IDataObject) => Promise<unknown[]>;

const add: Ask = async (options) => {
	await engine.run({
		...{ onError, items: PEOPLE },
		parameters: adding({
			quarantine: { rules, ...options },
			existing: 'whenAllowed',
			requestOptions: { settleSeconds: 0.02, retryForSeconds: 0 },
		}),
		additionalData: inExecution(),
	});
	// Exempt people are invited again.
	return [...new Set(sandbox.state.invitations.map(({ contact }) => contact))].sort();
};

const decideBy =
	(operation: string, more: IDataObject = {}, mode: 'manual' | 'trigger' = 'trigger'): Ask =>
	async (options) => {
		const surveyId = locator(sampleIds.surveys.postEvent);
		const { outputs } = await run({
			...{ onError, mode, operation, items: PEOPLE },
			parameters: { options: { ...options, ...more }, rules, surveyId },
		});
		return outputs[0].map(({ json }) => json.email).sort();
	};

const asks: Array<[string, Ask]> = [
	['Add', add],
	['Reserve', decideBy('reserve')],
	['Reserve in a test run', decideBy('reserve', {}, 'manual')],
	['Check', decideBy('check')],
	['Check, counting this run', decideBy('check', { countThisRun: true })],
];

const consent = '={{ $json.consent }}';

const optOut = async (parameters: IDataObject) => {
	const event = { event: 'optedOut', ...parameters };
	await run({ operation: 'record', emails: ['optedout@example.com'], parameters: event });
};

const breakLedger = () =>
	host.failures.push(...Array.from({ length: 40 }, () => new Error('no data tables here')));

const inDays = (days: number) =>
	new Date(Date.now() + days * 86_400_000)
		.toLocaleDateString('en', { weekday: 'long' })
		.toLowerCase();

describe.each(asks)('%s', (_, ask) => {
	test.each([
		{ optOutFor: 'all' },
		{ optOutFor: 'survey', surveyId: locator(sampleIds.surveys.postEvent) },
	])('asks only who consented and did not opt out: %j', async (parameters) => {
		await optOut(parameters);
		expect(await ask({ consent })).toEqual(['yes@example.com']);
		expect(await ask({ consent, exempt: true })).toEqual(['yes@example.com']);
	});

	test('asks only who consented if the ledger is not available', async () => {
		breakLedger();
		const allowed = await ask({ consent, exempt: true, whenUnavailable: 'allow' });
		expect(allowed).toEqual(['optedout@example.com', 'yes@example.com']);
	});

	test.each([
		{ samplePercent: 0 },
		{ sendingHours: { window: [{ days: [inDays(3)], from: '09:00', to: '10:00' }] } },
		{ sendingHours: { window: [{ days: [inDays(3)], from: '', to: '10:00' }] } },
		{ sendingHours: { window: [] } },
	])('asks no one with %j', async (options) => {
		expect(await ask(options)).toEqual([]);
		breakLedger();
		expect(await ask({ ...options, whenUnavailable: 'allow' })).toEqual([]);
	});
});

test('Get Many, and Add for skipped people, show all reasons, strongest first', async () => {
	const email = 'optedout@example.com';
	const surveyId = locator(sampleIds.surveys.postEvent);
	await run({ emails: [email], parameters: { surveyId, rules } });
	await optOut({ optOutFor: 'all' });
	const reported = await run({ operation: 'getMany', parameters: { rules } });
	expect(results(reported.outputs[0])).toMatchObject([
		{ reason: 'optedOut', reasons: ['optedOut', 'invitedRecently'] },
	]);

	const sendingHours = { window: [{ days: [inDays(3)], from: '09:00', to: '10:00' }] };
	const quarantine = { rules, consent, samplePercent: 0, sendingHours };
	const added = async (preview: boolean) =>
		await engine.run({
			items: PEOPLE.slice(0, 3).map((one) => ({ ...one, consent: one.email !== email })),
			parameters: adding({ quarantine, preview, existing: 'whenAllowed' }),
			additionalData: inExecution(),
		});
	for (const preview of [true, false]) {
		const { output } = await added(preview);
		const conditions = ['notSampled', 'outsideHours'];
		expect(output.map(({ json }) => json)).toMatchObject([
			{ status: 'skipped', reason: 'notSampled', quarantine: { reasons: conditions } },
			{
				...{ status: 'skipped', reason: 'optedOut' },
				quarantine: { reasons: ['optedOut', 'noConsent', 'invitedRecently', ...conditions] },
			},
			{ status: 'skipped', reason: 'notSampled', quarantine: { reasons: conditions } },
		]);
	}
});
