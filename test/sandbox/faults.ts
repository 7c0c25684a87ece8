import { changeNames, type AnswerChange } from './changes';
import type { CallRecord } from './exchange';

/** Faults that respond with this HTTP status instead of doing the work. */
export const statusFaults = [
	...(['400', '429', '500', '502', '503', '504'] as const),
	...(['520', '521', '522', '523', '524'] as const),
];

export const faultKinds = [
	...statusFaults,
	...(['latency', 'dropBefore', 'dropAfter', 'cutBody', 'cutUnseen', 'html', 'empty'] as const),
	...(['hang', 'drip', 'garbage', 'deep', 'flood', 'errorInside', 'redirect', 'answer'] as const),
];

export type FaultKind = (typeof faultKinds)[number];

/** A fault and its conditions. Without conditions, it applies to every call. */
export interface Fault {
	kind: FaultKind;
	/** Only calls of this operation, by its ID in docs/internals/openapi.yaml. */
	operationId?: string;
	/** Only calls with this path (after the base path), or paths beginning with it if it ends in `*`. */
	path?: string;
	method?: string;
	/** Spares this many matching calls first. */
	after?: number;
	/** Only every nth matching call (the nth, the 2nth …). */
	everyNth?: number;
	/** The number of times it strikes. */
	times?: number;
	/** For 429 and 503: the Retry-After header, in seconds. */
	retryAfterSeconds?: number;
	/** Milliseconds to wait before responding. */
	ms?: number;
	/**
	 * Whether the work is done although the response is lost. Always for `dropAfter` and `answer`, never for
	 * `dropBefore`; by default only for `cutBody`, `cutUnseen` and `latency`.
	 */
	workDone?: boolean;
	/**
	 * The work is done this many milliseconds after the response, so it can't be seen at once. Not for `latency`,
	 * `cutBody`, `cutUnseen` and `answer`.
	 */
	workAfterMs?: number;
	/** HTTP status. By default, the response's own for `cutBody`, `cutUnseen` and `answer`, 302 for `redirect`, otherwise 200. */
	status?: number;
	/** For `errorInside`: the StatusCode in the body. By default, 500. */
	code?: number;
	/** For `redirect`: to another server, or to the same address again. */
	to?: 'otherHost' | 'sameHost';
	/** For `answer`: changes to the response. See changes.ts. */
	changes?: AnswerChange[];
	/** For `answer`: whether the response begins with a byte order mark. */
	byteOrderMark?: boolean;
}

const members = new Set([
	...['kind', 'operationId', 'path', 'method', 'after', 'everyNth', 'times', 'retryAfterSeconds'],
	...['ms', 'workDone', 'workAfterMs', 'status', 'code', 'to', 'changes', 'byteOrderMark'],
]);

/** The active faults, with how many calls each has matched and struck. */
export class Faults {
	private readonly set: Array<{ fault: Fault; matched: number; struck: number }> = [];

	/** @param operationIds the IDs of all calls, so that misspelled ones are refused */
	constructor(private readonly operationIds: ReadonlySet<string>) {}

	/** @throws RangeError if this isn't a valid fault */
	add(fault: Fault): void {
		const check = (good: boolean, message: string) => {
			if (!good) throw new RangeError(message);
		};
		check(typeof fault === 'object' && fault !== null, 'A fault is an object');
		check(faultKinds.includes(fault.kind), `kind is one of ${faultKinds.join(', ')}`);
		for (const name of Object.keys(fault)) check(members.has(name), `Unknown member ${name}`);
		if (fault.operationId !== undefined) {
			check(this.operationIds.has(fault.operationId), `Unknown operationId ${fault.operationId}`);
		}
		for (const name of ['after', 'times', 'ms', 'retryAfterSeconds', 'workAfterMs'] as const) {
			const value = fault[name];
			check(value === undefined || value >= 0, `${name} is a number, 0 or more`);
		}
		check(fault.everyNth === undefined || fault.everyNth >= 1, 'everyNth is a number from 1');
		for (const change of fault.changes ?? []) {
			check(changeNames.includes(change?.do), `do is one of ${changeNames.join(', ')}`);
		}
		this.set.push({ fault: { ...fault }, matched: 0, struck: 0 });
	}

	clear(): void {
		this.set.length = 0;
	}

	list(): Array<Fault & { matched: number; struck: number }> {
		return this.set.map(({ fault, matched, struck }) => ({ ...fault, matched, struck }));
	}

	/** Returns the faults that strike this call: all delays, and the first fault of any other kind. */
	strike(call: StruckCall): Fault[] {
		const striking: Fault[] = [];
		let fatal = false;
		for (const entry of this.set) {
			const { fault } = entry;
			if (!matches(fault, call)) continue;
			entry.matched += 1;
			if (entry.matched <= (fault.after ?? 0)) continue;
			if ((entry.matched - (fault.after ?? 0)) % (fault.everyNth ?? 1) !== 0) continue;
			if (fault.times !== undefined && entry.struck >= fault.times) continue;
			if (fault.kind !== 'latency' && fatal) continue;
			fatal ||= fault.kind !== 'latency';
			entry.struck += 1;
			striking.push(fault);
		}
		return striking;
	}
}

type StruckCall = Pick<CallRecord, 'operationId' | 'path' | 'method'>;

function matches(fault: Fault, call: StruckCall): boolean {
	if (fault.operationId !== undefined && fault.operationId !== call.operationId) return false;
	if (fault.method !== undefined && fault.method.toUpperCase() !== call.method) return false;
	if (fault.path === undefined) return true;
	return fault.path.endsWith('*')
		? call.path.startsWith(fault.path.slice(0, -1))
		: call.path === fault.path;
}

/** Returns whether the work of a call is done although this fault struck it. */
export function worksThough(fault: Fault): boolean {
	if (['dropAfter', 'latency', 'answer'].includes(fault.kind)) return true;
	if (fault.kind === 'dropBefore' || fault.workAfterMs !== undefined) return false;
	return fault.workDone ?? fault.kind.startsWith('cut');
}
