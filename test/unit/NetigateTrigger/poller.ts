import { setImmediate as nextTurn } from 'node:timers/promises';
import { createClient, type NetigateRequest } from '../../../nodes/shared/netigate/client';
import type { TriggerSettings } from '../../../nodes/NetigateTrigger/fields';
import { poll, type TriggerMemory } from '../../../nodes/NetigateTrigger/poll';
import type { Answer } from '../../../nodes/shared/netigate/types';
import type { Result } from '../../../nodes/shared/results/reader';
import { Clock, toApiDate } from '../../sandbox/clock';
import { works } from '../../sandbox/handlers';
import { People } from '../../sandbox/people';
import type { AnswerSetRecord } from '../../sandbox/records';
import { Refusal } from '../../sandbox/refusal';
import { defaultSettings, type Settings } from '../../sandbox/settings';
import { SandboxState, type NewAnswerSet } from '../../sandbox/state';
import type { Answer as SandboxAnswer } from '../../sandbox/types';

export const START = Date.parse('2026-09-27T12:00:00Z');

/** The calls of a poll by what is below the survey. */
const OPERATIONS: Record<string, string> = {
	'/questions': 'getQuestions',
	'/answers': 'getAnswerSets',
	'/answersWithData': 'getAnswerSetsWithData',
};

/** The sandbox with a clock that stands still, called without HTTP: the tests make many thousands of calls. */
export class Netigate {
	private readonly clock = new Clock();

	readonly settings: Settings = { ...defaultSettings };

	readonly state = new SandboxState(this.settings, () => this.clock.date());

	readonly calls: string[] = [];

	/** Called before each response with the number of the call, from 1. */
	beforeResponse: (call: number) => void = () => {};

	/** The calls that are refused. */
	refuse: (call: number, request: NetigateRequest) => boolean = () => false;

	constructor(settings: Partial<Settings> = {}) {
		this.clock.freeze();
		this.clock.set(START);
		Object.assign(this.settings, settings);
		for (let SurveyId = 501; SurveyId <= 520; SurveyId++)
			this.state.addSurvey({ SurveyId, Name: '' });
	}

	get now(): number {
		return this.clock.now();
	}

	set now(ms: number) {
		this.clock.set(ms);
	}

	answer(more: NewAnswerSet = {}, surveyId = 501): AnswerSetRecord {
		return this.state.addAnswerSet(surveyId, { updated: toApiDate(this.now), ...more });
	}

	/** Somebody goes on answering, or only comes by. */
	change({ AnswerSetId }: AnswerSetRecord, answers?: Answer[]): void {
		this.state.changeAnswerSet(AnswerSetId, { answers: answers as SandboxAnswer[] });
	}

	finish({ AnswerSetId }: AnswerSetRecord): void {
		this.state.changeAnswerSet(AnswerSetId, { completed: toApiDate(this.now) });
	}

	readonly client = createClient(
		async (request) => {
			const { path, query = {} } = request;
			const [, surveyId, below] = /^\/surveys\/(\d+)(.*)$/.exec(path)!;
			this.calls.push(`${below}${query.page === undefined ? '' : ` page ${query.page}`}`);
			const call = this.calls.length;
			await nextTurn();
			this.beforeResponse(call);
			const respond = (status: number, body: unknown) => ({
				kind: 'answer' as const,
				answer: { status, headers: {}, body: JSON.stringify(body) },
			});
			if (this.refuse(call, request)) return respond(400, new Refusal(400, 'not now').body);
			const { state, settings, clock } = this;
			const world = { state, settings, clock, people: new People(state, settings, clock) };
			const ids = { surveyId: Number(surveyId), answerSetId: Number(below.split('/')[2]) };
			const texts = Object.entries(query).map(([name, value]) => [name, String(value)]);
			const work = works[OPERATIONS[below] ?? 'getAnswerSet'];
			return respond(
				200,
				work(world, { ids, query: Object.fromEntries(texts), body: undefined as never }),
			);
		},
		{
			maxInFlight: 4,
			retryForMs: 0,
			settleMs: 0,
			sleep: async () => {},
			now: () => 0,
			random: () => 0,
			cancelled: () => false,
		},
	);
}

/** An n8n that polls, keeps static data, and can be restarted. */
export class Poller {
	/** Static data as it is in n8n's memory, and as it was saved last. */
	memory: Partial<TriggerMemory> = {};

	saved = '{}';

	readonly given: Result[] = [];

	readonly settings: TriggerSettings = {
		surveyIds: [501],
		event: 'completed',
		conditions: [],
		pageSize: 3,
		options: {
			simplify: true,
			includeAnswers: true,
			keyBy: 'text',
			includeContact: false,
			includeBackgroundData: false,
			sendoutIds: [],
			shape: 'nested',
		},
	};

	/** n8n's clock, which need not be Netigate's. */
	now: () => number = () => START;

	most: number | undefined;

	budgetMs = 45_000;

	readonly failed: number[] = [];

	constructor(private readonly netigate: Netigate) {}

	private async run(fresh: boolean): Promise<Result[]> {
		const results = await poll({
			settings: this.settings,
			client: this.netigate.client,
			load: () => this.memory,
			save: (memory) => {
				this.memory = JSON.parse(JSON.stringify(memory)) as TriggerMemory;
			},
			fresh,
			most: this.most,
			deadline: this.now() + this.budgetMs,
			now: this.now,
			failed: (surveyId) => this.failed.push(surveyId),
		});
		// n8n saves static data with what a poll gives, and after activation.
		if (results.length > 0 || fresh) this.saved = JSON.stringify(this.memory);
		this.given.push(...results);
		return results;
	}

	async activate(): Promise<void> {
		expect(await this.run(true)).toEqual([]);
	}

	async poll(): Promise<number[]> {
		return (await this.run(false)).map(idOfResult);
	}

	/** Polls until nothing is left. */
	async drain(): Promise<void> {
		while ((await this.poll()).length > 0);
	}

	restart(): void {
		this.memory = JSON.parse(this.saved) as Partial<TriggerMemory>;
	}

	get ids(): number[] {
		return this.given.map(idOfResult);
	}
}

function idOfResult(result: Result): number {
	return Number('AnswerSetId' in result ? result.AnswerSetId : result.answerSetId);
}
