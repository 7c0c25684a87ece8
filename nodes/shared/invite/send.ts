import type { NetigateClient } from '../netigate/client';
import { forEachLimited } from '../basics/concurrency';
import { chunks } from '../basics/lists';
import { asNetigateError, NetigateError } from '../netigate/errors';
import type { Respondent } from '../netigate/types';
import { LookUp, outcomeUnknown, Progress, type Sent } from './lookUp';
import { addRequest, folded, matchResponse, respondentsIn, type Person } from './respondents';

interface SendOptions {
	/** Of the sendout, by which its contacts are read. */
	type: string;
	/** The number of people per request. */
	batchSize: number;
	/**
	 * Ids of all respondents that the sendout had before, which tell those added by this run apart when a response
	 * is lost. If these aren't known, people found then are neither sent again nor reported as added.
	 */
	before?: ReadonlySet<number>;
	/** Whether nothing new is started after a failure. What is under way is finished. */
	stopAtFailure: boolean;
}

/** How often a person is sent whose responses are lost and who is then found missing. */
const MOST_TRIES = 3;

/** Bad request, too large, cannot be processed: the same with fewer people may succeed. */
const REFUSES_SOMEONE = new Set<unknown>([400, 413, 422]);

/** After this many people failed alone and no one was accepted, the cause may not be the people. */
const FAILURES_IN_DOUBT = 3;

const notSent = (why: NetigateError) =>
	new NetigateError(`Not sent: ${why.message}`, {
		outcome: 'notDone',
		status: why.status,
		advice: why.advice,
	});

/**
 * Adds people to a sendout, each once.
 * - If the response to a batch is lost, its people are looked up in the sendout's list, and only those missing
 *   there are sent again. No one is if the request may still be under way, or if someone in the list may be one of
 *   them under another name.
 * - A batch that fails as a whole is halved until the people are found for whom it fails. Those refused alone are
 *   looked up at the end.
 * - What would fail for everyone (no access, unknown sendout, Netigate away) ends the sending.
 *
 * @param path the sendout, `/surveys/501/sendouts/7001`
 * @param settle called with the outcome of each person once it is known, while others are still under way
 */
export async function sendPeople<One extends Person>(
	client: NetigateClient,
	path: string,
	people: readonly One[],
	options: SendOptions,
	settle: (person: One, sent: Sent) => void,
): Promise<void> {
	await new Sending(client, path, people, options, settle).run();
}

class Sending<One extends Person> {
	private readonly progress: Progress<One>;

	private readonly lookUp: LookUp<One>;

	private readonly keys: ReadonlySet<string>;

	/** People of a request that was sent, or whose outcome is being looked up. */
	private readonly underWay = new Set<One>();

	/** People of batches that were refused. */
	private readonly refused = new Set<One>();

	/** Why people were refused when sent alone. */
	private readonly refusedAlone = new Map<One, NetigateError>();

	private failedAlone = 0;

	private probing = false;

	/** The largest batch that Netigate accepts, as far as this run knows: it is not documented (call 17). */
	private mostAtOnce: number;

	constructor(
		private readonly client: NetigateClient,
		private readonly path: string,
		private readonly people: readonly One[],
		{ type, batchSize, before, stopAtFailure }: SendOptions,
		settle: (person: One, sent: Sent) => void,
	) {
		this.mostAtOnce = batchSize;
		this.keys = new Set(people.map(({ key }) => folded(key)));
		this.progress = new Progress(before, stopAtFailure, settle);
		this.lookUp = new LookUp(client, path, type, this.progress, this.keys, before);
	}

	async run(): Promise<void> {
		// The same contact twice on purpose is sent one after the other, or the two could be mixed up.
		const distinct = this.keys.size === this.people.length;
		await forEachLimited(
			chunks(this.people, this.mostAtOnce),
			distinct ? this.client.maxInFlight : 1,
			async (batch) => await this.send(batch, 1),
		);
		await this.settleRefused();
	}

	/** A refused person may still have been added, so all of them are looked up once. */
	private async settleRefused(): Promise<void> {
		const persons = [...this.refusedAlone.keys()];
		if (persons.length === 0) return;
		for (const person of await this.lookUp.after(persons, this.refusedAlone))
			this.progress.fail(person, this.refusedAlone.get(person)!);
	}

	/** Whether someone's outcome is neither known nor being found out. */
	private isToSend(person: One): boolean {
		return (
			this.progress.isOpen(person) && !this.underWay.has(person) && !this.refusedAlone.has(person)
		);
	}

	/** Sends those who are neither settled nor under way in another request. */
	private async send(group: readonly One[], tries: number): Promise<void> {
		const persons = group.filter((person) => this.isToSend(person));
		if (persons.length === 0) return;
		if (this.progress.stoppedBy) return this.failAll(persons, notSent(this.progress.stoppedBy));
		if (persons.length > this.mostAtOnce) {
			return await this.sendAgain(persons, tries, this.mostAtOnce);
		}
		for (const person of persons) this.underWay.add(person);
		try {
			const response = await this.client.send(addRequest(this.path, persons)).then(
				(value) => ({ respondents: respondentsIn(value) }),
				(error: unknown) => ({ error: asNetigateError(error) }),
			);
			if ('respondents' in response) return await this.accept(persons, response.respondents, tries);
			const { error } = response;
			if (error.outcome === 'unknown') return await this.recover(persons, error, tries);
			if (error.outcome === 'refused' && REFUSES_SOMEONE.has(error.status)) {
				if (persons.length === 1) return await this.failAlone(persons[0], error);
				for (const person of persons) this.refused.add(person);
				// Whether a refused batch was added in part is not documented.
				await this.sendHalves(await this.lookUp.after(persons, error), tries);
				// None of them was refused, so they were too many at once.
				if (persons.every((person) => this.progress.isIn(person)))
					this.mostAtOnce = Math.min(this.mostAtOnce, Math.ceil(persons.length / 2));
				return;
			}
			this.progress.stoppedBy ??= error;
			this.failAll(persons, error);
		} catch (error) {
			// Whatever went wrong here, the request may have arrived.
			const open = persons.filter((person) => this.progress.isOpen(person));
			const why = asNetigateError(error);
			this.failAll(open, outcomeUnknown(why, "Couldn't confirm whether this contact was added"));
		} finally {
			for (const person of persons) this.underWay.delete(person);
		}
	}

	private failAll(persons: readonly One[], error: NetigateError): void {
		for (const person of persons) this.progress.fail(person, error);
	}

	private async sendAgain(
		persons: readonly One[],
		tries: number,
		size = persons.length,
	): Promise<void> {
		for (const person of persons) this.underWay.delete(person);
		for (const part of chunks(persons, size)) await this.send(part, tries);
	}

	private async sendHalves(persons: readonly One[], tries: number): Promise<void> {
		await this.sendAgain(persons, tries, Math.ceil(persons.length / 2));
	}

	private async accept(persons: readonly One[], respondents: readonly Respondent[], tries: number) {
		const matches = matchResponse(persons, respondents, this.progress.taken);
		const open = persons.filter((person, index) => {
			const match = matches[index];
			if (match) this.progress.take(person, match);
			this.lookUp.refusalsAddNobody ||=
				match !== undefined && !match.existing && this.refused.has(person);
			return !match;
		});
		if (open.length === 0) return;
		const silent = new NetigateError("Netigate didn't confirm this contact", {
			outcome: 'unknown',
			accepted: true,
			advice: 'Check in Netigate whether it was added.',
		});
		// The list is only trusted if it shows the others of this response.
		if (open.length === persons.length) return await this.recover(open, silent, tries);
		// Sent alone, Netigate has to say what is wrong.
		for (const person of await this.lookUp.after(open, silent))
			await this.sendAgain([person], tries);
	}

	private async recover(persons: readonly One[], error: NetigateError, tries: number) {
		const missing = await this.lookUp.after(persons, error);
		if (missing.length === 0) return;
		if (error.mayStillRun || error.accepted) {
			return this.failAll(
				missing,
				outcomeUnknown(
					error,
					error.accepted
						? "The contact wasn't found in the sendout, but Netigate accepted the request and may show it later"
						: "The contact wasn't found in the sendout, but the request may still be running",
				),
			);
		}
		if (!this.client.cancelled()) {
			if (missing.length > 1) return await this.sendHalves(missing, tries + 1);
			if (tries < MOST_TRIES) return await this.sendAgain(missing, tries + 1);
		}
		const notFound = outcomeUnknown(
			error,
			"The contact wasn't found in the sendout, so it most likely wasn't added",
		);
		if (missing.length === 1) await this.failAlone(missing[0], notFound);
		else this.failAll(missing, notFound);
	}

	/**
	 * Notes someone who failed when sent alone. After several of these and no one accepted, one person from the other
	 * end and one from the middle show whether everyone fails.
	 */
	private async failAlone(person: One, error: NetigateError): Promise<void> {
		if (error.outcome === 'refused') {
			this.refusedAlone.set(person, error);
			this.progress.failed(error);
		} else this.progress.fail(person, error);
		this.failedAlone++;
		if (this.probing || this.failedAlone < FAILURES_IN_DOUBT) return;
		this.probing = true;
		for (const part of [1, 0.5]) {
			if (this.progress.accepted || this.progress.stoppedBy) break;
			const others = this.people.filter((one) => this.isToSend(one));
			const other = others.at(Math.ceil(others.length * part) - 1);
			if (!other) break;
			await this.send([other], MOST_TRIES);
			if (part < 1 && !this.progress.accepted) this.progress.stoppedBy ??= error;
		}
		this.probing = false;
	}
}
