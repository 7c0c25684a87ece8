import { addToGroup, getOrAdd, groupBy } from '../../basics/lists';
import { foldText } from '../../basics/plainText';
import { FINAL, HELD, LIFTED, RELEASED } from '../../tables/rowStore';
import {
	countsInvitation,
	judge,
	sameSurvey,
	surveyIdIn,
	type ContactEvent,
	type Events,
	type Question,
} from '../rules/rules';
import { optOutFor } from '../rules/optOut';
import { shortHash } from './contactKey';
import { isLifted, isSame, momentOf, SECOND_MS } from './matches';
import { ReservationIndex } from './reservationIndex';
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

/** Marks an invitation that was confirmed after its reservation was gone, so that it isn't recorded again. */
const confirmedAs = (reservationId: string) =>
	`${AS}${NAME.test(reservationId) ? reservationId : shortHash(reservationId)}`;

function entryFrom(event: PastEvent): Entry {
	const { survey, group, kind, at, address, reservationId } = event;
	const token = reservationId ? confirmedAs(reservationId) : '';
	return { survey, group, kind, at, address, state: FINAL, until: null, token, ordinal: 0 };
}

/** A contact's events for the rules. Includes pending entries, so a check never allows anyone too early. */
export function eventsOf(entries: readonly Entry[]): ContactEvent[] {
	const confirmations = new Set<string>();
	// Several processes may have recorded the same confirmation at once, but only the first one counts.
	const isFirst = ({ token }: Entry) => {
		if (!token.startsWith(AS)) return true;
		const before = confirmations.size;
		return confirmations.add(token).size > before;
	};
	const counting = entries.filter(({ state }) => state !== LIFTED).filter(isFirst);
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

/** Whether the ledger may grant this claim. Exempt contacts are refused only if they opted out. */
export const allowsClaim = (claim: Claim, events: Events, now: number): boolean =>
	optOutFor(claim, events.optOuts) === undefined &&
	(claim.exempt || judge(claim, events, now).allowed);

/** The results in the order of the inputs, from the results for each contact. */
export function inOrder<T extends { contact: string }, R>(
	inputs: readonly T[],
	results: ReadonlyMap<string, readonly R[]>,
): R[] {
	const taken = new Map<string, number>();
	return inputs.map(({ contact }) => {
		const at = taken.get(contact) ?? 0;
		taken.set(contact, at + 1);
		return results.get(contact)![at];
	});
}

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
			const index = this.indexOf(entries);
			const { changed } = index;
			const added: Entry[] = [];
			const addedBy = new Map<string, Entry[]>();
			const results = list.map((place): ConfirmOutcome => {
				const reserved = index.of(place);
				const isLive = ({ until }: E) => until! > at;
				const isHeld = ({ state }: E) => state === HELD;
				const held = (which: string, fits: (entry: E) => boolean) =>
					index.take(reserved, which, () =>
						reserved.filter((one) => isHeld(one) && fits(one)).reverse(),
					);
				const found = place.reservationId
					? held('any', () => true)
					: (held('own', (one) => isLive(one) && this.isOwn(one)) ??
						held('live', isLive) ??
						index.take(reserved, 'expired', () =>
							reserved.filter((one) => isHeld(one) && this.isOwn(one)),
						));
				if (found) return 'confirmed';
				const { survey, reservationId } = place;
				const keys = [surveyIdIn(survey), ...(reservationId ? [confirmedAs(reservationId)] : [])];
				const isAdded = (entry: Entry) => sameSurvey(entry.survey, survey);
				if (addedBy.get(keys.at(-1)!)?.some(isAdded)) return 'alreadyFinal';
				const isFinal = (entry: E) => entry.state === FINAL || changed.has(entry);
				if (reserved.some(isFinal)) return 'alreadyFinal';
				const entry = entryFrom({ ...place, kind: 'invited', at });
				added.push(entry);
				for (const key of keys) addToGroup(addedBy, key, entry);
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
			const index = this.indexOf(entries);
			const { changed } = index;
			const isOpen = (entry: E) =>
				entry.state === HELD ||
				(entry.state === FINAL && entry.until === null && this.isOwn(entry));
			const results = list.map((place): ReleaseOutcome => {
				const reserved = index.of(place);
				const found =
					index.take(reserved, 'own', () =>
						reserved.filter((one) => isOpen(one) && this.isOwn(one)),
					) ?? index.take(reserved, 'any', () => reserved.filter(isOpen));
				return found ? 'released' : 'nothingToRelease';
			});
			return { results, changed, to: RELEASED };
		});
	}

	/** Times are compared to the second, so importing a history twice is safe. */
	async record(events: readonly PastEvent[]): Promise<RecordOutcome[]> {
		const first = events.reduce((earliest, { at }) => Math.min(earliest, at), Infinity);
		const record: Decide<E, PastEvent, RecordOutcome> = (list, entries) => {
			const added: Entry[] = [];
			const known = groupBy(entries, momentOf);
			const results = list.map((event) => {
				const moment = momentOf(event);
				const there = known.get(moment) ?? [];
				if (there.some((entry) => isSame(entry, event))) return 'alreadyRecorded';
				const entry = entryFrom(event);
				added.push(entry);
				known.set(moment, [...there, entry as E]);
				return 'recorded';
			});
			return { results, added };
		};
		return await this.change(events, record, first - SECOND_MS);
	}

	async lift(lifts: ReadonlyArray<{ contact: string; lifted: Lifted }>): Promise<number[]> {
		return await this.change(lifts, (list, entries) => {
			const changed = new Set<E>();
			const counts = new Map<string, number>();
			const bySurvey = groupBy(entries, ({ survey }) => surveyIdIn(survey));
			const byGroup = groupBy(entries, ({ group }) => foldText(group));
			const count = (lifted: Lifted) => {
				const candidates =
					lifted.scope === 'survey'
						? bySurvey.get(surveyIdIn(lifted.survey))
						: lifted.scope === 'group'
							? byGroup.get(foldText(lifted.group))
							: entries;
				const found = (candidates ?? []).filter((entry) => isLifted(entry, lifted));
				for (const entry of found) changed.add(entry);
				return eventsOf(found).length;
			};
			const results = list.map(({ lifted }) =>
				getOrAdd(counts, JSON.stringify(lifted), () => count(lifted)),
			);
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
			const bySurvey = groupBy(known, ({ survey }) => surveyIdIn(survey));
			const results = list.map((question) =>
				(bySurvey.get(surveyIdIn(question.survey)) ?? []).some((entry) =>
					countsInvitation(question, entry),
				),
			);
			return { results };
		});
	}

	private indexOf(entries: readonly E[]): ReservationIndex<E> {
		const nameOf = (entry: E, contact: string) => this.nameOf(entry, contact);
		return new ReservationIndex(entries, nameOf, confirmedAs);
	}

	private readonly isOwn = ({ token }: Entry) => token.startsWith(`${this.claimant.execution}.`);
}
