import { parseJson, type HttpAnswer } from '../netigate/responses';
import type { NetigateClient, Query } from '../netigate/client';
import { asNetigateError, type NetigateError } from '../netigate/errors';
import { isRecord } from '../netigate/members';
import { Comparison } from './compare';
import { CALLS } from './contract';

export type CallNumber = keyof typeof CALLS;

/** One call, and what came of it. */
export interface Reading {
	/** The answer as the package reads it; undefined where it could not be read. */
	value?: unknown;
	/** The answer as it came, without its wrapper; undefined where it is not JSON. */
	raw?: unknown;
	/** HTTP status; undefined where there was no answer. */
	status?: number;
	failure?: NetigateError;
	milliseconds: number;
}

/** All that was seen of one of the calls. */
export interface CallRecord {
	readings: number;
	entries: number;
	slowest: number;
	/** HTTP statuses of the refusals and failures. */
	failures: number[];
	/** How many answers were neither data nor an error object, or never came. */
	unreadable: number;
	comparison: Comparison;
}

/** The name of the wrapper around an answer; undefined where it is bare. */
function wrapperOf(answer: unknown): string | undefined {
	if (!isRecord(answer)) return undefined;
	const names = Object.keys(answer);
	return names.length === 1 && /.result$/i.test(names[0]) ? names[0] : undefined;
}

/** Reads an account and keeps what its answers look like, never what they contain. */
export class AccountReader {
	readonly calls = new Map<CallNumber, CallRecord>();

	/** How often each HTTP status came. */
	readonly statuses = new Map<number, number>();

	/** How many answers came in a wrapper, out of `answers` that could be read. */
	wrapped = 0;

	answers = 0;

	/** How many answers were null as a whole, or had no content. */
	nullAnswers = 0;

	/** How many had no content (HTTP 204). */
	noContent = 0;

	constructor(private readonly client: NetigateClient) {}

	get cancelled(): boolean {
		return this.client.cancelled();
	}

	recordOf(number: CallNumber): CallRecord {
		let record = this.calls.get(number);
		if (!record) {
			const comparison = new Comparison();
			record = { readings: 0, entries: 0, slowest: 0, failures: [], unreadable: 0, comparison };
			this.calls.set(number, record);
		}
		return record;
	}

	/**
	 * Makes a call that only reads, and checks its answer against the contract.
	 *
	 * @throws NetigateError only when the execution was cancelled
	 */
	async read(
		number: CallNumber,
		ids: Record<string, number> = {},
		query?: Query,
	): Promise<Reading> {
		let reading = await this.ask(number, ids, query, false);
		// A connection may break once; what fails twice counts.
		if (reading.failure?.outcome === 'unknown') reading = await this.ask(number, ids, query, false);
		this.record(number, reading);
		return reading;
	}

	private record(number: CallNumber, { milliseconds, failure, raw, status }: Reading): void {
		const record = this.recordOf(number);
		record.readings++;
		record.slowest = Math.max(record.slowest, milliseconds);
		if (failure && status !== undefined && raw !== undefined) record.failures.push(status);
		else if (failure) record.unreadable++;
		else {
			if (raw === null) this.nullAnswers++;
			record.entries += Array.isArray(raw) ? raw.length : raw === null ? 0 : 1;
			record.comparison.check(raw, CALLS[number].answers);
		}
	}

	/** Tries something that may well be refused: the answer is not recorded. */
	async probe(number: CallNumber, ids: Record<string, number>, query?: Query): Promise<Reading> {
		return await this.ask(number, ids, query, false);
	}

	/** Makes a call without which nothing can be said about the account: where it fails, this throws. */
	async first(number: CallNumber, ids: Record<string, number> = {}): Promise<unknown> {
		const reading = await this.ask(number, ids, undefined, true);
		if (reading.failure) throw reading.failure;
		this.record(number, reading);
		return reading.value;
	}

	private async ask(
		number: CallNumber,
		ids: Record<string, number>,
		query: Query | undefined,
		repeatable: boolean,
	): Promise<Reading> {
		const path = CALLS[number].path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
		let last: HttpAnswer | undefined;
		const began = Date.now();
		const seen = (answer: HttpAnswer) => {
			last = answer;
			this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
		};
		const outcome = await this.client.send({ method: 'GET', path, query, repeatable, seen }).then(
			(value) => ({ value }),
			(error: unknown) => ({ failure: asNetigateError(error) }),
		);
		const milliseconds = Date.now() - began;
		if ('failure' in outcome && this.client.cancelled()) throw outcome.failure;
		if (!last) return { ...outcome, milliseconds };
		const { status, body } = last as HttpAnswer;
		if (status === 204) {
			// There is nothing, as null says too.
			this.noContent++;
			return { value: null, raw: null, status, milliseconds };
		}
		const answer = parseJson(body)?.value;
		const wrapper = wrapperOf(answer);
		if (answer !== undefined) {
			this.answers++;
			if (wrapper !== undefined && !('failure' in outcome)) this.wrapped++;
		}
		const raw = wrapper === undefined ? answer : (answer as Record<string, unknown>)[wrapper];
		return { ...outcome, raw, status, milliseconds };
	}
}
