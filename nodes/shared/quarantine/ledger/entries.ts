import { shortHash } from './contactKey';
import { sameGroup, type ContactEvent, type EventKind } from '../rules/rules';

/**
 * - `pending`: somebody is deciding right now (data table only)
 * - `held`: reserved until `until`, unless confirmed
 * - `final`: counts
 * - `lifted`: does not count any more
 */
export type State = 'pending' | 'held' | 'final' | 'lifted';

/** One line of the ledger about one contact. */
export interface Entry {
	survey: string;
	group: string;
	kind: EventKind;
	/** Milliseconds since 1970. */
	at: number;
	state: State;
	/**
	 * Milliseconds since 1970; for `held` and `pending`. A `final` one that has it was held before: it was
	 * confirmed.
	 */
	until: number | null;
	/** Who wrote it: execution, then the step in it, parted by a dot; empty when recorded. See `confirmedAs`. */
	token: string;
	/** Tells several reservations of one step apart. */
	ordinal: number;
	/** The contact itself, where the user wants it stored. */
	address: string | null;
}

/** Of which survey, for the operations that come after a reservation. */
export interface Place {
	contact: string;
	survey: string;
	group: string;
	address: string | null;
	/** The one reservation that is meant, as the claim named it; without it all that fit. */
	reservationId?: string | null;
}

export interface PastEvent extends Place {
	kind: EventKind;
	at: number;
}

/** What the name of a reservation looks like. An item may carry any text as one. */
const NAME = /^[\w.-]{1,200}$/;

const AS = 'as ';

/** Who wrote an invitation whose reservation was gone when it was confirmed. So it is known next time. */
const confirmedAs = (reservationId: string) =>
	`${AS}${NAME.test(reservationId) ? reservationId : shortHash(reservationId)}`;

/** What is remembered of an event that was not reserved here. */
export function entryFrom(event: PastEvent): Entry {
	const { survey, group, kind, at, address, reservationId } = event;
	const token = reservationId ? confirmedAs(reservationId) : '';
	return { survey, group, kind, at, address, state: 'final', until: null, token, ordinal: 0 };
}

/** Which of a contact's events are lifted. */
export type Lifted =
	| { scope: 'all' }
	| { scope: 'survey'; survey: string }
	| { scope: 'group'; group: string };

export type ConfirmOutcome = 'confirmed' | 'alreadyFinal' | 'recorded';
export type ReleaseOutcome = 'released' | 'nothingToRelease';
export type RecordOutcome = 'recorded' | 'alreadyRecorded';

/** Several processes may have written at once that one reservation which was gone was confirmed. */
function isFirstOfAs({ token }: Entry, index: number, all: readonly Entry[]): boolean {
	return !token.startsWith(AS) || all.findIndex((other) => other.token === token) === index;
}

/**
 * What the rules see of one contact. What is being decided counts, so that a check never says yes too early; one
 * reservation counts once.
 */
export function eventsOf(entries: readonly Entry[]): ContactEvent[] {
	return entries
		.filter(({ state }) => state !== 'lifted')
		.filter(isFirstOfAs)
		.map(({ survey, group, kind, at, state, until }) => ({
			survey,
			group,
			kind,
			at,
			until: state === 'final' ? null : until,
			...(state === 'held' ? { held: true as const } : {}),
		}));
}

/** How a ledger names the reservation that an entry is. */
type NameOf<E extends Entry> = (entry: E) => string;

function reservedFor<E extends Entry>(
	{ survey, reservationId }: Pick<Place, 'survey' | 'reservationId'>,
	nameOf: NameOf<E>,
) {
	return (entry: E) =>
		entry.kind === 'invited' &&
		entry.survey === survey &&
		(!reservationId ||
			nameOf(entry) === reservationId ||
			entry.token === confirmedAs(reservationId));
}

const madeBy = (execution: string) => (entry: Entry) => entry.token.startsWith(`${execution}.`);

/**
 * What one confirmation changes: the reservation that it names; else one that is held, of this execution
 * before others. It makes it final even when it had lapsed, since the invitation has gone out; but of what
 * another run left to lapse it revives nothing unless it is named. Where nothing fits, the invitation is
 * remembered now.
 *
 * @param now milliseconds since 1970
 * @returns the entry to settle; none where nothing changes or a new one is to be made
 */
export function toConfirm<E extends Entry>(
	entries: readonly E[],
	place: Pick<Place, 'survey' | 'reservationId'>,
	execution: string,
	now: number,
	nameOf: NameOf<E>,
): { outcome: ConfirmOutcome; settle?: E } {
	const reserved = entries.filter(reservedFor(place, nameOf));
	const held = reserved.filter(({ state }) => state === 'held');
	const live = held.filter(({ until }) => (until ?? 0) > now);
	const own = madeBy(execution);
	const settle = place.reservationId ? held[0] : (live.find(own) ?? live[0] ?? held.findLast(own));
	if (settle) return { outcome: 'confirmed', settle };
	const final = reserved.some(({ state }) => state === 'final');
	return { outcome: final ? 'alreadyFinal' : 'recorded' };
}

/**
 * What one release gives back: the reservation that it names; else the latest of this execution, held or
 * final; else the latest that others hold. What was confirmed was sent, so it stays, and so does what
 * another execution made final.
 */
export function toRelease<E extends Entry>(
	entries: readonly E[],
	place: Pick<Place, 'survey' | 'reservationId'>,
	execution: string,
	nameOf: NameOf<E>,
): E | undefined {
	const own = madeBy(execution);
	const open = entries.filter(
		(entry) =>
			reservedFor(place, nameOf)(entry) &&
			(entry.state === 'held' || (entry.state === 'final' && entry.until === null && own(entry))),
	);
	return open.findLast(own) ?? open.at(-1);
}

/**
 * True when the ledger has this event already, to the second; so a history can be seeded twice. What is only
 * held may lapse.
 */
export function isKnown(
	entries: readonly Entry[],
	{ survey, kind, at }: Pick<PastEvent, 'survey' | 'kind' | 'at'>,
): boolean {
	return entries.some(
		(entry) =>
			entry.survey === survey &&
			entry.kind === kind &&
			(entry.state === 'final' || entry.state === 'lifted') &&
			Math.floor(entry.at / 1000) === Math.floor(at / 1000),
	);
}

export function toLift<E extends Entry>(entries: readonly E[], lifted: Lifted): E[] {
	return entries.filter((entry) => {
		if (entry.state !== 'held' && entry.state !== 'final') return false;
		if (lifted.scope === 'survey') return entry.survey === lifted.survey;
		if (lifted.scope === 'group') return sameGroup(entry.group, lifted.group);
		return true;
	});
}
