import { changeNames, type AnswerChange } from './changes';

export const faultKinds = [
	'latency',
	'429',
	'503',
	'500',
	'400',
	'502',
	'504',
	'520',
	'521',
	'522',
	'523',
	'524',
	'dropBefore',
	'dropAfter',
	'cutBody',
	'cutUnseen',
	'html',
	'empty',
	'hang',
	'garbage',
	'errorInside',
	'redirect',
	'answer',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** What is to go wrong, and with which calls: without conditions, with every call. */
export interface Fault {
	kind: FaultKind;
	/** Only calls of this operation, by its id in docs/internals/openapi.yaml. */
	operationId?: string;
	/** Only calls whose path (behind the base path) is this one, or begins with it when it ends in `*`. */
	path?: string;
	method?: string;
	/** Leaves this many matching calls alone at first. */
	after?: number;
	/** Only every nth matching call (the nth, the 2nth …). */
	everyNth?: number;
	/** How often it strikes. */
	times?: number;
	/** 429 and 503: the Retry-After header, in seconds; left out when absent. */
	retryAfterSeconds?: number;
	/** Milliseconds to wait before answering. */
	ms?: number;
	/**
	 * Whether the work is done although the answer is lost. Always for `dropAfter` and `answer`, never for
	 * `dropBefore`; by default for `cutBody`, `cutUnseen` and `latency`, and for nothing else.
	 */
	workDone?: boolean;
	/**
	 * The work is done this many milliseconds after the fault was answered, so whoever looks at once does not see
	 * it. Not for `latency`, `cutBody`, `cutUnseen` and `answer`.
	 */
	workAfterMs?: number;
	/** HTTP status: by default 200, that of the answer for `cutBody`, `cutUnseen` and `answer`, 302 for `redirect`. */
	status?: number;
	/** `errorInside`: the StatusCode in the body; by default 500. */
	code?: number;
	/** `redirect`: to another server, or to the same address once more. */
	to?: 'otherHost' | 'sameHost';
	/** `answer`: how it differs; see changes.ts. */
	changes?: AnswerChange[];
	/** `answer`: whether it begins with a byte order mark. */
	byteOrderMark?: boolean;
}

const members = new Set([
	'kind',
	'operationId',
	'path',
	'method',
	'after',
	'everyNth',
	'times',
	'retryAfterSeconds',
	'ms',
	'workDone',
	'workAfterMs',
	'status',
	'code',
	'to',
	'changes',
	'byteOrderMark',
]);

/** The faults that are set, with how often each has matched and struck. */
export class Faults {
	private readonly set: Array<{ fault: Fault; matched: number; struck: number }> = [];

	/**
	 * @param operationIds all calls, so that a misspelt one is refused
	 */
	constructor(private readonly operationIds: ReadonlySet<string>) {}

	/** @throws RangeError when the fault is not one that can be set */
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

	/** The faults that strike this call: delays add up, and the first of any other kind counts. */
	strike(call: { operationId: string | null; path: string; method: string }): Fault[] {
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

function matches(
	fault: Fault,
	call: { operationId: string | null; path: string; method: string },
): boolean {
	if (fault.operationId !== undefined && fault.operationId !== call.operationId) return false;
	if (fault.method !== undefined && fault.method.toUpperCase() !== call.method) return false;
	if (fault.path === undefined) return true;
	return fault.path.endsWith('*')
		? call.path.startsWith(fault.path.slice(0, -1))
		: call.path === fault.path;
}

/** Whether the work of a call is done although this fault struck it. */
export function worksThough(fault: Fault): boolean {
	if (['dropAfter', 'latency', 'answer'].includes(fault.kind)) return true;
	if (fault.kind === 'dropBefore' || fault.workAfterMs !== undefined) return false;
	return fault.workDone ?? fault.kind.startsWith('cut');
}
