import { recordsIn } from '../shared/netigate/client';
import type { Answer, AnswerSet } from '../shared/netigate/types';
import type { Questions } from '../shared/results/questions';
import type { ResultReader } from '../shared/results/reader';
import { changedAt } from './changes';
import { fulfils, readConditions, type GivenCondition } from './conditions';

/** What the user set at the trigger to leave out answers. */
export interface GivenFilter {
	conditions: GivenCondition[];
	/** Only people in these sendouts; absent for all. */
	sendoutIds?: readonly number[];
}

/** A filter from before the workflow was changed and published again. */
export interface EarlierFilter {
	filter: GivenFilter;
	/** It applies to changes up to this date, in Netigate's time. */
	until: string;
}

/** The filter that the user set; undefined where it lets everything through. */
export function filterFor(
	conditions: GivenCondition[],
	sendoutIds: readonly number[],
): GivenFilter | undefined {
	if (conditions.length === 0 && sendoutIds.length === 0) return undefined;
	return { conditions, ...(sendoutIds.length > 0 ? { sendoutIds } : {}) };
}

/**
 * Whether the earlier filters let this set through. n8n keeps nothing of a poll that gave nothing, so after
 * publishing the same answers are read again: what was left out then is not given now.
 *
 * A condition whose question is gone counts only where the set answers it: nobody else was left out by it.
 */
export function passedFormer(
	set: AnswerSet,
	questions: Questions,
	former: readonly EarlierFilter[],
): boolean {
	const asked = new Set(recordsIn<Answer>(set.Answers).map(({ QuestionItem }) => QuestionItem));
	return former
		.filter(({ until }) => changedAt(set) <= until)
		.every(({ filter }) => {
			const conditions = readConditions(filter.conditions).filter(
				({ questionItemId: id }) => questions.get(id) !== undefined || asked.has(id),
			);
			return fulfils(set, questions, conditions);
		});
}

/** Those of a survey's sets that all earlier filters by sendout let through. */
export async function passedFormerSendouts(
	reader: ResultReader,
	surveyId: number,
	sets: readonly AnswerSet[],
	former: readonly EarlierFilter[],
): Promise<AnswerSet[]> {
	let passed = [...sets];
	for (const { filter, until } of former) {
		const counts = passed.filter((set) => changedAt(set) <= until);
		const inside = new Set(await reader.inSendouts(surveyId, counts, filter.sendoutIds ?? []));
		passed = passed.filter((set) => !counts.includes(set) || inside.has(set));
	}
	return passed;
}
