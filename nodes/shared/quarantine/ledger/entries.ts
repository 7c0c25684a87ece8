import { FINAL, HELD, LIFTED, RELEASED } from '../../tables/rowStore';
import {
	countsInvitation,
	sameGroup,
	sameSurvey,
	type ContactEvent,
	type Question,
} from '../rules/rules';
import { shortHash } from './contactKey';
import type {
	Claim,
	Claimant,
	ConfirmOutcome,
	Entry,
	Lifted,
	PastEvent,
	Place,
	RecordOutcome,
	ReleaseOutcome,
} from './ledger';

/** The format of this package's reservation IDs. The ID in an item can be any text. */
const NAME = /^[\w.-]{1,200}$/;

const AS = 'as ';

/**
 * The token in an entry for an invitation that was confirmed after its reservation was gone. If the invitation
 * is confirmed again, the token shows that it is already recorded.
 */
const confirmedAs = (reservationId: string) =>
	`${AS}${NAME.test(reservationId) ? reservationId : shortHash(reservationId)}`;

function entryFrom(event: PastEvent): Entry {
	const { survey, group, kind, at, address, reservationId } = event;
	const token = reservationId ? confirmedAs(reservationId) : '';
	return { survey, group, kind, at, address, state: FINAL, until: null, token, ordinal: 0 };
}

/** Several processes may have recorded the same confirmation at once, but only the first one counts. */
function isFirstOfAs({ token }: Entry, index: number, all: readonly Entry[]): boolean {
	return !token.startsWith(AS) || all.findIndex((other) => other.token === token) === index;
}

/**
 * One contact's events, as input for the rules. Pending entries are included, so a check never allows anyone
 * too early.
 */
export function eventsOf(entries: readonly Entry[]): ContactEvent[] {
	const counting = entries.filter(({ state }) => state !== LIFTED).filter(isFirstOfAs);
	return counting.map(({ survey, group, kind, at, state, until }) => {
		const event = { survey, group, kind, at, until: state === FINAL ? null : until };
		return state === HELD ? { ...event, held: true } : event;
	});
}

export interface Change<E, R> {
	/** One result per input for the contact. */
	results: R[];
	/** Entries to set to the state `to`. Released entries can be removed instead. */
	changed?: ReadonlySet<E>;
	to?: typeof FINAL | typeof LIFTED | typeof RELEASED;
	added?: readonly Entry[];
}

/** An operation on one contact's entries. A ledger may repeat it, so it must have no side effects. */
export type Decide<E, T, R> = (inputs: readonly T[], entries: readonly E[]) => Change<E, R>;

/** The operations that follow a reservation. They are the same in every ledger. */
export abstract class EntryLedger<E extends Entry> {
	constructor(protected readonly claimant: Claimant) {}

	protected get token(): string {
		return `${this.claimant.execution}.${this.claimant.step}`;
	}

	protected reservation(claim: Claim, at: number, holdMs: number | null): Entry {
		const { survey, group, ordinal, address } = claim;
		const { token } = this;
		const state = holdMs === null ? FINAL : HELD;
		const until = holdMs === null ? null : at + holdMs;
		return { survey, group, kind: 'invited', at, state, until, token, ordinal, address };
	}

	/** @param since a time in milliseconds since 1970; older entries aren't needed */
	protected abstract change<T extends { contact: string }, R>(
		inputs: readonly T[],
		decide: Decide<E, T, R>,
		since?: number,
	): Promise<R[]>;

	/** The ID of the reservation that an entry represents. */
	protected abstract nameOf(entry: E, contact: string): string;

	/**
	 * Confirms the reservation with the given ID. Without an ID, confirms a held reservation, preferably one
	 * made by this execution. Expired reservations can also be confirmed, because their invitations were sent.
	 * Without an ID, this is limited to expired reservations made by this execution.
	 */
	async confirm(places: readonly Place[], at: number): Promise<ConfirmOutcome[]> {
		return await this.change(places, (list, entries) => {
			const changed = new Set<E>();
			const added: Entry[] = [];
			const results = list.map((place): ConfirmOutcome => {
				const reserved = this.reservedFor(place, entries);
				const held = reserved.filter((entry) => entry.state === HELD && !changed.has(entry));
				const live = held.filter(({ until }) => (until ?? 0) > at);
				const found = place.reservationId
					? held[0]
					: (live.find(this.isOwn) ?? live[0] ?? held.findLast(this.isOwn));
				if (found) {
					changed.add(found);
					return 'confirmed';
				}
				const isFinal = (entry: E) => entry.state === FINAL || changed.has(entry);
				const isAdded = (entry: Entry) =>
					isInvitation(entry, place) &&
					(!place.reservationId || isConfirmationOf(entry, place.reservationId));
				if (reserved.some(isFinal) || added.some(isAdded)) return 'alreadyFinal';
				added.push(entryFrom({ ...place, kind: 'invited', at }));
				return 'recorded';
			});
			return { results, changed, to: FINAL, added };
		});
	}

	/**
	 * Releases the reservation with the given ID. Without an ID, releases the latest reservation made by this
	 * execution or, if there is none, the latest one held by another execution. Confirmed reservations aren't
	 * released, because their invitations were sent.
	 */
	async release(places: readonly Place[]): Promise<ReleaseOutcome[]> {
		return await this.change(places, (list, entries) => {
			const changed = new Set<E>();
			const results = list.map((place): ReleaseOutcome => {
				const open = this.reservedFor(place, entries).filter((entry) => {
					const isOwnFinal = entry.state === FINAL && entry.until === null && this.isOwn(entry);
					return (entry.state === HELD || isOwnFinal) && !changed.has(entry);
				});
				const found = open.findLast(this.isOwn) ?? open.at(-1);
				if (!found) return 'nothingToRelease';
				changed.add(found);
				return 'released';
			});
			return { results, changed, to: RELEASED };
		});
	}

	/**
	 * Records events that aren't in the ledger yet. Times are compared to the second, so importing a history
	 * twice is safe.
	 */
	async record(events: readonly PastEvent[]): Promise<RecordOutcome[]> {
		const first = events.reduce((earliest, { at }) => Math.min(earliest, at), Infinity);
		const record: Decide<E, PastEvent, RecordOutcome> = (list, entries) => {
			const added: Entry[] = [];
			const results = list.map((event) => {
				if ([...entries, ...added].some((entry) => isSame(entry, event))) return 'alreadyRecorded';
				added.push(entryFrom(event));
				return 'recorded';
			});
			return { results, added };
		};
		return await this.change(events, record, first - 1000);
	}

	async lift(lifts: ReadonlyArray<{ contact: string; lifted: Lifted }>): Promise<number[]> {
		return await this.change(lifts, (list, entries) => {
			const changed = new Set<E>();
			const results = list.map(({ lifted }) => {
				const found = entries.filter((entry) => isLifted(entry, lifted));
				for (const entry of found) changed.add(entry);
				return eventsOf(found).length;
			});
			return { results, changed, to: LIFTED };
		});
	}

	async invitedBefore(
		questions: ReadonlyArray<Question & { contact: string }>,
	): Promise<boolean[]> {
		return await this.change(questions, (list, entries) => {
			// Leave out held reservations, whose invitations may never have been sent, and this step's own
			// reservations, which may be from an earlier attempt.
			const known = entries.filter(
				({ state, token }) => [FINAL, LIFTED].includes(state as never) && token !== this.token,
			);
			const results = list.map((question) =>
				known.some((entry) => countsInvitation(question, entry)),
			);
			return { results };
		});
	}

	private readonly isOwn = ({ token }: Entry) => token.startsWith(`${this.claimant.execution}.`);

	private reservedFor(place: Place, entries: readonly E[]): E[] {
		const { contact, reservationId } = place;
		return entries.filter(
			(entry) =>
				isInvitation(entry, place) &&
				(!reservationId ||
					isConfirmationOf(entry, reservationId) ||
					this.nameOf(entry, contact) === reservationId),
		);
	}
}

const isInvitation = ({ kind, survey }: Entry, place: Place) =>
	kind === 'invited' && sameSurvey(survey, place.survey);

const isConfirmationOf = ({ token }: Entry, reservationId: string) =>
	token === confirmedAs(reservationId);

/** A held entry never matches, because it may still expire. */
function isSame(entry: Entry, { survey, kind, at }: PastEvent): boolean {
	return (
		sameSurvey(entry.survey, survey) &&
		entry.kind === kind &&
		(entry.state === FINAL || entry.state === LIFTED) &&
		Math.floor(entry.at / 1000) === Math.floor(at / 1000)
	);
}

function isLifted({ state, survey, group }: Entry, lifted: Lifted): boolean {
	if (state !== HELD && state !== FINAL) return false;
	if (lifted.scope === 'survey') return sameSurvey(survey, lifted.survey);
	if (lifted.scope === 'group') return sameGroup(group, lifted.group);
	return true;
}
