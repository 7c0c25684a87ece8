import { chunks } from '../shared/basics/lists';
import type { NetigateClient } from '../shared/netigate/client';
import { InputError } from '../shared/netigate/errors';
import type { AnswerSet } from '../shared/netigate/types';
import { readPage, withTakenSize } from '../shared/results/pages';
import type { Questions } from '../shared/results/questions';
import { ResultReader, type FullResult, type Result } from '../shared/results/reader';
import { byChange, digest, withoutPrints, type PrintKey, type TriggerEvent } from './changes';
import { collect, filterOf, startMemory, type Reading } from './collect';
import {
	checkConditions,
	checkStillAsked,
	filtersWith,
	passing,
	withMatches,
	type ConditionQuestion,
	type Filter,
} from './conditions';
import type { TriggerSettings } from './fields';
import { failedOf, isReported, type Failed } from './gone';
import { Recall, type SurveyMemory } from './memory';

export interface TriggerMemory {
	event: TriggerEvent;
	/** By survey id. */
	surveys: Record<string, SurveyMemory>;
	/** A hash of the surveys, conditions and sendouts that were last checked. */
	checked: string;
	asked: ConditionQuestion[];
	/** The ID of the key for the prints in `given`. */
	printKey: string;
}

interface Poll {
	settings: TriggerSettings;
	client: NetigateClient;
	key: PrintKey;
	/** Loads the current memory, because polls may overlap. */
	load: () => Partial<TriggerMemory>;
	save: (memory: TriggerMemory) => void;
	/** Whether to discard the memory and skip all existing answers. */
	fresh: boolean;
	/** The approximate maximum number of answer sets per survey. */
	most?: number;
	/** When to stop reading, in milliseconds since 1970. */
	deadline: number;
	/** Our clock, in milliseconds since 1970. */
	now: () => number;
	/** Called for each survey that couldn't be read, except during activation. */
	failed: (surveyId: number, failure: unknown) => void;
}

/** The maximum number of answer sets per survey and poll. */
const MAX_PER_POLL = 2000;
/** The maximum if background data is included, which needs one call per answer set. */
const MAX_WITH_BACKGROUND_DATA = 200;

/** The number of answer sets to process before checking the clock again. */
const PORTION = 100;

/**
 * Polls once and returns all changes that haven't been output yet, oldest first. The memory is updated at the
 * end, in one step without an await. If anything fails before that, the next poll reads the changes again.
 * @throws InputError for conditions that can never be true; NetigateError if nothing could be read
 */
export async function poll(run: Poll): Promise<Result[]> {
	const { settings, fresh, now, key } = run;
	const load = () => memoryFor(settings, key, fresh ? {} : run.load());
	const before = load();
	const reader = new ResultReader(run.client);
	const { surveyIds, conditions, options } = settings;
	const checked = digest(JSON.stringify([surveyIds, conditions, options.sendoutIds]), 12);
	const gone = new Set(surveyIds.filter((id) => before.surveys[id]?.goneSince !== undefined));
	const asked =
		before.checked === checked ? before.asked : await checkSettings(settings, reader, gone);
	const { gathered, started, failures, othersRead } = await readSurveys(run, reader, {
		...before,
		asked,
	});
	// A deleted survey is reported only once, so its error comes first.
	const [failed] = failures.sort((a, b) => Number(b.gone) - Number(a.gone));
	if (failed && (fresh || (!othersRead && !failed.gone))) throw failed.error;

	const memory = load();
	const own = filterIn(settings);
	for (const [id, start] of started) memory.surveys[id] ??= { ...start, filters: [own] };
	const output: Array<{ set: AnswerSet; result: Result }> = [];
	for (const [id, { results, ...found }] of gathered) {
		const filters = filtersWith(own, memory.surveys[id].filters, found.heads);
		const taken = new Recall(memory.surveys[id], settings.event, key).take(found, now());
		const left = { filters: taken.left ? filters : [own], goneSince: undefined };
		memory.surveys[id] = { ...taken.memory, ...left };
		for (const set of taken.fresh) {
			const result = results.get(set.AnswerSetId);
			if (result) output.push({ set, result });
		}
	}
	const reports = failed !== undefined && output.length === 0;
	if (reports && failed.gone) memory.surveys[failed.surveyId].goneSince = now();
	run.save({ ...memory, checked, asked });
	if (reports) throw failed.error;
	return output.sort((a, b) => byChange(a.set, b.set)).map(({ result }) => result);
}

function filterIn({ conditions, options }: TriggerSettings): Filter {
	return { conditions, sendoutIds: options.sendoutIds };
}

/** The memory for the chosen surveys. If the event setting changed, every survey starts over. */
function memoryFor(
	{ surveyIds, event }: TriggerSettings,
	key: PrintKey,
	{ surveys = {}, checked = '', asked = [], ...stored }: Partial<TriggerMemory>,
): TriggerMemory {
	const kept = surveyIds.filter((id) => stored.event === event && surveys[id]);
	const memories = kept.map((id) => {
		const { given } = surveys[id];
		const known = stored.printKey === key.id ? given : withoutPrints(given, event);
		return [String(id), { ...surveys[id], given: known }] as const;
	});
	const printKey = key.id;
	return { event, surveys: Object.fromEntries(memories), checked, asked, printKey };
}

/** @throws InputError if a condition can never be true or a sendout isn't in any of the surveys */
async function checkSettings(
	settings: TriggerSettings,
	reader: ResultReader,
	gone: ReadonlySet<number> = new Set(),
) {
	const { conditions, options } = settings;
	const surveyIds = settings.surveyIds.filter((id) => !gone.has(id));
	await reader.checkSendouts(surveyIds, options.sendoutIds);
	if (conditions.length === 0) return [];
	const questions = new Map<number, Questions>();
	for (const id of surveyIds) questions.set(id, await reader.questions(id));
	return checkConditions(conditions, questions);
}

/** Reads the changes in each survey, and creates the memory for each new survey. */
async function readSurveys(run: Poll, reader: ResultReader, memory: TriggerMemory) {
	const { settings, client, now, key } = run;
	const { surveyIds, event, pageSize, options } = settings;
	const most = options.includeBackgroundData ? MAX_WITH_BACKGROUND_DATA : MAX_PER_POLL;
	const gathered = new Map<number, Awaited<ReturnType<typeof gather>>>();
	const started = new Map<number, SurveyMemory>();
	const failures: Failed[] = [];
	for (const [index, surveyId] of surveyIds.entries()) {
		const until = now() + (run.deadline - now()) / (surveyIds.length - index);
		const outOfTime = () => now() >= until;
		const reading = { client, key, surveyId, event, pageSize, most: run.most ?? most, outOfTime };
		const survey = memory.surveys[surveyId];
		try {
			if (survey)
				gathered.set(surveyId, await gather(settings, memory.asked, reader, survey, reading));
			else started.set(surveyId, await startMemory(reading, now()));
		} catch (error) {
			failures.push(await failedOf(client, surveyId, error, survey));
			// Failing to publish is better than starting with only some of the surveys.
			if (run.fresh) break;
		}
	}
	const othersRead = failures.length < surveyIds.length;
	const unreported = failures.filter(
		(failed) => !isReported(failed, memory.surveys[failed.surveyId], othersRead, now()),
	);
	if (!run.fresh) for (const { surveyId, error } of unreported) run.failed(surveyId, error);
	return { gathered, started, failures: unreported, othersRead };
}

/** Reads the changes in one survey and turns them into results until time runs out. */
async function gather(
	settings: TriggerSettings,
	asked: readonly ConditionQuestion[],
	reader: ResultReader,
	memory: SurveyMemory,
	reading: Reading,
) {
	const { surveyId, most, outOfTime, key } = reading;
	const { heads, sets } = await collect(memory, reading);
	const recall = new Recall(memory, settings.event, key);
	const fresh = sets.filter((set) => recall.isNew(set)).sort(byChange);
	if (fresh.length > 0 && asked.length > 0) {
		checkStillAsked(asked, settings.conditions, surveyId, await reader.questions(surveyId));
	}
	const filters = filtersWith(filterIn(settings), memory.filters, heads);
	const full = new Map<number, FullResult>();
	const done = sets.filter((set) => !recall.isNew(set));
	for (const [index, portion] of chunks(fresh.slice(0, most), PORTION).entries()) {
		// The first portion is always processed, so that every poll makes progress.
		if (index > 0 && outOfTime()) break;
		const passed = await passing(portion, surveyId, filters, reader);
		const made = await readResults(settings, reader, surveyId, passed);
		for (const [at, { AnswerSetId }] of passed.entries()) full.set(AnswerSetId, made[at]);
		for (const one of portion) done.push(one);
	}
	const shaped = await reader.shaped(surveyId, [...full.values()], settings.options);
	const results = new Map([...full.keys()].map((id, at) => [id, shaped[at]]));
	return { heads, sets: done, results };
}

/** Results of sets that meet the conditions, before they are converted to the requested shape. */
async function readResults(
	{ conditions, options }: TriggerSettings,
	reader: ResultReader,
	surveyId: number,
	sets: readonly AnswerSet[],
) {
	const results = await reader.read(surveyId, sets, options);
	return await withMatches(results, sets, surveyId, conditions, reader);
}

/**
 * The sets on a survey's first and last pages, newest first. Both are read because the order of pages isn't
 * documented.
 */
async function newestSets(
	client: NetigateClient,
	surveyId: number,
	{ event, pageSize }: TriggerSettings,
) {
	const pageOf = async (page: number, pagesize: number) =>
		await readPage(client, surveyId, { ...filterOf(event), page, pagesize });
	const first = await withTakenSize(pageSize, async (size) => await pageOf(1, size));
	const { TotalPages, AnswerSets } = first.response;
	const hasMore = TotalPages > 1 && TotalPages < Infinity;
	const last = hasMore ? (await pageOf(TotalPages, first.pageSize)).AnswerSets : [];
	return [...AnswerSets, ...last].sort(byChange).reverse();
}

/** For a manual test: returns only the newest matching result, because later nodes may send real messages. */
export async function sample(settings: TriggerSettings, client: NetigateClient): Promise<Result[]> {
	const reader = new ResultReader(client);
	await checkSettings(settings, reader);
	const filter = filterIn(settings);
	let newest: { set: AnswerSet; surveyId: number } | undefined;
	for (const surveyId of settings.surveyIds) {
		const sets = await newestSets(client, surveyId, settings);
		const [set] = await passing(sets, surveyId, [filter], reader);
		if (set && (!newest || byChange(set, newest.set) > 0)) newest = { set, surveyId };
	}
	if (newest) {
		const { surveyId, set } = newest;
		const results = await readResults(settings, reader, surveyId, [set]);
		return await reader.shaped(surveyId, results, settings.options);
	}
	throw new InputError(
		filter.conditions.length > 0 || filter.sendoutIds.length > 0
			? 'None of the newest answers meet the conditions'
			: 'The chosen surveys have no answers yet',
		'Answer the survey yourself, then test again. A published workflow needs no test and starts with the next answer.',
	);
}
