import { countBy } from '../../../nodes/shared/basics/lists';
import { LedgerError } from '../../../nodes/shared/tables/errors';
import { checkAll, reserveAll, type Candidate } from '../../../nodes/shared/quarantine/reserve';
import type {
	Claim,
	Ledger,
	Lifted,
	PastEvent,
	Place,
} from '../../../nodes/shared/quarantine/ledger/ledger';
import type { Rule } from '../../../nodes/shared/quarantine/rules/rules';

const DAY = 86_400_000;
const MINUTE = 60_000;

export const ONCE: Rule = { scope: 'survey', after: 'invited', max: 1, days: 30 };

/** A claim on a contact for a survey, allowed `max` times in 30 days. */
export const claimOf = (contact: string, max = 1): Claim => ({
	contact,
	survey: '501',
	group: '',
	address: null,
	ordinal: 0,
	exempt: false,
	rules: [{ ...ONCE, max }],
});

/** A ledger under test. Every test gets an empty one. */
interface LedgerUnderTest {
	/** The ledger as a step of an execution sees it. Steps and executions are any names. */
	as: (execution: string, step?: string) => Ledger;
	/** The same in another process with its own locks, if that is different from `as`. */
	elsewhere?: (execution: string) => Ledger;
	/** Another empty ledger, used by nodes that need its events for this number of days. */
	keptBy: () => Promise<(node: string, days: number) => Ledger>;
	/** The ledger's clock, which the tests move. */
	clock: { now: number };
	/**
	 * The ledger of a run in which something happens right before the run first writes. If this is missing, it
	 * happens before the run begins.
	 */
	interrupted?: (execution: string, before: () => Promise<void>) => Ledger;
	/** How many processes race in the tests of races. */
	contenders?: number;
	/** The most rounds of a race, for ledgers in which a test can't control the order of its steps. */
	rounds?: number;
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

/** A candidate that may be asked `max` times in 30 days. */
const upTo = (max: number, contact: string) => candidate(contact, { rules: [{ ...ONCE, max }] });

const place = (contact: string, more: Partial<Place> = {}): Place => ({
	contact,
	survey: '501',
	group: 'Service',
	address: null,
	...more,
});

const ALL: Lifted = { scope: 'all' };

const times = <T>(count: number, make: (index: number) => T) =>
	Array.from({ length: count }, (_, index) => make(index));

/** Candidates or places. A text is the name of a contact. */
type Named<T> = ReadonlyArray<T | string>;

const candidatesOf = (list: Named<Candidate>) =>
	list.map((one) => (typeof one === 'string' ? candidate(one) : one));

const placesOf = (list: Named<Place>) =>
	list.map((one) => (typeof one === 'string' ? place(one) : one));

const statusOf = ({ allowed, reason }: { allowed: boolean; reason: string | null }) =>
	allowed ? (reason ?? 'allowed') : reason;

const NO_TESTS = () => {};

/**
 * What every ledger must do.
 *
 * @param keeping false to skip the slow tests of how long events are kept
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

		const decide = async (
			execution: string,
			list: Named<Candidate>,
			holdMinutes: number,
			step?: string,
		) => {
			const holdMs = holdMinutes ? holdMinutes * MINUTE : null;
			const { now } = ledger.clock;
			return await reserveAll(ledger.as(execution, step), candidatesOf(list), now, holdMs);
		};

		const reserve = async (
			execution: string,
			list: Named<Candidate>,
			holdMinutes = 0,
			step?: string,
		) => (await decide(execution, list, holdMinutes, step)).map(statusOf);

		/** The places of reservations held for 15 minutes, with their IDs. */
		const hold = async (execution: string, list: Named<Candidate>, step?: string) => {
			const decided = await decide(execution, list, 15, step);
			return decided.map(({ reservationId }, index) =>
				place(candidatesOf(list)[index].contact, { reservationId }),
			);
		};

		const check = async (execution: string, list: Named<Candidate>) =>
			(await checkAll(ledger.as(execution), candidatesOf(list), ledger.clock.now)).map(statusOf);

		const confirm = async (execution: string, list: Named<Place>) =>
			await ledger.as(execution).confirm(placesOf(list), ledger.clock.now);

		const release = async (execution: string, list: Named<Place>) =>
			await ledger.as(execution).release(placesOf(list));

		const lift = async (contacts: readonly string[], lifted = ALL) =>
			await ledger.as('lifting').lift(contacts.map((contact) => ({ contact, lifted })));

		const forget = async (contacts: readonly string[], from = ledger.as('forgetting')) =>
			await from.forget(contacts);

		/** The kind and state of each event stored about a contact. Undefined if nothing is stored. */
		const found = async (contact: string) =>
			(await ledger.as('finding').find([contact, 'nobody']))
				.get(contact)
				?.map(({ kind, state }) => `${kind} ${state}`);

		const elsewhere = (execution: string) => (ledger.elsewhere ?? ledger.as)(execution);

		const roundsOf = (most: number) => Math.min(most, ledger.rounds ?? most);

		test('distinguishes surveys and groups, whatever characters they contain', async () => {
			const places = [' ', '\n', ',', ':', '|', '"', '","'].flatMap((sign) => [
				{ survey: `501 a${sign}b`, group: 'c' },
				{ survey: '501 a', group: `b${sign}c` },
			]);
			const list = places.map((more, at) => candidate(`person ${at}`, more));
			await reserve('1', list);
			const stored = await ledger.as('2').find(list.map(({ contact }) => contact));
			const seen = list.map(({ contact }) => stored.get(contact));
			expect(seen).toMatchObject(places.map((one) => [one]));
		});

		test('remembers an invitation for the days of the rule, to the second', async () => {
			const start = ledger.clock.now;
			expect(await reserve('1', ['anna'])).toEqual(['allowed']);
			expect(await reserve('2', ['anna', 'bo'])).toEqual(['invitedRecently', 'allowed']);
			ledger.clock.now = start + 30 * DAY - 1000;
			expect(await reserve('3', ['anna'])).toEqual(['invitedRecently']);
			ledger.clock.now = start + 30 * DAY;
			expect(await reserve('4', ['anna'])).toEqual(['allowed']);
		});

		test('shows when the last contact was and when the next is allowed', async () => {
			const at = ledger.clock.now;
			await reserve('1', ['anna']);
			ledger.clock.now += 5 * DAY;
			expect(await decide('2', ['anna'], 0)).toEqual([
				{
					allowed: false,
					reason: 'invitedRecently',
					reasons: ['invitedRecently'],
					rule: ONCE,
					lastContactAt: at,
					eligibleAt: at + 30 * DAY,
					reservationId: null,
				},
			]);
		});

		test('a run that fails at its second claim leaves none of its reservations', async () => {
			const rules: Rule[] = [ONCE, { scope: 'all', after: 'invited', max: 1, days: 7 }];
			await reserve('1', [candidate('anna', { rules })]);
			ledger.clock.now += 10 * DAY;
			const other = candidate('anna', { rules, survey: '502' });
			const people = [candidate('anna', { rules }), other, candidate('bo', { rules })];
			const kept = ledger.as('2');
			let claims = 0;
			const failing: Ledger = Object.assign(Object.create(kept) as Ledger, {
				claim: async (...given: Parameters<Ledger['claim']>) => {
					const results = await kept.claim(...given);
					// Anna may be asked about the other survey after she was refused for the first.
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

		test('a check stores nothing, and sees reservations', async () => {
			expect(await check('1', ['anna'])).toEqual(['allowed']);
			expect(await check('1', ['anna', 'anna'])).toEqual(['allowed', 'duplicateInRun']);
			await reserve('2', ['anna']);
			expect(await check('3', ['anna', 'bo'])).toEqual(['invitedRecently', 'allowed']);
		});

		test('rules for a survey, a group and all surveys each count their own events', async () => {
			await reserve('1', [candidate('anna', { survey: '500', group: 'Service' })]);
			const asks = async (rule: Partial<Rule>) =>
				await check('2', [candidate('anna', { rules: [{ ...ONCE, ...rule }], group: 'Sales' })]);
			expect(await asks({})).toEqual(['allowed']);
			expect(await asks({ scope: 'group' })).toEqual(['allowed']);
			expect(await asks({ scope: 'group', group: 'service' })).toEqual(['invitedRecently']);
			expect(await asks({ scope: 'all' })).toEqual(['invitedRecently']);
		});

		test('counts the ledger and the run together if several invitations are allowed', async () => {
			const anna = upTo(3, 'anna');
			expect(await reserve('1', [anna])).toEqual(['allowed']);
			const statuses = ['allowed', 'allowed', 'duplicateInRun'];
			expect(await reserve('2', [anna, anna, anna])).toEqual(statuses);
			expect(await reserve('3', [anna])).toEqual(['invitedRecently']);
		});

		test("an item refused by its own rules does not count for the contact's next item", async () => {
			await reserve('1', ['anna']);
			const other = candidate('anna', { survey: '502' });
			const statuses = ['invitedRecently', 'allowed', 'duplicateInRun'];
			expect(await reserve('2', ['anna', other, other])).toEqual(statuses);
		});

		test('allows and remembers exempt people', async () => {
			await reserve('1', ['anna']);
			expect(await reserve('2', [candidate('anna', { exempt: true })])).toEqual(['exempt']);
			await reserve('3', [candidate('bo', { exempt: true })]);
			expect(await reserve('4', ['bo'])).toEqual(['invitedRecently']);
		});

		test('a repeated step of an execution is allowed again, but counts once', async () => {
			const anna = upTo(2, 'anna');
			const repeated: unknown[] = [];
			for (const execution of ['1', '1', '2']) {
				const [decided] = await decide(execution, [anna], 0);
				expect(decided).toMatchObject({ allowed: true, reason: null });
				repeated.push(decided.repeated ?? false);
			}
			expect(repeated).toEqual([false, true, false]);
			expect(await reserve('3', [anna])).toEqual(['invitedRecently']);
		});

		test('a repeated step is decided again after its hold has expired', async () => {
			const both = ['anna', 'bo'];
			await reserve('1', both, 15);
			ledger.clock.now += 15 * MINUTE;
			expect(await reserve('2', ['anna'])).toEqual(['allowed']);
			expect(await reserve('1', both, 15)).toEqual(['invitedRecently', 'allowed']);
			expect(await reserve('3', both)).toEqual(['invitedRecently', 'invitedRecently']);
			expect(await reserve('1', both, 15)).toEqual(['invitedRecently', 'allowed']);
			await confirm('1', ['bo']);
			ledger.clock.now += 15 * MINUTE;
			expect(await reserve('1', both, 15)).toEqual(['invitedRecently', 'allowed']);
			expect(await reserve('3', both)).toEqual(['invitedRecently', 'invitedRecently']);
		});

		test('marks a claim as a duplicate if it is refused only because of reservations by the same step', async () => {
			const { now } = ledger.clock;
			const outcomesOf = async (execution: string, claims: Claim[]) => {
				const claimed = await ledger.as(execution).claim(claims, now, null);
				return claimed.map(({ reservationId, duplicate }) => reservationId ?? Boolean(duplicate));
			};
			const again = (contact: string, ordinal = 1) => ({ ...claimOf(contact), ordinal });
			const id = expect.any(String) as string;
			expect(await outcomesOf('1', [claimOf('anna'), again('anna'), claimOf('bo')])).toEqual([
				id,
				true,
				id,
			]);
			expect(await outcomesOf('2', [claimOf('anna'), claimOf('bo', 2)])).toEqual([false, id]);
			expect(await outcomesOf('1', [again('anna', 2), again('bo')])).toEqual([true, false]);
			const everywhere = { survey: '', group: '' };
			const optOut = { ...place('anna'), ...everywhere, kind: 'optedOut' as const, at: now };
			await ledger.as('3').record([optOut]);
			expect(await outcomesOf('1', [again('anna', 3)])).toEqual([false]);
		});

		test('the next round of a loop is another step, and sees the reservations of the first', async () => {
			expect(await reserve('1', ['anna'], 0, 'round 0')).toEqual(['allowed']);
			expect(await reserve('1', ['anna'], 0, 'round 1')).toEqual(['invitedRecently']);
		});

		test('a held reservation counts until it expires', async () => {
			const at = ledger.clock.now;
			const until = at + 15 * MINUTE;
			await reserve('1', ['anna', 'bo'], 15);
			const event = { survey: '501', group: 'Service', kind: 'invited', at, until, held: true };
			expect((await ledger.as('2').read(['anna'], 0)).get('anna')).toEqual([event]);
			ledger.clock.now = until - 1000;
			expect(await decide('2', ['anna'], 15)).toMatchObject([
				{ reason: 'invitedRecently', reserved: true },
			]);
			ledger.clock.now = until;
			expect(await confirm('3', ['bo'])).toEqual(['recorded']);
			expect(await reserve('3', ['anna'], 15)).toEqual(['allowed']);
		});

		test('knows who was already invited to a survey by another step', async () => {
			const names = ['held', 'confirmed', 'lifted', 'final', 'responded'];
			const invited = async (step = 'step') => {
				const questions = ['nobody', ...names].map((name) => candidate(name));
				const known = await ledger.as('1', step).invitedBefore(questions);
				return questions.flatMap(({ contact }, index) => (known[index] ? [contact] : []));
			};
			await reserve('1', names.slice(0, 3), 15);
			await reserve('1', ['final']);
			const at = ledger.clock.now;
			await ledger.as('1').record([{ ...place('responded'), kind: 'responded', at }]);
			await confirm('2', ['confirmed']);
			await lift(['lifted']);
			expect(await invited()).toEqual([]);
			const others = ['confirmed', 'lifted', 'final'];
			expect(await invited('another step')).toEqual(others);
			const ofOthers = [{ survey: '502' }, { rules: [] }].map((more) => candidate('final', more));
			expect(await ledger.as('3').invitedBefore(ofOthers)).toEqual([false, false]);
		});

		test('a confirmed reservation stays, even if another execution confirmed it', async () => {
			await reserve('1', ['anna'], 15);
			expect(await confirm('2', ['anna'])).toEqual(['confirmed']);
			ledger.clock.now += 20 * DAY;
			expect(await reserve('3', ['anna'])).toEqual(['invitedRecently']);
			expect(await confirm('3', ['anna'])).toEqual(['alreadyFinal']);
		});

		test('an invitation sent after its reservation expired counts when it is confirmed', async () => {
			await reserve('1', ['anna'], 15);
			ledger.clock.now += 60 * MINUTE;
			expect(await confirm('1', ['anna'])).toEqual(['confirmed']);
			expect(await reserve('2', ['anna'])).toEqual(['invitedRecently']);
		});

		test('an invitation sent without a reservation counts when it is confirmed', async () => {
			expect(await confirm('1', ['anna', 'anna'])).toEqual(['recorded', 'alreadyFinal']);
			expect(await reserve('2', ['anna'])).toEqual(['invitedRecently']);
		});

		test('a released reservation counts once if it is confirmed repeatedly', async () => {
			const anna = upTo(3, 'anna');
			const [first, second] = await hold('1', [anna, anna]);
			await release('1', [first, second]);
			expect(await confirm('1', [first, first])).toEqual(['recorded', 'alreadyFinal']);
			expect(await confirm('1', [first, second])).toEqual(['alreadyFinal', 'recorded']);
			expect(await confirm('2', [second, first])).toEqual(['alreadyFinal', 'alreadyFinal']);
			expect(await release('1', [first])).toEqual(['nothingToRelease']);
			ledger.clock.now += 60 * MINUTE;
			expect(await reserve('3', [anna, anna])).toEqual(['allowed', 'duplicateInRun']);
		});

		test('a released reservation counts once if several processes confirm it at once', async () => {
			const anna = upTo(3, 'anna');
			const { now } = ledger.clock;
			const places = await hold('1', [anna, anna]);
			await release('1', places);
			await Promise.all([
				ledger.as('1').confirm(places, now),
				elsewhere('2').confirm(places, now + 1),
				elsewhere('3').confirm(places, now + 2),
			]);
			expect((await ledger.as('4').read(['anna'], 0)).get('anna')).toHaveLength(2);
			expect(await reserve('5', [anna, anna])).toEqual(['allowed', 'duplicateInRun']);
			expect(await lift(['anna'])).toEqual([3]);
			expect(await check('7', [anna])).toEqual(['allowed']);
		});

		test("a reservation is released or confirmed by its ID without affecting the person's others", async () => {
			const anna = upTo(2, 'anna');
			const [first] = await hold('1', [anna], 'first round');
			const [second] = await hold('1', [anna], 'second round');
			expect(await confirm('1', [first])).toEqual(['confirmed']);
			expect(await release('1', [second])).toEqual(['released']);
			expect(await release('1', [second])).toEqual(['nothingToRelease']);
			ledger.clock.now += 60 * MINUTE;
			expect(await reserve('2', [anna, anna])).toEqual(['allowed', 'duplicateInRun']);
		});

		test("an ID of another survey's reservation neither confirms nor releases that reservation", async () => {
			const other = candidate('anna', { survey: '502' });
			const [first] = await hold('1', [other]);
			expect(await release('1', [first])).toEqual(['nothingToRelease']);
			expect(await confirm('1', [first])).toEqual(['recorded']);
			expect(await confirm('1', [{ ...first, survey: '502' }])).toEqual(['confirmed']);
			ledger.clock.now += 60 * MINUTE;
			expect(await reserve('2', ['anna', other])).toEqual(['invitedRecently', 'invitedRecently']);
		});

		test('a confirmed reservation is never released, by its ID or for another item of the person', async () => {
			const anna = upTo(2, 'anna');
			const [first, second] = await hold('1', [anna, anna]);
			await confirm('1', [first]);
			expect(await confirm('1', [first])).toEqual(['alreadyFinal']);
			expect(await release('1', [first])).toEqual(['nothingToRelease']);
			expect(await release('1', ['anna', 'anna'])).toEqual(['released', 'nothingToRelease']);
			expect(await release('1', [second])).toEqual(['nothingToRelease']);
			expect(await reserve('2', [anna, anna])).toEqual(['allowed', 'duplicateInRun']);
		});

		test('confirming does not revive an expired reservation of a crashed run', async () => {
			const anna = upTo(2, 'anna');
			await reserve('dead', [anna], 15);
			ledger.clock.now += 60 * MINUTE;
			await reserve('2', [anna], 15);
			expect(await confirm('2', ['anna'])).toEqual(['confirmed']);
			ledger.clock.now += 60 * MINUTE;
			expect(await reserve('3', [anna, anna])).toEqual(['allowed', 'duplicateInRun']);
		});

		test('only the execution that made a final reservation can release it', async () => {
			await reserve('1', ['anna']);
			expect(await release('2', ['anna'])).toEqual(['nothingToRelease']);
			expect(await ledger.as('1', 'another step').release([place('anna')])).toEqual(['released']);
			expect(await reserve('3', ['anna'])).toEqual(['allowed']);
		});

		test('the end of an execution releases what it holds, but not what was confirmed', async () => {
			const all = ['anna', 'bo', 'cem'];
			await reserve('1', ['anna', 'bo'], 15);
			await reserve('2', ['cem'], 15);
			await confirm('1', ['anna']);
			await ledger.as('1').releaseHeld(all);
			const statuses = ['invitedRecently', 'allowed', 'invitedRecently'];
			expect(await reserve('3', all)).toEqual(statuses);
		});

		test.each(['releaseHeld', 'release'] as const)(
			'a reservation stays if any process confirms it while its execution releases it (%s)',
			async (how) => {
				for (let round = 0; round < roundsOf(16); round++) {
					const wait = Math.floor(round / 2);
					// One contact, or three, two of which a table may store in one row.
					const all = [`anna-${round}`, `bo-${round}`, `cem ${round}`];
					const names = all.slice(0, round % 2 ? 3 : 1);
					const places = await hold('1', names);
					const releasing = async () => {
						for (let turn = 0; turn < wait; turn++) await new Promise(setImmediate);
						if (how === 'release') await release('1', places);
						else await ledger.as('1').releaseHeld(names);
					};
					const { now } = ledger.clock;
					await Promise.all([elsewhere('2').confirm(places, now), releasing()]);
					expect(await reserve('3', names)).toEqual(names.map(() => 'invitedRecently'));
					const again = await elsewhere('2').confirm(places, now);
					expect(again).toEqual(places.map(() => 'alreadyFinal'));
				}
			},
		);

		test('a lift frees contacts that several processes confirmed at once', async () => {
			// Three that a table may store in one row, and one that it stores alone.
			const names = ['anna', 'bo', 'cem', 'dana dana'];
			for (const known of [names, ['anna', 'bo', 'dana dana'], ['anna', 'dana dana']]) {
				const { now } = ledger.clock;
				expect(await reserve('1', names, 15)).toEqual(names.map(() => 'allowed'));
				const places = placesOf(known);
				await Promise.all([
					ledger.as('2').confirm(places, now),
					elsewhere('3').confirm(placesOf(['anna', 'dana dana']), now),
					elsewhere('4').confirm(places, now),
				]);
				expect(await lift(names)).toEqual(names.map(() => 1));
				expect(await check('6', names)).toEqual(names.map(() => 'allowed'));
			}
		});

		test('contacts held together are confirmed, released and lifted separately', async () => {
			const names = ['anna', 'bo', 'cem', 'dana', 'eve', 'finn'];
			await reserve('1', names, 15);
			expect(await confirm('1', ['anna', 'bo'])).toEqual(['confirmed', 'confirmed']);
			expect(await confirm('2', ['anna'])).toEqual(['alreadyFinal']);
			expect(await release('1', ['cem'])).toEqual(['released']);
			expect(await release('1', ['cem'])).toEqual(['nothingToRelease']);
			expect(await lift(['bo', 'dana', 'cem'])).toEqual([1, 1, 0]);
			const free = new Set(['bo', 'cem', 'dana']);
			expect(await check('3', names)).toEqual(
				names.map((one) => (free.has(one) ? 'allowed' : 'invitedRecently')),
			);
			await ledger.as('1').releaseHeld(names);
			expect(await check('4', names)).toEqual(
				names.map((one) => (one === 'anna' ? 'invitedRecently' : 'allowed')),
			);
		});

		test('confirms a reservation and records a missing one in the same call', async () => {
			const [held] = await hold('1', ['anna']);
			expect(await confirm('1', [held, 'bo'])).toEqual(['confirmed', 'recorded']);
			for (const name of ['anna', 'bo']) expect(await found(name)).toEqual(['invited final']);
			ledger.clock.now += 15 * MINUTE;
			expect(await check('2', ['anna', 'bo'])).toEqual(['invitedRecently', 'invitedRecently']);
		});

		test('confirms all but a few of many contacts at once', async () => {
			const names = times(600, (i) => `c${i}`);
			await reserve('1', names, 15);
			const confirmed = await confirm('1', names.slice(0, 590));
			expect(new Set(confirmed)).toEqual(new Set(['confirmed']));
			ledger.clock.now += 15 * MINUTE;
			const statuses = await check('2', names);
			expect(statuses.map((status) => status === 'allowed')).toEqual(names.map((_, i) => i >= 590));
		});

		test('a confirmation by contact uses the latest expired reservation of its execution', async () => {
			await reserve('1', ['anna'], 15, 'first');
			ledger.clock.now += 40 * DAY;
			await reserve('1', ['anna'], 15, 'second');
			ledger.clock.now += DAY;
			expect(await confirm('1', ['anna'])).toEqual(['confirmed']);
			expect(await check('2', ['anna'])).toEqual(['invitedRecently']);
		});

		test('a recorded event counts, even if a reservation from the same moment expires', async () => {
			await reserve('1', ['anna'], 15);
			const event = { ...place('anna'), kind: 'invited' as const, at: ledger.clock.now };
			expect(await ledger.as('2').record([event])).toEqual(['recorded']);
			ledger.clock.now += DAY;
			expect(await check('3', ['anna'])).toEqual(['invitedRecently']);
		});

		test('a recorded event counts from its own date, and only once', async () => {
			const at = ledger.clock.now - 29 * DAY;
			const past = { ...place('anna'), kind: 'invited' as const, at };
			const response = { ...place('bo'), kind: 'responded' as const, at };
			const outcomes = ['recorded', 'recorded', 'alreadyRecorded'];
			expect(await ledger.as('1').record([past, response, past])).toEqual(outcomes);
			expect(await ledger.as('2').record([past])).toEqual(['alreadyRecorded']);
			const responded = candidate('bo', { rules: [{ ...ONCE, after: 'responded' }] });
			const statuses = ['invitedRecently', 'allowed', 'respondedRecently'];
			expect(await check('3', ['anna', 'bo', responded])).toEqual(statuses);
			ledger.clock.now += DAY;
			expect(await check('4', ['anna'])).toEqual(['allowed']);
		});

		test('treats events from the same second as the same event, for any number of contacts', async () => {
			const second = ledger.clock.now - 29 * DAY;
			const all = times(450, (i) => ({ ...place(`c${i}`), kind: 'invited' as const }));
			const imports = async (count: number, ms: number) =>
				countBy(
					await ledger
						.as('1')
						.record(all.slice(0, count).map((event) => ({ ...event, at: second + ms }))),
				);
			expect(await imports(450, 1)).toEqual(new Map([['recorded', 450]]));
			for (const count of [1, 60, 450])
				for (const ms of [0, 999])
					expect(await imports(count, ms)).toEqual(new Map([['alreadyRecorded', count]]));
			expect(await imports(1, 1000)).toEqual(new Map([['recorded', 1]]));
		});

		(keeping ? describe : NO_TESTS)('events are kept as long as a node needs them', () => {
			const ever = { rules: [{ ...ONCE, days: 1000 }] };
			let keptBy: Awaited<ReturnType<LedgerUnderTest['keptBy']>>;

			beforeEach(async () => {
				keptBy = await ledger.keptBy();
			});

			const asks = async (node: string, days: number, contact: string, holdMs?: number) => {
				const { now } = ledger.clock;
				await reserveAll(keptBy(node, days), [candidate(contact)], now, holdMs ?? null);
			};

			/** The invitations that are still remembered, regardless of the days. */
			const known = async (...contacts: string[]) => {
				const all = contacts.map((contact) => candidate(contact, ever));
				const decided = await checkAll(keptBy('reader', 0), all, ledger.clock.now);
				return contacts.filter((_, index) => !decided[index].allowed);
			};

			test("one node's 30 days remove nothing that another keeps for 400", async () => {
				const { now } = ledger.clock;
				await asks('yearly', 400, 'anna');
				const past = { ...place('bo'), kind: 'invited' as const, at: now - 200 * DAY };
				await keptBy('yearly', 400).record([past]);
				for (let week = 1; week <= 25; week++) {
					ledger.clock.now += 7 * DAY;
					await asks('weekly', 30, `of week ${week}`);
				}
				await asks('weekly', 30, 'anna');
				const all = ['anna', 'bo', 'of week 1'];
				expect(await known(...all)).toEqual(all);
			});

			test('returns all known events since a date', async () => {
				const eventsSince = async (since: number) =>
					(await keptBy('reader', 0).all(since)).map((one) => [one.contact, one.kind]).sort();
				await asks('only', 400, 'anna');
				expect(await eventsSince(0)).toEqual([['anna', 'invited']]);
				ledger.clock.now += 10 * DAY;
				const { now } = ledger.clock;
				await asks('only', 400, 'bo');
				await keptBy('only', 400).record([{ ...place('bo'), kind: 'responded', at: now }]);
				const ofBo = [
					['bo', 'invited'],
					['bo', 'responded'],
				];
				expect(await eventsSince(0)).toEqual([['anna', 'invited'], ...ofBo]);
				expect(await eventsSince(now)).toEqual(ofBo);
			});

			test('removes older events if the number of days is lowered', async () => {
				await asks('only', 400, 'anna');
				await asks('only', 400, 'dana');
				ledger.clock.now += 100 * DAY;
				await asks('other', 30, 'bo');
				// Old events also go if newer ones of the contact are known.
				const { now } = ledger.clock;
				await keptBy('other', 30).record([{ ...place('dana'), kind: 'responded', at: now }]);
				expect(await known('anna', 'dana')).toEqual(['anna', 'dana']);
				await asks('only', 30, 'bo');
				ledger.clock.now += 2 * DAY;
				await asks('other', 30, 'cem');
				expect(await known('anna', 'dana', 'bo')).toEqual(['bo']);
			});

			test('a call that needs no days removes nothing that others keep, and nothing about its own contact', async () => {
				await asks('yearly', 400, 'anna');
				await asks('yearly', 400, 'dana', 15 * MINUTE);
				ledger.clock.now += 390 * DAY;
				await asks('weekly', 30, 'bo');
				const lifted = { scope: 'survey', survey: '999' } as const;
				await keptBy('lifts', 0).lift([{ contact: 'anna', lifted }]);
				await keptBy('releases', 0).release([place('anna', { survey: '999' })]);
				const confirms = async (contact: string) =>
					(await keptBy('confirms', 0).confirm([place(contact)], ledger.clock.now))[0];
				expect(await confirms('dana')).toBe('recorded');
				expect(await known('anna')).toEqual(['anna']);
				// No one needs the old event any more, but the confirmation counts from now on.
				ledger.clock.now += 20 * DAY;
				await asks('weekly', 30, 'cem');
				await asks('weekly', 30, 'finn', 15 * MINUTE);
				ledger.clock.now += 40 * DAY;
				await asks('daily', 1, 'eve');
				expect(['confirmed', 'recorded']).toContain(await confirms('finn'));
				expect(await known('finn')).toEqual(['finn']);
			});

			test('a node that stopped running no longer keeps events, and one that only confirms never did', async () => {
				await asks('gone', 60, 'anna');
				ledger.clock.now += 55 * DAY;
				await asks('here', 30, 'bo');
				ledger.clock.now += 3 * DAY;
				await asks('here', 30, 'cem');
				expect(await known('anna')).toEqual(['anna']);
				ledger.clock.now += 32 * DAY;
				await keptBy('confirms', 0).confirm([place('dana')], ledger.clock.now);
				await asks('here', 30, 'eve');
				ledger.clock.now += 2 * DAY;
				await asks('here', 30, 'finn');
				expect(await known('bo', 'dana')).toEqual(['dana']);
			});
		});

		describe('decides again if other runs intervene', () => {
			/** The ledger of an execution. If it can't be interrupted, the other event happens first. */
			const interruptedBy = async (execution: string, between: () => Promise<void>) => {
				const interrupted = ledger.interrupted?.(execution, between);
				if (!interrupted) await between();
				return interrupted ?? ledger.as(execution);
			};

			const claims = async (between: () => Promise<void>) => {
				const own = await interruptedBy('2', between);
				const one = candidate('anna', { survey: '502' });
				return (await reserveAll(own, [one], ledger.clock.now, null)).map(statusOf);
			};

			/** Checks that a granted reservation is still known after the other's hold has expired. */
			const stays = async (survey = '501') => {
				ledger.clock.now += 61 * MINUTE;
				expect(await reserve('last', [candidate('anna', { survey })])).toEqual(['invitedRecently']);
			};

			test('after a release and another reservation: that reservation stays', async () => {
				await reserve('1', ['anna'], 60);
				const claimed = await claims(async () => {
					await release('1', ['anna']);
					expect(await reserve('3', ['anna'])).toEqual(['allowed']);
				});
				expect(claimed).toEqual(['allowed']);
				await stays();
				await stays('502');
			});

			test('after all earlier events have expired: the new reservation stays', async () => {
				await reserve('1', ['anna']);
				await release('1', ['anna']);
				await claims(async () => {
					ledger.clock.now += 401 * DAY;
					expect(await reserve('3', ['anna'])).toEqual(['allowed']);
				});
				await stays();
			});

			test('after the contact was forgotten and reserved again: new events stay, and no old event returns', async () => {
				await reserve('1', ['anna']);
				const claimed = await claims(async () => {
					expect(await forget(['anna'])).toEqual(['forgotten']);
					expect(await reserve('3', ['anna'], 60)).toEqual(['allowed']);
				});
				expect(claimed).toEqual(['allowed']);
				expect((await found('anna'))?.sort()).toEqual(['invited final', 'invited held']);
			});

			test('after the contact was forgotten: no old event returns', async () => {
				await reserve('1', ['anna']);
				await claims(async () => {
					expect(await forget(['anna'])).toEqual(['forgotten']);
				});
				expect(await found('anna')).toEqual(['invited final']);
			});

			test("after a confirmation: the reservation isn't released", async () => {
				await reserve('1', ['anna'], 60);
				const releasing = await interruptedBy('3', async () =>
					expect(await confirm('2', ['anna'])).toEqual(['confirmed']),
				);
				expect(await releasing.release([place('anna')])).toEqual(['nothingToRelease']);
				await stays();
				ledger.clock.now += 20 * DAY;
				await stays();
			});
		});

		test('stores unusual texts unchanged', async () => {
			const groups = [
				...['"\'\\', '$1, $2', '{{ 1 + 1 }}', '={{ $json }}', '%_*', '\u0001\t\n\u2028', '🙂é'],
				...[',', '__proto__', 'null', 'NULL', '-1', '2026-03-01', 'true', 'x'.repeat(5000)],
			];
			const names = groups.map((_, index) => `anna${index}`);
			const all = names.map((one, index) =>
				candidate(one, { group: groups[index], address: index % 2 ? null : groups[index] }),
			);
			const rules = [{ ...ONCE, scope: 'group' as const }];
			const others = all.map((one) => ({ ...one, survey: '502', rules, address: null }));
			expect(await reserve('1', all)).toEqual(names.map(() => 'allowed'));
			expect(await check('2', others)).toEqual(names.map(() => 'invitedRecently'));
			const lifts = groups.map((group, index) => ({
				contact: names[index],
				lifted: { scope: 'group' as const, group },
			}));
			expect(await ledger.as('3').lift(lifts)).toEqual(names.map(() => 1));
		});

		test('an impossible reservation ID is confirmed once, and releases nothing', async () => {
			const ids = ['a\0b', '\ud800', 'x'.repeat(10_000), "'); --", ' '];
			const names = ids.map((_, index) => `anna${index}`);
			const places = ids.map((reservationId, index) => place(names[index], { reservationId }));
			expect(await confirm('1', places)).toEqual(ids.map(() => 'recorded'));
			expect(await confirm('1', places)).toEqual(ids.map(() => 'alreadyFinal'));
			expect(await release('1', places)).toEqual(ids.map(() => 'nothingToRelease'));
			expect(await check('2', names)).toEqual(ids.map(() => 'invitedRecently'));
		});

		test('a planned invitation counts before its date', async () => {
			const at = ledger.clock.now + 3 * DAY;
			await ledger.as('1').record([{ ...place('anna'), kind: 'invited', at }]);
			expect(await check('2', ['anna'])).toEqual(['invitedRecently']);
		});

		test('a lift allows asking again for all surveys, a survey or a group', async () => {
			const everywhere = ['501', '502', '503'].map((survey) =>
				candidate('anna', { survey, group: survey === '503' ? 'Sales' : 'Service' }),
			);
			await reserve('1', everywhere);
			/** The surveys about which Anna may be asked. */
			const free = async () => {
				const statuses = await check('3', everywhere);
				return everywhere.flatMap(({ survey }, i) => (statuses[i] === 'allowed' ? [survey] : []));
			};
			expect(await lift(['anna'], { scope: 'survey', survey: '501' })).toEqual([1]);
			expect(await free()).toEqual(['501']);
			expect(await lift(['anna'], { scope: 'group', group: 'sales' })).toEqual([1]);
			expect(await free()).toEqual(['501', '503']);
			expect(await lift(['anna'])).toEqual([1]);
			expect(await free()).toEqual(['501', '502', '503']);
			expect(await lift(['anna'])).toEqual([0]);
			expect(await reserve('4', ['anna'])).toEqual(['allowed']);
			expect(await reserve('5', ['anna'])).toEqual(['invitedRecently']);
		});

		describe('an opt-out', () => {
			const places = {
				all: { survey: '', group: '' },
				group: { survey: '', group: 'Service' },
				survey: { survey: '501', group: '' },
			};

			const optOut = async (
				contact: string,
				of: keyof typeof places = 'all',
				more: Partial<PastEvent> = {},
				from = ledger.as('recording'),
			) => {
				const at = ledger.clock.now - 1000;
				const event = { ...place(contact), ...places[of], kind: 'optedOut' as const, at, ...more };
				return (await from.record([event]))[0];
			};

			/** Whether the ledger grants these claims. */
			const granted = async (execution: string, list: Array<Partial<Claim>>) => {
				const { now } = ledger.clock;
				const claims = list.map((more) => ({ ...claimOf('anna', 99), group: 'Service', ...more }));
				const results = await ledger.as(execution).claim(claims, now, null);
				return results.map(({ reservationId }) => reservationId !== null);
			};

			/** Surveys in the group, outside it, and again in the group. */
			const SURVEYS = [{}, { survey: '502', group: 'Sales' }, { survey: '503' }];

			test.each([
				['all', [false, false, false]],
				['group', [false, true, false]],
				['survey', [false, true, true]],
			] as const)('for %s refuses claims, even exempt ones', async (of, expected) => {
				expect(await optOut('anna', of)).toBe('recorded');
				expect(await granted('1', SURVEYS)).toEqual(expected);
				expect(
					await granted(
						'2',
						SURVEYS.map((one) => ({ ...one, exempt: true })),
					),
				).toEqual(expected);
				expect(await granted('3', [{ contact: 'bo' }])).toEqual([true]);
			});

			test('is returned regardless of its age, for any number of contacts', async () => {
				// No other test has this time, and some share their ledger.
				const at = ledger.clock.now - 3001 * DAY;
				await optOut('anna', 'group', { at });
				const event = { kind: 'optedOut', at, until: null, ...places.group };
				for (const others of [0, 60, 450]) {
					const names = ['anna', ...times(others, (i) => `of ${i}`)];
					const { now } = ledger.clock;
					expect((await ledger.as('1').read(names, now)).get('anna')).toEqual([event]);
					const claims = names.map((contact) => ({ ...claimOf(contact), group: 'Service' }));
					const [{ reservationId, known }] = await ledger
						.as(`claims ${others}`)
						.claim(claims, now, null);
					expect([reservationId, known]).toEqual([null, [event]]);
				}
				const all = await ledger.as('2').all(ledger.clock.now);
				expect(all.filter((one) => one.kind === 'optedOut' && one.at === at)).toHaveLength(1);
			});

			test('is recorded once, until it is lifted', async () => {
				const day = { at: ledger.clock.now - DAY };
				expect(await optOut('anna', 'all', day)).toBe('recorded');
				expect(await optOut('anna', 'all', day)).toBe('alreadyRecorded');
				expect(await optOut('anna')).toBe('alreadyRecorded');
				expect(await optOut('anna', 'survey')).toBe('recorded');
				expect(await lift(['anna'])).toEqual([2]);
				expect(await granted('1', [{}])).toEqual([true]);
				expect(await optOut('anna', 'all', day)).toBe('alreadyRecorded');
				expect(await optOut('anna')).toBe('recorded');
				expect(await granted('2', [{}])).toEqual([false]);
			});

			test('ends only if its own survey or group, or everything, is lifted', async () => {
				for (const scope of ['all', 'group', 'survey'] as const) await optOut('anna', scope);
				expect(await lift(['anna'], { scope: 'survey', survey: '501' })).toEqual([1]);
				expect(await granted('1', SURVEYS)).toEqual([false, false, false]);
				expect(await lift(['anna'], { scope: 'group', group: 'service' })).toEqual([1]);
				expect(await granted('1', SURVEYS)).toEqual([false, false, false]);
				expect(await lift(['anna'])).toEqual([1]);
				expect(await granted('1', SURVEYS)).toEqual([true, true, true]);
			});

			test('stays when something is confirmed or released, and counts for no rule', async () => {
				const [held] = await hold('1', ['anna']);
				await optOut('anna', 'survey', { at: ledger.clock.now });
				expect(await ledger.as('2').release([place('anna')])).toEqual(['released']);
				expect(await release('1', [held])).toEqual(['nothingToRelease']);
				expect(await confirm('1', [held])).toEqual(['recorded']);
				expect((await found('anna'))?.filter((one) => one.includes('optedOut'))).toEqual([
					'optedOut final',
				]);
				const rules: Rule[] = [{ ...ONCE, scope: 'all', max: 2 }];
				expect(await granted('3', [{ survey: '502', rules }])).toEqual([true]);
			});

			test.each([0, 15])(
				'recorded between two tries refuses the second (held for %i minutes)',
				async (minutes) => {
					const first = await decide('1', ['anna', 'bo'], minutes);
					expect(first.map(({ allowed }) => allowed)).toEqual([true, true]);
					await optOut('anna');
					expect(await granted('1', [{}, { contact: 'bo' }])).toEqual([false, true]);
				},
			);

			test('recorded during many claims refuses all later claims', async () => {
				for (let round = 0; round < roundsOf(5); round++) {
					const contact = `anna ${round}`;
					let isRecorded = false;
					const results = await Promise.all([
						optOut(contact, 'all', {}, elsewhere('recording')).then(() => (isRecorded = true)),
						...times(ledger.contenders ?? 20, async (i) => {
							for (let turn = 0; turn < i; turn++) await new Promise(setImmediate);
							const isLate = isRecorded;
							const { now } = ledger.clock;
							const [{ reservationId }] = await elsewhere(`${round} ${i}`).claim(
								[claimOf(contact, 99)],
								now,
								null,
							);
							return isLate && reservationId !== null;
						}),
					]);
					expect(results.slice(1)).not.toContain(true);
					const claim = { ...claimOf(contact, 99), exempt: true };
					const [last] = await ledger.as('last').claim([claim], ledger.clock.now, null);
					expect(last.reservationId).toBeNull();
				}
			});

			(keeping ? test : NO_TESTS)('is never removed because of its age', async () => {
				const keptBy = await ledger.keptBy();
				const names = ['anna', 'bo', 'cem'];
				const { now } = ledger.clock;
				const event = { ...place('anna'), ...places.all, kind: 'optedOut' as const, at: now };
				await keptBy('records', 0).record(names.map((contact) => ({ ...event, contact })));
				await keptBy('lifts', 0).lift([{ contact: 'bo', lifted: ALL }]);
				for (const years of [1, 2, 10]) {
					ledger.clock.now += years * 365 * DAY;
					for (const day of [0, 2]) {
						ledger.clock.now += day * DAY;
						const at = ledger.clock.now;
						await keptBy('weekly', 7).claim([claimOf('dana')], at, null);
					}
					const known = await keptBy('reader', 7).read(names, ledger.clock.now);
					const counts = names.map((name) => known.get(name)?.length ?? 0);
					expect(counts).toEqual([1, 0, 1]);
				}
			});
		});

		describe('forget', () => {
			// Three that a table may store in one row, and one that it stores alone.
			const names = ['anna', 'bo', 'cem', 'dana dana'];
			const EXEMPT = { exempt: true };

			test('removes everything that find returns, and nothing about others', async () => {
				await reserve('1', names, 15);
				await confirm('1', ['anna', 'cem']);
				await lift(['anna']);
				const at = ledger.clock.now - DAY;
				await ledger.as('2').record([{ ...place('anna'), kind: 'responded', at }]);
				await reserve('3', [candidate('anna', { ...EXEMPT, address: 'anna@example.com' })]);
				expect((await found('anna'))?.sort()).toEqual([
					'invited final',
					'invited lifted',
					'responded final',
				]);
				expect(await found('nobody')).toBeUndefined();
				expect(await forget(['anna', 'nobody'])).toEqual(['forgotten', 'nothingStored']);
				expect(await found('anna')).toBeUndefined();
				expect(await forget(['anna'])).toEqual(['nothingStored']);
				expect(await check('4', names)).toEqual([
					'allowed',
					...names.slice(1).map(() => 'invitedRecently'),
				]);
				expect([await found('bo'), await found('cem')]).toEqual([
					['invited held'],
					['invited final'],
				]);
				expect(await reserve('5', ['anna'])).toEqual(['allowed']);
				expect(await reserve('6', ['anna'])).toEqual(['invitedRecently']);
			});

			test.each(['release', 'releaseHeld', 'lift'] as const)(
				'also removes what is left after %s',
				async (how) => {
					await reserve('1', names, 15);
					const some = ['anna', 'dana dana'];
					if (how === 'release') await release('1', some);
					else if (how === 'lift') await lift(some);
					else await ledger.as('1').releaseHeld(some);
					for (const name of some) expect((await found(name))?.join() ?? '').not.toContain('held');
					expect(await forget(some)).toEqual(['forgotten', 'forgotten']);
					for (const name of some) expect(await found(name)).toBeUndefined();
					expect(await check('2', some)).toEqual(['allowed', 'allowed']);
				},
			);

			test('includes events that are too old to count', async () => {
				const at = ledger.clock.now - 399 * DAY;
				await ledger.as('1').record([{ ...place('anna'), kind: 'invited', at }]);
				ledger.clock.now += 0.9 * DAY;
				expect(await found('anna')).toEqual(['invited final']);
			});

			test('removes a held reservation, whose confirmation then counts as a new invitation', async () => {
				const places = await hold('1', names);
				await forget(names);
				expect(await check('2', names)).toEqual(names.map(() => 'allowed'));
				expect(await release('1', places)).toEqual(names.map(() => 'nothingToRelease'));
				expect(await confirm('1', places)).toEqual(names.map(() => 'recorded'));
				expect(await reserve('3', names)).toEqual(names.map(() => 'invitedRecently'));
			});

			test('can keep opt-outs that count, without the contact', async () => {
				await reserve('1', names, 15);
				const at = ledger.clock.now - 3000 * DAY;
				const address = 'anna@example.com';
				const optOut = { survey: '', group: '', kind: 'optedOut' as const, at, address };
				const some = ['anna', 'bo', 'dana dana', 'eve'];
				await ledger.as('2').record(some.map((contact) => ({ ...place(contact), ...optOut })));
				await lift(['bo']);
				const keep = async () => await ledger.as('forgetting').forget([...names, 'eve'], true);
				expect(await keep()).toEqual(times(5, () => 'forgotten'));
				const left = await ledger.as('3').find([...names, 'eve']);
				const kept = { kind: 'optedOut', at, state: 'final', address: null };
				for (const name of ['anna', 'dana dana', 'eve'])
					expect(left.get(name)).toMatchObject([kept]);
				expect([left.get('bo'), left.get('cem')]).toEqual([undefined, undefined]);
				await keep();
				expect(await reserve('4', ['anna', 'bo', 'cem', 'eve'])).toEqual([
					'optedOut',
					'allowed',
					'allowed',
					'optedOut',
				]);
				await forget(some);
				expect(await found('anna')).toBeUndefined();
			});

			test('keeps an opt-out that is recorded at the same time', async () => {
				for (let round = 0; round < roundsOf(10); round++) {
					const contact = `anna ${round}`;
					await reserve(`before ${round}`, [contact]);
					const at = ledger.clock.now;
					const event = { ...place(contact), survey: '', kind: 'optedOut' as const, at };
					const wait = async () => {
						for (let turn = 0; turn < round * 3; turn++) await new Promise(setImmediate);
					};
					await Promise.all([
						elsewhere('forgetting').forget([contact], true),
						wait().then(async () => await elsewhere('recording').record([event])),
					]);
					expect(await check('after', [contact])).toEqual(['optedOut']);
				}
			});

			test("by several processes at once leaves only those who weren't forgotten", async () => {
				const all = times(9, (i) => `c${i}`);
				await reserve('1', all);
				await Promise.all([
					forget(all.slice(0, 3)),
					forget(all.slice(3, 6), elsewhere('2')),
					forget(all.slice(2, 5), elsewhere('3')),
				]);
				for (const name of all.slice(0, 6)) expect(await found(name)).toBeUndefined();
				expect(await check('4', all.slice(6))).toEqual(times(3, () => 'invitedRecently'));
			});

			test('while others reserve: each contact ends up free or reserved, and is asked once', async () => {
				const all = times(6, (i) => `c${i}`);
				await reserve('1', all);
				const [results] = await Promise.all([
					Promise.all(
						times(4, async (i) => {
							const statuses = await reserve(`run ${i}`, all);
							return all.filter((_, position) => statuses[position] === 'allowed');
						}),
					),
					forget(all, elsewhere('forgetting')),
				]);
				const allowed = results.flat();
				expect(new Set(allowed).size).toBe(allowed.length);
				const statuses = await check('last', all);
				expect(all.filter((_, i) => statuses[i] !== 'allowed').sort()).toEqual(allowed.sort());
			});
		});

		describe('a step repeated after its reservations were lifted', () => {
			// Two that a table may store in one row, and one that it stores alone.
			const names = ['anna', 'bo', 'cem cem'];

			test.each([0, 15])('reserves again, but only once (held for %i minutes)', async (minutes) => {
				const first = await decide('1', names, minutes);
				expect(await lift(names)).toEqual([1, 1, 1]);
				const second = await decide('1', names, minutes);
				expect(second.map(statusOf)).toEqual(names.map(() => 'allowed'));
				const third = await decide('1', names, minutes);
				const idsOf = (decided: typeof first) => decided.map(({ reservationId }) => reservationId);
				expect(idsOf(third)).toEqual(idsOf(second));
				expect(await reserve('3', names)).toEqual(names.map(() => 'invitedRecently'));
				expect(idsOf(first).every((id) => id)).toBe(true);
				expect(await lift(names)).toEqual([1, 1, 1]);
			});

			test.each([
				['confirm', 'confirmed', 'invitedRecently'],
				['release', 'released', 'allowed'],
			] as const)('makes reservations that %s finds by ID', async (how, outcome, status) => {
				await hold('1', names);
				await lift(names);
				const places = await hold('1', names);
				const done = how === 'confirm' ? confirm('1', places) : release('1', places);
				expect(await done).toEqual(names.map(() => outcome));
				ledger.clock.now += 60 * MINUTE;
				expect(await reserve('3', names)).toEqual(names.map(() => status));
			});

			test('is refused if another run reserved in between', async () => {
				await hold('1', names);
				await lift(['anna']);
				expect(await reserve('3', ['anna'])).toEqual(['allowed']);
				const again = await decide('1', names, 15);
				expect(again.map(({ allowed }) => allowed)).toEqual([false, true, true]);
			});
		});

		test.each([
			[1, 20],
			[2, 10],
		])('allows exactly the maximum of many executions at once (%i of %i)', async (max, runs) => {
			const count = ledger.contenders ?? runs;
			const results = await Promise.all(
				times(count, async (i) => await reserve(`run ${i}`, [upTo(max, 'anna')])),
			);
			expect(results.flat().filter((status) => status === 'allowed')).toHaveLength(max);
		});

		test('allows each contact exactly once for many executions at once', async () => {
			const contacts = times(8, (i) => `c${i}`);
			const results = await Promise.all(
				times(ledger.contenders ?? 10, async (i) => {
					const own = [...contacts.slice(i % 8), ...contacts.slice(0, i % 8)];
					const statuses = await reserve(`run ${i}`, own);
					return own.filter((_, position) => statuses[position] === 'allowed');
				}),
			);
			expect(results.flat().sort()).toEqual([...contacts].sort());
		});
	});
}
