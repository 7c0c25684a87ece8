import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { countBy } from '../../nodes/shared/basics/lists';
import type { Sandbox, Settings } from '../sandbox';
import { defaultSettings } from '../sandbox/settings';
import { createEngine, type RunRequest, type RunResult } from './harness';

/*
 * Parts of the random sequences: people, options, sandbox settings, and the checks of their results. The faults are
 * in troubles.ts.
 */

/** Request options during faults, which give up soon. */
export const impatient = { settleSeconds: 0.03, retryForSeconds: 2, timeout: 700 };

/** Request options without faults, which work even on a busy machine. */
export const patient = { settleSeconds: 0.03, retryForSeconds: 20, timeout: 20_000 };

export const BLOCKED = 'blocked@example.com';

const PEOPLE = ['anna', 'ben', 'cleo', 'dag', 'eva', 'finn'].map((name) => `${name}@example.com`);

const person = fc.constantFrom(...PEOPLE);

const contact = fc.oneof(
	{ weight: 8, arbitrary: person },
	{ weight: 2, arbitrary: person.map((address) => ` ${address.toUpperCase()} `) },
	{ weight: 1, arbitrary: fc.constant(BLOCKED) },
	{ weight: 1, arbitrary: fc.constantFrom('', 'nobody', 'jörg@example.com', 'a@b@example.com') },
);

export const items = fc.array(
	fc.record(
		{ email: contact, company: fc.constantFrom('red', 'blue', 'green') },
		{ noNullPrototype: true },
	),
	{ minLength: 1, maxLength: 10 },
);

/** Netigate's general behavior during faults. */
export const settings: fc.Arbitrary<Partial<Settings>> = fc.record({
	partialBatch: fc.constantFrom(
		...(['rejectAll', 'addGood', 'addGoodWithNull', 'addGoodWithErrors', 'addUntilBad'] as const),
	),
	echoKey: fc.constantFrom(...([false, false, true, 'noDashes', 'escaped'] as const)),
	wrapped: fc.constantFrom('documented', 'always', 'never', 'everything'),
	largestBatch: fc.constantFrom(1, 2, 3, 5, 1000),
	blockedContacts: fc.constantFrom('accept', 'reject', 'ignore'),
	blocklistEntries: fc.constantFrom('plain', 'plain', 'named', 'noted', 'several', 'unreadable'),
	emptyLists: fc.constantFrom('array', 'null', 'noContent'),
	listShape: fc.constantFrom('array', 'array', 'named', 'paged', 'repeated'),
	dates: fc.constantFrom<Settings['dates']>('documented', 'documented', 'offset', 'dotNet'),
	createdStatus: fc.constantFrom(200, 200, 201, 202),
	errorHttpStatus: fc.constantFrom<Settings['errorHttpStatus']>('same', 'same', 'same', 200),
	byteOrderMark: fc.constantFrom(false, false, false, true),
	contentEncoding: fc.constantFrom('none', 'none', 'gzip', 'br', 'deflate'),
	chunked: fc.boolean(),
	addedEmail: fc.constantFrom('asSent', 'asSent', 'asSent', 'capitals', 'null', 'omitted'),
	listedEmail: fc.constantFrom<Settings['listedEmail']>(
		...(['asSent', 'asSent', 'asSent', 'asSent'] as const),
		...(['capitals', 'firstNull', 'masked', 'named', 'rewritten'] as const),
	),
	batchAnswerOrder: fc.constantFrom('asSent', 'asSent', 'reversed'),
	repeatedContacts: fc.constantFrom('add', 'add', 'add', 'existing', 'reject'),
	failingContacts: fc.constantFrom<string[]>([], [], [], [PEOPLE[0]], [PEOPLE[3]]),
	refusedContacts: fc.oneof(
		{ weight: 3, arbitrary: fc.constant<string[]>([]) },
		{ weight: 1, arbitrary: fc.subarray(PEOPLE, { maxLength: 3 }) },
	),
	surveys: fc.constantFrom<Settings['surveys']>(
		...(['asCreated', 'asCreated', 'asCreated', 'asCreated'] as const),
		...(['inactive', 'ended'] as const),
	),
	inactiveSurvey: fc.constantFrom('reject', 'rejectActivate', 'accept'),
	activateAnswer: fc.constantFrom('sendout', 'sendout', 'empty', 'noContent', 'null'),
	idOffset: fc.constantFrom(0, 0, 2 ** 40),
	texts: fc.constantFrom('plain', 'plain', 'html', 'htmlInTree', 'htmlInAnswers'),
});

/** Settings that stay after the faults. The others are reset. */
const LASTING = [
	'partialBatch',
	'largestBatch',
	'emptyLists',
	'createdStatus',
	'idOffset',
	'listedEmail',
] as const;

export const options = fc.record({
	batchSize: fc.integer({ min: 1, max: 5 }),
	existing: fc.constantFrom('add', 'skip'),
	duplicatesInInput: fc.constantFrom('skip', 'add'),
	skipBlocked: fc.boolean(),
});

export const onError = fc.constantFrom(
	'stopWorkflow',
	'continueRegularOutput',
	'continueErrorOutput',
);

export const keyOf = (email: unknown): string => String(email).trim().toLowerCase();

export const isInvitable = (email: unknown): boolean => PEOPLE.includes(keyOf(email));

/** What a run reported about one item. */
type Reported =
	| { added: IDataObject }
	| { skipped: string }
	| { error: string; mayBeInvited: boolean };

function reportedOf(json: IDataObject): Reported {
	if (json.error !== undefined) {
		const { mayBeInvited } = (json.message ?? {}) as IDataObject;
		return { error: String(json.error), mayBeInvited: mayBeInvited === true };
	}
	if (json.status === 'skipped') return { skipped: String(json.reason) };
	return { added: json };
}

/** Whether an item was skipped because a respondent with a hidden contact may be this person. */
export const mayBeHidden = (reported: Reported, { listedEmail }: Partial<Settings>): boolean =>
	['firstNull', 'masked'].includes(listedEmail ?? '') &&
	'error' in reported &&
	reported.error.includes('have no readable contact');

/** Checks that an item shows the person, the outcome, the reason and what to do. */
export function expectExplained(json: IDataObject): void {
	const { status, contact, reason, explanation, error, mayBeInvited } = json;
	const texts = [status, contact, reason, explanation].map((text) => typeof text);
	expect({ json, texts }).toEqual({ json, texts: ['string', 'string', 'string', 'string'] });
	expect(reason).toMatch(/^[a-z][A-Za-z]+$/);
	expect(explanation).toMatch(/^\S.{10,}/);
	expect(status === 'failed').toBe(error !== undefined);
	if (mayBeInvited !== undefined) expect([mayBeInvited, status]).toEqual([true, 'failed']);
}

/** The result of each item. Fails unless each has exactly one output item, and errors show the item. */
export function outcomesByItem(result: RunResult, given: IDataObject[]): Reported[] {
	const reported = new Map<number, Reported>();
	expect(result.error).toBeUndefined();
	for (const { json, pairedItem } of result.outputs.flat()) {
		const index = (pairedItem as { item: number }).item;
		expectExplained(json);
		expect({ index, twice: reported.has(index) }).toEqual({ index, twice: false });
		const one = reportedOf(json);
		expect(json).toMatchObject(given[index]);
		reported.set(index, one);
	}
	expect([...reported.keys()].sort((a, b) => a - b)).toEqual([...given.keys()]);
	return given.map((_, index) => reported.get(index)!);
}

/**
 * Checks that everyone who is there is reported as added or possibly invited, because users may send other failed
 * items again.
 *
 * @param nameOf the name of an item's person, by the item's index
 * @param there the names of the people who are there, including duplicates
 */
export function expectAllReported(
	reported: readonly Reported[],
	nameOf: (index: number) => string,
	there: Iterable<string>,
): void {
	const reportedNames = countBy(
		reported.flatMap((one, index) => {
			const is = 'error' in one ? one.mayBeInvited : 'added' in one || one.skipped === 'existing';
			return is ? [nameOf(index)] : [];
		}),
	);
	for (const [name, count] of countBy(there)) {
		expect([name, count <= (reportedNames.get(name) ?? 0)]).toEqual([name, true]);
	}
}

/** Whether the others continue if an item fails, or the run stops. */
export const continuesOnError = (mode: string): boolean => mode !== 'stopWorkflow';

/** The items that a stopped run's error names as failed, done or possibly done. */
export function itemsInError({ message, description }: NonNullable<RunResult['error']>): number[] {
	const items: number[] = [];
	for (const [, list] of `${message} ${description ?? ''}`.matchAll(/\bitems? ((?:[\d, ]|to)+)/g)) {
		for (const [, from, to] of list.matchAll(/(\d+)(?: to (\d+))?/g)) {
			for (let index = Number(from); index <= Number(to ?? from); index++) items.push(index);
		}
	}
	return items;
}

export async function run(sandbox: Sandbox, request: RunRequest): Promise<RunResult> {
	return await createEngine(sandbox).run({ waitBetweenTries: 1, maxTries: 2, ...request });
}

/** Ends all faults and odd settings, and waits until abandoned requests are done too. */
export async function endFaults(sandbox: Sandbox): Promise<void> {
	sandbox.faults.clear();
	await sandbox.settled();
	const lasting = LASTING.map((name) => [name, sandbox.settings[name]] as const);
	sandbox.changeSettings({ ...defaultSettings, ...Object.fromEntries(lasting) });
}

/** Program internals that no user should read. */
const INTERNAL =
	/(Type|Range|Reference|Syntax)Error|Cannot (read|convert|destructure|set)|is not (a function|iterable|an object)|\bundefined\b|\[object |\bNaN\b|Unexpected token|in JSON at/;

/** Errors that our nodes show instead. They mean that a bug was caught late. */
const UNEXPECTED = /Netigate's response can't be read|Something unexpected happened in this node/;

/**
 * Checks what must be true for every run: it shows no bug, no Netigate error object as a result, no API key and no
 * contact in hints, and it followed no redirect.
 */
export function expectCleanRun(sandbox: Sandbox, { outputs, error, hints }: RunResult): void {
	const texts = [
		...(error ? [error.message, error.description] : []),
		...hints.map(({ message }) => message),
		...outputs
			.flat()
			.flatMap(({ json }) => (json.error === undefined ? [] : [JSON.stringify(json)])),
	];
	for (const text of texts) {
		expect(text ?? '').not.toMatch(INTERNAL);
		expect(text ?? '').not.toMatch(UNEXPECTED);
	}
	const shownHints = hints.map(({ message }) => message).join('\n');
	expect(shownHints).not.toMatch(/\w@\w|\+\d{7}/);
	for (const { json } of outputs.flat()) {
		if (String(json.contact ?? '').length > 7) expect(shownHints).not.toContain(json.contact);
		expect(json).not.toHaveProperty('StatusCode');
		expect(Object.values(json.quarantine ?? {})).not.toContain(null);
	}
	expect(sandbox.showsKey(JSON.stringify([texts, outputs]))).toBe(false);
	expect(sandbox.strayRequests).toEqual([]);
}

/** The number of concurrent sequences, which mostly wait. */
const LANES = 24;

/**
 * Checks a share of the random sequences, which are always the same. `NETIGATE_SEQUENCES` sets the number of new
 * random sequences. `NETIGATE_SEQUENCE_SEED` repeats those of a failure and looks for a smaller one that also fails.
 */
export async function forSequences<T>(
	share: number,
	arbitrary: fc.Arbitrary<T>,
	check: (sequence: T) => Promise<void>,
): Promise<void> {
	const { NETIGATE_SEQUENCES, NETIGATE_SEQUENCE_SEED } = process.env;
	const count = Math.ceil(300 * share);
	const seed = NETIGATE_SEQUENCE_SEED ?? (NETIGATE_SEQUENCES ? Date.now() : 1);
	const property = fc.asyncProperty(arbitrary, check);
	const lanes = Array.from({ length: Math.min(LANES, count) }, async (_, lane) => {
		await fc.assert(property, {
			numRuns: Math.floor((count + lane) / Math.min(LANES, count)),
			seed: (Number(seed) + lane * 7919) | 0,
			endOnFailure: NETIGATE_SEQUENCE_SEED === undefined,
		});
	});
	const results = await Promise.allSettled(lanes);
	const failures = results.flatMap((one) =>
		one.status === 'rejected' ? [one.reason as Error] : [],
	);
	if (failures.length > 0) {
		failures[0].message = `NETIGATE_SEQUENCES=${NETIGATE_SEQUENCES ?? 120} NETIGATE_SEQUENCE_SEED=${seed}, ${failures.length} failed\n${failures[0].message}`;
		throw failures[0];
	}
}
