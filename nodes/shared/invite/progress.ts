import type { NetigateError } from '../netigate/errors';
import type { Match } from './pairing';
import type { Person } from './requests';

export type Sent = Match | { error: NetigateError };

/** What has become of people who are being added to a sendout. */
export class Progress<One extends Person> {
	/** Whether those whose outcome is known are in the sendout. */
	private readonly settled = new Map<One, boolean>();

	/** Ids of respondents who were there before, or belong to somebody of this run. */
	readonly taken: Set<number>;

	/** Why nothing new is started. */
	stoppedBy: NetigateError | undefined;

	/** Whether Netigate has taken anybody. */
	accepted = false;

	constructor(
		before: Iterable<number> | undefined,
		private readonly stopAtFailure: boolean,
		private readonly settle: (person: One, sent: Sent) => void,
	) {
		this.taken = new Set(before);
	}

	fail(persons: readonly One[], error: NetigateError): void {
		for (const person of persons) {
			this.settled.set(person, false);
			this.settle(person, { error });
		}
		if (persons.length > 0) this.failed(error);
	}

	/** Takes note that somebody failed, who may not be settled yet. */
	failed(error: NetigateError): void {
		if (this.stopAtFailure) this.stoppedBy ??= error;
	}

	take(person: One, match: Match): void {
		this.taken.add(match.respondent.RespondentId);
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
