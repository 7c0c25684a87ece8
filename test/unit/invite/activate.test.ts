import {
	activateForContacts,
	activateSendout,
	isActiveAfter,
} from '../../../nodes/shared/invite/activate';
import type { NetigateClient, NetigateRequest } from '../../../nodes/shared/netigate/client';
import { NetigateError } from '../../../nodes/shared/netigate/errors';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const PATH = '/surveys/501/sendouts/7001';
const REQUEST = {
	method: 'POST',
	path: `${PATH}/activate`,
	body: {},
	repeatable: true,
	emptyAllowed: true,
};

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW));
afterEach(() => jest.restoreAllMocks());

/** Returns a function that returns the next value with each call, and repeats the last one. Errors are thrown. */
function inOrder<T>(values: readonly T[]) {
	let index = 0;
	return () => {
		const value = values[Math.min(index++, values.length - 1)];
		if (value instanceof Error) throw value;
		return value;
	};
}

/** A client for a sendout and its survey. */
function clientWith({ responses = [{}] as unknown[], sendouts = [{}] as unknown[], survey = {} }) {
	const requests: NetigateRequest[] = [];
	const [respond, sendout] = [inOrder(responses), inOrder(sendouts)];
	const client = {
		send: async (request: NetigateRequest) => {
			requests.push(request);
			return await Promise.resolve(respond());
		},
		get: async (path: string) =>
			await Promise.resolve(path === PATH ? sendout() : path === '/surveys/501' ? survey : null),
	} as Partial<NetigateClient> as NetigateClient;
	return { client, requests };
}

const failure = (outcome: NetigateError['outcome'], status?: number) =>
	new NetigateError('It failed', { outcome, status, advice: 'Ask someone.' });

const ACTIVE = { Primary: { Activated: true } };
const INACTIVE = { Primary: { Activated: false, SendDate: '2026-12-01T12:00:00Z' } };
const LATER = { Primary: { Activated: false, SendDate: '2026-12-01T12:00:01Z' } };
const OLD = { Primary: { Activated: false, SendDate: null, DoneDate: '2026-11-01T00:00:00Z' } };
const LOOK = 'Check in Netigate whether the sendout is active.';

describe('activating a sendout', () => {
	test.each([
		['succeeds if the response shows it as active', [ACTIVE], [INACTIVE], 1, 'activated'],
		[
			'succeeds if the response is a sendout without a status',
			[{ Primary: {} }],
			[INACTIVE],
			1,
			'activated',
		],
		[
			'succeeds if the response contains a documented member',
			[{ SendoutId: 7001 }],
			[INACTIVE],
			1,
			'activated',
		],
		[
			'succeeds if the response shows it as inactive, but it was sent',
			[INACTIVE],
			[OLD],
			1,
			'activated',
		],
		['outputs a hint if the response shows it as inactive', [INACTIVE], [INACTIVE], 1, 'hint'],
		['outputs a hint after an empty response before its send date', [null], [LATER], 1, 'hint'],
		['succeeds after an empty response if it is active', [null], [ACTIVE], 1, 'activated'],
		[
			'succeeds after an undocumented response if it is active',
			[{ done: true }],
			[ACTIVE],
			1,
			'activated',
		],
		['is tried again if its send date is now', [null], [INACTIVE, ACTIVE], 2, 'activated'],
		['is tried again if it is not found', [null, null, ACTIVE], [null], 3, 'activated'],
	])('%s', async (_, responses, sendouts, tries, expected) => {
		const { client, requests } = clientWith({ responses, sendouts });
		const hints: string[] = [];
		const error = await activateSendout(client, PATH, (hint) => void hints.push(hint));
		expect(error).toBeUndefined();
		expect(requests).toEqual(Array(tries).fill(REQUEST));
		expect(hints).toEqual(
			expected === 'hint' ? [expect.stringContaining("doesn't report the sendout as active")] : [],
		);
	});

	test.each([
		[
			'may have succeeded after three empty responses',
			[null],
			[INACTIVE],
			3,
			{ message: expect.stringContaining('empty response'), outcome: 'unknown' },
		],
		[
			'is reported as refused if Netigate refuses it',
			[failure('refused', 400)],
			[INACTIVE],
			1,
			{ message: 'It failed', outcome: 'refused', status: 400, advice: 'Ask someone.' },
		],
		[
			'may have succeeded if the sendout cannot be read',
			[null],
			[failure('notDone')],
			1,
			{ message: 'It failed', outcome: 'unknown', advice: LOOK },
		],
		[
			'may have succeeded if an unexpected error occurs',
			[new Error('Oops')],
			[INACTIVE],
			1,
			{ message: 'Oops', outcome: 'unknown', advice: LOOK },
		],
	])('%s', async (_, responses, sendouts, tries, expected) => {
		const { client, requests } = clientWith({ responses, sendouts });
		const error = await activateSendout(client, PATH, () => {});
		expect(error).toMatchObject(expected);
		expect(requests).toHaveLength(tries);
	});
});

test.each([
	[
		'counts as active after a refusal if Netigate shows it as active',
		failure('refused'),
		ACTIVE,
		true,
	],
	[
		'counts as inactive after a refusal if Netigate shows it as inactive',
		failure('refused'),
		INACTIVE,
		false,
	],
	['counts as inactive if it cannot be read', failure('refused'), failure('notDone'), false],
	['counts as inactive after any other error', failure('unknown'), ACTIVE, false],
])('a sendout %s', async (_, error, sendout, expected) => {
	const { client } = clientWith({ sendouts: [sendout] });
	expect(await isActiveAfter(error, client, PATH)).toBe(expected);
});

describe('the error for people in a sendout', () => {
	const ENDED = { Name: 'Fair', EndDate: '2026-11-01T00:00:00Z' };
	const ACTIVATE = 'activate the sendout with Sendout > Activate or in Netigate.';

	test.each([
		[
			'explains how to activate it',
			INACTIVE,
			{},
			"The contact is in the sendout, but the sendout couldn't be activated: It failed",
			`Don't add the contact again. To invite people, ${ACTIVATE}`,
		],
		[
			'says that the survey has ended',
			INACTIVE,
			ENDED,
			'The contact is in the sendout, but the sendout couldn\'t be activated: The survey "Fair" (501) ended on 2026-11-01T00:00:00Z. It failed',
			`Don't add the contact again. Extend the survey in Netigate, or choose another. Then ${ACTIVATE}`,
		],
		[
			'does not mention the survey if the sendout is active',
			ACTIVE,
			ENDED,
			"The contact is in the active sendout, but Netigate didn't activate the sendout again: It failed",
			"Don't add the contact again. Check in Netigate whether the invitation is being sent.",
		],
	])('%s', async (_, sendout, survey, message, advice) => {
		const { client } = clientWith({
			responses: [failure('refused', 400)],
			sendouts: [sendout],
			survey,
		});
		const error = await activateForContacts(client, PATH, () => {});
		expect(error).toMatchObject({ message, advice, status: 400, outcome: 'unknown' });
	});

	test('is absent if the sendout was activated', async () => {
		const { client } = clientWith({ responses: [ACTIVE] });
		expect(await activateForContacts(client, PATH, () => {})).toBeUndefined();
	});
});
