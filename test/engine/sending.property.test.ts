import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { countBy } from '../../nodes/shared/basics/lists';
import { sampleIds, type Fault, type Sandbox, type Settings } from '../sandbox';
import { withSandbox } from '../sandbox/useSandbox';
import type { RunRequest, RunResult } from './harness';
import {
	BLOCKED,
	endFaults,
	expectAllReported,
	expectCleanRun,
	forSequences,
	continuesOnError,
	impatient,
	isInvitable,
	items,
	itemsInError,
	keyOf,
	mayBeHidden,
	onError,
	options,
	patient,
	run,
	settings,
	outcomesByItem,
} from './sequences';
import { activating, adding, launching } from './sendoutParameters';
import { troubles } from './troubles';

/*
 * Random people, options, settings and faults, over real HTTP. In the end, no one may be in the sandbox twice, and no
 * one may be missing without an error. A second run with "Never Invite Again" must add exactly the missing people.
 */

const survey = sampleIds.surveys.postEvent;
const sendout = sampleIds.sendouts.postEventEmail;

/** Enough for ten thousand sequences on a busy machine. */
const LONG = 7_200_000;

/** Whether responses contain the contacts. Otherwise, IDs may be assigned to other people. */
const namesPeople = (sequence: { settings: Partial<Settings>; troubles: Fault[] }): boolean =>
	!['null', 'omitted'].includes(sequence.settings.addedEmail ?? '') &&
	!sequence.troubles.some(({ kind }) => kind === 'answer');

/** Checks the outcomes of a second run without faults: everyone is in, unless they may be hidden. */
function expectAllIn(
	outcomes: ReturnType<typeof outcomesByItem>,
	emails: readonly string[],
	{ settings }: { settings: Partial<Settings> },
	isIn: (index: number) => boolean,
) {
	for (const [index, email] of emails.entries()) {
		const outcome = outcomes[index];
		if (mayBeHidden(outcome, settings)) continue;
		if (isInvitable(email)) {
			expect(outcome).not.toHaveProperty('error');
			expect([email, isIn(index)]).toEqual([email, true]);
		} else expect(outcome).toHaveProperty(keyOf(email) === BLOCKED ? 'skipped' : 'error');
	}
}

/** The first run of a sequence, with its faults. */
async function runWithFaults(
	sandbox: Sandbox,
	sequence: Pick<RunRequest, 'items' | 'onError' | 'retryOnFail'> & { troubles: Fault[] },
	parameters: IDataObject,
): Promise<RunResult> {
	for (const fault of sequence.troubles) sandbox.faults.add(fault);
	const { items, onError, retryOnFail } = sequence;
	const result = await run(sandbox, { items, parameters, onError, retryOnFail });
	expectCleanRun(sandbox, result);
	if (onError && continuesOnError(onError)) expect(result.error).toBeUndefined();
	return result;
}

/** The first run. With "Skip", possibly another run for the same people at the same time. */
async function runFirst(
	sandbox: Sandbox,
	sequence: Parameters<typeof runWithFaults>[1] & {
		items: IDataObject[];
		overlap: boolean;
		options: { existing: string };
	},
	parameters: IDataObject,
) {
	const overlapping =
		sequence.overlap && sequence.options.existing === 'skip'
			? run(sandbox, { items: sequence.items, parameters, onError: 'continueErrorOutput' })
			: undefined;
	const first = await runWithFaults(sandbox, sequence, parameters);
	return { first, overlapping: await overlapping };
}

/** Whether the run ended and no one may have been added after it. */
const isCertain = (result: RunResult, given: IDataObject[]): boolean =>
	!result.error &&
	outcomesByItem(result, given).every((one) => !('error' in one) || !one.mayBeInvited);

/** The number of invitations of each respondent. */
function invitationsById({ state }: Sandbox): Map<number, number> {
	const counts = new Map<number, number>();
	for (const { respondentId, kind } of state.invitations) {
		if (kind === 'invitation') counts.set(respondentId, (counts.get(respondentId) ?? 0) + 1);
	}
	return counts;
}

describe('adding respondents', () => {
	const operations = [
		'getBlocklist',
		'getSendout',
		'getLabels',
		'getRespondents',
		...['addRespondents', 'addRespondents', 'addRespondent', 'addRespondent'],
		'activateSendout',
	];

	const sequences = fc.record({
		items,
		/** People who were in the sendout before. */
		already: fc.subarray(['anna@example.com', 'ben@example.com', 'cleo@example.com']),
		overlap: fc.boolean(),
		options: options.chain((some) =>
			fc
				.record({
					activate: fc.oneof(
						{ weight: 4, arbitrary: fc.constant(true) },
						{ weight: 1, arbitrary: fc.constant(false) },
					),
				})
				.map((more) => ({ ...some, ...more })),
		),
		troubles: troubles(operations),
		settings,
		onError,
		retryOnFail: fc.boolean(),
	});

	const parameters = (
		{ existing, ...given }: IDataObject,
		requestOptions: IDataObject,
	): IDataObject =>
		adding({
			existing,
			backgroundData: { mappingMode: 'autoMapInputData', value: null },
			options: given,
			requestOptions,
		});

	const people = ({ state }: Sandbox) =>
		[...state.respondents.values()].filter(({ sendoutId }) => sendoutId === sendout);

	test(
		'adds no one twice, reports everyone who is missing, and a second run adds them, whatever goes wrong',
		async () =>
			await forSequences(0.3, sequences, async (sequence) => {
				await withSandbox({}, async (sandbox) => {
					const given = sequence.items;
					const { duplicatesInInput, activate, existing } = sequence.options;
					sandbox.changeSettings(sequence.settings);
					const record = sandbox.state.sendout(survey, sendout);
					const before = new Set(
						sequence.already.map(
							(email) => sandbox.state.addRespondent(record, email, new Map(), true).RespondentId,
						),
					);
					const added = () =>
						people(sandbox).filter(({ RespondentId }) => !before.has(RespondentId));
					const askedFor = countBy(given.map(({ email }) => keyOf(email)));

					/** Must be true at any time, after any run. */
					function expectNoDuplicates() {
						for (const [contact, count] of countBy(added().map(({ Email }) => keyOf(Email)))) {
							const asked = duplicatesInInput === 'add' ? askedFor.get(contact) : 1;
							const isThere = existing === 'skip' && sequence.already.includes(contact);
							expect([contact, count <= (isThere ? 0 : (asked ?? 0))]).toEqual([contact, true]);
						}
						expect(Math.max(0, ...invitationsById(sandbox).values())).toBeLessThanOrEqual(1);
					}

					const { first, overlapping } = await runFirst(
						sandbox,
						sequence,
						parameters(sequence.options, impatient),
					);
					const seenAtOnce = added();
					if (sequence.options.skipBlocked)
						expect(seenAtOnce.filter(({ Email }) => keyOf(Email) === BLOCKED)).toEqual([]);
					if (overlapping) expectNoDuplicates();
					else if (first.error)
						expectAllNamed(
							first,
							seenAtOnce.map(({ Email }) => Email),
						);
					else expectReported(first);

					await endFaults(sandbox);
					expectNoDuplicates();
					if (!first.error && !overlapping) {
						expectAllReported(
							outcomesByItem(first, given),
							(index) => keyOf(given[index].email),
							added().map(({ Email }) => keyOf(Email)),
						);
					}

					const second = await run(sandbox, {
						items: given,
						parameters: parameters({ existing: 'skip', batchSize: 3 }, patient),
						onError: 'continueErrorOutput',
					});
					if (second.outputs.flat().some(({ json }) => json.activated === false)) {
						// A run that adds no one doesn't activate the sendout, but says so.
						expect(sandbox.state.sendout(survey, sendout).primary.Activated).toBe(false);
						await run(sandbox, { parameters: activating, items: [{}] });
					}
					expectNoDuplicates();
					const secondOutcomes = outcomesByItem(second, given);
					const emails = given.map(({ email }) => email);
					const present = new Set(people(sandbox).map(({ Email }) => keyOf(Email)));
					expectAllIn(secondOutcomes, emails, sequence, (index) =>
						present.has(keyOf(emails[index])),
					);
					const invited = invitationsById(sandbox);
					// If the second run adds no one, it doesn't activate the sendout for people left over from the first run.
					const open =
						overlapping !== undefined ||
						!isCertain(first, given) ||
						secondOutcomes.some((one) => mayBeHidden(one, sequence.settings));
					for (const { Email, RespondentId } of people(sandbox)) {
						if (isInvitable(Email) && askedFor.has(keyOf(Email)) && !open)
							expect([Email, invited.get(RespondentId)]).toEqual([Email, 1]);
					}

					function expectAllNamed({ error }: RunResult, contacts: string[]) {
						if (sequence.retryOnFail) return;
						const named = new Set(itemsInError(error!).map((index) => keyOf(given[index].email)));
						for (const one of contacts) expect([...named]).toContain(keyOf(one));
					}

					function expectReported(result: RunResult) {
						const outcomes = outcomesByItem(result, given);
						const asked = invitationsById(sandbox);
						const ids = new Set<number>();
						const addedOf = (email: string) =>
							outcomes.filter(
								(one, index) => 'added' in one && keyOf(given[index].email) === keyOf(email),
							).length;
						for (const [index, { email }] of given.entries()) {
							const one = outcomes[index];
							if ('added' in one) {
								const { RespondentId, Email } = one.added as {
									RespondentId: number;
									Email: string;
								};
								const mine = added().filter(({ Email }) => keyOf(Email) === keyOf(email));
								const times = activate && keyOf(email) !== BLOCKED ? 1 : 0;
								// A request that timed out may add the same person again after the activation.
								const late = mine.length > addedOf(email) && times === 1;
								for (const one of mine) {
									if (late && !asked.has(one.RespondentId)) continue;
									expect([email, asked.get(one.RespondentId) ?? 0]).toEqual([email, times]);
								}
								if (late) {
									const invited = mine.filter(({ RespondentId }) => asked.has(RespondentId)).length;
									expect([email, invited >= addedOf(email)]).toEqual([email, true]);
								}
								// With "Always Invite Again", the list isn't read, so an existing respondent in a response looks new.
								const givenBack =
									existing === 'add' &&
									sequence.settings.repeatedContacts === 'existing' &&
									sequence.already.includes(keyOf(email));
								expect([email, givenBack || mine.length > 0]).toEqual([email, true]);
								if (givenBack || !namesPeople(sequence)) continue;
								// People who were looked up are reported as in the list, including a name before the address.
								expect(keyOf(String(Email).replace(/^.*<(.+)>$/, '$1'))).toBe(keyOf(email));
								expect(ids).not.toContain(RespondentId);
								ids.add(RespondentId);
								expect(mine.map((respondent) => respondent.RespondentId)).toContain(RespondentId);
							} else if ('skipped' in one) {
								const there = people(sandbox).some(({ Email }) => keyOf(Email) === keyOf(email));
								expect([email, one.skipped, there || keyOf(email) === BLOCKED]).toEqual([
									email,
									one.skipped,
									true,
								]);
							} else expect(one.error).not.toBe('');
						}
					}
				});
			}),
		LONG,
	);
});

/** Part of the sendout's name, because "One Sendout per Item" needs different names. */
const PERSON = '{{ $json.email.trim().toLowerCase() }}';

describe('launching sendouts', () => {
	const operations = [
		'getBlocklist',
		'getSendouts',
		'createSendout',
		'createLabel',
		...['addRespondents', 'addRespondents', 'addRespondent', 'addRespondent'],
		'getRespondents',
		'createReminder',
		'getReminders',
		'activateSendout',
	];

	const sequences = fc.record({
		items,
		mode: fc.constantFrom('onePerItem', 'oneForAll'),
		/** The field with a past date in the first run. */
		past: fc.constantFrom('', '', '', '', '', '', 'sendDate', 'reminder'),
		name: fc.constantFrom(`=Launched ${PERSON}`, `=Launched {{ $json.company }} ${PERSON}`),
		labels: fc.boolean(),
		overlap: fc.boolean(),
		reminders: fc.nat({ max: 2 }),
		options,
		troubles: troubles(operations),
		settings,
		onError,
		retryOnFail: fc.boolean(),
	});

	type Sequence = typeof sequences extends fc.Arbitrary<infer One> ? One : never;

	const parameters = (
		{ mode, name, labels, reminders, past }: Sequence,
		given: IDataObject,
		requestOptions: IDataObject,
	) =>
		launching({
			mode,
			name: mode === 'oneForAll' ? 'Launched' : name,
			sendDate: past === 'sendDate' ? '2026-01-01' : '',
			labels: labels
				? { label: [{ name: 'Company', labelType: 'TEXT', value: '={{ $json.company }}' }] }
				: {},
			reminders: {
				reminder: [
					...Array.from({ length: reminders }, (_, index) => ({
						name: `After ${index + 1} weeks`,
						when: 'afterDays',
						afterDays: 7 * (index + 1),
					})),
					...(past === 'reminder' ? [{ name: 'Past', when: 'date', date: '2026-01-01' }] : []),
				],
			},
			options: given,
			requestOptions,
		});

	/** Everyone in an active sendout, with the sendout's name and the contact. */
	const invitedByName = ({ state }: Sandbox) =>
		[...state.sendouts.values()]
			.filter(({ primary }) => primary.Activated && primary.Name.startsWith('Launched'))
			.flatMap(({ primary, respondentIds, reminders, id }) =>
				respondentIds.map((respondentId) => ({
					respondentId,
					sendoutId: id,
					reminders,
					contact: keyOf(state.respondents.get(respondentId)!.Email),
					name: primary.Name,
				})),
			);

	test(
		'launches to no one twice, reports everyone who is missing, and a second run adds them, whatever goes wrong',
		async () =>
			await forSequences(0.3, sequences, async (sequence) => {
				await withSandbox({}, async (sandbox) => {
					const given = sequence.items;
					const { duplicatesInInput } = sequence.options;
					sandbox.changeSettings(sequence.settings);
					const nameFor = ({ company, email }: { company: string; email: string }) => {
						if (sequence.mode === 'oneForAll') return 'Launched';
						const each = sequence.name.includes('company') ? `${company} ` : '';
						return `Launched ${each}${keyOf(email)}`.trim();
					};
					const which = (name: string, contact: string) => `${contact} in ${name}`;
					const askedFor = countBy(given.map((item) => which(nameFor(item), keyOf(item.email))));

					function expectNoDuplicates() {
						const there = invitedByName(sandbox);
						for (const [one, count] of countBy(
							there.map(({ name, contact }) => which(name, contact)),
						)) {
							const most = duplicatesInInput === 'add' ? askedFor.get(one) : 1;
							expect([one, count <= (most ?? 0)]).toEqual([one, true]);
						}
						expect(Math.max(0, ...invitationsById(sandbox).values())).toBeLessThanOrEqual(1);
						for (const { reminders } of there) expect(reminders).toHaveLength(sequence.reminders);
					}

					const { first, overlapping } = await runFirst(
						sandbox,
						sequence,
						parameters(sequence, sequence.options, impatient),
					);
					if (sequence.past) expect(invitedByName(sandbox)).toEqual([]);
					if (sequence.options.skipBlocked)
						expect(invitedByName(sandbox).filter(({ contact }) => contact === BLOCKED)).toEqual([]);
					if (overlapping) expectNoDuplicates();
					else if (first.error) expectAllNamed(first);
					else expectReported(first);

					await endFaults(sandbox);
					expectNoDuplicates();
					if (!first.error && !overlapping) {
						expectAllReported(
							outcomesByItem(first, given),
							(index) => which(nameFor(given[index]), keyOf(given[index].email)),
							invitedByName(sandbox).map(({ name, contact }) => which(name, contact)),
						);
					}

					const second = await run(sandbox, {
						items: given,
						parameters: parameters(
							{ ...sequence, past: '' },
							{ existing: 'skip', batchSize: 3 },
							patient,
						),
						onError: 'continueErrorOutput',
					});
					expectNoDuplicates();
					const emails = given.map(({ email }) => email);
					const there = invitedByName(sandbox);
					const names = there.map(({ name, contact }) => which(name, contact));
					expectAllIn(outcomesByItem(second, given), emails, sequence, (index) =>
						names.includes(which(nameFor(given[index]), keyOf(emails[index]))),
					);
					const invited = invitationsById(sandbox);
					for (const { contact, respondentId } of there) {
						if (contact !== BLOCKED && !overlapping && isCertain(first, given))
							expect([contact, invited.get(respondentId)]).toEqual([contact, 1]);
					}

					function expectAllNamed({ error }: RunResult) {
						if (sequence.retryOnFail) return;
						const named = itemsInError(error!).map((index) =>
							which(nameFor(given[index]), keyOf(given[index].email)),
						);
						for (const { name, contact } of invitedByName(sandbox)) {
							expect(named).toContain(which(name, contact));
						}
					}

					function expectReported(result: RunResult) {
						const there = invitedByName(sandbox);
						const asked = invitationsById(sandbox);
						const outcomes = outcomesByItem(result, given);
						for (const [index, item] of given.entries()) {
							const { email } = item;
							const one = outcomes[index];
							if ('added' in one) {
								expect(one.added.status).toBe('launched');
								const isMine = ({ contact, name }: (typeof there)[number]) =>
									contact === keyOf(email) && name === one.added.sendoutName;
								expect([email, there.some(isMine)]).toEqual([email, true]);
								if (!namesPeople(sequence)) continue;
								const mine = there.filter(
									({ respondentId }) => respondentId === one.added.RespondentId,
								);
								expect(mine).toMatchObject([
									{
										contact: keyOf(email),
										sendoutId: one.added.sendoutId,
										name: one.added.sendoutName,
									},
								]);
								const times = keyOf(email) === BLOCKED ? 0 : 1;
								expect([email, asked.get(mine[0].respondentId) ?? 0]).toEqual([email, times]);
							} else if ('skipped' in one) {
								const isThere = there.some(
									({ name, contact }) => name === nameFor(item) && contact === keyOf(email),
								);
								expect([email, one.skipped, isThere || keyOf(email) === BLOCKED]).toEqual([
									email,
									one.skipped,
									true,
								]);
							} else expect(one.error).not.toBe('');
						}
					}
				});
			}),
		LONG,
	);
});
