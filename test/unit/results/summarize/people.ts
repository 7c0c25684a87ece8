import type { Answer, AnswerSet, Question, Sendout } from '../../../../nodes/shared/netigate/types';
import { Questions } from '../../../../nodes/shared/results/questions';
import { Counting, Division } from '../../../../nodes/shared/results/summarize/counting';
import { Group } from '../../../../nodes/shared/results/summarize/groups';
import type { Invitee } from '../../../../nodes/shared/results/summarize/invited';
import { summaryOf, type Summary } from '../../../../nodes/shared/results/summarize/summary';
import { CountedParts } from '../../../../nodes/shared/results/summarize/tally';
import { answerSet } from '../questionnaire';

/** One person: their group, how far they have come, and what they answered. */
export interface Person {
	/** The index of their sendout. Missing for a general link. */
	sendout?: number;
	/** The index of their label value. */
	value?: number;
	/** One entry for each time they answered. */
	results: Array<{ completed: boolean; answers: Answer[] }>;
}

/** Summarizes people as the action does, without n8n. */
export function summarized(
	questions: Question[],
	people: readonly Person[],
	{ values, minGroupSize = 5 }: { values?: string[]; minGroupSize?: number } = {},
): Summary {
	const sendouts = 1 + Math.max(0, ...people.map(({ sendout }) => sendout ?? 0));
	const ofSendouts = Array.from({ length: sendouts }, (_, at) => {
		const Primary = { Name: `Sendout ${at}`, SendDate: '2026-09-01T08:00:00Z' };
		return new Group(Primary.Name, 'value', { SendoutId: 7001 + at, Primary } as Sendout);
	});
	const ofValues = values?.map((name) => new Group(name));
	const invited = new Map<number, Invitee>();
	for (const [at, { sendout, value }] of people.entries())
		if (sendout !== undefined)
			invited.set(at + 1, {
				sendout: ofSendouts[sendout],
				value: value === undefined ? undefined : ofValues?.[value],
				progress: 0,
			});
	const divisions = [
		new Division(ofSendouts, 'No sendout', invited, (one) => one.sendout, !values, minGroupSize),
		...(ofValues
			? [new Division(ofValues, 'No value', invited, (one) => one.value, true, minGroupSize)]
			: []),
	];
	const parts = new CountedParts(new Questions(questions));
	const counting = new Counting(parts, invited, divisions, false, 'UTC');
	for (const set of setsOf(people)) counting.add(set);
	const about = { surveyId: 501, from: null, to: null, sendoutIds: [], minGroupSize };
	return summaryOf({ ...about, groupBy: values ? 'Region' : null }, counting);
}

function setsOf(people: readonly Person[]): AnswerSet[] {
	let id = 90_000;
	return people.flatMap(({ sendout, results }, at) =>
		results.map(({ completed, answers }) =>
			answerSet(answers, {
				AnswerSetId: ++id,
				Respondent: sendout === undefined ? -1 : at + 1,
				...(completed ? {} : { Completed: null }),
			}),
		),
	);
}
