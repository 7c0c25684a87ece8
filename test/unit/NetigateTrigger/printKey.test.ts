import type { TriggerMemory } from '../../../nodes/NetigateTrigger/poll';
import { Netigate, Poller, START } from './poller';

/* The trigger memory doesn't reveal people's answers, and still works with a new API key. */

const MARK = 8;
const CHANGE = 12;
const OTHER_KEY = '11111111-1111-4111-8111-111111111111';

const answersOf = (AnswerText: string) => [
	{ QuestionId: 1, QuestionItemId: 1, QuestionText: 'Why?', AnswerText, AnswerNumeric: null },
];

const given = ({ surveys }: Partial<TriggerMemory>) => Object.values(surveys![501].given).join('');

/** A poller that has output two people with the same answer. */
async function polled(event: 'completed' | 'updated', apiKey?: string) {
	const netigate = new Netigate();
	const poller = new Poller(netigate);
	poller.settings.event = event;
	poller.apiKey = apiKey ?? poller.apiKey;
	poller.now = () => netigate.now;
	await poller.activate();
	const sets = [1, 2].map(() =>
		netigate.answer({ completed: '2026-09-27T12:00:00Z', answers: answersOf('Ill') as never }),
	);
	await poller.drain();
	expect(poller.ids).toHaveLength(2);
	return { netigate, poller, sets };
}

test('equal answers from two people have different prints, which depend on the API key', async () => {
	const [one, other] = [await polled('updated'), await polled('updated', OTHER_KEY)].map(
		({ poller }) => given(poller.memory),
	);
	const prints = [one, other].flatMap((text) => [
		text.slice(MARK, CHANGE),
		text.slice(CHANGE + MARK, 2 * CHANGE),
	]);
	expect(new Set(prints).size).toBe(4);
	expect([one.slice(0, MARK), one.length]).toEqual([other.slice(0, MARK), other.length]);
});

describe.each(['completed', 'updated'] as const)('With the event %s', (event) => {
	test.each([
		['a new API key', (poller: Poller) => (poller.apiKey = OTHER_KEY)],
		['prints without a key', (poller: Poller) => delete poller.memory.printKey],
	])('%s outputs nothing twice and misses nothing', async (_, change) => {
		const { netigate, poller, sets } = await polled(event);
		change(poller);
		await poller.drain();
		expect(poller.ids).toHaveLength(2);
		netigate.now = START + 60_000;
		if (event === 'updated') netigate.change(sets[0], answersOf('Well') as never);
		const { AnswerSetId } = netigate.answer({ completed: '2026-09-27T12:01:00Z' });
		await poller.drain();
		const expected = event === 'updated' ? [sets[0].AnswerSetId, AnswerSetId] : [AnswerSetId];
		expect(poller.ids.slice(2)).toEqual(expected);
	});
});

test('polls with a wrong API key lose no change, not even one within the same second', async () => {
	const { netigate, poller, sets } = await polled('updated');
	const { apiKey } = poller;
	poller.apiKey = OTHER_KEY;
	netigate.refuse(() => true);
	await expect(poller.poll()).rejects.toThrow('Netigate refused: not now');
	poller.apiKey = apiKey;
	netigate.refuse(() => false);
	netigate.change(sets[0], answersOf('Well') as never);
	expect(await poller.poll()).toEqual([sets[0].AnswerSetId]);
});
