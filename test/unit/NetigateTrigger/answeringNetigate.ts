import { setImmediate as nextTurn } from 'node:timers/promises';
import { createClient, type NetigateRequest } from '../../../nodes/shared/netigate/client';
import {
	poll,
	type TriggerMemory,
	type TriggerSettings,
} from '../../../nodes/NetigateTrigger/poll';
import type { Result } from '../../../nodes/shared/results/reader';
import type { AnswerSet, Question } from '../../../nodes/shared/netigate/types';

export const START = Date.parse('2026-09-27T12:00:00Z');

export const date = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export type Order = 'createdAsc' | 'createdDesc' | 'updatedAsc' | 'updatedDesc';

/** A Netigate in memory with a clock of its own, in which people answer. */
export class AnsweringNetigate {
	/** Netigate's clock, in milliseconds since 1970. */
	now = START;

	inclusive = true;

	/** What call 6 compares `updated` with; call 5 always goes by the change. */
	dataDates: 'changed' | 'created' = 'changed';

	order: Order = 'createdAsc';

	readonly sets = new Map<number, AnswerSet>();

	questions: Question[] = [];

	readonly calls: string[] = [];

	/** Called before each answer with the number of the call, from 1. */
	beforeAnswer: (call: number) => void = () => {};

	/** The calls that are refused. */
	refuse: (call: number, request: NetigateRequest) => boolean = () => false;

	private nextId = 90_000;

	answer(more: Partial<AnswerSet> = {}): AnswerSet {
		const at = date(this.now);
		const set: AnswerSet = {
			AnswerSetId: ++this.nextId,
			Created: at,
			Survey: 501,
			Respondent: -1,
			Completed: at,
			Updated: at,
			Answers: [],
			...more,
		};
		this.sets.set(set.AnswerSetId, set);
		return set;
	}

	private listed(
		{ query = {} }: NetigateRequest,
		surveyId: number,
		compared: 'Updated' | 'Created',
	): AnswerSet[] {
		const { updated: since, from = '', to = '3000' } = query as Record<string, string | undefined>;
		const after = (date: string, bound: string) =>
			date > bound || (this.inclusive && date === bound);
		const [member, direction] = (
			{
				createdAsc: ['Created', 1],
				createdDesc: ['Created', -1],
				updatedAsc: ['Updated', 1],
				updatedDesc: ['Updated', -1],
			} as const
		)[this.order];
		return [...this.sets.values()]
			.filter(
				(set) =>
					set.Survey === surveyId &&
					(since === undefined || after(set[compared], since)) &&
					after(set.Created, from) &&
					after(to, set.Created) &&
					(query.completed !== true || set.Completed !== null),
			)
			.sort(
				(a, b) =>
					direction *
					(a[member] < b[member] ? -1 : a[member] > b[member] ? 1 : a.AnswerSetId - b.AnswerSetId),
			);
	}

	readonly client = createClient(
		async (request) => {
			const below = request.path.replace(/^\/surveys\/\d+/, '');
			this.calls.push(
				`${below}${request.query?.page === undefined ? '' : ` page ${request.query.page}`}`,
			);
			const call = this.calls.length;
			await nextTurn();
			this.beforeAnswer(call);
			const refused = this.refuse(call, request);
			const body = refused ? { StatusCode: 400, Message: 'not now' } : this.bodyOf(request, below);
			const status = refused ? 400 : body === undefined ? 404 : 200;
			return {
				kind: 'answer',
				answer: { status, headers: {}, body: JSON.stringify(body ?? { StatusCode: 404 }) },
			};
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

	private bodyOf(request: NetigateRequest, below: string): unknown {
		const surveyId = Number(/^\/surveys\/(\d+)/.exec(request.path)?.[1]);
		if (below === '/questions') return this.questions;
		if (below === '/answers') {
			return this.listed(request, surveyId, 'Updated').map((set) => ({ ...set, Answers: [] }));
		}
		if (below === '/answersWithData') {
			const compared = this.dataDates === 'changed' ? 'Updated' : 'Created';
			const sets = this.listed(request, surveyId, compared);
			const page = Number(request.query!.page);
			const size = Number(request.query!.pagesize);
			return {
				Page: page,
				TotalPages: Math.ceil(sets.length / size),
				AnswerSets: sets.slice((page - 1) * size, page * size),
			};
		}
		return this.sets.get(Number(/^\/answers\/(\d+)$/.exec(below)?.[1]));
	}
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

	constructor(private readonly netigate: AnsweringNetigate) {}

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
