import { asList, type NetigateClient } from '../api/client';
import { forEachLimited } from '../api/concurrency';
import { NetigateError } from '../api/errors';
import type { Respondent } from '../api/types';
import { assign, listRespondents } from './readBack';
import { addRequest, type Person } from './requests';

export type Sent = { respondent: Respondent } | { error: NetigateError };

export interface SendOptions {
	/** How many people go into one request. */
	batchSize: number;
	/**
	 * Ids of all respondents that the sendout had before, so that what this run added can be told from
	 * them when an answer is lost.
	 */
	before: ReadonlySet<number>;
	/** After a failure nothing new is started; what is under way is finished. */
	stopAtFailure: boolean;
}

/** How often one person is sent when answers get lost on the way and they are then found missing. */
const MOST_TRIES = 3;

/** So many refusals one by one, with nobody accepted, and it is not the people whom Netigate refuses. */
const REFUSALS_THAT_SPEAK_FOR_ALL = 3;

const notSent = (why: NetigateError) =>
	new NetigateError(`Not sent: ${why.message}`, {
		outcome: 'notDone',
		status: why.status,
		advice: why.advice,
	});

const lost = (why: NetigateError, what: string) =>
	new NetigateError(`${why.message}. ${what}`, {
		outcome: 'unknown',
		late: why.late,
		status: why.status,
		advice:
			'Look for the contact among the respondents of the sendout before you add it again, or run again with "If Already in This Sendout" set to "Skip".',
	});

/**
 * Adds people to a sendout, each once.
 *
 * A batch whose answer is lost is looked up in the sendout's list, and only who is missing there is
 * sent again; after a time-out nobody is, since the request may still be under way. A batch refused as a whole is halved until the one whom Netigate refuses is found. What
 * would fail for everybody (no access, unknown sendout, Netigate away) ends the sending.
 *
 * @param path the sendout, `/surveys/501/sendouts/7001`
 * @returns what became of each person, in their order
 */
export async function sendPeople(
	client: NetigateClient,
	path: string,
	people: readonly Person[],
	options: SendOptions,
): Promise<Sent[]> {
	const results = new Map<Person, Sent>();
	const taken = new Set(options.before);
	let stoppedBy: NetigateError | undefined;
	let accepted = 0;
	let refusedOneByOne = 0;

	const fail = (persons: readonly Person[], error: NetigateError) => {
		for (const person of persons) results.set(person, { error });
		if (options.stopAtFailure) stoppedBy ??= error;
	};
	const take = (person: Person, respondent: Respondent) => {
		taken.add(respondent.RespondentId);
		accepted++;
		results.set(person, { respondent });
	};

	/** Who of them is in the sendout by now; the others are returned. Throws NetigateError when it cannot be read. */
	async function lookUp(persons: readonly Person[]): Promise<Person[]> {
		const found = assign(persons, await listRespondents(client, path), taken);
		return persons.filter((person, index) => {
			const respondent = found[index];
			if (respondent) take(person, respondent);
			return !respondent;
		});
	}

	/**
	 * Who of them is still missing after a request that went wrong; undefined when it cannot be told.
	 * A lost request may still be at work, so who is missing then has to be missing twice.
	 */
	async function lookUpAfter(
		persons: readonly Person[],
		why: NetigateError,
	): Promise<Person[] | undefined> {
		try {
			if (why.outcome === 'refused') return await lookUp(persons);
			await client.settle();
			const missing = await lookUp(persons);
			if (missing.length === 0) return [];
			await client.settle();
			return await lookUp(missing);
		} catch (error) {
			const open = persons.filter((person) => !results.has(person));
			const reason = error instanceof Error ? error.message : 'no answer';
			fail(
				open,
				lost(
					why,
					`Whether this contact was added cannot be told, since the list of respondents could not be read (${reason})`,
				),
			);
			return undefined;
		}
	}

	async function send(persons: readonly Person[], tries: number): Promise<void> {
		if (persons.length === 0) return;
		if (stoppedBy) return fail(persons, notSent(stoppedBy));
		const answer = await client.send(addRequest(path, persons)).then(
			(value) => ({ respondents: asList<Respondent>(value) }),
			(error: NetigateError) => ({ error }),
		);
		if ('respondents' in answer) return await accept(persons, answer.respondents, tries);
		const { error } = answer;
		if (error.outcome === 'unknown') return await recover(persons, error, tries);
		if (error.outcome === 'refused' && error.status === 400)
			return await split(persons, error, tries);
		stoppedBy ??= error;
		fail(persons, error);
	}

	async function accept(persons: readonly Person[], respondents: Respondent[], tries: number) {
		const found = assign(persons, respondents, taken);
		const unnamed = respondents.filter(({ RespondentId }) => !taken.has(RespondentId));
		const open: Person[] = [];
		for (const [index, person] of persons.entries()) {
			// One answer for one person is theirs, even when Netigate writes the contact in another way.
			const respondent = found[index] ?? (persons.length === 1 ? unnamed[0] : undefined);
			if (respondent) take(person, respondent);
			else open.push(person);
		}
		if (open.length === 0) return;
		const silent = new NetigateError('Netigate did not confirm this contact', {
			outcome: 'unknown',
			advice: 'Look in Netigate whether it was added.',
		});
		if (persons.length === 1) return await recover(open, silent, tries);
		const missing = await lookUpAfter(open, silent);
		// Sent alone, Netigate has to say what is wrong with them.
		for (const person of missing ?? []) await send([person], tries);
	}

	async function recover(persons: readonly Person[], error: NetigateError, tries: number) {
		const missing = await lookUpAfter(persons, error);
		if (!missing || missing.length === 0) return;
		if (error.late) {
			return fail(
				missing,
				lost(
					error,
					'The contact was not among the respondents of the sendout when it was looked for, but the request may still be under way',
				),
			);
		}
		if (tries < MOST_TRIES && !client.cancelled()) return await send(missing, tries + 1);
		fail(
			missing,
			lost(
				error,
				'The contact is not among the respondents of the sendout, so it was most likely not added',
			),
		);
	}

	async function split(persons: readonly Person[], error: NetigateError, tries: number) {
		if (persons.length === 1) {
			refusedOneByOne++;
			if (accepted === 0 && refusedOneByOne >= REFUSALS_THAT_SPEAK_FOR_ALL) stoppedBy ??= error;
			return fail(persons, error);
		}
		// Whether a refused batch was added in part is not documented.
		const missing = await lookUpAfter(persons, error);
		if (!missing) return;
		const half = Math.ceil(missing.length / 2);
		await send(missing.slice(0, half), tries);
		await send(missing.slice(half), tries);
	}

	const batches: Person[][] = [];
	for (let start = 0; start < people.length; start += options.batchSize) {
		batches.push(people.slice(start, start + options.batchSize));
	}
	// The same contact twice on purpose: one after the other, or a lost one could be taken for its twin.
	const distinct = new Set(people.map(({ key }) => key)).size === people.length;
	await forEachLimited(
		batches,
		distinct ? client.maxInFlight : 1,
		async (batch) => await send(batch, 1),
	);
	return people.map((person) => results.get(person)!);
}
