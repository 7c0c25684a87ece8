import type { AnswerSet } from '../shared/api/types';
import type { Questions } from '../shared/results/questions';
import { changedAt } from './changes';
import { fulfils, readConditions, type GivenCondition } from './conditions';

/** What the user set at the trigger to leave answers out. */
export interface GivenFilter {
	conditions: GivenCondition[];
}

/** What was let through before the workflow was changed and published again. */
export interface Former {
	filter: GivenFilter;
	/** It counts for changes up to this date, Netigate's own. */
	until: string;
}

/** Undefined where everything is let through. */
export function filterFor(conditions: GivenCondition[]): GivenFilter | undefined {
	return conditions.length > 0 ? { conditions } : undefined;
}

/**
 * Whether an earlier filter let this set through. n8n keeps nothing of a poll that gave nothing, so after
 * publishing the same answers are read again: what was refused then is not given now.
 *
 * A question that is gone counts only where the set answers it. Who was not asked was not refused either.
 */
export function passedFormer(
	set: AnswerSet,
	questions: Questions,
	former: readonly Former[],
): boolean {
	const asked = new Set((set.Answers ?? []).map(({ QuestionItem }) => QuestionItem));
	return former
		.filter(({ until }) => changedAt(set) <= until)
		.every(({ filter }) => {
			const conditions = readConditions(filter.conditions).filter(
				({ questionItemId: id }) => questions.get(id) !== undefined || asked.has(id),
			);
			return fulfils(set, questions, conditions);
		});
}
