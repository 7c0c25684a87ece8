import type { Sendout } from '../../netigate/types';
import { Tally, type CountedPart } from './tally';

/**
 * `value`: people with the same sendout or label value; `none`: people without one; `smaller`: small groups combined.
 */
type GroupType = 'value' | 'none' | 'smaller';

export class Group {
	invited = 0;

	/** The number of people who have started, whether they were invited or not. */
	started = 0;

	/** The number of people who have finished, whether they were invited or not. */
	completed = 0;

	/** The number of invited people who have finished. */
	responded = 0;

	readonly tally = new Tally();

	constructor(
		readonly name: string,
		readonly type: GroupType = 'value',
		readonly sendout?: Sendout,
		public together = 1,
	) {}

	merge(other: Group): void {
		this.invited += other.invited;
		this.started += other.started;
		this.completed += other.completed;
		this.responded += other.responded;
		this.together += other.together;
		this.tally.merge(other.tally);
	}
}

export function putTogether(groups: readonly Group[]): Group {
	const together = new Group('Smaller groups', 'smaller', undefined, 0);
	for (const group of groups) together.merge(group);
	return together;
}

/** The number of people who have started. If no one has, the number of people who were invited. */
const sizeOf = ({ started, invited }: Group) => started || invited;

/**
 * Combines groups with fewer than `least` people. If the combined group still has fewer than `least` people, adds the
 * next smallest group, or all groups if no single one would help. Otherwise, anyone could find out the small groups'
 * answers by subtracting the other groups from the total.
 * @returns the other groups in order, then the combined group
 */
export function withoutSmall(groups: readonly Group[], least: number): Group[] {
	const filled = groups.filter((group) => sizeOf(group) > 0);
	// If there is only one group, it is the same as the total, which is shown anyway.
	if (filled.length === 1) return filled;
	const isSmall = (group: Group) => group.type === 'smaller' || sizeOf(group) < least;
	const small = filled.filter(isSmall);
	if (small.length === 0) return filled;
	const together = putTogether(small);
	const remaining = new Set(filled.filter((group) => !isSmall(group)));
	if (sizeOf(together) < least) {
		const large = [...remaining].sort((a, b) => sizeOf(a) - sizeOf(b));
		// Groups without answers are skipped, because adding one wouldn't help to hide answers.
		const partner = large.find(({ started }) => started !== 0 || together.started === 0);
		for (const group of partner ? [partner] : large) {
			together.merge(group);
			remaining.delete(group);
		}
	}
	return [...remaining, together];
}

/**
 * The groups whose answers to a part must be hidden. These are the groups with fewer than `least` answers and, until at
 * least `least` answers are hidden, the next smallest groups. Otherwise, anyone could find out the hidden answers by
 * subtracting the other groups from the total.
 */
export function hiddenGroups(groups: readonly Group[], part: CountedPart, least: number) {
	const answered = (group: Group) => group.tally.of(part).answered;
	const hidden = new Set<Group>();
	if (groups.length < 2) return hidden;
	let together = 0;
	const bySize = groups.filter((group) => answered(group) > 0);
	bySize.sort((a, b) => answered(a) - answered(b));
	for (const group of bySize) {
		if (answered(group) >= least && (together === 0 || together >= least)) break;
		hidden.add(group);
		together += answered(group);
	}
	return hidden;
}
