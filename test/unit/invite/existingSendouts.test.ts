import { recipientFor } from '../../../nodes/shared/input/contact';
import { ExistingSendouts } from '../../../nodes/shared/invite/launch/existing';
import { clientOf, responded } from '../../sandbox/directSandbox';

const sendout = (SendoutId: unknown, Primary: object = {}) => ({
	SendoutId,
	Primary: { Name: 'First', DispatchType: 'EMAIL', Activated: true, ...Primary },
});

/** @param contacts the contacts of the respondents in each sendout, by sendout ID */
function existing(entries: unknown[], contacts: Record<number, string[]> = {}) {
	const client = clientOf(async ({ path }) => {
		const id = Number(path.split('/')[4]);
		const list = (contacts[id] ?? []).map((Email, index) => ({ RespondentId: id + index, Email }));
		return await Promise.resolve(responded(200, list));
	});
	return new ExistingSendouts(client, 501, entries);
}

const peopleIn = async (sendouts: ExistingSendouts) =>
	await sendouts.peopleIn('First', { type: 'EMAIL' });

test.each([
	['an active sendout', sendout(7001), true],
	['an active sendout without an ID', sendout(null), false],
	['an active sendout without a name', sendout(7001, { Name: null }), false],
	[
		'an inactive sendout without an ID or a name',
		sendout(null, { Name: null, Activated: false }),
		true,
	],
	[
		'a sendout that was active, without a name',
		sendout(7001, { Name: null, Activated: false, DoneDate: '2026-01-01T00:00:00Z' }),
		false,
	],
	['a sendout without a status', sendout(7001, { Activated: null }), false],
	['an empty sendout', {}, false],
	['an entry that is not a sendout', 4711, false],
])('a list with %s can be used: %s', async (_, entry, expected) => {
	const sendouts = existing([sendout(7002, { Name: 'Second' }), entry]);
	const found = await peopleIn(sendouts).then(
		() => true,
		(error: Error) => {
			expect(error.message).toBe("Netigate doesn't show which of the survey's sendouts are active");
			return false;
		},
	);
	expect(found).toBe(expected);
});

test('people are found in all active sendouts with the same name', async () => {
	const entries = [
		sendout(7001),
		sendout(7002, { Name: 'Second' }),
		sendout(7003),
		sendout(7004, { Activated: false }),
	];
	const lists = { 7001: ['anna'], 7002: ['ben'], 7003: ['anna', 'carl'], 7004: ['dora'] };
	const withDomain = Object.entries(lists).map(([id, names]) => [
		id,
		names.map((name) => `${name}@example.com`),
	]);
	const sendouts = existing(entries, Object.fromEntries(withDomain) as Record<number, string[]>);
	const { sendoutOf, hidden } = await peopleIn(sendouts);
	const found = ['anna', 'ben', 'carl', 'dora'].map((name) =>
		sendoutOf(recipientFor({ type: 'EMAIL' }, `${name}@example.com`)),
	);
	expect(found).toEqual([7001, undefined, 7003, undefined]);
	expect(hidden).toBeUndefined();
	expect([7001, 7004, 7009].map((id) => sendouts.isInactive(id))).toEqual([false, true, false]);
});

test('hidden contacts are counted in all sendouts with the same name', async () => {
	const sendouts = existing([sendout(7001), sendout(7003)], {
		7001: ['a***@example.com', 'ben@example.com'],
		7003: ['c***@example.com'],
	});
	const { hidden } = await peopleIn(sendouts);
	expect(hidden?.message).toContain('because 2 of its 3 respondents have no readable contact');
});
