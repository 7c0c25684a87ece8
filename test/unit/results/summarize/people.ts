import type { Answer, AnswerSet, Question, Sendout } from '../../../../nodes/shared/netigate/types';
import {
	Counting,
	Division,
	type PlaceOf,
} from '../../../../nodes/shared/results/summarize/counting';
import { Group } from '../../../../nodes/shared/results/summarize/groups';
import { Invited } from '../../../../nodes/shared/results/summarize/invited';
import { Parts } from '../../../../nodes/shared/results/summarize/questions';
import { summaryOf, type Summary } from '../../../../nodes/shared/results/summarize/summary';
import { FakeNetigate } from '../fakeNetigate';
import { answerSet } from '../questionnaire';

/** One person: their group, how far they have come, and what they answered. */
export interface Somebody {
	/** The sendout in which they are, from 0; none for a general link. */
	sendout?: number;
	/** The place of their value of the label. */
	value?: number;
	/** Each time that they answered. */
	results: Array<{ completed: boolean; answers: Answer[] }>;
}

const sendoutIdOf = (at: number) => 7001 + at;

/** Sums people up with the parts of the action, without n8n. */
export async function summarized(
	questions: Question[],
	people: readonly Somebody[],
	{
		values,
		minGroupSize = 5,
		sendouts = 1 + Math.max(0, ...people.map(({ sendout }) => sendout ?? 0)),
	}: { values?: string[]; minGroupSize?: number; sendouts?: number } = {},
): Promise<Summary> {
	const ids = new Map(people.map((person, at) => [person, 60_001 + at]));
	const netigate = new FakeNetigate([]);
	const all = Array.from({ length: sendouts }, (_, at) => {
		const listed = people.filter(({ sendout }) => sendout === at);
		netigate.answers[`/sendouts/${sendoutIdOf(at)}/respondents`] = () =>
			listed.map((person) => ({ RespondentId: ids.get(person) }));
		return {
			SendoutId: sendoutIdOf(at),
			Primary: { Name: `Sendout ${at}`, SendDate: '2026-09-01T08:00:00Z' },
		} as Sendout;
	});
	const invited = new Invited(all);
	await invited.read(netigate.client, 501);
	const valueOf = new Map(
		people.map((person) => [invited.placeOf(ids.get(person)!), person.value]),
	);
	const ofSendouts = all.map((one) => new Group(one.Primary.Name, 'value', one));
	const ofValues = (values ?? []).map((name) => new Group(name));
	const division = (groups: Group[], none: string, placeOf: PlaceOf, counts: boolean) =>
		new Division(groups, none, invited, placeOf, counts, minGroupSize);
	const divisions = [
		division(ofSendouts, 'No sendout', invited.sendoutOf, !values),
		...(values ? [division(ofValues, 'No value', (person) => valueOf.get(person), true)] : []),
	];
	const counting = new Counting(new Parts(questions), invited, divisions, false, 'UTC');
	for (const set of setsOf(people, ids)) counting.add(set);
	const about = { surveyId: 501, from: null, to: null, sendoutIds: [], minGroupSize };
	return summaryOf({ ...about, groupBy: values ? 'Region' : null }, counting);
}

function setsOf(people: readonly Somebody[], ids: Map<Somebody, number>): AnswerSet[] {
	let id = 90_000;
	return people.flatMap((person) =>
		person.results.map(({ completed, answers }) =>
			answerSet(answers, {
				AnswerSetId: ++id,
				Respondent: person.sendout === undefined ? -1 : ids.get(person)!,
				...(completed ? {} : { Completed: null }),
			}),
		),
	);
}
