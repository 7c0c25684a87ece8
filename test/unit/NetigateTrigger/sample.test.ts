import { sample } from '../../../nodes/NetigateTrigger/poll';
import { toApiDate as date } from '../../sandbox/clock';
import { Netigate, Poller, START } from './poller';

const PAGE_SIZE = 3;

function started(settings = {}) {
	const netigate = new Netigate(settings);
	const { settings: trigger } = new Poller(netigate);
	return { netigate, trigger, run: async () => await sample(trigger, netigate.client) };
}

/** Seven answers, each a second after the last, and a newer one that isn't finished. */
function answered(netigate: Netigate) {
	const sets = Array.from({ length: 7 }, () => {
		netigate.now += 1000;
		return netigate.answer();
	});
	netigate.now += 1000;
	return [...sets, netigate.answer({ completed: null })].map(({ AnswerSetId }) => AnswerSetId);
}

test.each([
	['on the last page', { answerOrder: 'createdAsc' }, 'completed', 2, 6],
	['on the first page', { answerOrder: 'createdDesc' }, 'completed', 2, 6],
	['even if it is unfinished', { answerOrder: 'createdDesc' }, 'updated', 2, 7],
	['on the only known page', { totalPages: 'omitted' }, 'completed', 1, PAGE_SIZE - 1],
] as const)(
	'a test run in the editor outputs the newest answer %s (%j, %s)',
	async (_, settings, event, pages, index) => {
		const { netigate, trigger, run } = started(settings);
		const ids = answered(netigate);
		trigger.event = event;
		expect(await run()).toMatchObject([{ answerSetId: ids[index] }]);
		const read = netigate.calls.filter((call) => call === 'getAnswerSetsWithData');
		expect(read).toHaveLength(pages);
	},
);

test('a test run reads a survey with a single page only once', async () => {
	const { netigate, run } = started();
	const { AnswerSetId } = netigate.answer({ updated: date(START) });
	expect(await run()).toMatchObject([{ answerSetId: AnswerSetId }]);
	expect(netigate.calls).toEqual(['getAnswerSetsWithData', 'getQuestions']);
});

test('a test run fails if there are no answers, or none that meet the conditions', async () => {
	const { netigate, trigger, run } = started();
	await expect(run()).rejects.toThrow('The chosen surveys have no answers yet');
	answered(netigate);
	const { id } = netigate.state.addSendout(501, { name: 'Spring' } as never);
	trigger.options.sendoutIds = [id];
	await expect(run()).rejects.toThrow('None of the newest answers meet the conditions');
	trigger.options.sendoutIds = [id, 4711];
	await expect(run()).rejects.toThrow("Sendout 4711 isn't in survey 501");
});
