import { listed, type NetigateClient } from '../netigate/client';
import { allDone, forEachInTurns, forEachLimited, readOnce } from '../basics/concurrency';
import { getOrAdd } from '../basics/lists';
import { InputError } from '../netigate/errors';
import type { AnswerSet, Question } from '../netigate/types';
import { oneByOne, type RunItems } from '../n8n/itemRun';
import type { Parameters } from '../n8n/parameters';
import type { ResultOptions } from './fields';
import { flatRowOf, type FlatResult } from './flat';
import { People } from './people';
import { Questions } from './questions';
import { Retention } from './retention';
import {
	knownRespondentOf,
	respondentOf,
	simplify,
	simplifyHead,
	type About,
	type SimplifiedResult,
} from './simplify';

/** A simplified result, or an object from Netigate with the requested additions. */
export type FullResult = SimplifiedResult | (AnswerSet & Partial<SimplifiedResult>);

export type Result = FullResult | FlatResult;

/** Turns answer sets into results. Reads each survey's questions and people only once. */
export class ResultReader {
	private readonly once = readOnce('forgotten');

	private readonly peopleBySurvey = new Map<number, People>();

	private readonly retentions = new Map<number, Retention>();

	constructor(
		private readonly client: NetigateClient,
		private readonly defaultCountry = '',
	) {}

	/** A survey's questions (call 4). */
	async questions(surveyId: number): Promise<Questions> {
		return await this.once(`${surveyId}`, async () => {
			const tree = await this.client.get(`/surveys/${surveyId}/questions`);
			return new Questions(listed<Question>(tree, 'QuestionId'));
		});
	}

	/** Keeps track of what Netigate may have removed from a survey's results. */
	retention(surveyId: number): Retention {
		return getOrAdd(this.retentions, surveyId, () => new Retention(this.client, surveyId));
	}

	/** Hints about the results read so far. */
	async hints(): Promise<string[]> {
		const each = [...this.retentions].map(
			async ([id, retention]) => await retention.hints(async () => await this.questions(id)),
		);
		return (await Promise.all(each)).flat();
	}

	people(surveyId: number): People {
		const { client, defaultCountry } = this;
		return getOrAdd(
			this.peopleBySurvey,
			surveyId,
			() => new People(client, surveyId, defaultCountry),
		);
	}

	/** @throws InputError if a sendout isn't in any of the surveys, because there would never be results for it */
	async checkSendouts(surveyIds: readonly number[], sendoutIds: readonly number[]) {
		const own = new Set<number>();
		for (const surveyId of sendoutIds.length > 0 ? surveyIds : []) {
			for (const id of await this.people(surveyId).ownSendouts(sendoutIds)) own.add(id);
		}
		const unknown = sendoutIds.filter((id) => !own.has(id));
		if (unknown.length === 0) return;
		const missing =
			unknown.length === 1
				? `Sendout ${unknown[0]} isn't`
				: `Sendouts ${unknown.join(', ')} aren't`;
		const place = surveyIds.length === 1 ? 'survey' : 'any of the surveys';
		throw new InputError(
			`${missing} in ${place} ${surveyIds.join(', ')}`,
			"Choose the sendouts again under 'Options', or check what the expression returns.",
		);
	}

	/** The sets whose respondents are in one of these sendouts. If no sendouts are given, all sets. */
	async inSendouts(surveyId: number, sets: readonly AnswerSet[], sendoutIds: readonly number[]) {
		if (sendoutIds.length === 0 || sets.length === 0) return [...sets];
		const members = await this.people(surveyId).membersOf(sendoutIds);
		return sets.filter((set) => members.has(knownRespondentOf(set) ?? 0));
	}

	async results(surveyId: number, sets: readonly AnswerSet[], options: ResultOptions) {
		return await this.shaped(surveyId, await this.read(surveyId, sets, options), options);
	}

	/** Results are converted together, because all flat rows have the same columns. */
	async shaped(surveyId: number, results: FullResult[], options: ResultOptions): Promise<Result[]> {
		const { shape, simplify, includeAnswers } = options;
		if (shape !== 'flat' || results.length === 0) return results;
		const questions =
			simplify && includeAnswers ? await this.questions(surveyId) : new Questions([]);
		const labels = await this.people(surveyId).labelNames();
		const simplified = results as SimplifiedResult[];
		const toRow = flatRowOf(simplified, questions, options, labels);
		const rows: FlatResult[] = [];
		await forEachInTurns(simplified, (result) => void rows.push(toRow(result)));
		return rows;
	}

	/** Results from one survey, before they are converted to the requested shape. */
	async read(surveyId: number, sets: readonly AnswerSet[], options: ResultOptions) {
		if (sets.length === 0) return [];
		const [questions, about] = await allDone([
			options.simplify && options.includeAnswers ? this.questions(surveyId) : undefined,
			this.about(surveyId, sets, options),
		]);
		if (options.includeAnswers) this.retention(surveyId).look(sets);
		return sets.map((set, index): FullResult => {
			const person = about?.[index];
			if (!options.simplify) return person ? { ...set, ...person } : set;
			return questions
				? simplify(set, questions, options.keyBy, person)
				: simplifyHead(set, person);
		});
	}

	private async about(surveyId: number, sets: readonly AnswerSet[], options: ResultOptions) {
		const { includeContact, includeBackgroundData } = options;
		if (!includeContact && !includeBackgroundData) return undefined;
		const people = this.people(surveyId);
		const retention = this.retention(surveyId);
		const ids = sets.map(respondentOf);
		const respondents = await people.find(ids.filter((id) => id !== null));
		const about = new Array<About>(sets.length);
		await forEachLimited(ids, this.client.maxInFlight, async (id, index) => {
			const respondent = id === null ? undefined : respondents.get(id);
			if (respondent && people.hidesContactOf(respondent)) retention.hidesContacts = true;
			const contact = includeContact && {
				contact: respondent?.contact ?? null,
				sendoutId: respondent?.sendoutId ?? null,
				sendoutName: respondent ? await people.sendoutName(respondent.sendoutId) : null,
			};
			const backgroundData =
				includeBackgroundData && (respondent ? await people.backgroundData(respondent) : {});
			about[index] = { ...contact, ...(backgroundData && { backgroundData }) };
		});
		return about;
	}
}

/** The parameters that a result action gets for one item. */
export interface ResultItem {
	parameters: Parameters;
	client: NetigateClient;
	/** Shared by all items in a run. */
	reader: ResultReader;
	hint: (message: string) => void;
}

export function resultsByItem(work: (item: ResultItem) => Promise<object | object[]>): RunItems {
	return async (batch) => {
		const { client, hint } = batch;
		let reader: ResultReader | undefined;
		const outcomes = await oneByOne(() => async (parameters) => {
			reader ??= new ResultReader(client, parameters.defaultCountry);
			return await work({ parameters, client, reader, hint });
		})(batch);
		// Whether text is missing isn't clear until all items have been read.
		for (const message of (await reader?.hints()) ?? []) hint(message);
		return outcomes;
	};
}
