import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import type { Fault, FaultKind, Sandbox, Settings } from '../sandbox';
import { createEngine, type RunRequest, type RunResult } from './harness';

/*
 * What the random sequences are made of: people, options, faults and settings of the local Netigate, and
 * what a run told of each item.
 */

/** So late that the request was given up long ago, but is done all the same. */
const LATE_MS = 1600;

/** While faults strike: soon given up. */
export const impatient = { settleSeconds: 0.03, retryForSeconds: 3, timeout: 700 };

/** When all is well again, however busy the machine is. */
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
		{ email: contact, deal: fc.constantFrom('red', 'blue', 'green') },
		{ noNullPrototype: true },
	),
	{ minLength: 1, maxLength: 10 },
);

const kinds: FaultKind[] = [
	...(['400', '429', '500', '503', 'dropBefore', 'dropAfter', 'cutBody'] as const),
	...(['html', 'empty', 'garbage', 'hang', 'latency', 'latency', 'latency'] as const),
];

/** Faults of any kind at any step; only what says that nothing was done (429, 503) also does nothing. */
export function faults(operations: string[]): fc.Arbitrary<Fault[]> {
	const fault = fc
		.record({
			operationId: fc.constantFrom(...operations),
			kind: fc.constantFrom(...kinds),
			after: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
			times: fc.integer({ min: 1, max: 3 }),
			workDone: fc.boolean(),
			retryAfterSeconds: fc.option(fc.constantFrom(0, 1), { nil: undefined }),
			late: fc.constantFrom(true, true, false),
		})
		.map(({ operationId, kind, after, times, workDone, retryAfterSeconds, late }): Fault => {
			const base: Fault = { operationId, kind, after, times };
			if (kind === '429' || kind === '503') return { ...base, retryAfterSeconds };
			if (kind === 'latency') return { ...base, ms: late ? LATE_MS : 40 };
			// What is refused was not done; only of a batch nobody knows.
			if (kind === '400' && operationId !== 'addRespondents') return base;
			// An active sendout cannot show whether it was activated once more: there, empty is a yes.
			if (kind === 'empty' && operationId === 'activateSendout') return { ...base, workDone: true };
			return kind === 'dropBefore' || kind === 'dropAfter' ? base : { ...base, workDone };
		});
	return fc.array(fault, { minLength: 1, maxLength: 4 });
}

export const settings: fc.Arbitrary<Partial<Settings>> = fc.record({
	partialBatch: fc.constantFrom('rejectAll', 'addGood', 'addUntilBad'),
	wrapped: fc.constantFrom('documented', 'always', 'never'),
	largestBatch: fc.constantFrom(1, 2, 3, 5, 1000),
	blockedContacts: fc.constantFrom('accept', 'reject'),
	emptyLists: fc.constantFrom('array', 'null'),
	createdStatus: fc.constantFrom(200, 201),
});

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

/** The contact as it is compared. */
export const keyOf = (email: unknown): string => String(email).trim().toLowerCase();

export const isInvitable = (email: unknown): boolean => PEOPLE.includes(keyOf(email));

/** What a run told of one item. */
export type Told =
	| { added: IDataObject }
	| { skipped: string }
	| { error: string; mayBeInvited: boolean };

function toldOf(json: IDataObject): Told {
	if (json.error !== undefined) {
		const { mayBeInvited } = (json.details ?? {}) as IDataObject;
		return { error: String(json.error), mayBeInvited: mayBeInvited === true };
	}
	if (json.status === 'skipped') return { skipped: String(json.reason) };
	return { added: json };
}

/** What became of each item. Fails unless each has exactly one output item, and errors show the item. */
export function toldByItem(result: RunResult, given: IDataObject[]): Told[] {
	const told = new Map<number, Told>();
	for (const { json, pairedItem } of result.outputs.flat()) {
		const index = (pairedItem as { item: number }).item;
		expect({ index, told: told.has(index) }).toEqual({ index, told: false });
		const one = toldOf(json);
		if ('error' in one) expect(json).toMatchObject(given[index]);
		told.set(index, one);
	}
	expect([...told.keys()].sort((a, b) => a - b)).toEqual([...given.keys()]);
	return given.map((_, index) => told.get(index)!);
}

/**
 * Checks that nobody is there of whom no item says that they are, or may be: whoever failed without that word
 * can be asked again.
 *
 * @param nameOf what tells apart who is asked, by the item's index
 * @param there the same of everybody who is there, once for each time
 */
export function expectNobodyUnannounced(
	told: readonly Told[],
	nameOf: (index: number) => string,
	there: Iterable<string>,
): void {
	const announced = countOf(
		told.flatMap((one, index) => {
			const is = 'error' in one ? one.mayBeInvited : 'added' in one || one.skipped === 'existing';
			return is ? [nameOf(index)] : [];
		}),
	);
	for (const [name, count] of countOf(there)) {
		expect([name, count <= (announced.get(name) ?? 0)]).toEqual([name, true]);
	}
}

/** Whether the others go on when an item fails, or the run stops. */
export const goesOn = (mode: string): boolean => mode !== 'stopWorkflow';

/** The items that the error of a stopped run tells of: as failed, as done, or as perhaps done. */
export function itemsInError({ message, description }: NonNullable<RunResult['error']>): number[] {
	const told: number[] = [];
	for (const [, list] of `${message} ${description ?? ''}`.matchAll(/\bitem ((?:[\d, ]|to)+)/g)) {
		for (const [, from, to] of list.matchAll(/(\d+)(?: to (\d+))?/g)) {
			for (let index = Number(from); index <= Number(to ?? from); index++) told.push(index);
		}
	}
	return told;
}

export async function run(sandbox: Sandbox, request: RunRequest): Promise<RunResult> {
	return await createEngine(sandbox).run({ waitBetweenTries: 1, maxTries: 2, ...request });
}

/** Ends all faults, and waits until requests that were given up are done too. */
export async function calmDown(sandbox: Sandbox): Promise<void> {
	const late = sandbox.faults.list().some(({ ms, struck }) => ms === LATE_MS && struck > 0);
	sandbox.faults.clear();
	if (late) await new Promise((resolve) => setTimeout(resolve, LATE_MS));
}

/** How many of each text. */
export function countOf(texts: Iterable<string>): Map<string, number> {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return counts;
}

/** Side by side, since a sequence mostly waits. */
const LANES = 10;

/**
 * Checks a share of the random sequences: 100 in all, always the same ones. `NETIGATE_SEQUENCES` sets another
 * number, and takes new ones each time; `NETIGATE_SEQUENCE_SEED` repeats those of a failure, and looks for a
 * smaller one that fails too.
 */
export async function forSequences<T>(
	share: number,
	arbitrary: fc.Arbitrary<T>,
	check: (sequence: T) => Promise<void>,
): Promise<void> {
	const { NETIGATE_SEQUENCES, NETIGATE_SEQUENCE_SEED } = process.env;
	const all = Number(NETIGATE_SEQUENCES ?? 100);
	const count = Math.ceil(all * share);
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
		failures[0].message = `NETIGATE_SEQUENCES=${all} NETIGATE_SEQUENCE_SEED=${seed}, ${failures.length} failed\n${failures[0].message}`;
		throw failures[0];
	}
}
