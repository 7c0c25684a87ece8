import { AccountState } from './accountState';
import { makeAnswers } from './answering';
import { formattedAnswers } from './markup';
import type { AnswerSetRecord } from './records';
import { notFound } from './refusal';
import type { Answer, AnswerSetHead } from './types';

/** The given parts of a new answer set. The others are made up. */
export interface NewAnswerSet {
	respondentId?: number;
	created?: string;
	updated?: string;
	/** A date, or null for an unfinished set. By default, completed when created. */
	completed?: string | null;
	answers?: Answer[] | ((set: AnswerSetHead) => Answer[]);
}

/** The sandbox's whole state. Tests can read and change it. */
export class SandboxState extends AccountState {
	readonly answerSets = new Map<number, AnswerSetRecord>();
	/** Increases with every change of an answer set, so that lists can be cached. */
	answersVersion = 0;
	private readonly setsBySurvey = new Map<number, AnswerSetRecord[]>();
	private readonly setsByRespondent = new Map<number, AnswerSetRecord[]>();

	answerSet(surveyId: number, id: number): AnswerSetRecord {
		this.survey(surveyId);
		const set = this.answerSets.get(id);
		if (!set || set.Survey !== surveyId) throw notFound('AnswerSet', id);
		return set;
	}

	/** In the order in which they were started. */
	answerSetsOf(surveyId: number): readonly AnswerSetRecord[] {
		return this.setsBySurvey.get(surveyId) ?? [];
	}

	answerSetsOfRespondent(respondentId: number): readonly AnswerSetRecord[] {
		return this.setsByRespondent.get(respondentId) ?? [];
	}

	/** Adds an answer set. Missing answers are made up when they are read. */
	addAnswerSet(surveyId: number, set: NewAnswerSet = {}, id = this.ids.take('answerSet')) {
		const created = set.created ?? this.now();
		const completed = set.completed === undefined ? created : set.completed;
		const record: AnswerSetRecord = {
			AnswerSetId: id,
			Created: created,
			Survey: surveyId,
			Respondent: set.respondentId ?? -1,
			Completed: completed,
			Updated: set.updated ?? completed ?? created,
			answers: set.answers ?? this.madeAnswers(surveyId),
		};
		this.answerSets.set(id, record);
		push(this.setsBySurvey, surveyId, record);
		if (record.Respondent !== -1) push(this.setsByRespondent, record.Respondent, record);
		this.answersVersion += 1;
		return record;
	}

	/** Adds many answer sets. @param each the given parts of the set at this index */
	addAnswerSets(
		surveyId: number,
		count: number,
		each: (index: number) => NewAnswerSet = () => ({}),
	): AnswerSetRecord[] {
		const first = this.ids.takeMany('answerSet', count);
		return Array.from({ length: count }, (_, index) =>
			this.addAnswerSet(surveyId, each(index), first + index),
		);
	}

	/** Changes an answer set. By default, `updated` is the current time. */
	changeAnswerSet(
		id: number,
		change: { completed?: string | null; updated?: string; answers?: Answer[] },
	): AnswerSetRecord {
		const set = this.found(this.answerSets, 'AnswerSet', id);
		if (change.completed !== undefined) set.Completed = change.completed;
		if (change.answers) set.answers = change.answers;
		set.Updated = change.updated ?? this.now();
		this.answersVersion += 1;
		return set;
	}

	removeAnswerSet(id: number): void {
		const set = this.found(this.answerSets, 'AnswerSet', id);
		this.answerSets.delete(id);
		for (const list of [
			this.setsBySurvey.get(set.Survey),
			this.setsByRespondent.get(set.Respondent),
		])
			list?.splice(list.indexOf(set), 1);
		this.answersVersion += 1;
	}

	headOf({ AnswerSetId, Created, Survey, Respondent, Completed, Updated }: AnswerSetRecord) {
		return { AnswerSetId, Created, Survey, Respondent, Completed, Updated } as AnswerSetHead;
	}

	/** The answers in a set. Made-up answers are the same each time. */
	answersOf(set: AnswerSetRecord): Answer[] {
		const answers = typeof set.answers === 'function' ? set.answers(set) : set.answers;
		return formattedAnswers(answers, this.questions.get(set.Survey) ?? [], this.settings);
	}

	/** Uses the current script. A later one doesn't change earlier answers. */
	private madeAnswers(surveyId: number): (set: AnswerSetHead) => Answer[] {
		const { answerScript } = this.settings;
		return (set) =>
			makeAnswers(this.questions.get(surveyId) ?? [], set, {
				answerScript,
				checkboxTitle: this.settings.checkboxTitle,
			});
	}
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
	const list = lists.get(key);
	if (list) list.push(value);
	else lists.set(key, [value]);
}
