import fc from 'fast-check';
import { record } from '../results/questionnaire';
import { AnsweringNetigate, date, Poller, START, type Order } from './answeringNetigate';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let netigate: AnsweringNetigate;
let poller: Poller;

/** Nobody knows what call 6 compares `updated` with, so all of this holds either way. */
describe.each(['changed', 'created'] as const)(
	'Where call 6 goes by when sets were %s',
	(dataDates) => {
		beforeEach(() => {
			netigate = new AnsweringNetigate();
			netigate.dataDates = dataDates;
			poller = new Poller(netigate);
		});

		const idOf = ({ AnswerSetId }: { AnswerSetId: number }) => AnswerSetId;

		describe('Activation', () => {
			it('starts from now: what was answered before is not given', async () => {
				netigate.answer();
				netigate.now += MINUTE;
				netigate.answer();
				await poller.activate();
				expect(await poller.poll()).toEqual([]);
			});

			it('takes two calls, one of them for a survey in which nobody answered of late', async () => {
				netigate.answer();
				await poller.activate();
				expect(netigate.calls).toEqual(['/answers']);
				netigate.calls.length = 0;
				netigate.now += 100 * HOUR;
				poller.now = () => netigate.now;
				await poller.activate();
				expect(netigate.calls).toEqual(['/answers', '/answers']);
			});

			it('gives the first answer of a survey', async () => {
				await poller.activate();
				const first = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(first)]);
			});

			it('after a while starts from now again', async () => {
				await poller.activate();
				netigate.now += MINUTE;
				netigate.answer();
				await poller.poll();
				netigate.now += 5 * HOUR;
				netigate.answer();
				await poller.activate();
				expect(await poller.poll()).toEqual([]);
				const next = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(next)]);
			});

			it.each([-3650, -5, -1, 0, 1, 5, 3650])(
				'works where the clock of Netigate is %i days off',
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

			it('of a further survey starts that one from now, and loses nothing of the other', async () => {
				await poller.activate();
				const one = netigate.answer();
				netigate.answer({ Survey: 502 });
				poller.settings.surveyIds = [501, 502];
				expect(await poller.poll()).toEqual([idOf(one)]);
				const two = netigate.answer({ Survey: 502 });
				expect(await poller.poll()).toEqual([idOf(two)]);
				expect(Object.keys(poller.memory.surveys!)).toEqual(['501', '502']);
				poller.settings.surveyIds = [502];
				await poller.poll();
				expect(Object.keys(poller.memory.surveys!)).toEqual(['502']);
			});

			it('fails where a survey cannot be read, and begins with none', async () => {
				netigate.refuse = (call) => call === 2;
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

			it('is given once', async () => {
				const set = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(set)]);
				expect(await poller.poll()).toEqual([]);
				netigate.now += 10 * HOUR;
				expect(await poller.poll()).toEqual([]);
			});

			it('takes one call a poll, one more for itself and one for the questions', async () => {
				netigate.calls.length = 0;
				await poller.poll();
				expect(netigate.calls).toEqual(['/answers']);
				const { AnswerSetId } = netigate.answer();
				await poller.poll();
				expect(netigate.calls.slice(1)).toEqual([
					'/answers',
					`/answers/${AnswerSetId}`,
					'/questions',
				]);
				await poller.poll();
				expect(netigate.calls.slice(4)).toEqual(['/answers']);
			});

			it('of the same second as another that was given before is given too', async () => {
				const one = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(one)]);
				const two = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(two)]);
			});

			it('that Netigate writes late is given too, once', async () => {
				netigate.now += HOUR;
				const one = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(one)]);
				const at = date(netigate.now - 50 * MINUTE);
				const late = netigate.answer({ Created: at, Updated: at, Completed: at });
				expect(await poller.poll()).toEqual([idOf(late)]);
				expect(await poller.poll()).toEqual([]);
			});

			it('is given where n8n was away for days', async () => {
				const before = netigate.answer();
				await poller.poll();
				netigate.now += 30 * HOUR;
				const one = netigate.answer();
				netigate.now += 30 * HOUR;
				const two = netigate.answer();
				poller.restart();
				expect(await poller.poll()).toEqual([idOf(one), idOf(two)]);
				expect(poller.ids).toEqual([before, one, two].map(idOf));
			});

			it('dated far in the future keeps no other from being given', async () => {
				const wrong = netigate.answer({ Updated: '2099-01-01T00:00:00Z' });
				expect(await poller.poll()).toEqual([idOf(wrong)]);
				netigate.now += 5 * HOUR;
				const right = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(right)]);
				expect(await poller.poll()).toEqual([]);
			});

			it('dated 40 hours ahead loses none of the next ones', async () => {
				poller.now = () => netigate.now;
				const all = [netigate.answer({ Updated: date(netigate.now + 40 * HOUR) })];
				for (let hour = 0; hour < 39; hour++) {
					await poller.poll();
					netigate.now += HOUR;
					all.push(netigate.answer());
				}
				for (let polls = 0; polls < 3; polls++) await poller.poll();
				expect([...poller.ids].sort()).toEqual(all.map(idOf).sort());
			});

			it('dated 40 hours ahead before the activation loses none either', async () => {
				poller.now = () => netigate.now;
				netigate.answer({ Updated: date(netigate.now + 40 * HOUR) });
				await poller.activate();
				netigate.now += HOUR;
				const next = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(next)]);
			});

			it('begun long before and finished now is given', async () => {
				const began = date(netigate.now - 90 * 24 * HOUR);
				const sets = [netigate.answer({ Created: began }), netigate.answer()];
				expect(await poller.poll()).toEqual(sets.map(idOf));
			});

			it('is read by itself where few are new, and from the pages of those begun then where many are', async () => {
				poller.settings.pageSize = 10;
				for (let count = 0; count < 300; count++) {
					netigate.answer({
						Created: date(START - count * HOUR),
						Updated: date(START),
						Completed: date(START),
					});
				}
				await poller.activate();
				netigate.now += HOUR;
				const many = Array.from({ length: 45 }, () => netigate.answer());
				netigate.calls.length = 0;
				expect((await poller.poll()).sort()).toEqual(many.map(idOf).sort());
				expect(netigate.calls.filter((call) => call.includes('page')).length).toBeLessThanOrEqual(
					6,
				);
				expect(netigate.calls.filter((call) => /\/answers\/\d/.test(call))).toEqual([]);
			});

			it('is given, with nothing lost, whichever of the polls on the way failed', async () => {
				const sets = Array.from({ length: 10 }, () => netigate.answer());
				for (let failing = 1; failing <= 8; failing++) {
					netigate.calls.length = 0;
					netigate.refuse = (call) => call === failing;
					await poller.poll().catch(() => []);
				}
				netigate.refuse = () => false;
				await poller.poll();
				expect([...poller.ids].sort()).toEqual(sets.map(idOf).sort());
			});

			it.each(['createdAsc', 'createdDesc', 'updatedAsc', 'updatedDesc'] as Order[])(
				'comes with others oldest change first, whatever order Netigate lists them in (%s)',
				async (order) => {
					netigate.order = order;
					const sets = Array.from({ length: 20 }, () => {
						netigate.now += SECOND;
						return netigate.answer({ Created: date(START - netigate.sets.size * SECOND) });
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

			it('gives nothing of who has only begun, and all when they finish', async () => {
				const set = netigate.answer({ Completed: null });
				expect(await poller.poll()).toEqual([]);
				netigate.now += 5 * HOUR;
				set.Completed = set.Updated = date(netigate.now);
				expect(await poller.poll()).toEqual([idOf(set)]);
			});

			it.each([MINUTE, 3 * HOUR])(
				'gives nothing again when it is changed %i ms later',
				async (later) => {
					const set = netigate.answer();
					await poller.poll();
					netigate.now += later;
					netigate.answer();
					await poller.poll();
					set.Updated = date(netigate.now);
					expect(await poller.poll()).toEqual([]);
				},
			);

			it('gives it again when it is completed again', async () => {
				const set = netigate.answer();
				await poller.poll();
				netigate.now += MINUTE;
				set.Completed = set.Updated = date(netigate.now);
				expect(await poller.poll()).toEqual([idOf(set)]);
			});

			it('gives nothing of what was completed before the activation and changed after it', async () => {
				netigate.sets.clear();
				netigate.now = START + 100 * HOUR;
				const set = netigate.answer();
				await poller.activate();
				netigate.now += MINUTE;
				set.Updated = date(netigate.now);
				expect(await poller.poll()).toEqual([]);
			});
		});

		describe('The event "updated"', () => {
			beforeEach(async () => {
				poller.settings.event = 'updated';
				await poller.activate();
				netigate.now += MINUTE;
			});

			it('gives an answer at each change, also an unfinished one', async () => {
				const set = netigate.answer({ Completed: null });
				expect(await poller.poll()).toEqual([idOf(set)]);
				netigate.now += MINUTE;
				set.Updated = date(netigate.now);
				expect(await poller.poll()).toEqual([idOf(set)]);
				netigate.now += MINUTE;
				set.Updated = set.Completed = date(netigate.now);
				expect(await poller.poll()).toEqual([idOf(set)]);
				expect(await poller.poll()).toEqual([]);
			});

			it('tells two changes within one second apart', async () => {
				const set = netigate.answer({ Completed: null });
				await poller.poll();
				set.Answers = [record(1, 'TEXT_FIELD', { AnswerText: 'one' })];
				expect(await poller.poll()).toEqual([idOf(set)]);
				set.Answers = [record(1, 'TEXT_FIELD', { AnswerText: 'two' })];
				expect(await poller.poll()).toEqual([idOf(set)]);
				set.Completed = set.Updated;
				expect(await poller.poll()).toEqual([idOf(set)]);
				expect(await poller.poll()).toEqual([]);
			});

			it('tells them apart also where there is more than a page', async () => {
				const sets = Array.from({ length: 12 }, () => netigate.answer({ Completed: null }));
				await poller.poll();
				for (const set of sets) set.Answers = [record(1, 'TEXT_FIELD', { AnswerText: 'one' })];
				expect(await poller.poll()).toEqual(sets.map(idOf));
				expect(await poller.poll()).toEqual([]);
			});

			it('takes the same answers in another order for the same', async () => {
				const one = record(1, 'CHECKBOX', { QuestionText: 'a' });
				const two = record(1, 'CHECKBOX', { QuestionText: 'b' });
				const other = record(2, 'TEXT_FIELD', { AnswerText: 'x' });
				const set = netigate.answer({ Answers: [one, two, other] });
				await poller.poll();
				set.Answers = [other, two, one];
				expect(await poller.poll()).toEqual([]);
			});

			it('costs no more than one call a poll when it has settled', async () => {
				poller.now = () => netigate.now;
				netigate.answer();
				await poller.poll();
				netigate.now += 3 * MINUTE;
				await poller.poll();
				netigate.calls.length = 0;
				await poller.poll();
				expect(netigate.calls).toEqual(['/answers']);
			});

			it('notices a change in the very second of the activation', async () => {
				const set = netigate.answer({ Completed: null });
				await poller.activate();
				set.Answers = [record(1, 'TEXT_FIELD', { AnswerText: 'one' })];
				expect(await poller.poll()).toEqual([idOf(set)]);
			});
		});

		describe('More answers than one poll can take', () => {
			beforeEach(async () => {
				await poller.activate();
				netigate.now += MINUTE;
			});

			it.each(['createdAsc', 'createdDesc', 'updatedAsc', 'updatedDesc'] as Order[])(
				'come with the next ones, each once (%s)',
				async (order) => {
					netigate.order = order;
					poller.most = 4;
					const sets = Array.from({ length: 60 }, (_, index) => {
						netigate.now += index % 7 === 0 ? HOUR : SECOND;
						return netigate.answer();
					});
					let polls = 0;
					while ((await poller.poll()).length > 0) polls++;
					expect(polls).toBeGreaterThan(5);
					expect([...poller.ids].sort()).toEqual(sets.map(idOf).sort());
				},
			);

			it('are given as far as the time of a poll reaches', async () => {
				const sets = Array.from({ length: 60 }, () => netigate.answer());
				poller.now = () => START + netigate.calls.length * SECOND;
				poller.budgetMs = 5 * SECOND;
				const first = await poller.poll();
				expect(first.length).toBeGreaterThan(0);
				expect(first.length).toBeLessThan(60);
				for (let polls = 0; polls < 30; polls++) await poller.poll();
				expect([...poller.ids].sort()).toEqual(sets.map(idOf).sort());
			});

			it('of one survey leave time for the others', async () => {
				poller.settings.surveyIds = [501, 502];
				await poller.poll();
				for (let count = 0; count < 60; count++) netigate.answer();
				const other = netigate.answer({ Survey: 502 });
				poller.now = () => START + netigate.calls.length * SECOND;
				poller.budgetMs = 8 * SECOND;
				expect(await poller.poll()).toContain(idOf(other));
			});
		});

		describe('What the trigger keeps between polls', () => {
			it('stays small, however many answer', async () => {
				await poller.activate();
				for (let hour = 0; hour < 48; hour++) {
					for (let count = 0; count < 50; count++) {
						netigate.now += 72 * SECOND;
						netigate.answer();
					}
					await poller.poll();
				}
				expect(poller.ids).toHaveLength(2400);
				expect(JSON.stringify(poller.memory).length).toBeLessThan(3000);
			});

			it('stays small also where ten thousand answer within the hour, and none is lost or doubled', async () => {
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
			});

			it('does not change where nothing has', async () => {
				await poller.activate();
				netigate.answer();
				await poller.poll();
				const before = JSON.stringify(poller.memory);
				await poller.poll();
				await poller.poll();
				expect(JSON.stringify(poller.memory)).toBe(before);
			});

			it('begins anew where the event is another', async () => {
				await poller.activate();
				netigate.answer();
				poller.settings.event = 'updated';
				expect(await poller.poll()).toEqual([]);
				const next = netigate.answer({ Completed: null });
				expect(await poller.poll()).toEqual([idOf(next)]);
			});
		});

		describe('Polls that overlap', () => {
			it('give each answer once', async () => {
				await poller.activate();
				netigate.now += MINUTE;
				const sets = Array.from({ length: 20 }, () => netigate.answer());
				await Promise.all([poller.poll(), poller.poll(), poller.poll()]);
				expect([...poller.ids].sort()).toEqual(sets.map(idOf).sort());
			});
		});

		describe('A survey that cannot be read', () => {
			beforeEach(async () => {
				poller.settings.surveyIds = [501, 502];
				await poller.activate();
				netigate.refuse = (_, { path }) => path.startsWith('/surveys/502');
			});

			it('does not keep the answers of another back', async () => {
				const set = netigate.answer();
				expect(await poller.poll()).toEqual([idOf(set)]);
				expect(poller.failed).toEqual([502]);
			});

			it('is told as soon as there is nothing else', async () => {
				await expect(poller.poll()).rejects.toThrow('Netigate refused: not now');
			});
		});

		describe('Twenty surveys in which nothing is new', () => {
			it('take twenty calls a poll', async () => {
				poller.settings.surveyIds = Array.from({ length: 20 }, (_, index) => 501 + index);
				for (const Survey of poller.settings.surveyIds) netigate.answer({ Survey });
				await poller.activate();
				netigate.calls.length = 0;
				expect(await poller.poll()).toEqual([]);
				expect(netigate.calls).toHaveLength(20);
			});
		});

		describe('Whatever happens', () => {
			type Step =
				| { kind: 'answer' | 'begin'; count: number }
				| { kind: 'late'; minutes: number }
				| { kind: 'wait'; seconds: number }
				| { kind: 'finish' | 'touch'; which: number }
				| { kind: 'poll' | 'overlap' | 'restart' }
				| { kind: 'fail'; call: number }
				| { kind: 'meanwhile'; call: number };

			const step: fc.Arbitrary<Step> = fc.oneof(
				fc.record({
					kind: fc.constantFrom('answer' as const, 'begin' as const),
					count: fc.integer({ min: 1, max: 9 }),
				}),
				fc.record({ kind: fc.constant('late' as const), minutes: fc.integer({ min: 1, max: 55 }) }),
				fc.record({
					kind: fc.constant('wait' as const),
					seconds: fc.constantFrom(0, 1, 59, 600, 3600, 90_000),
				}),
				fc.record({
					kind: fc.constantFrom('finish' as const, 'touch' as const),
					which: fc.nat({ max: 50 }),
				}),
				fc.record({
					kind: fc.constantFrom(
						'poll' as const,
						'poll' as const,
						'overlap' as const,
						'restart' as const,
					),
				}),
				fc.record({ kind: fc.constant('fail' as const), call: fc.integer({ min: 1, max: 6 }) }),
				fc.record({
					kind: fc.constant('meanwhile' as const),
					call: fc.integer({ min: 1, max: 6 }),
				}),
			);

			it.each(['completed', 'updated'] as const)(
				'each answer comes once a change, none is lost: %s',
				async (event) => {
					await fc.assert(
						fc.asyncProperty(
							fc.array(step, { minLength: 1, maxLength: 25 }),
							fc.constantFrom<Order>('createdAsc', 'createdDesc', 'updatedAsc', 'updatedDesc'),
							fc.boolean(),
							fc.integer({ min: -100, max: 100 }),
							fc.constantFrom(2, 5, 100),
							async (steps, order, inclusive, hoursOff, most) => {
								const world = new AnsweringNetigate();
								Object.assign(world, { order, inclusive, dataDates });
								const n8n = new Poller(world);
								n8n.settings.event = event;
								n8n.now = () => world.now + hoursOff * HOUR;
								n8n.most = most;
								for (let count = 0; count < 4; count++) world.answer();
								await n8n.activate();
								const old = new Set(world.sets.keys());
								/** How often each answer set has to be given at most, and at least. */
								const due = new Map<number, number>();
								const changed = (id: number) => due.set(id, (due.get(id) ?? 0) + 1);
								const newOnes = () =>
									[...world.sets.values()].filter(({ AnswerSetId }) => !old.has(AnswerSetId));
								const answer = (more = {}) => {
									const set = world.answer(more);
									if (event === 'updated' || set.Completed) changed(set.AnswerSetId);
									return set;
								};
								let newest = world.now;
								const drain = async () => {
									for (let polls = 0; polls < 100; polls++) {
										if ((await n8n.poll()).length === 0) return;
									}
								};
								for (const one of steps) {
									world.beforeAnswer = () => {};
									world.refuse = () => false;
									world.calls.length = 0;
									if (one.kind === 'answer' || one.kind === 'begin') {
										for (let count = 0; count < one.count; count++) {
											answer(one.kind === 'begin' ? { Completed: null } : {});
										}
										newest = world.now;
									} else if (one.kind === 'late') {
										// No later than the overlap reaches back from what was seen, and not from before.
										const at = date(Math.max(newest - one.minutes * MINUTE, START));
										answer({ Created: at, Updated: at, Completed: at });
									} else if (one.kind === 'wait') {
										world.now += one.seconds * SECOND;
									} else if (one.kind === 'finish' || one.kind === 'touch') {
										const set = newOnes()[one.which];
										if (!set) continue;
										const at = date(world.now);
										const finishes = one.kind === 'finish' && set.Completed === null;
										// Several changes between two polls are one to see; so each is polled for here.
										if (event === 'updated') await drain();
										if (event === 'updated' && (set.Updated !== at || finishes))
											changed(set.AnswerSetId);
										if (event === 'completed' && finishes) changed(set.AnswerSetId);
										set.Updated = at;
										if (finishes) set.Completed = at;
										newest = world.now;
										if (event === 'updated') await drain();
									} else if (one.kind === 'poll') {
										await n8n.poll();
									} else if (one.kind === 'overlap') {
										await Promise.all([n8n.poll(), n8n.poll()]);
									} else if (one.kind === 'restart') {
										n8n.restart();
									} else if (one.kind === 'fail') {
										const { call } = one;
										world.refuse = (at) => at === call;
										await n8n.poll().catch(() => []);
									} else {
										const { call } = one as { call: number };
										world.beforeAnswer = (at) => {
											if (at !== call) return;
											answer();
											newest = world.now;
										};
										await n8n.poll();
									}
								}
								world.beforeAnswer = () => {};
								world.refuse = () => false;
								await drain();
								const counts = new Map<number, number>();
								for (const id of n8n.ids) counts.set(id, (counts.get(id) ?? 0) + 1);
								expect(new Map([...counts].sort())).toEqual(new Map([...due].sort()));
							},
						),
						{ numRuns: 150 },
					);
				},
			);
		});
	},
);
