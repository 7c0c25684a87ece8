import { LedgerError } from '../../../nodes/shared/tables/errors';
import { checkAll, reserveAll, type Candidate } from '../../../nodes/shared/quarantine/reserve';
import type { Claim, Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import type { Rule } from '../../../nodes/shared/quarantine/rules/rules';

const DAY = 86_400_000;
const MINUTE = 60_000;

export const ONCE: Rule = { scope: 'survey', after: 'invited', max: 1, days: 30 };

/** A claim on somebody for a survey, who may be asked so often in 30 days. */
export const claimOf = (contact: string, max = 1): Claim => ({
	contact,
	survey: '501',
	group: '',
	address: null,
	ordinal: 0,
	exempt: false,
	rules: [{ ...ONCE, max }],
});

/** A ledger under test; every test gets an empty one. */
interface LedgerUnderTest {
	/** The ledger as a step of an execution sees it. Steps and executions are any names. */
	as: (execution: string, step?: string) => Ledger;
	/** The same as `as`, in another process, whose locks are its own; where that is another than `as`. */
	elsewhere?: (execution: string) => Ledger;
	/** An empty ledger of its own, as nodes use it who need its events for so many days. */
	keptBy: () => Promise<(node: string, days: number) => Ledger>;
	/** The ledger's clock, which the tests move. */
	clock: { now: number };
	/**
	 * The ledger of a run in which something comes between: it happens right before the run first writes.
	 * Without it, it happens before the run begins.
	 */
	interrupted?: (execution: string, before: () => Promise<void>) => Ledger;
	/** How many processes race in the tests of races. */
	contenders?: number;
}

const candidate = (contact: string, more: Partial<Candidate> = {}): Candidate => ({
	contact,
	survey: '501',
	group: 'Service',
	rules: [ONCE],
	exempt: false,
	blocked: false,
	address: null,
	...more,
});

const place = (contact: string, more = {}) => ({
	contact,
	survey: '501',
	group: 'Service',
	address: null,
	...more,
});

const NO_TESTS = () => {};

/**
 * What every ledger must do, whatever it is kept in.
 *
 * @param keeping false where for how long events are kept is tested on the same ledger elsewhere, and takes long
 */
export function ledgerConformance(
	name: string,
	open: () => Promise<LedgerUnderTest>,
	{ keeping = true } = {},
): void {
	describe(name, () => {
		let ledger: LedgerUnderTest;

		beforeEach(async () => {
			ledger = await open();
		});

		const reserve = async (
			execution: string,
			candidates: Candidate[],
			holdMinutes = 0,
			step?: string,
		) =>
			(
				await reserveAll(
					ledger.as(execution, step),
					candidates,
					ledger.clock.now,
					holdMinutes ? holdMinutes * MINUTE : null,
				)
			).map(({ allowed, reason }) => (allowed ? (reason ?? 'allowed') : reason));

		const check = async (execution: string, candidates: Candidate[]) =>
			(await checkAll(ledger.as(execution), candidates, ledger.clock.now)).map(
				({ allowed, reason }) => (allowed ? (reason ?? 'allowed') : reason),
			);

		test('who was invited is remembered for the days of the rule, to the second', async () => {
			const start = ledger.clock.now;
			expect(await reserve('1', [candidate('anna')])).toEqual(['allowed']);
			expect(await reserve('2', [candidate('anna'), candidate('bo')])).toEqual([
				'invitedRecently',
				'allowed',
			]);
			ledger.clock.now = start + 30 * DAY - 1000;
			expect(await reserve('3', [candidate('anna')])).toEqual(['invitedRecently']);
			ledger.clock.now = start + 30 * DAY;
			expect(await reserve('4', [candidate('anna')])).toEqual(['allowed']);
		});

		test('tells when the last contact was and when the next may be', async () => {
			const at = ledger.clock.now;
			await reserve('1', [candidate('anna')]);
			ledger.clock.now += 5 * DAY;
			const [decision] = await reserveAll(
				ledger.as('2'),
				[candidate('anna')],
				ledger.clock.now,
				null,
			);
			expect(decision).toEqual({
				allowed: false,
				reason: 'invitedRecently',
				rule: ONCE,
				lastContactAt: at,
				eligibleAt: at + 30 * DAY,
				reservationId: null,
			});
		});

		test('every reservation has an ID of its own', async () => {
			const decided = await reserveAll(
				ledger.as('1'),
				[candidate('anna'), candidate('bo'), candidate('cem')],
				ledger.clock.now,
				null,
			);
			const ids = decided.map(({ reservationId }) => reservationId);
			expect(new Set(ids).size).toBe(3);
			expect(ids.every((id) => typeof id === 'string' && id !== '')).toBe(true);
		});

		test('a run that fails when it asks once more keeps nobody back whom it had let through', async () => {
			const anyAWeek: Rule = { scope: 'all', after: 'invited', max: 1, days: 7 };
			const rules = [ONCE, anyAWeek];
			await reserve('1', [candidate('anna', { rules })]);
			ledger.clock.now += 10 * DAY;
			const other = candidate('anna', { rules, survey: '502' });
			const people = [candidate('anna', { rules }), other, candidate('bo', { rules })];
			const kept = ledger.as('2');
			let claims = 0;
			const failing: Ledger = Object.assign(Object.create(kept) as Ledger, {
				claim: async (...given: Parameters<Ledger['claim']>) => {
					const results = await kept.claim(...given);
					// Anna may be asked about the other survey, once she may not about the first.
					if (++claims === 2) throw new LedgerError('failed', 'No answer came', '');
					return results;
				},
			});
			await expect(reserveAll(failing, people, ledger.clock.now, null)).rejects.toThrow(
				'No answer came',
			);
			ledger.clock.now += DAY;
			expect(await reserve('3', people)).toEqual(['invitedRecently', 'allowed', 'allowed']);
		});

		test('a check remembers nothing, and sees what was reserved', async () => {
			expect(await check('1', [candidate('anna')])).toEqual(['allowed']);
			expect(await check('1', [candidate('anna'), candidate('anna')])).toEqual([
				'allowed',
				'duplicateInRun',
			]);
			await reserve('2', [candidate('anna')]);
			expect(await check('3', [candidate('anna'), candidate('bo')])).toEqual([
				'invitedRecently',
				'allowed',
			]);
		});

		test('surveys, groups and all: each rule counts its own', async () => {
			await reserve('1', [candidate('anna', { survey: '500', group: 'Service' })]);
			const asks = (rule: Partial<Rule>) =>
				candidate('anna', { rules: [{ ...ONCE, ...rule }], group: 'Sales' });
			expect(await check('2', [asks({})])).toEqual(['allowed']);
			expect(await check('2', [asks({ scope: 'group' })])).toEqual(['allowed']);
			expect(await check('2', [asks({ scope: 'group', group: 'service' })])).toEqual([
				'invitedRecently',
			]);
			expect(await check('2', [asks({ scope: 'all' })])).toEqual(['invitedRecently']);
		});

		test('several allowed: the ledger and the run count together', async () => {
			const twice = { rules: [{ ...ONCE, max: 3 }] };
			expect(await reserve('1', [candidate('anna', twice)])).toEqual(['allowed']);
			expect(
				await reserve('2', [
					candidate('anna', twice),
					candidate('anna', twice),
					candidate('anna', twice),
				]),
			).toEqual(['allowed', 'allowed', 'duplicateInRun']);
			expect(await reserve('3', [candidate('anna', twice)])).toEqual(['invitedRecently']);
		});

		test('an item refused by its own rules leaves room for the next of the same contact', async () => {
			await reserve('1', [candidate('anna')]);
			const rules = [ONCE];
			expect(
				await reserve('2', [
					candidate('anna', { rules }),
					candidate('anna', { survey: '502', rules }),
					candidate('anna', { survey: '502', rules }),
				]),
			).toEqual(['invitedRecently', 'allowed', 'duplicateInRun']);
		});

		test('who is exempt is allowed and remembered', async () => {
			await reserve('1', [candidate('anna')]);
			expect(await reserve('2', [candidate('anna', { exempt: true })])).toEqual(['exempt']);
			await reserve('3', [candidate('bo', { exempt: true })]);
			expect(await reserve('4', [candidate('bo')])).toEqual(['invitedRecently']);
		});

		test('the same step of the same execution, run again, is allowed again, but counts once', async () => {
			const twice = { rules: [{ ...ONCE, max: 2 }] };
			expect(await reserve('1', [candidate('anna', twice)])).toEqual(['allowed']);
			expect(await reserve('1', [candidate('anna', twice)])).toEqual(['allowed']);
			expect(await reserve('2', [candidate('anna', twice)])).toEqual(['allowed']);
			expect(await reserve('3', [candidate('anna', twice)])).toEqual(['invitedRecently']);
		});

		test('the same step, run again when its hold has lapsed, is decided anew', async () => {
			const both = [candidate('anna'), candidate('bo')];
			await reserve('1', both, 15);
			ledger.clock.now += 15 * MINUTE;
			expect(await reserve('2', [candidate('anna')])).toEqual(['allowed']);
			expect(await reserve('1', both, 15)).toEqual(['invitedRecently', 'allowed']);
			expect(await reserve('3', both)).toEqual(['invitedRecently', 'invitedRecently']);
			expect(await reserve('1', both, 15)).toEqual(['invitedRecently', 'allowed']);
			await ledger.as('1').confirm([place('bo')], ledger.clock.now);
			ledger.clock.now += 15 * MINUTE;
			expect(await reserve('1', both, 15)).toEqual(['invitedRecently', 'allowed']);
			expect(await reserve('3', both)).toEqual(['invitedRecently', 'invitedRecently']);
		});

		test('the next round of a loop is another step, and sees what the first reserved', async () => {
			expect(await reserve('1', [candidate('anna')], 0, 'round 0')).toEqual(['allowed']);
			expect(await reserve('1', [candidate('anna')], 0, 'round 1')).toEqual(['invitedRecently']);
		});

		test('a held reservation counts until it lapses', async () => {
			await reserve('1', [candidate('anna')], 15);
			ledger.clock.now += 15 * MINUTE - 1000;
			expect(await reserve('2', [candidate('anna')], 15)).toEqual(['invitedRecently']);
			ledger.clock.now += 1000;
			expect(await reserve('3', [candidate('anna')], 15)).toEqual(['allowed']);
		});

		test('a confirmed one stays, confirmed by another execution too', async () => {
			await reserve('1', [candidate('anna')], 15);
			expect(await ledger.as('2').confirm([place('anna')], ledger.clock.now)).toEqual([
				'confirmed',
			]);
			ledger.clock.now += 20 * DAY;
			expect(await reserve('3', [candidate('anna')])).toEqual(['invitedRecently']);
			expect(await ledger.as('3').confirm([place('anna')], ledger.clock.now)).toEqual([
				'alreadyFinal',
			]);
		});

		test('what was sent although its reservation had lapsed counts when it is confirmed', async () => {
			await reserve('1', [candidate('anna')], 15);
			ledger.clock.now += 60 * MINUTE;
			expect(await ledger.as('1').confirm([place('anna')], ledger.clock.now)).toEqual([
				'confirmed',
			]);
			expect(await reserve('2', [candidate('anna')])).toEqual(['invitedRecently']);
		});

		test('what was sent without a reservation counts when it is confirmed', async () => {
			expect(
				await ledger.as('1').confirm([place('anna'), place('anna')], ledger.clock.now),
			).toEqual(['recorded', 'alreadyFinal']);
			expect(await reserve('2', [candidate('anna')])).toEqual(['invitedRecently']);
		});

		test('confirmed again and again after it was given back, a reservation counts once', async () => {
			const thrice = candidate('anna', { rules: [{ ...ONCE, max: 3 }] });
			const { now } = ledger.clock;
			const decided = await reserveAll(ledger.as('1'), [thrice, thrice], now, 15 * MINUTE);
			const [first, second] = decided.map(({ reservationId }) => place('anna', { reservationId }));
			await ledger.as('1').release([first, second]);
			const confirmed = async (execution: string, ...places: Array<typeof first>) =>
				await ledger.as(execution).confirm(places, now);
			expect(await confirmed('1', first, first)).toEqual(['recorded', 'alreadyFinal']);
			expect(await confirmed('1', first, second)).toEqual(['alreadyFinal', 'recorded']);
			expect(await confirmed('2', second, first)).toEqual(['alreadyFinal', 'alreadyFinal']);
			expect(await ledger.as('1').release([first])).toEqual(['nothingToRelease']);
			ledger.clock.now += 60 * MINUTE;
			expect(await reserve('3', [thrice, thrice])).toEqual(['allowed', 'duplicateInRun']);
		});

		test('confirmed by several processes at the same moment after it was given back, it counts once', async () => {
			const elsewhere = ledger.elsewhere ?? ledger.as;
			const thrice = candidate('anna', { rules: [{ ...ONCE, max: 3 }] });
			const { now } = ledger.clock;
			const decided = await reserveAll(ledger.as('1'), [thrice, thrice], now, 15 * MINUTE);
			const places = decided.map(({ reservationId }) => place('anna', { reservationId }));
			await ledger.as('1').release(places);
			await Promise.all([
				ledger.as('1').confirm(places, now),
				elsewhere('2').confirm(places, now + 1),
				elsewhere('3').confirm(places, now + 2),
			]);
			expect((await ledger.as('4').read(['anna'], 0)).get('anna')).toHaveLength(2);
			expect(await reserve('5', [thrice, thrice])).toEqual(['allowed', 'duplicateInRun']);
			expect(await ledger.as('6').lift([{ contact: 'anna', lifted: { scope: 'all' } }])).toEqual([
				3,
			]);
			expect(await check('7', [thrice])).toEqual(['allowed']);
		});

		test('confirming concerns its own survey only', async () => {
			await reserve('1', [candidate('anna'), candidate('anna', { survey: '502' })], 15);
			await ledger.as('1').confirm([place('anna')], ledger.clock.now);
			ledger.clock.now += 60 * MINUTE;
			expect(await reserve('2', [candidate('anna'), candidate('anna', { survey: '502' })])).toEqual(
				['invitedRecently', 'allowed'],
			);
		});

		test('released, one may be asked again at once', async () => {
			await reserve('1', [candidate('anna')], 15);
			expect(await ledger.as('2').release([place('anna'), place('bo')])).toEqual([
				'released',
				'nothingToRelease',
			]);
			expect(await reserve('3', [candidate('anna')])).toEqual(['allowed']);
		});

		test('one reservation is given back or confirmed by its ID, and the others of the same person stay', async () => {
			const twice = { rules: [{ ...ONCE, max: 2 }] };
			const hold = async (step: string) =>
				await reserveAll(
					ledger.as('1', step),
					[candidate('anna', twice)],
					ledger.clock.now,
					15 * MINUTE,
				);
			const [first] = await hold('first round');
			const [second] = await hold('second round');
			const of = ({ reservationId }: { reservationId: string | null }) =>
				place('anna', { reservationId });
			expect(await ledger.as('1').confirm([of(first)], ledger.clock.now)).toEqual(['confirmed']);
			expect(await ledger.as('1').release([of(second)])).toEqual(['released']);
			expect(await ledger.as('1').release([of(second)])).toEqual(['nothingToRelease']);
			ledger.clock.now += 60 * MINUTE;
			const again = [candidate('anna', twice), candidate('anna', twice)];
			expect(await reserve('2', again)).toEqual(['allowed', 'duplicateInRun']);
		});

		test("an ID of another survey's reservation neither confirms nor gives back that one", async () => {
			const [{ reservationId }] = await reserveAll(
				ledger.as('1'),
				[candidate('anna', { survey: '502' })],
				ledger.clock.now,
				15 * MINUTE,
			);
			const of = (survey: string) => place('anna', { survey, reservationId });
			expect(await ledger.as('1').release([of('501')])).toEqual(['nothingToRelease']);
			expect(await ledger.as('1').confirm([of('501')], ledger.clock.now)).toEqual(['recorded']);
			expect(await ledger.as('1').confirm([of('502')], ledger.clock.now)).toEqual(['confirmed']);
			ledger.clock.now += 60 * MINUTE;
			const both = [candidate('anna'), candidate('anna', { survey: '502' })];
			expect(await reserve('2', both)).toEqual(['invitedRecently', 'invitedRecently']);
		});

		test('what was confirmed is never given back, by its ID neither, nor for another item of the person', async () => {
			const twice = { rules: [{ ...ONCE, max: 2 }] };
			const [first, second] = await reserveAll(
				ledger.as('1'),
				[candidate('anna', twice), candidate('anna', twice)],
				ledger.clock.now,
				15 * MINUTE,
			);
			const of = ({ reservationId }: { reservationId: string | null }) =>
				place('anna', { reservationId });
			await ledger.as('1').confirm([of(first)], ledger.clock.now);
			expect(await ledger.as('1').confirm([of(first)], ledger.clock.now)).toEqual(['alreadyFinal']);
			expect(await ledger.as('1').release([of(first)])).toEqual(['nothingToRelease']);
			expect(await ledger.as('1').release([place('anna'), place('anna')])).toEqual([
				'released',
				'nothingToRelease',
			]);
			expect(await ledger.as('1').release([of(second)])).toEqual(['nothingToRelease']);
			expect(await reserve('2', [candidate('anna', twice), candidate('anna', twice)])).toEqual([
				'allowed',
				'duplicateInRun',
			]);
		});

		test('of two items of one person without IDs, one confirmed and one released, one counts', async () => {
			const twice = { rules: [{ ...ONCE, max: 2 }] };
			await reserve('1', [candidate('anna', twice), candidate('anna', twice)], 15);
			expect(await ledger.as('1').confirm([place('anna')], ledger.clock.now)).toEqual([
				'confirmed',
			]);
			expect(await ledger.as('1').release([place('anna')])).toEqual(['released']);
			expect(await ledger.as('1').release([place('anna')])).toEqual(['nothingToRelease']);
			ledger.clock.now += 60 * MINUTE;
			expect(await reserve('2', [candidate('anna', twice), candidate('anna', twice)])).toEqual([
				'allowed',
				'duplicateInRun',
			]);
		});

		test('confirming revives nothing that a dead run left to lapse', async () => {
			const twice = { rules: [{ ...ONCE, max: 2 }] };
			await reserve('dead', [candidate('anna', twice)], 15);
			ledger.clock.now += 60 * MINUTE;
			await reserve('2', [candidate('anna', twice)], 15);
			expect(await ledger.as('2').confirm([place('anna')], ledger.clock.now)).toEqual([
				'confirmed',
			]);
			ledger.clock.now += 60 * MINUTE;
			expect(await reserve('3', [candidate('anna', twice), candidate('anna', twice)])).toEqual([
				'allowed',
				'duplicateInRun',
			]);
		});

		test('a final reservation can be released by the execution that made it, and by no other', async () => {
			await reserve('1', [candidate('anna')]);
			expect(await ledger.as('2').release([place('anna')])).toEqual(['nothingToRelease']);
			expect(await ledger.as('1', 'another step').release([place('anna')])).toEqual(['released']);
			expect(await reserve('3', [candidate('anna')])).toEqual(['allowed']);
		});

		test('at the end of an execution, what it holds is given back, and what was confirmed stays', async () => {
			await reserve('1', [candidate('anna'), candidate('bo')], 15);
			await reserve('2', [candidate('cem')], 15);
			await ledger.as('1').confirm([place('anna')], ledger.clock.now);
			await ledger.as('1').releaseHeld(['anna', 'bo', 'cem']);
			expect(
				await reserve(
					'3',
					['anna', 'bo', 'cem'].map((one) => candidate(one)),
				),
			).toEqual(['invitedRecently', 'allowed', 'invitedRecently']);
		});

		test.each(['releaseHeld', 'release'] as const)(
			'what is confirmed in any process while its execution gives it back stays (%s)',
			async (how) => {
				const elsewhere = ledger.elsewhere ?? ledger.as;
				for (let wait = 0; wait < 12; wait++) {
					// Two that a table may keep together, and one that it keeps apart.
					const names = [`anna-${wait}`, `bo-${wait}`, `cem ${wait}`];
					const all = names.map((one) => candidate(one));
					const decided = await reserveAll(ledger.as('1'), all, ledger.clock.now, 15 * MINUTE);
					const places = decided.map(({ reservationId }, index) =>
						place(names[index], { reservationId }),
					);
					const givenBack = async () => {
						for (let turn = 0; turn < wait; turn++) await new Promise(setImmediate);
						if (how === 'release') await ledger.as('1').release(places);
						else await ledger.as('1').releaseHeld(names);
					};
					const { now } = ledger.clock;
					await Promise.all([elsewhere('2').confirm(places, now), givenBack()]);
					expect(await reserve('3', all)).toEqual(names.map(() => 'invitedRecently'));
					expect(await elsewhere('2').confirm(places, now)).toEqual(
						places.map(() => 'alreadyFinal'),
					);
				}
			},
		);

		test('lifted, one is free, however many processes had confirmed at the same moment', async () => {
			const elsewhere = ledger.elsewhere ?? ledger.as;
			// Three that a table may keep together, and one that it keeps apart.
			const names = ['anna', 'bo', 'cem', 'dana dana'];
			const all = names.map((one) => candidate(one));
			for (const known of [names, ['anna', 'bo', 'dana dana'], ['anna', 'dana dana']]) {
				const { now } = ledger.clock;
				const decided = await reserveAll(ledger.as('1'), all, now, 15 * MINUTE);
				expect(decided.every(({ allowed }) => allowed)).toBe(true);
				const places = known.map((one) => place(one));
				const others = [place('anna'), place('dana dana')];
				await Promise.all([
					ledger.as('2').confirm(places, now),
					elsewhere('3').confirm(others, now),
					elsewhere('4').confirm(places, now),
				]);
				const lifts = names.map((contact) => ({ contact, lifted: { scope: 'all' } as const }));
				expect(await ledger.as('5').lift(lifts)).toEqual(names.map(() => 1));
				expect(await check('6', all)).toEqual(names.map(() => 'allowed'));
			}
		});

		test('of many held together, each is confirmed, given back and lifted by itself', async () => {
			const names = ['anna', 'bo', 'cem', 'dana', 'eve', 'finn'];
			const all = names.map((one) => candidate(one));
			await reserve('1', all, 15);
			const { now } = ledger.clock;
			expect(await ledger.as('1').confirm([place('anna'), place('bo')], now)).toEqual([
				'confirmed',
				'confirmed',
			]);
			expect(await ledger.as('2').confirm([place('anna')], now)).toEqual(['alreadyFinal']);
			expect(await ledger.as('1').release([place('cem')])).toEqual(['released']);
			expect(await ledger.as('1').release([place('cem')])).toEqual(['nothingToRelease']);
			const lifted = { scope: 'all' } as const;
			expect(
				await ledger.as('2').lift([
					{ contact: 'bo', lifted },
					{ contact: 'dana', lifted },
					{ contact: 'cem', lifted },
				]),
			).toEqual([1, 1, 0]);
			expect(await check('3', all)).toEqual([
				'invitedRecently',
				'allowed',
				'allowed',
				'allowed',
				'invitedRecently',
				'invitedRecently',
			]);
			await ledger.as('1').releaseHeld(names);
			expect(await check('4', all)).toEqual([
				'invitedRecently',
				...Array.from({ length: 5 }, () => 'allowed'),
			]);
		});

		test('one of many is given back by its ID, and no ID gives back what another confirmed', async () => {
			const all = ['anna', 'bo', 'cem'].map((one) => candidate(one));
			const decided = await reserveAll(ledger.as('1'), all, ledger.clock.now, 15 * MINUTE);
			const [anna, bo] = decided.map(({ reservationId }) => reservationId);
			const other = ledger.as('2');
			await other.confirm([place('anna', { reservationId: anna })], ledger.clock.now);
			expect(
				await other.confirm([place('anna', { reservationId: anna })], ledger.clock.now),
			).toEqual(['alreadyFinal']);
			expect(
				await other.release([
					place('anna', { reservationId: anna }),
					place('bo', { reservationId: bo }),
				]),
			).toEqual(['nothingToRelease', 'released']);
			expect(await check('3', all)).toEqual(['invitedRecently', 'allowed', 'invitedRecently']);
		});

		test('many are confirmed at once, all but a few', async () => {
			const names = Array.from({ length: 600 }, (_, i) => `c${i}`);
			const all = names.map((one) => candidate(one));
			await reserve('1', all, 15);
			const sent = names.slice(0, 590);
			const confirmed = await ledger.as('1').confirm(
				sent.map((one) => place(one)),
				ledger.clock.now,
			);
			expect(new Set(confirmed)).toEqual(new Set(['confirmed']));
			ledger.clock.now += 15 * MINUTE;
			const statuses = await check('2', all);
			expect(statuses.map((status) => status === 'allowed')).toEqual(names.map((_, i) => i >= 590));
		});

		test('of what an execution left to lapse, a confirmation by contact takes the latest', async () => {
			await reserve('1', [candidate('anna')], 15, 'first');
			ledger.clock.now += 40 * DAY;
			await reserve('1', [candidate('anna')], 15, 'second');
			ledger.clock.now += DAY;
			const { now } = ledger.clock;
			expect(await ledger.as('1').confirm([place('anna')], now)).toEqual(['confirmed']);
			expect(await check('2', [candidate('anna')])).toEqual(['invitedRecently']);
		});

		test('what is recorded counts, though it was reserved at that very moment and lapses', async () => {
			await reserve('1', [candidate('anna')], 15);
			const event = { ...place('anna'), kind: 'invited' as const, at: ledger.clock.now };
			expect(await ledger.as('2').record([event])).toEqual(['recorded']);
			ledger.clock.now += DAY;
			expect(await check('3', [candidate('anna')])).toEqual(['invitedRecently']);
		});

		test('what is recorded counts from its own date, and only once', async () => {
			const at = ledger.clock.now - 29 * DAY;
			const past = { ...place('anna'), kind: 'invited' as const, at };
			const response = { ...place('bo'), kind: 'responded' as const, at };
			expect(await ledger.as('1').record([past, response, past])).toEqual([
				'recorded',
				'recorded',
				'alreadyRecorded',
			]);
			expect(await ledger.as('2').record([past])).toEqual(['alreadyRecorded']);
			const responded = { rules: [{ ...ONCE, after: 'responded' as const }] };
			expect(
				await check('3', [candidate('anna'), candidate('bo'), candidate('bo', responded)]),
			).toEqual(['invitedRecently', 'allowed', 'respondedRecently']);
			ledger.clock.now += DAY;
			expect(await check('4', [candidate('anna')])).toEqual(['allowed']);
		});

		(keeping ? describe : NO_TESTS)('kept for as long as somebody needs it', () => {
			const ever = { rules: [{ ...ONCE, days: 1000 }] };
			let keptBy: Awaited<ReturnType<LedgerUnderTest['keptBy']>>;

			beforeEach(async () => {
				keptBy = await ledger.keptBy();
			});

			const asks = async (node: string, days: number, contact: string) => {
				const { now } = ledger.clock;
				await reserveAll(keptBy(node, days), [candidate(contact)], now, null);
			};

			/** Whether an invitation is still remembered, whatever the days. */
			const knows = async (contact: string) => {
				const { now } = ledger.clock;
				const [{ allowed }] = await checkAll(keptBy('reader', 0), [candidate(contact, ever)], now);
				return !allowed;
			};

			test("one node's 30 days take nothing from another's 400", async () => {
				const { now } = ledger.clock;
				await asks('yearly', 400, 'anna');
				const past = { ...place('bo'), kind: 'invited' as const, at: now - 200 * DAY };
				await keptBy('yearly', 400).record([past]);
				for (let week = 1; week <= 25; week++) {
					ledger.clock.now += 7 * DAY;
					await asks('weekly', 30, `of week ${week}`);
				}
				await asks('weekly', 30, 'anna');
				expect(await knows('anna')).toBe(true);
				expect(await knows('bo')).toBe(true);
				expect(await knows('of week 1')).toBe(true);
			});

			test('all that is known can be told, since a date', async () => {
				await asks('only', 400, 'anna');
				expect(await keptBy('reader', 0).all(0)).toMatchObject([{ contact: 'anna' }]);
				ledger.clock.now += 10 * DAY;
				await asks('only', 400, 'bo');
				await keptBy('only', 400).record([
					{ ...place('bo'), kind: 'responded', at: ledger.clock.now },
				]);
				const told = async (since: number) =>
					(await keptBy('reader', 0).all(since)).map((one) => [one.contact, one.kind]).sort();
				expect(await told(0)).toEqual([
					['anna', 'invited'],
					['bo', 'invited'],
					['bo', 'responded'],
				]);
				expect(await told(ledger.clock.now)).toEqual([
					['bo', 'invited'],
					['bo', 'responded'],
				]);
			});

			test('lowered, what is older goes', async () => {
				await asks('only', 400, 'anna');
				await asks('only', 400, 'dana');
				ledger.clock.now += 100 * DAY;
				await asks('other', 30, 'bo');
				// Of somebody of whom something newer is known, the older goes all the same.
				await keptBy('other', 30).record([
					{ ...place('dana'), kind: 'responded', at: ledger.clock.now },
				]);
				expect(await knows('anna')).toBe(true);
				expect(await knows('dana')).toBe(true);
				await asks('only', 30, 'bo');
				ledger.clock.now += 2 * DAY;
				await asks('other', 30, 'cem');
				expect(await knows('anna')).toBe(false);
				expect(await knows('dana')).toBe(false);
				expect(await knows('bo')).toBe(true);
			});

			test('a call that needs no days takes nothing from those who do, nor what it is about', async () => {
				const calls = async () => {
					const { now } = ledger.clock;
					const lifted = { scope: 'survey', survey: '999' } as const;
					await keptBy('lifts', 0).lift([{ contact: 'anna', lifted }]);
					await keptBy('releases', 0).release([place('anna', { survey: '999' })]);
					return await keptBy('confirms', 0).confirm([place('dana')], now);
				};
				const holds = { ...candidate('dana'), address: null };
				await asks('yearly', 400, 'anna');
				await reserveAll(keptBy('yearly', 400), [holds], ledger.clock.now, 15 * MINUTE);
				ledger.clock.now += 390 * DAY;
				await asks('weekly', 30, 'bo');
				expect(await calls()).toEqual(['recorded']);
				expect(await knows('anna')).toBe(true);
				// Nobody needs what happened so long ago; but what is confirmed now counts from now on.
				ledger.clock.now += 20 * DAY;
				await asks('weekly', 30, 'cem');
				await reserveAll(keptBy('weekly', 30), [candidate('finn')], ledger.clock.now, 15 * MINUTE);
				ledger.clock.now += 40 * DAY;
				await asks('daily', 1, 'eve');
				const late = await keptBy('confirms', 0).confirm([place('finn')], ledger.clock.now);
				expect(['confirmed', 'recorded']).toContain(late[0]);
				expect(await knows('finn')).toBe(true);
			});

			test('who does not come back counts no more, and who only confirms never did', async () => {
				await asks('gone', 60, 'anna');
				ledger.clock.now += 55 * DAY;
				await asks('here', 30, 'bo');
				ledger.clock.now += 3 * DAY;
				await asks('here', 30, 'cem');
				expect(await knows('anna')).toBe(true);
				ledger.clock.now += 32 * DAY;
				await keptBy('confirms', 0).confirm([place('dana')], ledger.clock.now);
				await asks('here', 30, 'eve');
				ledger.clock.now += 2 * DAY;
				await asks('here', 30, 'finn');
				expect(await knows('bo')).toBe(false);
				expect(await knows('dana')).toBe(true);
			});
		});

		describe('decides anew when others came between', () => {
			const claims = async (execution: string, survey: string, before: () => Promise<void>) => {
				const own = ledger.interrupted?.(execution, before);
				if (!own) await before();
				const { now } = ledger.clock;
				const one = candidate('anna', { survey });
				const [{ allowed }] = await reserveAll(own ?? ledger.as(execution), [one], now, null);
				return allowed;
			};

			/** That what was granted is still known when the other's hold has lapsed. */
			const stays = async (survey = '501') => {
				ledger.clock.now += 61 * MINUTE;
				expect(await reserve('last', [candidate('anna', { survey })])).toEqual(['invitedRecently']);
			};

			test('one gave back and another reserved: what that one reserved stays', async () => {
				await reserve('1', [candidate('anna')], 60);
				const allowed = await claims('2', '502', async () => {
					await ledger.as('1').release([place('anna')]);
					expect(await reserve('3', [candidate('anna')])).toEqual(['allowed']);
				});
				expect(allowed).toBe(true);
				await stays();
				await stays('502');
			});

			test('and so it does where all that was known before is long forgotten', async () => {
				await reserve('1', [candidate('anna')]);
				await ledger.as('1').release([place('anna')]);
				await claims('2', '502', async () => {
					ledger.clock.now += 401 * DAY;
					expect(await reserve('3', [candidate('anna')])).toEqual(['allowed']);
				});
				await stays();
			});

			test('what was confirmed before it could be given back stays', async () => {
				await reserve('1', [candidate('anna')], 60);
				const confirm = async () =>
					expect(await ledger.as('2').confirm([place('anna')], ledger.clock.now)).toEqual([
						'confirmed',
					]);
				const releasing = ledger.interrupted?.('3', confirm);
				if (!releasing) await confirm();
				expect(await (releasing ?? ledger.as('3')).release([place('anna')])).toEqual([
					'nothingToRelease',
				]);
				await stays();
				ledger.clock.now += 20 * DAY;
				await stays();
			});
		});

		test('texts that only look odd are kept as they are', async () => {
			const groups = [
				...[
					'"\'\\',
					'$1, $2',
					'{{ 1 + 1 }}',
					'={{ $json }}',
					'%_*',
					'\u0001\t\n\u2028',
					'🙂é',
					',',
				],
				...['__proto__', 'null', 'NULL', '-1', '2026-03-01', 'true', 'x'.repeat(5000)],
			];
			const names = groups.map((_, index) => `anna${index}`);
			const all = names.map((one, index) => candidate(one, { group: groups[index] }));
			const rules = [{ ...ONCE, scope: 'group' as const }];
			const others = all.map((one) => ({ ...one, survey: '502', rules }));
			const address = all.map((one, index) =>
				index % 2 ? one : { ...one, address: groups[index] },
			);
			expect(await reserve('1', address)).toEqual(names.map(() => 'allowed'));
			expect(await check('2', others)).toEqual(names.map(() => 'invitedRecently'));
			const lifts = groups.map((group, index) => ({
				contact: names[index],
				lifted: { scope: 'group' as const, group },
			}));
			expect(await ledger.as('3').lift(lifts)).toEqual(names.map(() => 1));
		});

		test('an ID that no reservation can have is confirmed once, and releases nothing', async () => {
			const { now } = ledger.clock;
			const ids = ['a\0b', '\ud800', 'x'.repeat(10_000), "'); --", ' '];
			const places = ids.map((reservationId, index) => place(`anna${index}`, { reservationId }));
			expect(await ledger.as('1').confirm(places, now)).toEqual(ids.map(() => 'recorded'));
			expect(await ledger.as('1').confirm(places, now)).toEqual(ids.map(() => 'alreadyFinal'));
			expect(await ledger.as('1').release(places)).toEqual(ids.map(() => 'nothingToRelease'));
			const all = ids.map((_, index) => candidate(`anna${index}`));
			expect(await check('2', all)).toEqual(ids.map(() => 'invitedRecently'));
		});

		test('a planned invitation counts before its date', async () => {
			const at = ledger.clock.now + 3 * DAY;
			await ledger.as('1').record([{ ...place('anna'), kind: 'invited', at }]);
			expect(await check('2', [candidate('anna')])).toEqual(['invitedRecently']);
		});

		test('lifted, one may be asked again: everywhere, or for a survey, or for a group', async () => {
			const surveys = ['501', '502', '503'];
			const everywhere = surveys.map((survey) =>
				candidate('anna', { survey, group: survey === '503' ? 'Sales' : 'Service' }),
			);
			await reserve('1', everywhere);
			const lift = async (lifted: Parameters<Ledger['lift']>[0][number]['lifted']) =>
				await ledger.as('2').lift([{ contact: 'anna', lifted }]);
			expect(await lift({ scope: 'survey', survey: '501' })).toEqual([1]);
			expect(await check('3', everywhere)).toEqual([
				'allowed',
				'invitedRecently',
				'invitedRecently',
			]);
			expect(await lift({ scope: 'group', group: 'sales' })).toEqual([1]);
			expect(await check('3', everywhere)).toEqual(['allowed', 'invitedRecently', 'allowed']);
			expect(await lift({ scope: 'all' })).toEqual([1]);
			expect(await check('3', everywhere)).toEqual(['allowed', 'allowed', 'allowed']);
			expect(await lift({ scope: 'all' })).toEqual([0]);
			expect(await reserve('4', [candidate('anna')])).toEqual(['allowed']);
			expect(await reserve('5', [candidate('anna')])).toEqual(['invitedRecently']);
		});

		describe('a step that runs again after what it reserved was lifted', () => {
			const places = (decided: Array<{ reservationId: string | null }>) =>
				decided.map(({ reservationId }, index) => place(names[index], { reservationId }));
			// Two that a table may keep together, and one that it keeps apart.
			const names = ['anna', 'bo', 'cem cem'];
			const all = names.map((one) => candidate(one));
			const again = async (holdMinutes: number) => {
				const { now } = ledger.clock;
				const holds = holdMinutes ? holdMinutes * MINUTE : null;
				return await reserveAll(ledger.as('1'), all, now, holds);
			};
			const lift = async (contacts = names) =>
				await ledger
					.as('2')
					.lift(contacts.map((contact) => ({ contact, lifted: { scope: 'all' } })));

			test.each([0, 15])('reserves anew, and once (held for %i minutes)', async (holdMinutes) => {
				const first = await again(holdMinutes);
				expect(await lift()).toEqual([1, 1, 1]);
				const second = await again(holdMinutes);
				expect(second.map(({ allowed }) => allowed)).toEqual([true, true, true]);
				expect((await again(holdMinutes)).map(({ reservationId }) => reservationId)).toEqual(
					second.map(({ reservationId }) => reservationId),
				);
				expect(await reserve('3', all)).toEqual(names.map(() => 'invitedRecently'));
				expect(first.every(({ reservationId }) => reservationId)).toBe(true);
				expect(await lift()).toEqual([1, 1, 1]);
			});

			test('is refused where another run came in between', async () => {
				await again(15);
				await lift(['anna']);
				expect(await reserve('3', [all[0]])).toEqual(['allowed']);
				expect((await again(15)).map(({ allowed }) => allowed)).toEqual([false, true, true]);
			});

			test('and Confirm finds it by its ID', async () => {
				await again(15);
				await lift();
				const confirming = places(await again(15));
				const { now } = ledger.clock;
				expect(await ledger.as('1').confirm(confirming, now)).toEqual(names.map(() => 'confirmed'));
				ledger.clock.now += 60 * MINUTE;
				expect(await reserve('3', all)).toEqual(names.map(() => 'invitedRecently'));
				expect(await lift()).toEqual([1, 1, 1]);
			});

			test('and Release finds it by its ID', async () => {
				await again(15);
				await lift();
				const releasing = places(await again(15));
				expect(await ledger.as('1').release(releasing)).toEqual(names.map(() => 'released'));
				expect(await reserve('3', all)).toEqual(names.map(() => 'allowed'));
			});
		});

		test('many contacts at once, some of them known', async () => {
			const all = Array.from({ length: 450 }, (_, i) => candidate(`c${i}`));
			const known = all.filter((_, i) => i % 3 === 0);
			await reserve('1', known);
			expect(await reserve('2', all)).toEqual(
				all.map((_, i) => (i % 3 === 0 ? 'invitedRecently' : 'allowed')),
			);
			expect(new Set(await check('3', all))).toEqual(new Set(['invitedRecently']));
		});

		test('of many executions at once on one contact, exactly one is allowed', async () => {
			const runs = ledger.contenders ?? 20;
			const results = await Promise.all(
				Array.from(
					{ length: runs },
					async (_, i) => await reserve(`run ${i}`, [candidate('anna')]),
				),
			);
			expect(results.flat().filter((status) => status === 'allowed')).toHaveLength(1);
		});

		test('of many executions at once on the same contacts, each contact is allowed exactly once', async () => {
			const runs = ledger.contenders ?? 10;
			const contacts = Array.from({ length: 8 }, (_, i) => `c${i}`);
			const results = await Promise.all(
				Array.from({ length: runs }, async (_, i) => {
					const own = [...contacts.slice(i % 8), ...contacts.slice(0, i % 8)];
					const statuses = await reserve(
						`run ${i}`,
						own.map((one) => candidate(one)),
					);
					return own.filter((__, position) => statuses[position] === 'allowed');
				}),
			);
			expect(results.flat().sort()).toEqual([...contacts].sort());
		});

		test('of many executions at once, exactly max are allowed', async () => {
			const twice = { rules: [{ ...ONCE, max: 2 }] };
			const runs = ledger.contenders ?? 10;
			const results = await Promise.all(
				Array.from(
					{ length: runs },
					async (_, i) => await reserve(`run ${i}`, [candidate('anna', twice)]),
				),
			);
			expect(results.flat().filter((status) => status === 'allowed')).toHaveLength(2);
		});
	});
}

export { LedgerError };
