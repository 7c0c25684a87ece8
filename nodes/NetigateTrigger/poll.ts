import { createHash } from 'crypto';
import { chunks } from '../shared/basics/lists';
import type { NetigateClient } from '../shared/netigate/client';
import type { AnswerSet } from '../shared/netigate/types';
import type { Questions } from '../shared/results/questions';
import { ResultReader, type Result, type ResultOptions } from '../shared/results/reader';
import { byChange, type TriggerEvent } from './changes';
import { collect, startMemory, type Reading } from './collect';
import {
	checkConditions,
	checkStillAsked,
	filtersWith,
	passing,
	type Condition,
	type ConditionQuestion,
	type Filter,
} from './conditions';
import { Recall, type Found, type SurveyMemory } from './memory';

/** What the user set at the trigger. */
export interface TriggerSettings {
	surveyIds: number[];
	event: TriggerEvent;
	conditions: Condition[];
	options: ResultOptions;
	pageSize: number;
}

/** All that the trigger keeps between polls. */
export interface TriggerMemory {
	event: TriggerEvent;
	/** By survey id. */
	surveys: Record<string, SurveyMemory>;
	/** The surveys, conditions and sendouts that were checked last, as a hash. */
	checked: string;
	/** The questions of these conditions. */
	asked: ConditionQuestion[];
}

interface Poll {
	settings: TriggerSettings;
	client: NetigateClient;
	/** The memory as it is at this moment; polls may overlap. */
	load: () => Partial<TriggerMemory>;
	save: (memory: TriggerMemory) => void;
	/** Whether to start from now, whatever was there before. */
	fresh: boolean;
	/** Roughly the most answer sets of a survey; by default `MOST_IN_A_POLL`. */
	most?: number;
	/** When to stop with what has been read, in milliseconds since 1970. */
	deadline: number;
	/** Our clock, in milliseconds since 1970. */
	now: () => number;
	/** Called for a survey that could not be read while others may give something. */
	failed: (surveyId: number, failure: unknown) => void;
}

/** The most answer sets of a survey that one poll outputs. */
const MOST_IN_A_POLL = 2000;

/** The same with background data, where each takes a call of its own. */
const MOST_WITH_BACKGROUND_DATA = 200;

/** How many results are made before the clock is checked. */
const PORTION = 100;

/** What a poll has read of one survey, with the results of those sets that pass the filters. */
interface Gathered extends Found {
	results: Map<number, Result>;
}

/** What was read, by survey, and the memories of the surveys that start now. */
interface Round {
	gathered: Map<number, Gathered>;
	started: Map<number, SurveyMemory>;
	failures: unknown[];
}

/**
 * One poll of the trigger: what changed in each survey and was not output yet, oldest change first.
 *
 * The memory is changed last, all at once and with nothing awaited, when everything to output has been read. If
 * anything fails before that, the next poll reads it again.
 *
 * @throws InputError for conditions that can never hold, NetigateError if nothing could be read
 */
export async function poll(run: Poll): Promise<Result[]> {
	const { settings, fresh, now } = run;
	const load = () => memoryFor(settings, fresh ? {} : run.load());
	const before = load();
	const reader = new ResultReader(run.client);
	const checked = signatureOf(settings);
	const asked = before.checked === checked ? before.asked : await checkSettings(settings, reader);
	const { gathered, started, failures } = await readSurveys(run, reader, { ...before, asked });
	if (failures.length > 0 && (fresh || gathered.size + started.size === 0)) throw failures[0];

	const memory = load();
	const own = filterIn(settings);
	for (const [id, start] of started) memory.surveys[id] ??= { ...start, filters: [own] };
	const output: Array<{ set: AnswerSet; result: Result }> = [];
	for (const [id, { results, ...found }] of gathered) {
		const filters = filtersWith(own, memory.surveys[id].filters, found.heads);
		const taken = new Recall(memory.surveys[id], settings.event).take(found, now());
		memory.surveys[id] = { ...taken.memory, filters: taken.left ? filters : [own] };
		for (const set of taken.fresh) {
			const result = results.get(set.AnswerSetId);
			if (result) output.push({ set, result });
		}
	}
	run.save({ ...memory, checked, asked });
	if (failures.length > 0 && output.length === 0) throw failures[0];
	return output.sort((a, b) => byChange(a.set, b.set)).map(({ result }) => result);
}

export const filterIn = ({ conditions, options }: TriggerSettings): Filter => ({
	conditions,
	sendoutIds: options.sendoutIds,
});

/** The memory of the surveys that are chosen now; for another event it starts over. */
function memoryFor(
	{ surveyIds, event }: TriggerSettings,
	{ surveys = {}, checked = '', asked = [], ...stored }: Partial<TriggerMemory>,
): TriggerMemory {
	const kept = surveyIds.filter((id) => stored.event === event && surveys[id]);
	return {
		event,
		surveys: Object.fromEntries(kept.map((id) => [String(id), surveys[id]])),
		checked,
		asked,
	};
}

function signatureOf({ surveyIds, conditions, options }: TriggerSettings): string {
	const given = JSON.stringify([surveyIds, conditions, options.sendoutIds]);
	return createHash('sha256').update(given).digest('base64url').slice(0, 12);
}

/**
 * Checks the conditions and sendouts against the surveys.
 *
 * @returns the questions of the conditions
 * @throws InputError for a condition that can never hold, or a sendout that none of the surveys has
 */
export async function checkSettings(
	{ surveyIds, conditions, options }: TriggerSettings,
	reader: ResultReader,
): Promise<ConditionQuestion[]> {
	await reader.checkSendouts(surveyIds, options.sendoutIds);
	if (conditions.length === 0) return [];
	const questions = new Map<number, Questions>();
	for (const id of surveyIds) questions.set(id, await reader.questions(id));
	return checkConditions(conditions, questions);
}

async function readSurveys(run: Poll, reader: ResultReader, memory: TriggerMemory): Promise<Round> {
	const { settings, client, now } = run;
	const { surveyIds, event, pageSize, options } = settings;
	const most = options.includeBackgroundData ? MOST_WITH_BACKGROUND_DATA : MOST_IN_A_POLL;
	const round: Round = { gathered: new Map(), started: new Map(), failures: [] };
	for (const [index, surveyId] of surveyIds.entries()) {
		const until = now() + (run.deadline - now()) / (surveyIds.length - index);
		const outOfTime = () => now() >= until;
		const reading = { client, surveyId, event, pageSize, most: run.most ?? most, outOfTime };
		const survey = memory.surveys[surveyId];
		try {
			if (survey) {
				const found = await gather(settings, memory.asked, reader, survey, reading);
				round.gathered.set(surveyId, found);
			} else round.started.set(surveyId, await startMemory(reading, now()));
		} catch (error) {
			round.failures.push(error);
			// Publishing the workflow shows the error, which is better than starting with some of the surveys.
			if (run.fresh) break;
			run.failed(surveyId, error);
		}
	}
	return round;
}

/** Reads what is new in one survey and makes results of it, as far as there is time. */
async function gather(
	settings: TriggerSettings,
	asked: readonly ConditionQuestion[],
	reader: ResultReader,
	memory: SurveyMemory,
	reading: Reading,
): Promise<Gathered> {
	const { surveyId, most, outOfTime } = reading;
	const { heads, sets } = await collect(memory, reading);
	const recall = new Recall(memory, settings.event);
	const fresh = sets.filter((set) => recall.isNew(set)).sort(byChange);
	if (fresh.length > 0 && asked.length > 0) {
		checkStillAsked(asked, settings.conditions, surveyId, await reader.questions(surveyId));
	}
	const filters = filtersWith(filterIn(settings), memory.filters, heads);
	const results = new Map<number, Result>();
	const done = sets.filter((set) => !recall.isNew(set));
	for (const [index, portion] of chunks(fresh.slice(0, most), PORTION).entries()) {
		// The first portion is always made, so that every poll gets further.
		if (index > 0 && outOfTime()) break;
		const passed = await passing(portion, surveyId, filters, reader);
		const made = await reader.read(surveyId, passed, settings.options);
		for (const [at, { AnswerSetId }] of passed.entries()) results.set(AnswerSetId, made[at]);
		done.push(...portion);
	}
	const shaped = await reader.shaped(surveyId, [...results.values()], settings.options);
	for (const [at, id] of [...results.keys()].entries()) results.set(id, shaped[at]);
	return { heads, sets: done, results };
}
