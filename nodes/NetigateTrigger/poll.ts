import { createHash } from 'crypto';
import type { NetigateClient } from '../shared/netigate/client';
import type { Questions } from '../shared/results/questions';
import { ResultReader, type Result, type ResultOptions } from '../shared/results/reader';
import type { AnswerSet } from '../shared/netigate/types';
import { byChange, changedAt, newestOf } from './changes';
import { collect, startMemory, type Reading } from './collect';
import {
	checkConditions,
	checkStillAsked,
	fulfils,
	readConditions,
	type Asked,
	type Condition,
	type GivenCondition,
} from './conditions';
import { filterFor, passedFormer, passedFormerSendouts, type EarlierFilter } from './former';
import type { TriggerEvent } from './marks';
import { Recall, type Found, type SurveyMemory } from './memory';

/** What the user set at the trigger. */
export interface TriggerSettings {
	surveyIds: number[];
	event: TriggerEvent;
	conditions: GivenCondition[];
	options: ResultOptions;
	pageSize: number;
}

/** All that the trigger keeps between polls. */
export interface TriggerMemory {
	event: TriggerEvent;
	/** By survey id. */
	surveys: Record<string, SurveyMemory>;
	/** The conditions that were last checked against the surveys' questions. */
	checked: string;
	/** The questions of these conditions. */
	asked?: Asked[];
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

/** The most answer sets of a survey that one poll gives. */
const MOST_IN_A_POLL = 2000;

/** The same with background data, where each takes a call of its own. */
const MOST_WITH_BACKGROUND_DATA = 200;

/** How many results are made at a time, before the clock is checked. */
const PORTION = 100;

/** What a poll has read of one survey, with the results of those sets that fulfil the conditions. */
interface Gathered extends Found {
	surveyId: number;
	results: Map<number, Result>;
}

/**
 * One poll of the trigger: what changed in each survey and was not given yet, oldest change first.
 *
 * The memory is changed last, all at once and with nothing awaited, when everything to give has been read: what
 * fails before that is read again by the next poll.
 *
 * @throws InputError for conditions that cannot hold, NetigateError when nothing could be read
 */
export async function poll(run: Poll): Promise<Result[]> {
	const { settings, load, save, now } = run;
	const reader = new ResultReader(run.client);
	const conditions = readConditions(settings.conditions);
	const before = memoryFor(settings, run.fresh ? {} : load());
	const checked = signatureOf(settings);
	let { asked } = before;
	if (before.checked !== checked) {
		await reader.checkSendouts(settings.surveyIds, settings.options.sendoutIds);
	}
	if (conditions.length === 0) asked = undefined;
	else if (before.checked !== checked || !asked) {
		asked = await checkAgainstSurveys(settings, conditions, reader);
	}
	const judging: Judging = { reader, conditions, asked: asked ?? [] };

	const gathered: Gathered[] = [];
	const started = new Map<number, SurveyMemory>();
	const failures: unknown[] = [];
	for (const [index, surveyId] of settings.surveyIds.entries()) {
		const share = (run.deadline - now()) / (settings.surveyIds.length - index);
		const until = now() + share;
		const reading = readingOf(run, surveyId, until);
		const memory = before.surveys[surveyId];
		try {
			if (memory) gathered.push(await gather(run, judging, memory, reading));
			else started.set(surveyId, await startMemory(reading, now()));
		} catch (error) {
			failures.push(error);
			// Publishing the workflow shows the error, which is better than starting with some of the surveys.
			if (run.fresh) break;
			run.failed(surveyId, error);
		}
	}
	if (failures.length > 0 && (run.fresh || gathered.length + started.size === 0)) throw failures[0];

	const current = memoryFor(settings, run.fresh ? {} : load());
	const given: Array<{ set: AnswerSet; result: Result }> = [];
	for (const [surveyId, memory] of started) {
		current.surveys[surveyId] ??= withFilter(memory, settings, []);
	}
	for (const { surveyId, results, ...found } of gathered) {
		const remembered = current.surveys[surveyId];
		const { fresh, memory, left } = new Recall(remembered, settings.event).take(found, now());
		const former = left.length > 0 ? formerOf(remembered, settings, found.heads) : [];
		current.surveys[surveyId] = withFilter(memory, settings, former);
		for (const set of fresh) {
			const result = results.get(set.AnswerSetId);
			if (result) given.push({ set, result });
		}
	}
	current.checked = checked;
	save({ ...current, ...(asked ? { asked } : {}) });
	if (failures.length > 0 && given.length === 0) throw failures[0];
	return given.sort((a, b) => byChange(a.set, b.set)).map(({ result }) => result);
}

function readingOf(
	{ settings, client, now, most }: Poll,
	surveyId: number,
	until: number,
): Reading {
	return {
		client,
		surveyId,
		event: settings.event,
		pageSize: settings.pageSize,
		most:
			most ?? (settings.options.includeBackgroundData ? MOST_WITH_BACKGROUND_DATA : MOST_IN_A_POLL),
		outOfTime: () => now() >= until,
	};
}

/** The memory of the surveys that are chosen now; for another event it starts anew. */
function memoryFor(
	{ surveyIds, event }: TriggerSettings,
	stored: Partial<TriggerMemory>,
): TriggerMemory {
	const kept = stored.event === event ? (stored.surveys ?? {}) : {};
	return {
		event,
		surveys: Object.fromEntries(
			surveyIds.flatMap((id) => (kept[id] ? [[String(id), kept[id]] as const] : [])),
		),
		checked: stored.checked ?? '',
		...(stored.asked ? { asked: stored.asked } : {}),
	};
}

/** The earlier filters, and with them the latest one if this poll has another. */
function formerOf(
	{ filter, former = [] }: SurveyMemory,
	{ conditions, options }: TriggerSettings,
	heads: readonly AnswerSet[],
): EarlierFilter[] {
	const same = JSON.stringify(filter) === JSON.stringify(filterFor(conditions, options.sendoutIds));
	if (!filter || same) return former;
	return [...former, { filter, until: newestOf(heads.map(changedAt)) }];
}

function withFilter(
	memory: SurveyMemory,
	{ conditions, options }: TriggerSettings,
	former: EarlierFilter[],
): SurveyMemory {
	const { since, given, settling } = memory;
	const filter = filterFor(conditions, options.sendoutIds);
	return {
		since,
		given,
		...(settling ? { settling } : {}),
		...(filter ? { filter } : {}),
		...(former.length > 0 ? { former } : {}),
	};
}

function signatureOf({ surveyIds, conditions, options }: TriggerSettings): string {
	const { sendoutIds } = options;
	const given = [surveyIds, conditions, ...(sendoutIds.length > 0 ? [sendoutIds] : [])];
	return createHash('sha256').update(JSON.stringify(given)).digest('base64url').slice(0, 12);
}

async function checkAgainstSurveys(
	{ surveyIds }: TriggerSettings,
	conditions: readonly Condition[],
	reader: ResultReader,
): Promise<Asked[]> {
	const questions = new Map<number, Questions>();
	for (const id of surveyIds) questions.set(id, await reader.questions(id));
	return checkConditions(conditions, questions);
}

/** What decides which sets are given. */
interface Judging {
	reader: ResultReader;
	conditions: readonly Condition[];
	asked: readonly Asked[];
}

/** Reads what is new in one survey and makes results of it, as far as there is time. */
async function gather(
	{ settings }: Poll,
	{ reader, conditions, asked }: Judging,
	memory: SurveyMemory,
	reading: Reading,
): Promise<Gathered> {
	const { surveyId, most, outOfTime } = reading;
	const { heads, sets } = await collect(memory, reading);
	const former = formerOf(memory, settings, heads);
	const recall = new Recall(memory, settings.event);
	const fresh = sets.filter((set) => recall.isNew(set)).sort(byChange);
	if (fresh.length > 0 && asked.length > 0) {
		checkStillAsked(asked, conditions, surveyId, await reader.questions(surveyId));
	}
	const results = new Map<number, Result>();
	const done: AnswerSet[] = sets.filter((set) => !recall.isNew(set));
	for (let at = 0; at < fresh.length && at < most; at += PORTION) {
		// The first portion is always made, so that every poll gets further.
		if (at > 0 && outOfTime()) break;
		const portion = fresh.slice(at, Math.min(at + PORTION, most));
		const questions = former.length > 0 ? await reader.questions(surveyId) : undefined;
		const passed = portion.filter((set) => !questions || passedFormer(set, questions, former));
		const fulfilling = await selectFulfilling(passed, surveyId, conditions, reader);
		const here = await reader.inSendouts(surveyId, fulfilling, settings.options.sendoutIds);
		const fitting = await passedFormerSendouts(reader, surveyId, here, former);
		const made = await reader.read(surveyId, fitting, settings.options);
		for (const [index, set] of fitting.entries()) results.set(set.AnswerSetId, made[index]);
		done.push(...portion);
	}
	const shaped = await reader.shaped(surveyId, [...results.values()], settings.options);
	const ids = [...results.keys()];
	return {
		surveyId,
		heads,
		sets: done,
		results: new Map(shaped.map((result, at) => [ids[at], result])),
	};
}

/** Those of a survey's sets that fulfil the conditions for its questions. */
export async function selectFulfilling(
	sets: readonly AnswerSet[],
	surveyId: number,
	conditions: readonly Condition[],
	reader: ResultReader,
): Promise<AnswerSet[]> {
	if (conditions.length === 0 || sets.length === 0) return [...sets];
	const questions = await reader.questions(surveyId);
	const own = conditions.filter(({ questionItemId }) => questions.get(questionItemId));
	return sets.filter((set) => fulfils(set, questions, own));
}

/** The user's conditions, read and checked against the surveys' questions. */
export async function readAndCheckConditions(
	settings: TriggerSettings,
	reader: ResultReader,
): Promise<Condition[]> {
	const conditions = readConditions(settings.conditions);
	if (conditions.length > 0) await checkAgainstSurveys(settings, conditions, reader);
	return conditions;
}
