import { knownRespondentOf, readSet } from '../simplify';
import type { AnswerSet } from '../../netigate/types';
import { Comments } from './comments';
import { Group, putTogether } from './groups';
import { COMPLETED, NOTHING, STARTED, type Invited } from './invited';
import { OverTime } from './overTime';
import type { Parts } from './questions';

/** The place of an invited person's group, by the person's place; undefined where they are in none. */
export type PlaceOf = (person: number) => number | undefined;

/** More small groups than this are put together from the start, since each would keep counts of its own. */
const MANY_SMALL = 50;

/** A way to divide people, e.g. by sendout: groups by place, and one for whoever is in none. */
export class Division {
	private readonly none: Group;

	/** By place; several places may share one. */
	private readonly groups: Group[];

	/**
	 * @param counts whether answers are counted too, and not only people
	 * @param least how many people make a group that is not small
	 */
	constructor(
		groups: Group[],
		noneName: string,
		invited: Invited,
		private readonly placeOf: PlaceOf,
		readonly counts: boolean,
		least: number,
	) {
		this.none = new Group(noneName, 'none');
		for (const person of invited.ids().keys()) {
			const place = placeOf(person);
			(place === undefined ? this.none : groups[place]).invited++;
		}
		const isSmall = (group: Group) => group.invited > 0 && group.invited < least;
		const small = groups.filter(isSmall);
		if (small.length > MANY_SMALL) {
			const one = putTogether(small);
			this.groups = groups.map((group) => (isSmall(group) ? one : group));
		} else this.groups = groups;
	}

	groupOf(person: number | undefined): Group {
		const place = person === undefined ? undefined : this.placeOf(person);
		return place === undefined ? this.none : this.groups[place];
	}

	all(): Group[] {
		return [...new Set([...this.groups, this.none])];
	}
}

/** Counts the results of a survey one by one, without keeping them. */
export class Counting {
	readonly total = new Group('All');

	readonly comments = new Comments();

	readonly overTime: OverTime;

	results = 0;

	/** People who have begun without being in any of the sendouts, e.g. by a general link. */
	uninvited = 0;

	constructor(
		readonly parts: Parts,
		private readonly invited: Invited,
		readonly divisions: readonly Division[],
		/** Whether only people of the sendouts count. */
		private readonly onlyInvited: boolean,
		timeZone: string,
	) {
		this.overTime = new OverTime(timeZone);
		this.total.invited = invited.ids().length;
	}

	add(set: AnswerSet): void {
		const person = this.invited.placeOf(knownRespondentOf(set));
		if (person === undefined && this.onlyInvited) return;
		this.results++;
		const groups = [this.total, ...this.divisions.map((division) => division.groupOf(person))];
		this.countPerson(set, person, groups);
		this.overTime.add(set);
		const given = readSet(set, this.parts.questions).flatMap(({ entry, reading }) =>
			this.parts.given(entry, reading),
		);
		for (const one of given) this.comments.add(set, one);
		for (const [at, group] of groups.entries()) {
			if (at === 0 || this.divisions[at - 1].counts) group.tally.add(given);
		}
	}

	/** Somebody who answers twice counts as one person; of unknown people each result counts as one. */
	private countPerson(set: AnswerSet, person: number | undefined, groups: Group[]): void {
		const progress = set.Completed ? COMPLETED : STARTED;
		const before = person === undefined ? NOTHING : this.invited.reach(person, progress);
		if (person === undefined) this.uninvited++;
		for (const group of groups) {
			if (before < STARTED) group.started++;
			if (before >= COMPLETED || progress < COMPLETED) continue;
			group.completed++;
			if (person !== undefined) group.responded++;
		}
	}
}
