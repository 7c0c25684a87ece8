import type { Fault } from '../../sandbox';

/*
 * The expected results if the response to one request never arrives or can't be read. lost.test.ts and
 * inviting.test.ts check each column.
 */

/** Longer than any test. Such a request is done when the test calls `settled`. */
const LATE_MS = 600_000;

/**
 * The result for an entry that an action creates and that Netigate lists by name:
 * - `found`: it was created, so the action finds it and doesn't send it again.
 * - `sentAgain`: Netigate was busy, so the action sends it again until it is created.
 * - `notListed`: it isn't in the list, so it is sent again if duplicates can be distinguished, otherwise reported.
 * - `accepted`: Netigate accepted it but doesn't list it yet, so it isn't sent again.
 * - `mayStillRun`: the request may still be running, so it isn't sent again.
 */
export type Created = 'found' | 'sentAgain' | 'notListed' | 'accepted' | 'mayStillRun';

interface LostResponse {
	response: string;
	fault: Fault;
	/** The error of every action whose own call gets this response. */
	error?: RegExp;
	create?: Created;
	/**
	 * `recovers`: everyone is invited exactly once, without an error. `mayStillRun`: the people in the request may
	 * still be added, so they aren't sent again, and their errors say so.
	 */
	invite?: 'recovers' | 'mayStillRun';
}

type Columns = Omit<LostResponse, 'response' | 'fault'>;

const rows: Array<[response: string, fault: Fault, Columns]> = [
	// The connection.
	[
		'lost before the work',
		{ kind: 'dropBefore' },
		{ create: 'mayStillRun', invite: 'mayStillRun' },
	],
	['lost after the work', { kind: 'dropAfter' }, { create: 'found', invite: 'recovers' }],
	['timeout, never done', { kind: 'hang' }, { invite: 'mayStillRun' }],
	['timeout, done later', { kind: 'latency', ms: LATE_MS }, { invite: 'mayStillRun' }],
	['timeout, done before', { kind: 'hang', workDone: true }, { create: 'found' }],
	['dripping, never done', { kind: 'drip' }, { error: /in time/, invite: 'mayStillRun' }],
	['dripping, done before', { kind: 'drip', workDone: true }, { create: 'found' }],
	// Netigate is busy, or fails.
	['429', { kind: '429' }, { create: 'sentAgain', invite: 'recovers' }],
	['429 with Retry-After', { kind: '429', retryAfterSeconds: 1 }, { invite: 'recovers' }],
	['503', { kind: '503' }, { create: 'sentAgain', invite: 'recovers' }],
	['500 before the work', { kind: '500' }, { create: 'notListed', invite: 'recovers' }],
	['500 after the work', { kind: '500', workDone: true }, { create: 'found', invite: 'recovers' }],
	// Responses that aren't from Netigate.
	['cut off after the work', { kind: 'cutBody' }, { create: 'found', invite: 'recovers' }],
	['cut off before the work', { kind: 'cutBody', workDone: false }, { error: /lost|cut off/ }],
	['web page before the work', { kind: 'html' }, { error: /web page/, invite: 'recovers' }],
	[
		'web page after the work',
		{ kind: 'html', workDone: true },
		{ create: 'found', invite: 'recovers' },
	],
	['empty before the work', { kind: 'empty' }, { error: /empty/, invite: 'recovers' }],
	[
		'empty after the work',
		{ kind: 'empty', workDone: true },
		{ create: 'found', invite: 'recovers' },
	],
	['empty with 202', { kind: 'empty', status: 202 }, { create: 'accepted' }],
	...[302, 307].map((status): (typeof rows)[number] => [
		`a redirect with ${status}`,
		{ kind: 'redirect', status },
		{ error: new RegExp(`redirect to 127\\.0\\.0\\.1:\\d+ \\(HTTP ${status}\\)`) },
	]),
	['too many levels', { kind: 'deep' }, { error: /more than 100 levels/, invite: 'recovers' }],
	['too many levels after the work', { kind: 'deep', workDone: true }, { create: 'found' }],
	['no JSON', { kind: 'garbage' }, { error: /cut off or isn't JSON/, invite: 'recovers' }],
];

export const lostResponses = rows.map(
	([response, fault, columns]): LostResponse => ({ response, fault, ...columns }),
);
