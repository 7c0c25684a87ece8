import type { NetigateRequest } from '../../../nodes/shared/netigate/client';
import { printKey } from '../../../nodes/NetigateTrigger/changes';
import type { TriggerSettings } from '../../../nodes/NetigateTrigger/fields';
import { poll, type TriggerMemory } from '../../../nodes/NetigateTrigger/poll';
import type { Answer } from '../../../nodes/shared/netigate/types';
import type { Result } from '../../../nodes/shared/results/reader';
import { toApiDate } from '../../sandbox/clock';
import { DirectSandbox } from '../../sandbox/directSandbox';
import type { AnswerSetRecord } from '../../sandbox/records';
import { Refusal } from '../../sandbox/refusal';
import type { Settings } from '../../sandbox/settings';
import type { NewAnswerSet } from '../../sandbox/state';
import type { Answer as SandboxAnswer } from '../../sandbox/types';
import { resultOptions } from '../results/questionnaire';

export const START = Date.parse('2026-09-27T12:00:00Z');

/** The sandbox with 20 surveys. */
export class Netigate extends DirectSandbox {
	constructor(settings: Partial<Settings> = {}) {
		super(settings, START);
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

	/** Someone continues answering, or only opens the survey again. */
	change({ AnswerSetId }: AnswerSetRecord, answers?: Answer[]): void {
		this.state.changeAnswerSet(AnswerSetId, { answers: answers as SandboxAnswer[] });
	}

	finish({ AnswerSetId }: AnswerSetRecord): void {
		this.state.changeAnswerSet(AnswerSetId, { completed: toApiDate(this.now) });
	}

	/** Refuses calls by their number or request. */
	refuse(which: (call: number, request: NetigateRequest) => boolean): void {
		this.beforeCall = (...call) => {
			if (which(...call)) throw new Refusal(400, 'not now');
		};
	}
}

/** An n8n that polls, keeps static data, and can be restarted. */
export class Poller {
	/** Static data in n8n's memory. `saved` is the version that was saved last. */
	memory: Partial<TriggerMemory> = {};

	saved = '{}';

	readonly given: Result[] = [];

	readonly settings: TriggerSettings = {
		surveyIds: [501],
		event: 'completed',
		conditions: [],
		pageSize: 3,
		options: resultOptions(),
	};

	/** n8n's clock, which may differ from Netigate's. */
	now: () => number = () => START;

	most: number | undefined;

	/** Changes with the credential. */
	apiKey = '00000000-0000-4000-8000-000000000000';

	budgetMs = 45_000;

	readonly failed: number[] = [];

	constructor(private readonly netigate: Netigate) {}

	private async run(fresh: boolean): Promise<Result[]> {
		const results = await poll({
			settings: this.settings,
			client: this.netigate.client,
			key: printKey(this.apiKey),
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
		// n8n saves static data when a poll outputs something, and after activation.
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
