import type { NetigateClient } from '../api/client';
import { forEachLimited } from '../api/concurrency';
import { asNetigateError, NetigateError } from '../api/errors';
import type { Respondent } from '../api/types';
import { matchAnswer, mayBeOurs, type Match } from './pairing';
import { assign, folded, keysOf, listRespondents, respondentsIn } from './readBack';
import { addRequest, type Person } from './requests';

export type Sent = Match | { error: NetigateError };

interface SendOptions {
	/** How many people go into one request. */
	batchSize: number;
	/**
	 * Ids of all respondents that the sendout had before, so that those added by this run can be told apart when
	 * an answer is lost. Where these are not known, whoever is then found is neither sent again nor reported as
	 * added.
	 */
	before?: ReadonlySet<number>;
	/** Whether nothing new is started after a failure; what is under way is finished. */
	stopAtFailure: boolean;
}

/** How often one person is sent whose answers get lost and who is then found missing. */
const MOST_TRIES = 3;

/** Bad request, too large, cannot be processed: the same with fewer people may succeed. */
const SAYS_NO_TO_SOMEBODY = new Set<unknown>([400, 413, 422]);

function partsOf<One>(persons: readonly One[], size: number): One[][] {
	const parts: One[][] = [];
	for (let start = 0; start < persons.length; start += size)
		parts.push(persons.slice(start, start + size));
	return parts;
}

/** After this many people failed one by one, with nobody accepted, it may not be because of them. */
const FAILURES_IN_DOUBT = 3;

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
		accepted: why.accepted,
		status: why.status,
		advice:
			'Look for the contact among the respondents of the sendout before you add it again, or run again with "If Already in This Sendout" set to "Skip".',
	});

/**
 * Adds people to a sendout, each once.
 *
 * If the answer to a batch is lost, its people are looked up in the sendout's list, and only those missing there
 * are sent again; nobody is, if the request may still be under way or somebody in the list may be one of them
 * under another name. A batch that fails as a whole is halved until those are found for whom it fails. What would
 * fail for everybody (no access, unknown sendout, Netigate away) ends the sending.
 *
 * @param path the sendout, `/surveys/501/sendouts/7001`
 * @param settle told what became of each person as soon as it is known, while others are still under way
 */
export async function sendPeople<One extends Person>(
	client: NetigateClient,
	path: string,
	people: readonly One[],
	options: SendOptions,
	settle: (person: One, sent: Sent) => void,
): Promise<void> {
	/** Whether those whose outcome is known are in the sendout. */
	const settled = new Map<One, boolean>();
	const taken = new Set(options.before);
	const keys = new Set(people.map(({ key }) => folded(key)));
	/** People of a request that is out, or whose outcome is being looked up. */
	const underWay = new Set<One>();
	let stoppedBy: NetigateError | undefined;
	let accepted = 0;
	let failedAlone = 0;
	let probing = false;
	/** People of batches that were refused. Once one of them is added by a later request, a refusal adds nobody. */
	const refused = new Set<Person>();
	let refusalsAddNobody = false;
	/** The largest batch that Netigate may take, as far as this run has found out: it is not documented (row 17). */
	let mostAtOnce = options.batchSize;

	const fail = (persons: readonly One[], error: NetigateError) => {
		for (const person of persons) {
			settled.set(person, false);
			settle(person, { error });
		}
		if (options.stopAtFailure && persons.length > 0) stoppedBy ??= error;
	};
	const take = (person: One, match: Match) => {
		taken.add(match.respondent.RespondentId);
		accepted++;
		settled.set(person, true);
		settle(person, match);
	};

	/**
	 * Settles those who are in the sendout by now, and all of them where the others may be in it under another name.
	 *
	 * @returns those still missing
	 * @throws NetigateError when it cannot be told
	 */
	async function lookUp(persons: readonly One[], why: NetigateError): Promise<One[]> {
		// A copy, since other requests of this run add to it while the list is read.
		const known = [...taken];
		const listed = await listRespondents(client, path);
		const ids = new Set(listed.map(({ RespondentId }) => RespondentId));
		if (known.some((id) => !ids.has(id))) {
			throw new NetigateError('It does not show everybody who is in the sendout', {
				outcome: 'notDone',
				advice: 'Try again later.',
			});
		}
		const found = assign(persons, listed, taken);
		const inDoubt = persons.filter((_, index) => found[index] && !options.before);
		fail(
			inDoubt,
			lost(
				why,
				'The contact is among the respondents of the sendout, but it cannot be told whether it was there before',
			),
		);
		const missing = persons.filter((person, index) => {
			const respondent = found[index];
			if (respondent && options.before) take(person, { respondent });
			return !respondent;
		});
		const unaccounted = listed.some(
			(respondent) =>
				!taken.has(respondent.RespondentId) &&
				!keysOf(respondent).some((key) => keys.has(folded(key))) &&
				mayBeOurs(respondent, options.before !== undefined),
		);
		if (!unaccounted) return missing;
		fail(
			missing,
			lost(
				why,
				'The contact is not among the respondents of the sendout, but some there cannot be told apart, and may be this one',
			),
		);
		return [];
	}

	/**
	 * Who is still missing after a request that went wrong. A lost request may still be under way, so whoever is
	 * missing has to be missing twice.
	 */
	async function lookUpAfter(persons: readonly One[], why: NetigateError): Promise<One[]> {
		try {
			if (why.outcome === 'refused') {
				if (!refusalsAddNobody) await client.settle();
				return await lookUp(persons, why);
			}
			await client.settle();
			const missing = await lookUp(persons, why);
			if (missing.length === 0) return [];
			await client.settle();
			return await lookUp(missing, why);
		} catch (error) {
			fail(
				persons.filter((person) => !settled.has(person)),
				lost(
					why,
					`Whether this contact was added cannot be told, since the list of respondents could not be read (${asNetigateError(error).message})`,
				),
			);
			return [];
		}
	}

	/** Sends those who are neither settled nor under way in another request. */
	async function send(group: readonly One[], tries: number): Promise<void> {
		const persons = group.filter((person) => !settled.has(person) && !underWay.has(person));
		if (persons.length === 0) return;
		if (stoppedBy) return fail(persons, notSent(stoppedBy));
		if (persons.length > mostAtOnce) {
			return await sendAgain(persons, tries, mostAtOnce);
		}
		for (const person of persons) underWay.add(person);
		try {
			const answer = await client.send(addRequest(path, persons)).then(
				(value) => ({ respondents: respondentsIn(value) }),
				(error: unknown) => ({ error: asNetigateError(error) }),
			);
			if ('respondents' in answer) return await accept(persons, answer.respondents, tries);
			const { error } = answer;
			if (error.outcome === 'unknown') return await recover(persons, error, tries);
			if (error.outcome === 'refused' && SAYS_NO_TO_SOMEBODY.has(error.status)) {
				if (persons.length === 1) return await failAlone(persons[0], error);
				for (const person of persons) refused.add(person);
				// Whether a refused batch was added in part is not documented.
				await sendHalves(await lookUpAfter(persons, error), tries);
				// None of them was refused, so they were too many at once.
				if (persons.every((person) => settled.get(person)))
					mostAtOnce = Math.min(mostAtOnce, Math.ceil(persons.length / 2));
				return;
			}
			stoppedBy ??= error;
			fail(persons, error);
		} catch (error) {
			// Whatever went wrong here, the request may have arrived.
			const open = persons.filter((person) => !settled.has(person));
			fail(open, lost(asNetigateError(error), 'Whether this contact was added cannot be told'));
		} finally {
			for (const person of persons) underWay.delete(person);
		}
	}

	async function sendAgain(
		persons: readonly One[],
		tries: number,
		size = persons.length,
	): Promise<void> {
		for (const person of persons) underWay.delete(person);
		for (const part of partsOf(persons, size)) await send(part, tries);
	}

	const sendHalves = async (persons: readonly One[], tries: number) =>
		await sendAgain(persons, tries, Math.ceil(persons.length / 2));

	async function accept(
		persons: readonly One[],
		respondents: readonly Respondent[],
		tries: number,
	) {
		const matches = matchAnswer(persons, respondents, taken);
		const open = persons.filter((person, index) => {
			const match = matches[index];
			if (match) take(person, match);
			refusalsAddNobody ||= match !== undefined && !match.existing && refused.has(person);
			return !match;
		});
		if (open.length === 0) return;
		const silent = new NetigateError('Netigate did not confirm this contact', {
			outcome: 'unknown',
			accepted: true,
			advice: 'Look in Netigate whether it was added.',
		});
		// The list can only be trusted to show those it should where it shows others of this answer.
		if (open.length === persons.length) return await recover(open, silent, tries);
		// For somebody sent alone, Netigate has to say what is wrong.
		for (const person of await lookUpAfter(open, silent)) await sendAgain([person], tries);
	}

	async function recover(persons: readonly One[], error: NetigateError, tries: number) {
		const missing = await lookUpAfter(persons, error);
		if (missing.length === 0) return;
		if (error.late || error.accepted) {
			return fail(
				missing,
				lost(
					error,
					error.accepted
						? 'The contact was not among the respondents of the sendout when it was looked for, but Netigate took the request, and may show it later'
						: 'The contact was not among the respondents of the sendout when it was looked for, but the request may still be under way',
				),
			);
		}
		if (!client.cancelled()) {
			if (missing.length > 1) return await sendHalves(missing, tries + 1);
			if (tries < MOST_TRIES) return await sendAgain(missing, tries + 1);
		}
		const told = lost(
			error,
			'The contact is not among the respondents of the sendout, so it was most likely not added',
		);
		if (missing.length === 1) await failAlone(missing[0], told);
		else fail(missing, told);
	}

	/**
	 * Settles somebody who failed when sent alone. After several of these, with nobody accepted, either they are the
	 * problem or everybody fails: one person from the other end and one from the middle show which.
	 */
	async function failAlone(person: One, error: NetigateError): Promise<void> {
		fail([person], error);
		failedAlone++;
		if (probing || failedAlone < FAILURES_IN_DOUBT) return;
		probing = true;
		for (const part of [1, 0.5]) {
			if (accepted > 0 || stoppedBy) break;
			const others = people.filter((one) => !settled.has(one) && !underWay.has(one));
			const other = others.at(Math.ceil(others.length * part) - 1);
			if (!other) break;
			await send([other], MOST_TRIES);
			if (part < 1 && accepted === 0) stoppedBy ??= error;
		}
		probing = false;
	}

	const batches = partsOf(people, options.batchSize);
	// The same contact twice on purpose is sent one after the other, or a lost one could be taken for its twin.
	const distinct = keys.size === people.length;
	await forEachLimited(
		batches,
		distinct ? client.maxInFlight : 1,
		async (batch) => await send(batch, 1),
	);
}
