import { setImmediate as nextTurn } from 'node:timers/promises';
import {
	createClient,
	type NetigateClient,
	type NetigateRequest,
	type Query,
} from '../../../nodes/shared/netigate/client';
import type { AnswerSet } from '../../../nodes/shared/netigate/types';
import { answerSet } from './questionnaire';

/** A Netigate of one survey in memory, whose list of answer sets a test can change between two calls. */
export class FakeNetigate {
	readonly calls: string[] = [];

	/** Called before each answer, with the number of the call from 1. */
	beforeAnswer: (call: number, request: NetigateRequest) => void = () => {};

	/** Answers in place of the fake's own, by path below `/surveys/501`. */
	answers: Record<string, () => unknown> = {};

	inFlight = 0;

	maxInFlight = 0;

	constructor(public sets: AnswerSet[]) {}

	readonly client: NetigateClient = createClient(
		async (request) => {
			const { method, path, query } = request;
			const page = query?.page === undefined ? '' : ` page ${query.page}`;
			this.calls.push(`${method} ${path.replace('/surveys/501', '')}${page}`);
			const call = this.calls.length;
			this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
			await nextTurn();
			this.beforeAnswer(call, request);
			const { status, body } = this.respond(request);
			this.inFlight--;
			return { kind: 'answer', answer: { status, headers: {}, body: JSON.stringify(body) } };
		},
		{
			maxInFlight: 8,
			retryForMs: 60_000,
			settleMs: 0,
			sleep: async () => {},
			now: () => 0,
			random: () => 0,
			cancelled: () => false,
		},
	);

	/** A test may put another in its place. */
	respond = (request: NetigateRequest) => this.answer(request);

	answer({ path, query = {} }: NetigateRequest): { status: number; body: unknown } {
		const below = path.replace('/surveys/501', '');
		const body = below in this.answers ? this.answers[below]() : this.ownAnswer(below, query);
		if (!(body instanceof Error)) return { status: 200, body };
		const status = Number(body.name);
		return { status, body: { StatusCode: status, Message: body.message } };
	}

	private ownAnswer(below: string, query: Query): unknown {
		if (below === '/answers') return this.sets.map((set) => ({ ...set, Answers: [] }));
		if (below === '/answersWithData') {
			const page = Number(query.page);
			const size = Number(query.pagesize);
			return {
				Page: page,
				TotalPages: Math.ceil(this.sets.length / size),
				AnswerSets: this.sets.slice((page - 1) * size, page * size),
			};
		}
		const id = Number(/^\/answers\/(\d+)$/.exec(below)?.[1]);
		const set = this.sets.find(({ AnswerSetId }) => AnswerSetId === id);
		return set ?? refusal(404, `Nothing at ${below}`);
	}
}

/** An error answer of the fake. */
export function refusal(status: number, message: string): Error {
	const error = new Error(message);
	error.name = String(status);
	return error;
}

export const someSets = (count: number): AnswerSet[] =>
	Array.from({ length: count }, (_, index) =>
		answerSet([], { AnswerSetId: index + 1, Respondent: 60_001 + index }),
	);
