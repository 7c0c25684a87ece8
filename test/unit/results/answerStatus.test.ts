import fc from 'fast-check';
import type { AnswerSet } from '../../../nodes/shared/netigate/types';
import { answeredBy } from '../../../nodes/shared/results/answerStatus';
import { answerSet } from './questionnaire';

const date = (minute: number) =>
	new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString().replace('.000', '');

/** Answer sets of a few respondents, some of whom answer several times, and of unknown people. */
const sets = fc.array(
	fc
		.record({
			respondent: fc.constantFrom(-1, 1, 2, 3, 4),
			begun: fc.nat(10_000),
			took: fc.nat(500),
			completed: fc.boolean(),
		})
		.map(({ respondent, begun, took, completed }) => ({
			AnswerSetId: 1,
			Respondent: respondent,
			Created: date(begun),
			Updated: date(begun + took),
			Completed: completed ? date(begun + took) : null,
		})),
	{ maxLength: 12 },
) as unknown as fc.Arbitrary<AnswerSet[]>;

const earliest = (dates: string[]) => [...dates].sort()[0] ?? null;
const latest = (dates: string[]) => [...dates].sort().reverse()[0] ?? null;

describe('answer status', () => {
	test('is correct for every respondent, in any order and number of answers', () => {
		fc.assert(
			fc.property(sets, (all) => {
				const answered = answeredBy(all);
				for (const id of [1, 2, 3, 4, 5]) {
					const own = all.filter(({ Respondent }) => Respondent === id);
					const done = own.flatMap(({ Completed }) => (Completed ? [Completed] : []));
					expect(answered(id)).toEqual({
						answerStatus:
							done.length > 0 ? 'completed' : own.length > 0 ? 'started' : 'notAnswered',
						startedAt: earliest(own.map(({ Created }) => Created)),
						updatedAt: latest(own.map(({ Updated }) => Updated)),
						completedAt: latest(done),
					});
				}
			}),
		);
	});

	test("ignores an unreadable date only if it isn't known who answered", () => {
		const set = (Respondent: number) => answerSet([], { Respondent, Completed: 'soon' });
		expect(answeredBy([set(-1)])(60_001)).toMatchObject({ answerStatus: 'notAnswered' });
		expect(() => answeredBy([set(60_001)])).toThrow(/result 90001 has an unreadable date/);
	});
});
