import { asList, type NetigateClient } from '../api/client';
import { forEachLimited } from '../api/concurrency';
import type { AnswerSet, Question } from '../api/types';
import { People } from './people';
import { Questions, type KeyBy } from './questions';
import { respondentOf, simplify, simplifyHead, type SimplifiedResult } from './simplify';

/** How results are to look. */
export interface ResultOptions {
	simplify: boolean;
	keyBy: KeyBy;
	includeContact: boolean;
	includeBackgroundData: boolean;
	/** Whether the sets carry their answers; without, no questions are needed. */
	includeAnswers: boolean;
}

/** A simplified result, or Netigate's own object with what was asked for beside it. */
export type Result = SimplifiedResult | (AnswerSet & Partial<SimplifiedResult>);

interface About {
	contact?: string | null;
	backgroundData?: Record<string, string>;
}

/** Turns answer sets into results; what a survey says about itself is read once for all of them. */
export class ResultReader {
	private readonly trees = new Map<number, Promise<Questions>>();

	private readonly survey = new Map<number, People>();

	constructor(private readonly client: NetigateClient) {}

	/** The questions of a survey (row 4). */
	async questions(surveyId: number): Promise<Questions> {
		let questions = this.trees.get(surveyId);
		if (!questions) {
			questions = this.client
				.get(`/surveys/${surveyId}/questions`)
				.then((tree) => new Questions(asList<Question>(tree)));
			this.trees.set(surveyId, questions);
			// A failure is not kept: the next item may have more luck.
			questions.catch(() => this.trees.delete(surveyId));
		}
		return await questions;
	}

	/** The people of a survey. */
	people(surveyId: number): People {
		let people = this.survey.get(surveyId);
		if (!people) this.survey.set(surveyId, (people = new People(this.client, surveyId)));
		return people;
	}

	/** Results of sets of one survey, in their order. */
	async results(
		surveyId: number,
		sets: readonly AnswerSet[],
		options: ResultOptions,
	): Promise<Result[]> {
		if (sets.length === 0) return [];
		const [questions, about] = await Promise.all([
			options.simplify && options.includeAnswers ? this.questions(surveyId) : undefined,
			this.about(surveyId, sets, options),
		]);
		return sets.map((set, index) => {
			const known = about?.[index];
			if (!options.simplify) return known ? { ...set, ...known } : set;
			const {
				answerSetId,
				surveyId: id,
				respondentId,
				...rest
			} = questions ? simplify(set, questions, options.keyBy) : simplifyHead(set);
			return { answerSetId, surveyId: id, respondentId, ...known, ...rest };
		});
	}

	/** Contact and background data of those who answered, a list beside the sets. */
	private async about(
		surveyId: number,
		sets: readonly AnswerSet[],
		{ includeContact, includeBackgroundData }: ResultOptions,
	): Promise<About[] | undefined> {
		if (!includeContact && !includeBackgroundData) return undefined;
		const people = this.people(surveyId);
		const ids = sets.map(respondentOf);
		const known = await people.find(ids.filter((id) => id !== null));
		const about = new Array<About>(sets.length);
		await forEachLimited(ids, this.client.maxInFlight, async (id, index) => {
			const respondent = id === null ? undefined : known.get(id);
			about[index] = {
				...(includeContact ? { contact: respondent?.contact ?? null } : {}),
				...(includeBackgroundData
					? { backgroundData: respondent ? await people.backgroundData(respondent) : {} }
					: {}),
			};
		});
		return about;
	}
}
