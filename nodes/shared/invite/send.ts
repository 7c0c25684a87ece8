import type { ContactReading } from '../input/contact';
import type { NetigateClient } from '../netigate/client';
import { forEachLimited } from '../basics/concurrency';
import { chunks } from '../basics/lists';
import { asNetigateError, NetigateError } from '../netigate/errors';
import type { Respondent } from '../netigate/types';
import { LookUp, outcomeUnknown, Progress, type Sent } from './lookUp';
import { addRequest, matchResponse, respondentsIn, type Person } from './respondents';

export interface SendOptions {
	/** How to interpret the sendout's contacts. */
	reading: ContactReading;
	/** The number of people per request. */
	batchSize: number;
	/**
	 * Ids of all respondents who were already in the sendout. If this is undefined, people who are found after a lost
	 * response are neither resubmitted nor reported as added.
	 */
	before?: ReadonlySet<number>;
	/** Whether to stop sending after a failure. */
	stopAtFailure: boolean;
}

/** The maximum number of times to submit a person if responses are lost and the person isn't in the sendout. */
const MAX_TRIES = 3;

/** Bad request, content too large, unprocessable content. The request may succeed with fewer people. */
const REFUSES_SOMEONE = new Set<unknown>([400, 413, 422]);

/** After this number of failed single-person requests without a success, the people may not be the cause. */
const FAILURES_IN_DOUBT = 3;

const notSent = (why: NetigateError) =>
	new NetigateError(`Not sent: ${why.message}`, {
		outcome: 'notDone',
		status: why.status,
		advice: why.advice,
	});

/**
 * Adds each person to a sendout once.
 * - If the response to a batch is lost, its people are looked up in the sendout's list, and only missing people are
 *   resubmitted. But no one is resubmitted if Netigate may still be processing the request, or if someone in the list
 *   may be a missing person under another name.
 * - If a whole batch is refused, it is halved until the people who cause this are found. People whose individual
 *   requests are refused are looked up at the end.
 * - If an error affects everyone (no access, unknown sendout, Netigate down), no more requests are sent.
 * @param path the sendout's path, such as `/surveys/501/sendouts/7001`
 * @param settle called with each outcome as soon as it is known, while other requests are still running
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

	private readonly reading: ContactReading;

	private readonly keys: ReadonlySet<string>;

	/** People who were submitted. They aren't resubmitted unless it is clear that they weren't added. */
	private readonly underWay = new Set<One>();
	private readonly refused = new Set<One>();
	private readonly refusedAlone = new Map<One, NetigateError>();

	private failedAlone = 0;

	private probing = false;

	/** The maximum batch size. Reduced if a batch is too large, because the limit isn't documented (call 17). */
	private mostAtOnce: number;

	constructor(
		private readonly client: NetigateClient,
		private readonly path: string,
		private readonly people: readonly One[],
		{ reading, batchSize, before, stopAtFailure }: SendOptions,
		settle: (person: One, sent: Sent) => void,
	) {
		this.mostAtOnce = batchSize;
		this.reading = reading;
		this.keys = new Set(people.map(({ key }) => key));
		this.progress = new Progress(before, stopAtFailure, settle);
		this.lookUp = new LookUp(client, path, reading, this.progress, this.keys, before);
	}

	async run(): Promise<void> {
		// If a contact appears twice on purpose, requests are sent one at a time. Otherwise, the two could be mixed up.
		const distinct = this.keys.size === this.people.length;
		await forEachLimited(
			chunks(this.people, this.mostAtOnce),
			distinct ? this.client.maxInFlight : 1,
			async (batch) => await this.send(batch, 1),
		);
		const persons = [...this.refusedAlone.keys()];
		if (persons.length === 0) return;
		// A refused person may still have been added.
		for (const person of await this.lookUp.after(persons, this.refusedAlone))
			this.progress.fail(person, this.refusedAlone.get(person)!);
	}

	private isToSend(person: One): boolean {
		return (
			this.progress.isOpen(person) && !this.underWay.has(person) && !this.refusedAlone.has(person)
		);
	}

	/** Submits the people who aren't settled yet, weren't refused, and aren't in another request. */
	private async send(group: readonly One[], tries: number): Promise<void> {
		const persons = group.filter((person) => this.isToSend(person));
		if (persons.length === 0) return;
		if (this.progress.stoppedBy) return this.failAll(persons, notSent(this.progress.stoppedBy));
		if (persons.length > this.mostAtOnce)
			return await this.sendAgain(persons, tries, this.mostAtOnce);
		for (const person of persons) this.underWay.add(person);
		const result = await this.client
			.send(addRequest(this.path, persons))
			.then(respondentsIn, asNetigateError);
		if (Array.isArray(result)) return await this.accept(persons, result, tries);
		const error = result;
		if (error.outcome === 'unknown') return await this.recover(persons, error, tries);
		if (error.outcome === 'refused' && REFUSES_SOMEONE.has(error.status)) {
			if (persons.length === 1) return await this.failAlone(persons[0], error);
			for (const person of persons) this.refused.add(person);
			// The people are looked up, because it isn't documented whether a refused batch adds some of them.
			await this.sendHalves(await this.lookUp.after(persons, error), tries);
			// If everyone was accepted in smaller batches, this batch was too large.
			if (persons.every((person) => this.progress.isIn(person)))
				this.mostAtOnce = Math.min(this.mostAtOnce, Math.ceil(persons.length / 2));
			return;
		}
		this.progress.stoppedBy ??= error;
		this.failAll(persons, error);
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
		const matches = matchResponse(persons, respondents, this.progress.taken, this.reading);
		const open = persons.filter((person, index) => {
			const match = matches[index];
			if (match) this.progress.take(person, match);
			this.lookUp.refusalsAddNobody ||=
				match !== undefined && !match.existing && this.refused.has(person);
			return !match;
		});
		if (open.length === 0) return;
		const silent = new NetigateError("Netigate didn't confirm that this contact was added", {
			outcome: 'unknown',
			accepted: true,
			advice: 'Check in Netigate whether it was added.',
		});
		// The list is trusted only if it contains the people whom this response confirmed.
		if (open.length === persons.length) return await this.recover(open, silent, tries);
		// People are resubmitted one by one, because a request for a single person shows the error for that person.
		for (const person of await this.lookUp.after(open, silent))
			await this.sendAgain([person], tries);
	}

	private async recover(persons: readonly One[], error: NetigateError, tries: number) {
		const missing = await this.lookUp.after(persons, error);
		const notFound = (why: string) =>
			outcomeUnknown(error, `The contact wasn't found in the sendout, ${why}`);
		if (error.mayStillRun || error.accepted) {
			const why = error.accepted
				? 'but Netigate accepted the request and may show the contact later'
				: 'but the request may still be running';
			return this.failAll(missing, notFound(why));
		}
		if (!this.client.cancelled()) {
			if (missing.length > 1) return await this.sendHalves(missing, tries + 1);
			if (tries < MAX_TRIES) return await this.sendAgain(missing, tries + 1);
		}
		const failure = notFound("so it most likely wasn't added");
		for (const person of missing) await this.failAlone(person, failure);
	}

	/** After several failures without a success, tries two more people to check whether everyone fails. */
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
			await this.send([other], MAX_TRIES);
			if (part < 1 && !this.progress.accepted) this.progress.stoppedBy ??= error;
		}
		this.probing = false;
	}
}
