import fc from 'fast-check';
import { countBy } from '../../../nodes/shared/basics/lists';
import { record } from '../results/questionnaire';
import { toApiDate as date } from '../../sandbox/clock';
import { notFound } from '../../sandbox/refusal';
import { fullDelete } from '../../sandbox/retention';
import { Netigate, Poller, START } from './poller';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const ORDERS = ['createdAsc', 'createdDesc', 'updatedAsc', 'updatedDesc'] as const;

let netigate: Netigate;
let poller: Poller;

/** It isn't documented which date call 6 compares `updated` with, so everything has to work with both. */
describe.each(['changed', 'created'] as const)(
	'If call 6 filters by when sets were %s',
	(dataDates) => {
		beforeEach(() => {
			netigate = new Netigate({ dataDates });
			poller = new Poller(netigate);
		});

		const idOf = ({ AnswerSetId }: { AnswerSetId: number }) => AnswerSetId;

		describe('Activation', () => {
			it.each([
				[0, 1],
				[25, 1],
				[25.5, 2],
				[100, 2],
			])('%f hours after the newest answer takes %i call(s)', async (hours, calls) => {
				netigate.answer();
				netigate.now += hours * HOUR;
				poller.now = () => netigate.now;
				await poller.activate();
				expect(netigate.calls).toEqual(Array(calls).fill('getAnswerSets'));
			});

			it.each(['completed', 'updated'] as const)(
				'skips an answer from exactly an hour before the newest one (%s)',
				async (event) => {
					poller.settings.event = event;
					netigate.answer();
					netigate.now += HOUR;
					netigate.answer();
					await poller.activate();
					expect(await poller.poll()).toEqual([]);
				},
			);

			it('skips answers from the hour before the newest one, even if that is over a day old', async () => {
				for (const pause of [40 * MINUTE, 25.5 * HOUR]) {
					netigate.answer();
					netigate.now += pause;
				}
				poller.now = () => netigate.now;
				await poller.activate();
				expect(await poller.poll()).toEqual([]);
			});

			it('of a survey without answers outputs the first one', async () => {
				await poller.activate();
				const first = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(first)]);
			});

			it.each([-3650, -5, -1, 0, 1, 5, 3650])(
				"works if Netigate's clock is %i days off",
				async (days) => {
					netigate.now = START + days * 24 * HOUR;
					netigate.answer();
					await poller.activate();
					netigate.now += SECOND;
					const next = netigate.answer();
					expect(await poller.poll()).toEqual([idOf(next)]);
					netigate.now += 3 * HOUR;
					const later = netigate.answer();
					expect(await poller.poll()).toEqual([idOf(later)]);
					expect(await poller.poll()).toEqual([]);
				},
			);

			it('of another survey starts it from now, and loses no answers to the others', async () => {
				await poller.activate();
				const one = netigate.answer();
				netigate.answer({}, 502);
				poller.settings.surveyIds = [501, 502];
				expect(await poller.poll()).toEqual([idOf(one)]);
				const two = netigate.answer({}, 502);
				expect(await poller.poll()).toEqual([idOf(two)]);
				expect(Object.keys(poller.memory.surveys!)).toEqual(['501', '502']);
				poller.settings.surveyIds = [502];
				await poller.poll();
				expect(Object.keys(poller.memory.surveys!)).toEqual(['502']);
			});

			it('fails if a survey cannot be read, and remembers none', async () => {
				netigate.refuse((_, { path }) => path.startsWith('/surveys/502'));
				poller.settings.surveyIds = [501, 502];
				await expect(poller.activate()).rejects.toThrow('not now');
				expect(poller.memory).toEqual({});
			});
		});

		describe('An answer', () => {
			beforeEach(async () => {
				await poller.activate();
				netigate.now += MINUTE;
			});

			it('takes one call for itself and one for the questions, in addition to one per poll', async () => {
				netigate.calls.length = 0;
				await poller.poll();
				expect(netigate.calls).toEqual(['getAnswerSets']);
				netigate.answer();
				await poller.poll();
				expect(netigate.calls.slice(1)).toEqual(['getAnswerSets', 'getAnswerSet', 'getQuestions']);
				await poller.poll();
				expect(netigate.calls.slice(4)).toEqual(['getAnswerSets']);
			});

			it.each([
				['completed', { completed: true }],
				['updated', {}],
			] as const)(
				'before the activation makes the first poll start an hour earlier ("%s")',
				async (event, filter) => {
					poller.settings.event = event;
					netigate.answer();
					await poller.activate();
					const asked: unknown[] = [];
					netigate.beforeCall = (_, { query }) => asked.push(query);
					await poller.poll();
					expect(asked).toEqual([{ updated: date(netigate.now - HOUR), ...filter }]);
				},
			);

			it('with an unreadable date causes an error, because it could otherwise be missed', async () => {
				netigate.answer({ updated: 'yesterday' });
				for (const polling of [() => poller.poll(), () => poller.activate()])
					await expect(polling()).rejects.toThrow('has an unreadable date');
			});

			it('in the form that Netigate returns takes no call for the questions', async () => {
				poller.settings.options.simplify = false;
				netigate.answer();
				netigate.calls.length = 0;
				await poller.poll();
				expect(netigate.calls).toEqual(['getAnswerSets', 'getAnswerSet']);
			});

			it('dated far in the future does not block the output of others', async () => {
				const wrong = netigate.answer({ updated: '2099-01-01T00:00:00Z' });
				expect(await poller.poll()).toEqual([idOf(wrong)]);
				netigate.now += 5 * HOUR;
				const right = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(right)]);
				expect(await poller.poll()).toEqual([]);
			});

			it('dated 40 hours ahead does not hide later ones', async () => {
				poller.now = () => netigate.now;
				const all = [netigate.answer({ updated: date(netigate.now + 40 * HOUR) })];
				for (let hour = 0; hour < 39; hour++) {
					await poller.poll();
					netigate.now += HOUR;
					all.push(netigate.answer());
				}
				for (let polls = 0; polls < 3; polls++) await poller.poll();
				expect([...poller.ids].sort()).toEqual(all.map(idOf).sort());
			});

			it('dated 40 hours ahead before the activation does not hide later ones either', async () => {
				poller.now = () => netigate.now;
				netigate.answer({ updated: date(netigate.now + 40 * HOUR) });
				await poller.activate();
				netigate.now += HOUR;
				const next = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(next)]);
			});

			it('started long ago and finished now is output', async () => {
				const began = date(netigate.now - 90 * 24 * HOUR);
				const sets = [netigate.answer({ created: began }), netigate.answer()];
				expect(await poller.poll()).toEqual(sets.map(idOf));
			});

			it('is read from the pages of recently started ones if many are new', async () => {
				poller.settings.pageSize = 10;
				for (let count = 0; count < 300; count++) {
					netigate.answer({
						created: date(START - count * HOUR),
						updated: date(START),
						completed: date(START),
					});
				}
				await poller.activate();
				netigate.now += HOUR;
				const many = Array.from({ length: 45 }, () => netigate.answer());
				netigate.calls.length = 0;
				expect((await poller.poll()).sort()).toEqual(many.map(idOf).sort());
				expect(countBy(netigate.calls).get('getAnswerSetsWithData')).toBeLessThanOrEqual(6);
				expect(netigate.calls).not.toContain('getAnswerSet');
			});

			it.each(ORDERS)(
				'is output in order of change, whatever order Netigate uses (%s)',
				async (order) => {
					netigate.settings.answerOrder = order;
					const sets = Array.from({ length: 20 }, () => {
						netigate.now += SECOND;
						return netigate.answer({
							created: date(START - netigate.state.answerSets.size * SECOND),
						});
					});
					expect(await poller.poll()).toEqual(sets.map(idOf));
				},
			);
		});

		describe('The event "completed"', () => {
			beforeEach(async () => {
				await poller.activate();
				netigate.now += MINUTE;
			});

			it('outputs a set again when it is completed again', async () => {
				const set = netigate.answer();
				await poller.poll();
				netigate.now += MINUTE;
				netigate.finish(set);
				expect(await poller.poll()).toEqual([idOf(set)]);
			});

			it('does not output a set that was completed before the activation and changed after it', async () => {
				netigate.now = START + 100 * HOUR;
				const set = netigate.answer();
				await poller.activate();
				netigate.now += MINUTE;
				netigate.change(set);
				expect(await poller.poll()).toEqual([]);
			});
		});

		describe('The event "updated"', () => {
			beforeEach(async () => {
				poller.settings.event = 'updated';
				await poller.activate();
				netigate.now += MINUTE;
			});

			it('detects two changes within one second', async () => {
				const set = netigate.answer({ completed: null });
				await poller.poll();
				netigate.change(set, [record(1, 'TEXT_FIELD', { AnswerText: 'one' })]);
				expect(await poller.poll()).toEqual([idOf(set)]);
				netigate.change(set, [record(1, 'TEXT_FIELD', { AnswerText: 'two' })]);
				expect(await poller.poll()).toEqual([idOf(set)]);
				netigate.finish(set);
				expect(await poller.poll()).toEqual([idOf(set)]);
				expect(await poller.poll()).toEqual([]);
			});

			it('remembers answers from the two minutes before the newest one at activation', async () => {
				const [, ...recent] = [0, 1, 120].map((seconds) => {
					netigate.now += seconds * SECOND;
					return netigate.answer();
				});
				await poller.activate();
				const { settling } = poller.memory.surveys![501];
				expect(Object.keys(settling).map(Number)).toEqual(recent.map(idOf));
			});

			it('ignores a different order of the same answers', async () => {
				const one = record(1, 'CHECKBOX', { QuestionText: 'a' });
				const two = record(1, 'CHECKBOX', { QuestionText: 'b' });
				const other = record(2, 'TEXT_FIELD', { AnswerText: 'x' });
				const set = netigate.answer();
				netigate.change(set, [one, two, other]);
				await poller.poll();
				netigate.change(set, [other, two, one]);
				expect(await poller.poll()).toEqual([]);
			});

			it('takes only one call per poll after a set has settled', async () => {
				poller.now = () => netigate.now;
				netigate.answer();
				await poller.poll();
				netigate.now += 3 * MINUTE;
				await poller.poll();
				netigate.calls.length = 0;
				await poller.poll();
				expect(netigate.calls).toEqual(['getAnswerSets']);
			});

			it.each([
				['', []],
				[' if another answer is dated far in the future', ['2099-01-01T00:00:00Z']],
			])('detects a change in the same second as the activation%s', async (_, ahead) => {
				for (const updated of ahead) netigate.answer({ updated });
				const set = netigate.answer({ completed: null });
				await poller.activate();
				netigate.change(set, [record(1, 'TEXT_FIELD', { AnswerText: 'one' })]);
				expect(await poller.poll()).toEqual([idOf(set)]);
			});
		});

		describe('More answers than one poll can take', () => {
			beforeEach(async () => {
				await poller.activate();
				netigate.now += MINUTE;
			});

			it.each([
				[501, 502],
				[502, 501],
			])('in one survey leave time for the others: %i, then %i', async (...surveyIds) => {
				poller.settings.surveyIds = surveyIds;
				await poller.poll();
				for (let count = 0; count < 60; count++) netigate.answer();
				const other = netigate.answer({}, 502);
				netigate.calls.length = 0;
				poller.now = () => START + netigate.calls.length * SECOND;
				poller.budgetMs = 8 * SECOND;
				expect(await poller.poll()).toContain(idOf(other));
				expect(netigate.calls.length).toBe(11);
			});

			it('are output in portions if there is no time at all', async () => {
				poller.settings.pageSize = 1000;
				const sets = Array.from({ length: 150 }, () => netigate.answer());
				poller.budgetMs = 0;
				expect(await poller.poll()).toEqual(sets.slice(0, 100).map(idOf));
				expect(await poller.poll()).toEqual(sets.slice(100).map(idOf));
			});
		});

		it.each([
			[2000, false],
			[200, true],
		])('One poll outputs at most %i answers (with background data: %s)', async (most, included) => {
			poller.settings.pageSize = 1000;
			poller.settings.options.includeBackgroundData = included;
			await poller.activate();
			netigate.now += MINUTE;
			for (let count = 0; count < most + 1; count++) netigate.answer();
			expect(await poller.poll()).toHaveLength(most);
			expect(await poller.poll()).toHaveLength(1);
		});

		describe('The trigger memory', () => {
			it('stays small if ten thousand people answer within an hour, and each answer is output once', async () => {
				poller.settings.pageSize = 100;
				poller.settings.options.simplify = false;
				poller.most = 3000;
				await poller.activate();
				for (let minute = 0; minute < 50; minute++) {
					netigate.now += MINUTE;
					for (let count = 0; count < 200; count++) netigate.answer();
					if (minute % 5 === 4) await poller.poll();
				}
				await poller.poll();
				expect(poller.ids).toHaveLength(10_000);
				expect(new Set(poller.ids).size).toBe(10_000);
				expect(JSON.stringify(poller.memory).length).toBeLessThan(60_000);
				poller.now = () => netigate.now;
				netigate.now += 3 * HOUR;
				netigate.answer();
				await poller.poll();
				expect(JSON.stringify(poller.memory).length).toBeLessThan(3000);
			});

			it('does not change if nothing has', async () => {
				await poller.activate();
				netigate.answer();
				await poller.poll();
				const before = JSON.stringify(poller.memory);
				await poller.poll();
				await poller.poll();
				expect(JSON.stringify(poller.memory)).toBe(before);
			});

			it('starts over if the event changes', async () => {
				await poller.activate();
				netigate.answer();
				poller.settings.event = 'updated';
				expect(await poller.poll()).toEqual([]);
				const next = netigate.answer({ completed: null });
				expect(await poller.poll()).toEqual([idOf(next)]);
			});
		});

		describe('A survey that cannot be read', () => {
			beforeEach(async () => {
				poller.settings.surveyIds = [501, 502];
				await poller.activate();
				netigate.refuse((_, { path }) => path.startsWith('/surveys/502'));
			});

			it('does not block the answers to another one', async () => {
				const set = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(set)]);
				expect(poller.failed).toEqual([502]);
				// Without answers from others it is an error.
				await expect(poller.poll()).rejects.toThrow('Netigate refused: not now');
			});

			it('does not block them either if a survey was added', async () => {
				poller.settings.surveyIds = [501, 502, 503];
				const set = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(set)]);
			});
		});

		describe('A survey that was deleted', () => {
			const gone = 'Survey 502 no longer exists in this Netigate account';

			beforeEach(async () => {
				poller.settings.surveyIds = [501, 502];
				poller.now = () => netigate.now;
				await poller.activate();
				fullDelete(netigate.state, 502);
			});

			it('is reported once with advice, and the others continue', async () => {
				const first = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(first)]);
				await expect(poller.poll()).rejects.toMatchObject({
					message: gone,
					advice: expect.stringContaining("Remove it from 'Survey Names or IDs'"),
				});
				for (let day = 0; day < 3; day++) {
					netigate.now += 24 * 3_600_000;
					expect(await poller.poll()).toEqual([]);
				}
				const second = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(second)]);
				expect(poller.failed).toEqual([502, 502]);
			});

			it('is reported before one that cannot be read for now', async () => {
				netigate.refuse((_, { path }) => path.startsWith('/surveys/501'));
				await expect(poller.poll()).rejects.toThrow(gone);
				await expect(poller.poll()).rejects.toThrow('Netigate refused: not now');
			});

			it('loses no answers if it comes back', async () => {
				await expect(poller.poll()).rejects.toThrow(gone);
				netigate.state.addSurvey({ SurveyId: 502, Name: '' });
				const set = netigate.answer({}, 502);
				expect(await poller.poll()).toEqual([idOf(set)]);
				fullDelete(netigate.state, 502);
				await expect(poller.poll()).rejects.toThrow(gone);
			});

			it('is reported every day if there is no other survey', async () => {
				fullDelete(netigate.state, 501);
				await expect(poller.poll()).rejects.toThrow('Survey 501 no longer exists');
				await expect(poller.poll()).rejects.toThrow(gone);
				expect(await poller.poll()).toEqual([]);
				netigate.now += 24 * 3_600_000;
				await expect(poller.poll()).rejects.toThrow('no longer exists');
			});

			it('is not confused with one that Netigate temporarily does not find', async () => {
				netigate.beforeCall = (_, { path }) => {
					if (path.startsWith('/surveys/501')) throw notFound('Survey', 501);
				};
				await expect(poller.poll()).rejects.toThrow(gone);
				for (let polls = 0; polls < 3; polls++)
					await expect(poller.poll()).rejects.toThrow('Netigate refused: Survey 501 not found');
			});

			it('is reported as deleted only after the list of surveys confirms it', async () => {
				netigate.refuse((_, { path }) => path === '/surveys');
				await expect(poller.poll()).rejects.toThrow('Netigate refused: Survey 502 not found');
				netigate.beforeCall = () => {};
				await expect(poller.poll()).rejects.toThrow(gone);
			});

			it('prevents activation', async () => {
				await expect(poller.activate()).rejects.toThrow('Survey 502 not found');
			});
		});

		describe('Twenty surveys without new answers', () => {
			it('take twenty calls per poll', async () => {
				poller.settings.surveyIds = Array.from({ length: 20 }, (_, index) => 501 + index);
				for (const surveyId of poller.settings.surveyIds) netigate.answer({}, surveyId);
				await poller.activate();
				netigate.calls.length = 0;
				expect(await poller.poll()).toEqual([]);
				expect(netigate.calls).toHaveLength(20);
			});
		});

		describe('Whatever happens', () => {
			const number = (min: number, max: number) => fc.integer({ min, max });
			const step = fc.oneof(
				fc.tuple(fc.constantFrom('answer', 'begin'), number(1, 9)),
				fc.tuple(fc.constant('late'), number(1, 55)),
				fc.tuple(fc.constant('wait'), fc.constantFrom(0, 1, 59, 600, 3600, 90_000)),
				fc.tuple(fc.constantFrom('finish', 'touch'), number(0, 50)),
				fc.tuple(fc.constantFrom('poll', 'poll', 'overlap', 'restart'), fc.constant(0)),
				fc.tuple(fc.constantFrom('fail', 'meanwhile'), number(1, 6)),
			);

			/** Carries out the steps. Counts how often each answer set has to be output. */
			async function live(
				world: Netigate,
				n8n: Poller,
				steps: Array<[string, number]>,
			): Promise<Map<number, number>> {
				const { event } = n8n.settings;
				const due = new Map<number, number>();
				const count = (id: number) => due.set(id, (due.get(id) ?? 0) + 1);
				const sets: Array<ReturnType<Netigate['answer']>> = [];
				const start = world.now;
				let newest = start;
				const answer = (more = {}) => {
					const set = world.answer(more);
					sets.push(set);
					if (event === 'updated' || set.Completed) count(set.AnswerSetId);
				};
				const change = async (set: (typeof sets)[number], finishes: boolean) => {
					// Several changes between two polls look like one, so poll around each change.
					if (event === 'updated') await n8n.drain();
					const shows = event === 'updated' && set.Updated !== date(world.now);
					if (finishes || shows) count(set.AnswerSetId);
					if (finishes) world.finish(set);
					else world.change(set);
					newest = world.now;
					if (event === 'updated') await n8n.drain();
				};
				for (const [kind, value] of steps) {
					world.calls.length = 0;
					if (kind === 'answer' || kind === 'begin') {
						for (let at = 0; at < value; at++) answer(kind === 'begin' ? { completed: null } : {});
						newest = world.now;
					} else if (kind === 'late') {
						// Within the overlap before the newest change, and not before the start.
						const at = date(Math.max(newest - value * MINUTE, start));
						answer({ created: at, updated: at });
					} else if (kind === 'wait') world.now += value * SECOND;
					else if (kind === 'finish' || kind === 'touch') {
						const set = sets[value];
						if (set) await change(set, kind === 'finish' && set.Completed === null);
					} else if (kind === 'poll') await n8n.poll();
					else if (kind === 'overlap') await Promise.all([n8n.poll(), n8n.poll()]);
					else if (kind === 'restart') n8n.restart();
					else if (kind === 'fail') {
						world.refuse((call) => call === value);
						await n8n.poll().catch(() => []);
					} else {
						world.beforeCall = (call) => {
							if (call !== value) return;
							answer();
							newest = world.now;
						};
						await n8n.poll();
					}
					world.beforeCall = () => {};
				}
				await n8n.drain();
				return due;
			}

			it.each(['completed', 'updated'] as const)(
				'outputs every change exactly once (%s)',
				async (event) => {
					await fc.assert(
						fc.asyncProperty(
							fc.array(step, { minLength: 1, maxLength: 25 }),
							fc.constantFrom(...ORDERS),
							fc.constantFrom('inclusive' as const, 'exclusive' as const),
							fc.oneof(fc.constant(0), number(-100, 100)),
							fc.constantFrom(2, 5, 100),
							// The minutes between the answers before the activation.
							fc.array(fc.constantFrom(0, 1, 50, 60, 1515), { minLength: 4, maxLength: 4 }),
							async (steps, answerOrder, dateBounds, hoursOff, most, pauses) => {
								const world = new Netigate({ answerOrder, dateBounds, dataDates });
								const n8n = new Poller(world);
								n8n.settings.event = event;
								n8n.now = () => world.now + hoursOff * HOUR;
								n8n.most = most;
								for (const minutes of pauses) {
									world.answer();
									world.now += minutes * MINUTE;
								}
								await n8n.activate();
								const due = await live(world, n8n, steps);
								expect(countBy(n8n.ids.sort())).toEqual(new Map([...due].sort()));
							},
						),
						{ numRuns: 150 },
					);
				},
			);
		});
	},
);
