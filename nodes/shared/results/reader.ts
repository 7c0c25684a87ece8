import { listed, type NetigateClient } from '../netigate/client';
import { allDone, forEachLimited } from '../basics/concurrency';
import { InputError } from '../netigate/errors';
import type { AnswerSet, Question } from '../netigate/types';
import { FlatColumns, type FlatResult } from './flat';
import { People } from '../invite/people';
import { Questions, type KeyBy } from './questions';
import {
	knownRespondentOf,
	respondentOf,
	simplify,
	simplifyHead,
	type About,
	type SimplifiedResult,
} from './simplify';

/** How results are to look. */
export interface ResultOptions {
	simplify: boolean;
	keyBy: KeyBy;
	includeContact: boolean;
	includeBackgroundData: boolean;
	/** Whether the sets carry their answers; without, no questions are needed. */
	includeAnswers: boolean;
	/** Only of people in these sendouts; empty for all. */
	sendoutIds: readonly number[];
	/** `flat`: one column a question, for spreadsheets. */
	shape: 'nested' | 'flat';
}

/** A simplified result, or Netigate's own object with what was asked for beside it. */
export type Result = SimplifiedResult | (AnswerSet & Partial<SimplifiedResult>) | FlatResult;

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
				.then((tree) => new Questions(listed<Question>(tree, 'QuestionId')));
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

	/** @throws InputError when one of the sendouts is in none of the surveys: nobody would ever be found */
	async checkSendouts(surveyIds: readonly number[], sendoutIds: readonly number[]): Promise<void> {
		const known = new Set<number>();
		for (const surveyId of sendoutIds.length > 0 ? surveyIds : []) {
			for (const id of await this.people(surveyId).ownSendouts(sendoutIds)) known.add(id);
		}
		const unknown = sendoutIds.filter((id) => !known.has(id));
		if (unknown.length === 0) return;
		throw new InputError(
			`There is no sendout ${unknown.join(', ')} in survey ${surveyIds.join(', ')}`,
			'Choose the sendouts under Options again, or check what the expression gives.',
		);
	}

	/** Those of a survey's sets whose respondent is in one of these sendouts; all where none is named. */
	async inSendouts(
		surveyId: number,
		sets: readonly AnswerSet[],
		sendoutIds: readonly number[],
	): Promise<AnswerSet[]> {
		if (sendoutIds.length === 0 || sets.length === 0) return [...sets];
		const members = await this.people(surveyId).membersOf(sendoutIds);
		return sets.filter((set) => members.has(knownRespondentOf(set) ?? 0));
	}

	/** Results of sets of one survey, in their order. */
	async results(
		surveyId: number,
		sets: readonly AnswerSet[],
		options: ResultOptions,
	): Promise<Result[]> {
		return await this.shaped(surveyId, await this.read(surveyId, sets, options), options);
	}

	/**
	 * Results of one survey in the shape that is wanted: all that belong together, since rows of a spreadsheet
	 * have the columns that any of them needs.
	 *
	 * @param results what `read` gave
	 */
	async shaped(
		surveyId: number,
		results: Result[],
		{ shape, simplify, includeAnswers, keyBy }: ResultOptions,
	): Promise<Result[]> {
		if (shape !== 'flat' || results.length === 0) return results;
		const questions =
			simplify && includeAnswers ? await this.questions(surveyId) : new Questions([]);
		const labels = await this.people(surveyId).labelNames();
		return new FlatColumns(questions, keyBy).rows(results as SimplifiedResult[], labels);
	}

	/** A portion of the results of one survey, not shaped yet. */
	async read(
		surveyId: number,
		sets: readonly AnswerSet[],
		options: ResultOptions,
	): Promise<Result[]> {
		if (sets.length === 0) return [];
		const [questions, about] = await allDone([
			options.simplify && options.includeAnswers ? this.questions(surveyId) : undefined,
			this.about(surveyId, sets, options),
		]);
		return sets.map((set, index) => {
			const known = about?.[index];
			if (!options.simplify) return known ? { ...set, ...known } : set;
			return questions ? simplify(set, questions, options.keyBy, known) : simplifyHead(set, known);
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
				...(includeContact
					? {
							contact: respondent?.contact ?? null,
							sendoutId: respondent?.sendoutId ?? null,
							sendoutName: respondent ? await people.sendoutName(respondent.sendoutId) : null,
						}
					: {}),
				...(includeBackgroundData
					? { backgroundData: respondent ? await people.backgroundData(respondent) : {} }
					: {}),
			};
		});
		return about;
	}
}
