import type { AnswerSet } from '../../netigate/types';
import { knownRespondentOf, readSet } from '../simplify';
import { Group, putTogether } from './groups';
import { COMPLETED, NOTHING, STARTED, type Invitee } from './invited';
import { OverTime } from './overTime';
import { Comments, type CountedParts } from './tally';

/** If there are more small groups than this, they are combined before results are counted, to save memory. */
const MANY_SMALL = 50;

export type GroupOf = (person: Invitee) => Group | undefined;

/** Divides people into groups, e.g. by sendout, with an extra group for everyone else. */
export class Division {
	private readonly none: Group;

	private readonly mergedInto = new Map<Group, Group>();

	/** @param least a group with fewer people than this is small */
	constructor(
		private readonly groups: readonly Group[],
		noneName: string,
		people: ReadonlyMap<number, Invitee>,
		private readonly ownGroup: GroupOf,
		readonly counts: boolean,
		least: number,
	) {
		this.none = new Group(noneName, 'none');
		for (const person of people.values()) (ownGroup(person) ?? this.none).invited++;
		const small = groups.filter(({ invited }) => invited > 0 && invited < least);
		if (small.length <= MANY_SMALL) return;
		const together = putTogether(small);
		for (const group of small) this.mergedInto.set(group, together);
	}

	groupOf(person: Invitee | undefined): Group {
		const group = (person && this.ownGroup(person)) ?? this.none;
		return this.mergedInto.get(group) ?? group;
	}

	all(): Group[] {
		const groups = this.groups.map((group) => this.mergedInto.get(group) ?? group);
		return [...new Set([...groups, this.none])];
	}
}

/** Counts a survey's results one at a time, without keeping them in memory. */
export class Counting {
	readonly total = new Group('All');

	readonly comments = new Comments();

	readonly overTime: OverTime;

	results = 0;

	/** The number of people who started without an invitation, e.g. through a general link. */
	uninvited = 0;

	constructor(
		readonly parts: CountedParts,
		/** The invited people, by respondent id. */
		private readonly people: ReadonlyMap<number, Invitee>,
		readonly divisions: readonly Division[],
		private readonly onlyInvited: boolean,
		timeZone: string,
	) {
		this.overTime = new OverTime(timeZone);
		this.total.invited = people.size;
	}

	add(set: AnswerSet): void {
		const person = this.people.get(knownRespondentOf(set) ?? 0);
		if (person === undefined && this.onlyInvited) return;
		this.results++;
		const groups = [this.total, ...this.divisions.map((division) => division.groupOf(person))];
		this.countPerson(set, person, groups);
		this.overTime.add(set);
		const answers = readSet(set, this.parts.questions).flatMap(({ entry, reading }) =>
			this.parts.given(entry, reading),
		);
		for (const given of answers) this.comments.add(set, given);
		for (const [at, group] of groups.entries())
			if (at === 0 || this.divisions[at - 1].counts) group.tally.add(answers);
	}

	/** Someone who answers twice is counted once. Each result from an unknown person is counted as a separate person. */
	private countPerson(set: AnswerSet, person: Invitee | undefined, groups: Group[]): void {
		const progress = set.Completed ? COMPLETED : STARTED;
		const before = person?.progress ?? NOTHING;
		if (person === undefined) this.uninvited++;
		else person.progress = Math.max(before, progress);
		for (const group of groups) {
			if (before < STARTED) group.started++;
			if (before >= COMPLETED || progress < COMPLETED) continue;
			group.completed++;
			if (person !== undefined) group.responded++;
		}
	}
}
