import { hidesContact, listedKeys, mayBeRewritten, type ContactReading } from '../input/contact';
import type { NetigateClient } from '../netigate/client';
import { asNetigateError, NetigateError } from '../netigate/errors';
import { assign, listRespondents, type Match, type Person } from './respondents';

/** The advice for a person who may have been added. */
export const CHECK = 'Check in Netigate whether the contact is in the sendout.';

export type Sent = Match | { error: NetigateError };

export class Progress<One extends Person> {
	/** For each person with a known outcome, whether they are in the sendout. */
	private readonly settled = new Map<One, boolean>();

	/** Ids of respondents who were already in the sendout or were matched to someone in this run. */
	readonly taken: Set<number>;

	/** The error that stopped all further requests. */
	stoppedBy: NetigateError | undefined;
	accepted = false;

	constructor(
		before: Iterable<number> | undefined,
		private readonly stopAtFailure: boolean,
		private readonly settle: (person: One, sent: Sent) => void,
	) {
		this.taken = new Set(before);
	}

	fail(person: One, error: NetigateError): void {
		this.settled.set(person, false);
		this.settle(person, { error });
		this.failed(error);
	}

	failed(error: NetigateError): void {
		if (this.stopAtFailure) this.stoppedBy ??= error;
	}

	take(person: One, match: Match): void {
		this.accepted = true;
		this.settled.set(person, true);
		this.settle(person, match);
	}

	isOpen(person: One): boolean {
		return !this.settled.has(person);
	}

	isIn(person: One): boolean {
		return this.settled.get(person) === true;
	}
}

export const outcomeUnknown = (why: NetigateError, found: string) =>
	new NetigateError(`${why.message}. ${found}`, {
		outcome: 'unknown',
		mayStillRun: why.mayStillRun,
		accepted: why.accepted,
		status: why.status,
		advice: CHECK,
	});

/** The error for a whole request, or the errors for people whose individual requests were refused. */
type Why<One> = NetigateError | ReadonlyMap<One, NetigateError>;

/** If the response to a request doesn't show who was added, looks for the people in the sendout's list. */
export class LookUp<One extends Person> {
	/** True if someone from a refused batch was added by a later request. */
	refusalsAddNobody = false;

	/** @param keys the keys of all people in this run */
	constructor(
		private readonly client: NetigateClient,
		private readonly path: string,
		private readonly reading: ContactReading,
		private readonly progress: Progress<One>,
		private readonly keys: ReadonlySet<string>,
		private readonly before: ReadonlySet<number> | undefined,
	) {}

	private failAs(persons: readonly One[], why: Why<One>, found: string): void {
		for (const person of persons) {
			const error = why instanceof NetigateError ? why : why.get(person)!;
			this.progress.fail(person, outcomeUnknown(error, found));
		}
	}

	/**
	 * Settles the people who are found in the list. Also settles the others if they may be in the list under another name.
	 * @returns the people who are still missing
	 * @throws NetigateError if the list is incomplete
	 */
	private async stillMissing(persons: readonly One[], why: Why<One>): Promise<One[]> {
		const { progress, before } = this;
		// Copies the set, because other requests in this run may add ids to it while the list is read.
		const expected = [...progress.taken];
		const listed = await listRespondents(this.client, this.path);
		const ids = new Set(listed.map(({ RespondentId }) => RespondentId));
		if (expected.some((id) => !ids.has(id))) {
			throw new NetigateError("Netigate's list doesn't show everyone in the sendout", {
				outcome: 'notDone',
				advice: 'Try again later.',
			});
		}
		const found = assign(persons, listed, progress.taken, this.reading);
		const inDoubt = persons.filter((_, index) => found[index] && !before);
		this.failAs(
			inDoubt,
			why,
			'The contact is in the sendout, but may have been there before the request',
		);
		const missing = persons.filter((person, index) => {
			const respondent = found[index];
			if (respondent && before) progress.take(person, { respondent });
			return !respondent;
		});
		const mayBeOurs = (contact: unknown) =>
			hidesContact(this.reading, contact) || (before !== undefined && mayBeRewritten(contact));
		const unaccounted = listed.some(
			({ RespondentId, Email }) =>
				!progress.taken.has(RespondentId) &&
				!listedKeys(this.reading, Email).some((key) => this.keys.has(key)) &&
				mayBeOurs(Email),
		);
		if (!unaccounted) return missing;
		this.failAs(
			missing,
			why,
			"The contact wasn't found in the sendout, but it may be one of the respondents there who couldn't be identified",
		);
		return [];
	}

	/**
	 * Looks for people in the list after a failed request. If the response was lost, looks twice, because Netigate may
	 * still be processing the request.
	 * @returns the people who aren't in the list
	 */
	async after(persons: readonly One[], why: Why<One>): Promise<One[]> {
		const refused = !(why instanceof NetigateError) || why.outcome === 'refused';
		try {
			if (!refused || !this.refusalsAddNobody) await this.client.settle();
			const missing = await this.stillMissing(persons, why);
			if (refused || missing.length === 0) return missing;
			await this.client.settle();
			return await this.stillMissing(missing, why);
		} catch (error) {
			this.failAs(
				persons.filter((person) => this.progress.isOpen(person)),
				why,
				`Couldn't confirm whether this contact was added, because the list of respondents couldn't be read (${asNetigateError(error).message})`,
			);
			return [];
		}
	}
}
