import { readOnce } from '../basics/concurrency';
import type { NetigateClient, Query } from '../netigate/client';
import { asNetigateError, type NetigateError } from '../netigate/errors';
import { isRecord, recordsIn } from '../netigate/members';
import { parseJson, type HttpAnswer } from '../netigate/responses';
import type { AnswerSet } from '../netigate/types';
import { Comparison, type Meaning } from './compare';
import { CALLS } from './contract';

export type CallNumber = keyof typeof CALLS;

type Ids = Record<string, number>;

export const FAR_AHEAD = '2999-01-01T00:00:00Z';

/** The answer to an open question, without account data. A string explains why there is no answer. */
export type Shown =
	| string
	| {
			answer: string | number;
			seen: string;
			/** True if omitted. */
			asExpected?: boolean;
			/** How serious it is if the answer isn't as expected; `nothing` if omitted. */
			meaning?: Meaning;
			whatToDo?: string;
	  };

interface Reading {
	/** The response as the client reads it; undefined if the client can't read it. */
	value?: unknown;
	/** The raw response without its wrapper; undefined if it isn't JSON. */
	raw?: unknown;
	/** Undefined if there was no response. */
	status?: number;
	failure?: NetigateError;
	milliseconds: number;
}

export type CallRecord = ReturnType<typeof newRecord>;

const newRecord = () => ({
	readings: 0,
	entries: 0,
	/** In milliseconds. */
	slowest: 0,
	/** The HTTP statuses of refused and failed calls. */
	failures: [] as number[],
	/** The number of calls without a response, or with one that is neither data nor an error object. */
	unreadable: 0,
	comparison: new Comparison(),
});

/** The name of the wrapper around a response; undefined if there is none. */
function wrapperOf(response: unknown): string | undefined {
	if (!isRecord(response)) return undefined;
	const names = Object.keys(response);
	return names.length === 1 && /.result$/i.test(names[0]) ? names[0] : undefined;
}

/** Reads an account. For the report, it records the format of the responses, but never their content. */
export class Account {
	/** The survey to read; undefined if there is none. */
	surveyId?: number;
	readonly calls = new Map<CallNumber, CallRecord>();
	/** The HTTP status of each response. */
	readonly statuses: number[] = [];
	/** How many of the `readable` responses had a wrapper. */
	wrapped = 0;
	readable = 0;
	/** The number of responses that were null, including those without content (HTTP 204). */
	nulls = 0;
	noContent = 0;
	/** The response to call 6 for a period without answers. */
	emptyPage?: unknown;
	/** For each inactive sendout with people in it, its id and the number of people. */
	readonly waiting = new Map<number, number>();
	/** The last raw response to call 28; undefined if the call failed. */
	respondentList?: unknown;
	readonly once = readOnce('kept');
	private readonly kept: Array<{ number: CallNumber; surveyId?: number; value: unknown }> = [];

	constructor(
		private readonly client: NetigateClient,
		readonly deep: boolean,
	) {}

	get cancelled(): boolean {
		return this.client.cancelled();
	}

	get comparisons(): Comparison[] {
		return [...this.calls.values()].map(({ comparison }) => comparison);
	}

	responses(number: CallNumber): unknown[] {
		return this.kept
			.filter((each) => each.number === number && each.surveyId === this.surveyId)
			.map(({ value }) => value);
	}

	records<T extends object>(number: CallNumber): T[] {
		return this.responses(number).flatMap((value) => recordsIn<T>(value));
	}

	/** The survey's answer sets from call 5. */
	get heads(): AnswerSet[] {
		return recordsIn(this.responses(5)[0]);
	}

	/** Makes a read-only call and records its response. @throws NetigateError only if the run was canceled */
	async read(number: CallNumber, ids: Ids = {}, query?: Query): Promise<Reading> {
		let reading = await this.probe(number, ids, query);
		// Connections sometimes fail, so try a second time before reporting a failure.
		if (reading.failure?.outcome === 'unknown') reading = await this.probe(number, ids, query);
		this.record(number, ids, reading);
		return reading;
	}

	/** Like `read`. @returns the records in the response */
	async list<T extends object>(number: CallNumber, ids?: Ids): Promise<T[]> {
		return recordsIn<T>((await this.read(number, ids)).value);
	}

	/** Makes a call that the whole check depends on. @throws NetigateError if the call fails */
	async first(number: CallNumber, ids: Ids = {}): Promise<unknown> {
		const reading = await this.probe(number, ids, undefined, true);
		if (reading.failure) throw reading.failure;
		this.record(number, ids, reading);
		return reading.value;
	}

	private record(number: CallNumber, { surveyId }: Ids, reading: Reading): void {
		const { milliseconds, failure, raw, status, value } = reading;
		const record = this.calls.get(number) ?? newRecord();
		this.calls.set(number, record);
		this.kept.push({ number, surveyId, value });
		record.readings++;
		record.slowest = Math.max(record.slowest, milliseconds);
		if (failure && status !== undefined && raw !== undefined) record.failures.push(status);
		else if (failure) record.unreadable++;
		else {
			if (raw === null) this.nulls++;
			record.entries += Array.isArray(raw) ? raw.length : raw === null ? 0 : 1;
			record.comparison.check(raw, CALLS[number][1]);
		}
	}

	/** Reads the chosen survey's answers without recording the response. */
	async probeAnswers(number: 5 | 6, query: Query): Promise<Reading> {
		return await this.probe(number, { surveyId: this.surveyId! }, query);
	}

	/** Makes a call that Netigate might refuse, without recording the response. */
	async probe(number: CallNumber, ids: Ids, query?: Query, repeatable = false): Promise<Reading> {
		const path = CALLS[number][0].replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
		let last: HttpAnswer | undefined;
		const seen = (response: HttpAnswer) => {
			last = response;
			this.statuses.push(response.status);
		};
		const began = Date.now();
		const sent = this.client.send({ method: 'GET', path, query, repeatable, seen });
		const outcome: Partial<Reading> = await sent.then(
			(value) => ({ value }),
			(error: unknown) => ({ failure: asNetigateError(error) }),
		);
		const milliseconds = Date.now() - began;
		if (outcome.failure && this.cancelled) throw outcome.failure;
		if (!last) return { ...outcome, milliseconds };
		const { status, body } = last as HttpAnswer;
		if (status === 204) {
			this.noContent++;
			return { value: null, raw: null, status, milliseconds };
		}
		const response = parseJson(body)?.value;
		const wrapper = wrapperOf(response);
		if (response !== undefined) this.readable++;
		if (wrapper !== undefined && !outcome.failure) this.wrapped++;
		const raw = wrapper === undefined ? response : (response as Record<string, unknown>)[wrapper];
		return { ...outcome, raw, status, milliseconds };
	}
}
