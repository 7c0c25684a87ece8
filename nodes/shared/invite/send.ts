import type { NetigateClient } from '../netigate/client';
import { forEachLimited } from '../basics/concurrency';
import { asNetigateError, NetigateError } from '../netigate/errors';
import type { Respondent } from '../netigate/types';
import { lost, LookUp } from './lookUp';
import { matchAnswer } from './pairing';
import { Progress, type Sent } from './progress';
import { folded, respondentsIn } from './readBack';
import { addRequest, type Person } from './requests';

interface SendOptions {
	/** Of the sendout, by which its contacts are read. */
	kind: string;
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

/**
 * Adds people to a sendout, each once.
 *
 * If the answer to a batch is lost, its people are looked up in the sendout's list, and only those missing there
 * are sent again; nobody is, if the request may still be under way or somebody in the list may be one of them
 * under another name. A batch that fails as a whole is halved until those are found for whom it fails; whoever
 * is refused alone is looked up at the end. What would fail for everybody (no access, unknown sendout, Netigate
 * away) ends the sending.
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
	await new Sending(client, path, people, options, settle).run();
}

class Sending<One extends Person> {
	private readonly progress: Progress<One>;

	private readonly lookUp: LookUp<One>;

	private readonly keys: ReadonlySet<string>;

	/** People of a request that is out, or whose outcome is being looked up. */
	private readonly underWay = new Set<One>();

	/** People of batches that were refused. */
	private readonly refused = new Set<One>();

	/** People who were refused when sent alone, and why. */
	private readonly refusedAlone = new Map<One, NetigateError>();

	private failedAlone = 0;

	private probing = false;

	/** The largest batch that Netigate may take, as far as this run has found out: it is not documented (row 17). */
	private mostAtOnce: number;

	constructor(
		private readonly client: NetigateClient,
		private readonly path: string,
		private readonly people: readonly One[],
		{ kind, batchSize, before, stopAtFailure }: SendOptions,
		settle: (person: One, sent: Sent) => void,
	) {
		this.mostAtOnce = batchSize;
		this.keys = new Set(people.map(({ key }) => folded(key)));
		this.progress = new Progress(before, stopAtFailure, settle);
		this.lookUp = new LookUp(client, path, kind, this.progress, this.keys, before);
	}

	async run(): Promise<void> {
		// The same contact twice on purpose is sent one after the other, or a lost one could be taken for its twin.
		const distinct = this.keys.size === this.people.length;
		await forEachLimited(
			partsOf(this.people, this.mostAtOnce),
			distinct ? this.client.maxInFlight : 1,
			async (batch) => await this.send(batch, 1),
		);
		await this.settleRefused();
	}

	/**
	 * Nothing documents that whoever is refused was not added: whoever corrects an item that was would ask the person
	 * twice. One look for all of them is enough.
	 */
	private async settleRefused(): Promise<void> {
		const persons = [...this.refusedAlone.keys()];
		if (persons.length === 0) return;
		for (const person of await this.lookUp.after(persons, this.refusedAlone))
			this.progress.fail([person], this.refusedAlone.get(person)!);
	}

	/** Whether it is not known yet, nor being found out, what becomes of somebody. */
	private isToSend(person: One): boolean {
		return (
			this.progress.isOpen(person) && !this.underWay.has(person) && !this.refusedAlone.has(person)
		);
	}

	/** Sends those who are neither settled nor under way in another request. */
	private async send(group: readonly One[], tries: number): Promise<void> {
		const persons = group.filter((person) => this.isToSend(person));
		if (persons.length === 0) return;
		if (this.progress.stoppedBy)
			return this.progress.fail(persons, notSent(this.progress.stoppedBy));
		if (persons.length > this.mostAtOnce) {
			return await this.sendAgain(persons, tries, this.mostAtOnce);
		}
		for (const person of persons) this.underWay.add(person);
		try {
			const answer = await this.client.send(addRequest(this.path, persons)).then(
				(value) => ({ respondents: respondentsIn(value) }),
				(error: unknown) => ({ error: asNetigateError(error) }),
			);
			if ('respondents' in answer) return await this.accept(persons, answer.respondents, tries);
			const { error } = answer;
			if (error.outcome === 'unknown') return await this.recover(persons, error, tries);
			if (error.outcome === 'refused' && SAYS_NO_TO_SOMEBODY.has(error.status)) {
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
			this.progress.fail(persons, error);
		} catch (error) {
			// Whatever went wrong here, the request may have arrived.
			const open = persons.filter((person) => this.progress.isOpen(person));
			this.progress.fail(
				open,
				lost(asNetigateError(error), 'Whether this contact was added cannot be told'),
			);
		} finally {
			for (const person of persons) this.underWay.delete(person);
		}
	}

	private async sendAgain(
		persons: readonly One[],
		tries: number,
		size = persons.length,
	): Promise<void> {
		for (const person of persons) this.underWay.delete(person);
		for (const part of partsOf(persons, size)) await this.send(part, tries);
	}

	private async sendHalves(persons: readonly One[], tries: number): Promise<void> {
		await this.sendAgain(persons, tries, Math.ceil(persons.length / 2));
	}

	private async accept(persons: readonly One[], respondents: readonly Respondent[], tries: number) {
		const matches = matchAnswer(persons, respondents, this.progress.taken);
		const open = persons.filter((person, index) => {
			const match = matches[index];
			if (match) this.progress.take(person, match);
			this.lookUp.refusalsAddNobody ||=
				match !== undefined && !match.existing && this.refused.has(person);
			return !match;
		});
		if (open.length === 0) return;
		const silent = new NetigateError('Netigate did not confirm this contact', {
			outcome: 'unknown',
			accepted: true,
			advice: 'Look in Netigate whether it was added.',
		});
		// The list can only be trusted to show those it should where it shows others of this answer.
		if (open.length === persons.length) return await this.recover(open, silent, tries);
		// For somebody sent alone, Netigate has to say what is wrong.
		for (const person of await this.lookUp.after(open, silent))
			await this.sendAgain([person], tries);
	}

	private async recover(persons: readonly One[], error: NetigateError, tries: number) {
		const missing = await this.lookUp.after(persons, error);
		if (missing.length === 0) return;
		if (error.mayStillRun || error.accepted) {
			return this.progress.fail(
				missing,
				lost(
					error,
					error.accepted
						? 'The contact was not among the respondents of the sendout when it was looked for, but Netigate took the request, and may show it later'
						: 'The contact was not among the respondents of the sendout when it was looked for, but the request may still be under way',
				),
			);
		}
		if (!this.client.cancelled()) {
			if (missing.length > 1) return await this.sendHalves(missing, tries + 1);
			if (tries < MOST_TRIES) return await this.sendAgain(missing, tries + 1);
		}
		const told = lost(
			error,
			'The contact is not among the respondents of the sendout, so it was most likely not added',
		);
		if (missing.length === 1) await this.failAlone(missing[0], told);
		else this.progress.fail(missing, told);
	}

	/**
	 * Takes note of somebody who failed when sent alone. After several of these, with nobody accepted, either they
	 * are the problem or everybody fails: one person from the other end and one from the middle show which.
	 */
	private async failAlone(person: One, error: NetigateError): Promise<void> {
		if (error.outcome === 'refused') {
			this.refusedAlone.set(person, error);
			this.progress.failed(error);
		} else this.progress.fail([person], error);
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
