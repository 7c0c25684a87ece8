import type { Candidate } from '../../../nodes/shared/quarantine/reserve';
import type { Lifted } from '../../../nodes/shared/quarantine/ledger/ledger';
import { isLifted } from '../../../nodes/shared/quarantine/ledger/matches';
import { optOutFor } from '../../../nodes/shared/quarantine/rules/optOut';
import {
	judge,
	sameGroup,
	type ContactEvent,
	type Scope,
} from '../../../nodes/shared/quarantine/rules/rules';

/* What the random sequences of ledgers.property.test.ts have done to a ledger, and what has to hold then. */

export const DAY = 86_400_000;
export const HOLD = 15 * 60_000;
export const KEEP_DAYS = 40;
/** The longest wait for a killed run of this few people. */
const LEASE = 130_000;
const PENDING = 'pending';

export const KINDS = [
	...(['reserve', 'reserve', 'reserve', 'again', 'confirm', 'confirm'] as const),
	...(['release', 'release', 'releaseHeld', 'lift', 'forget', 'record', 'optOut'] as const),
];

/** Something that an execution does in a process. */
export interface Task {
	/** `again`: an execution reserves once more, as when it is tried again. */
	kind: (typeof KINDS)[number];
	process: number;
	people: string[];
	/** The number of other people in the run. */
	crowd: number;
	survey: number;
	/** The execution that made the reservations, counted from the latest. */
	of: number;
	/** By the ID of the reservation, or by contact. */
	byId: boolean;
	/** Whether the execution that reserved does it, or another. */
	same: boolean;
	hold: boolean;
	rules: number;
	/** Whether everyone is included twice, also for the other survey. */
	twice: boolean;
	/** Whether the contact is stored, so that each contact has its own row. */
	address: boolean;
	/** The time of the recorded event. */
	daysAgo: number;
	/** What a lift or an opt-out applies to. */
	scope: Scope;
	/** Whether `forget` keeps opt-outs. */
	keepOptOuts: boolean;
	exempt: boolean;
}

export const isReserving = (kind: Task['kind']) => kind === 'reserve' || kind === 'again';

/** Whether the events that this task applies to no longer count afterward. */
const isFree = (kind: Task['kind']) => kind === 'lift' || kind === 'forget';

type Place = Pick<Candidate, 'survey' | 'group'>;

/** The survey and the group that a task is about. */
export function placeOf({ kind, scope }: Task, { survey, group }: Place): Place {
	if (kind !== 'optOut') return { survey, group };
	// Without a group, an opt-out is for all surveys.
	return { survey: scope === 'survey' ? survey : '', group: scope === 'group' ? group : '' };
}

export function liftedOf({ scope }: Task, { survey, group }: Place): Lifted {
	if (scope === 'survey') return { scope, survey };
	return scope === 'group' && group !== '' ? { scope, group } : { scope: 'all' };
}

const isOptOut = ({ perhaps }: Known) => perhaps.kind === 'optedOut';

/** Whether the rules and opt-outs allow the candidate. */
export const isAllowed = (candidate: Candidate, events: ContactEvent[], now: number) =>
	optOutFor(candidate, events) === undefined &&
	(candidate.exempt || judge(candidate, events, now).allowed);

/** What the model knows of one invitation. */
export interface Known {
	id: string | null;
	/** The ID of the reservation that was gone when it was confirmed. */
	gone?: string | null;
	execution: string;
	/** The event that certainly counts. Null if it may be gone. */
	sure: ContactEvent | null;
	/** The event that may count. */
	perhaps: ContactEvent;
}

export interface Execution {
	name: string;
	hold: boolean;
	candidates: Candidate[];
	/** The IDs that were returned. */
	ids: Array<string | null>;
}

/** The results of one task. */
export interface TaskResult {
	task: Task;
	name: string;
	now: number;
	faults: number;
	outcome: 'done' | 'failed' | 'death';
	execution?: Execution;
	candidates: Candidate[];
	/** For each allowed candidate, its invitation. */
	granted?: Array<string | null>;
	/** For each candidate of an operation, its result. */
	reasons?: Array<string | number>;
	/** For a forget that began to remove something: the contacts with the times and executions stored by then. */
	stored?: ReadonlySet<string>;
	at: number;
}

const finalOf = (event: ContactEvent): ContactEvent => ({ ...event, until: null, held: undefined });
const isKept = ({ perhaps }: Known, { now }: TaskResult) =>
	perhaps.at > now - (KEEP_DAYS - 1) * DAY;
const isHeld = ({ perhaps }: Known) => perhaps.until !== null;

export class Model {
	/** What is known of each watched person. */
	readonly known: Map<string, Known[]>;

	constructor(people: readonly string[]) {
		this.known = new Map(people.map((one) => [one, []]));
	}

	/** Applies the results of tasks that ran at the same time. */
	take(all: readonly TaskResult[]): void {
		for (const contact of this.known.keys()) {
			const results = all.flatMap((one) => {
				const mine = one.candidates.flatMap((candidate, index) =>
					candidate.contact === contact ? [{ ...one, candidate, index }] : [],
				);
				return mine;
			});
			if (results.length > 0) this.known.set(contact, this.after(contact, results));
		}
	}

	private after(
		contact: string,
		results: ReadonlyArray<TaskResult & { candidate: Candidate; index: number }>,
	): Known[] {
		const before = this.known.get(contact)!;
		const list = [...before];
		const was = new Map(before.map((known) => [known, known.sure]));
		const frees = results.filter(({ task: { kind } }) =>
			['release', 'releaseHeld', 'lift', 'forget'].includes(kind),
		);
		const grants: Array<{ candidate: Candidate; now: number; event: ContactEvent }> = [];
		const eventOf = ({ candidate, at, task }: (typeof results)[number]): ContactEvent => ({
			...placeOf(task, candidate),
			kind: task.kind === 'optOut' ? 'optedOut' : 'invited',
			at,
			until: isReserving(task.kind) && task.hold ? at + HOLD : null,
		});

		// Added. A task that found its event already recorded may have waited for the task that recorded it.
		const isRepeated = ({ reasons, index }: (typeof results)[number]) =>
			reasons?.[index] === 'alreadyRecorded';
		for (const one of [...results].sort((a, b) => Number(isRepeated(a)) - Number(isRepeated(b)))) {
			const { task: made, outcome, index, name } = one;
			const event = eventOf(one);
			if (isReserving(one.task.kind)) {
				const id = one.granted?.[index] ?? null;
				if (id !== null) {
					const same = list.find((known) => known.id === id && known.execution === name);
					if (same && (same.perhaps.until ?? Infinity) > one.now) {
						// If it may have been released, this may be another reservation.
						if (!same.sure || frees.length > 0)
							list.push({ id: null, execution: name, sure: null, perhaps: event });
						same.sure ??= same.perhaps;
						continue;
					}
					if (same && results.some(({ task: { kind } }) => kind === 'confirm')) {
						// It may or may not have been confirmed by then.
						list.push({ id: null, execution: name, sure: null, perhaps: event });
						continue;
					}
					// In a ledger workflow it replaces the expired one.
					if (same) list.splice(list.indexOf(same), 1);
					list.push({ id, execution: name, sure: event, perhaps: event });
					grants.push({ candidate: one.candidate, now: one.now, event });
				} else if (outcome === 'death' || one.faults > 1) {
					list.push({ id: null, execution: name, sure: null, perhaps: event });
					// A pending row counts until it is treated as abandoned.
					const pending = { ...event, until: event.at + LEASE };
					list.push({ id: PENDING, execution: '', sure: null, perhaps: pending });
				}
			}
			if (made.kind !== 'record' && made.kind !== 'optOut') continue;
			const sure = outcome === 'done' ? event : null;
			if (!isRepeated(one)) {
				list.push({ ...{ id: null, execution: '', perhaps: event }, sure });
				continue;
			}
			// An event from the same second may exist, or an opt-out that may have been recorded.
			const same = list.filter(
				(known) =>
					isOptOut(known) &&
					known.perhaps.survey === event.survey &&
					sameGroup(known.perhaps.group, event.group),
			);
			if (made.kind === 'optOut' && same.length === 0)
				throw new Error(`${contact} had not opted out: ${JSON.stringify(event)}`);
			if (frees.length === 0 && same.length === 1) same[0].sure ??= same[0].perhaps;
		}
		const isNew = (known: Known) => !before.includes(known);
		/**
		 * Whether a new event may have been stored early enough to be forgotten. If two tries of an execution ran at
		 * once, either may have stored it.
		 */
		const isForgotten = ({ stored }: TaskResult, { at }: ContactEvent, execution = '') =>
			[at, execution].some((by) => stored?.has(`${contact} ${by}`));

		// Released.
		for (const one of frees) {
			const { kind, byId } = one.task;
			const id = byId ? one.execution?.ids[one.index] : null;
			const meant = list.filter((known) => {
				if (known.id === PENDING) return false;
				if (kind === 'forget') {
					if (isNew(known) && !isForgotten(one, known.perhaps, known.execution)) return false;
					return !(one.task.keepOptOuts && isOptOut(known));
				}
				if (kind === 'lift') {
					const entry = { ...known.perhaps, state: 'final' as const };
					return isLifted(entry, liftedOf(one.task, one.candidate));
				}
				if (isOptOut(known)) return false;
				if (kind === 'releaseHeld') return known.execution === one.execution!.name && isHeld(known);
				return known.perhaps.survey === one.candidate.survey && (!id || known.id === id);
			});
			const reason = one.reasons?.[one.index];
			const done = one.outcome === 'done' && reason !== 'nothingToRelease' && reason !== 'busy';
			const surely =
				done &&
				results.every(({ task: { kind: other } }) => other !== 'confirm') &&
				// Another run may copy an opt-out right before it is lifted.
				!(kind === 'lift' && results.some(({ task: { kind: other } }) => other === 'forget')) &&
				(isFree(kind) ||
					(kind === 'releaseHeld' && results.length === 1) ||
					(meant.length === 1 && results.length === 1));
			if (
				kind === 'release' &&
				id &&
				one.outcome === 'done' &&
				results.length === 1 &&
				meant.length === 1 &&
				meant[0].sure?.until &&
				isKept(meant[0], one)
			)
				expect([contact, one.reasons![one.index]]).toEqual([contact, 'released']);
			for (const known of meant) {
				known.sure = null;
				if (surely && !isNew(known) && (kind !== 'releaseHeld' || known.perhaps.until !== null))
					list.splice(list.indexOf(known), 1);
			}
		}

		// Confirmed.
		for (const one of results) {
			if (one.task.kind !== 'confirm') continue;
			const id = one.task.byId ? one.execution!.ids[one.index] : null;
			const meant = list.filter(
				(known) =>
					known.id !== PENDING &&
					!isOptOut(known) &&
					known.perhaps.survey === one.candidate.survey &&
					(id ? known.id === id : isHeld(known)),
			);
			const reason = one.reasons?.[one.index];
			for (const known of meant) {
				known.perhaps = finalOf(known.perhaps);
				if (
					one.outcome === 'done' &&
					reason === 'confirmed' &&
					meant.length === 1 &&
					frees.every(({ task: { kind } }) => !isFree(kind))
				)
					known.sure = known.perhaps;
			}
			if (
				id &&
				one.outcome === 'done' &&
				frees.length === 0 &&
				meant[0]?.sure &&
				isKept(meant[0], one)
			)
				expect([contact, reason]).not.toEqual([contact, 'recorded']);
			if (reason === 'recorded' || one.outcome !== 'done') {
				const event = eventOf(one);
				const stays = frees.every(
					(free) => free.task.kind === 'forget' && !isForgotten(free, event),
				);
				const sure = reason === 'recorded' && stays ? event : null;
				// Several confirmations of a missing reservation are one invitation.
				const same = id ? list.find(({ gone }) => gone === id) : undefined;
				if (same) same.sure ??= sure;
				else list.push({ id: null, gone: id, execution: one.name, sure, perhaps: event });
			}
		}

		// The rules allow the new events, in some order, next to the earlier ones that still count.
		const standing = [...was].flatMap(([known, sure]) =>
			list.includes(known) && known.sure && sure ? [sure] : [],
		);
		const fresh = grants.filter(({ event }) => list.some(({ sure }) => sure?.at === event.at));
		const fits = (left: typeof fresh, beside: ContactEvent[]): boolean =>
			left.length === 0 ||
			left.some(
				(one) =>
					isAllowed(one.candidate, beside, one.now) &&
					fits(
						left.filter((other) => other !== one),
						[...beside, one.event],
					),
			);
		const again = results.find(
			({ granted, index, candidate }) =>
				granted?.[index] && optOutFor(candidate, standing) !== undefined,
		);
		if (again) throw new Error(`${contact} opted out: ${JSON.stringify({ again, standing })}`);
		if (!fits(fresh, standing))
			throw new Error(`${contact} is asked too often: ${JSON.stringify({ fresh, standing })}`);
		return list;
	}
}
