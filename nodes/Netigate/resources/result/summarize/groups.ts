import type { Sendout } from '../../../../shared/api/types';
import type { Part } from './questions';
import { Tally } from './tally';

/** `value`: of one sendout or value; `none`: of none of them; `smaller`: several, put together. */
export type GroupKind = 'value' | 'none' | 'smaller';

/** Some of the people, counted. */
export class Group {
	invited = 0;

	/** People who have begun, and who have finished, invited or not. */
	started = 0;

	completed = 0;

	/** Those invited who have finished. */
	responded = 0;

	readonly tally = new Tally();

	/** @param together how many groups were put together */
	constructor(
		readonly name: string,
		readonly kind: GroupKind = 'value',
		readonly sendout?: Sendout,
		public together = 1,
	) {}

	/** Takes all who are in another group too. */
	merge(other: Group): void {
		this.invited += other.invited;
		this.started += other.started;
		this.completed += other.completed;
		this.responded += other.responded;
		this.together += other.together;
		this.tally.merge(other.tally);
	}
}

/** One group of all. */
export function putTogether(groups: readonly Group[]): Group {
	const together = new Group('Smaller groups', 'smaller', undefined, 0);
	for (const group of groups) together.merge(group);
	return together;
}

/** Of a group in which nobody has answered, its size is that of those who were asked. */
const sizeOf = ({ started, invited }: Group) => started || invited;

/**
 * Puts groups with fewer people than `least` together. What that leaves has to hold as many itself, or it
 * could be had by subtracting all others from the total: so the next smallest goes to it as well.
 *
 * @returns those that stay in their order, then the one put together
 */
export function withoutSmall(groups: readonly Group[], least: number): Group[] {
	const filled = groups.filter((group) => sizeOf(group) > 0);
	// It is the total, which is told anyhow.
	if (filled.length === 1) return filled;
	const isSmall = (group: Group) => group.kind === 'smaller' || sizeOf(group) < least;
	const small = filled.filter(isSmall);
	if (small.length === 0) return filled;
	const large = filled.filter((group) => !isSmall(group));
	const bySize = [...large].sort((a, b) => sizeOf(a) - sizeOf(b));
	const together = putTogether(small);
	const taken = new Set<Group>();
	while (sizeOf(together) < least && taken.size < bySize.length) {
		// Who has not answered hides nobody's answer.
		const next =
			bySize.find((group) => !taken.has(group) && (group.started > 0 || together.started === 0)) ??
			bySize.find((group) => !taken.has(group))!;
		taken.add(next);
		together.merge(next);
	}
	return [...large.filter((group) => !taken.has(group)), together];
}

/**
 * The groups whose answers to one part have to be kept back, since fewer than `least` gave one. The total minus
 * all others would tell them, so others are kept back too until they are as many together.
 */
export function keptBack(groups: readonly Group[], part: Part, least: number): Set<Group> {
	const answered = (group: Group) => group.tally.of(part).answered;
	const kept = new Set<Group>();
	if (groups.length < 2) return kept;
	let together = 0;
	const bySize = groups.filter((group) => answered(group) > 0);
	bySize.sort((a, b) => answered(a) - answered(b));
	for (const group of bySize) {
		if (answered(group) >= least && (together === 0 || together >= least)) break;
		kept.add(group);
		together += answered(group);
	}
	return kept;
}
