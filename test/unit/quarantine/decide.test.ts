import { decideRun, type Item } from '../../../nodes/shared/quarantine/rules/decide';
import type { ContactEvent } from '../../../nodes/shared/quarantine/rules/rules';
import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { reserveAll } from '../../../nodes/shared/quarantine/reserve';
import { summaryOf } from '../../../nodes/shared/n8n/summary';
import { itemOf, ONCE } from './items';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-31T12:00:00Z');

const invited = (daysAgo: number): ContactEvent => ({
	survey: '501',
	group: '',
	kind: 'invited',
	at: NOW - daysAgo * DAY,
	until: null,
});

const NONE: ContactEvent[] = [];

function decide(entries: Item[], known: Record<string, ContactEvent[]> = {}) {
	return decideRun(entries, (contact) => known[contact] ?? [], NOW);
}

const reasonsOf = (entries: Item[], known?: Record<string, ContactEvent[]>) =>
	decide(entries, known).map(({ allowed, reason }) => (allowed ? (reason ?? 'allowed') : reason));

test('a duplicate shows when the person may be asked again', () => {
	const [, second] = decide([itemOf('anna'), itemOf('anna')]);
	expect(second).toMatchObject({ rule: ONCE, lastContactAt: NOW, eligibleAt: NOW + 30 * DAY });
});

test('exempt people are always allowed, are marked, and count for later items', () => {
	expect(
		reasonsOf(
			[itemOf('anna', { exempt: true }), itemOf('anna', { exempt: true }), itemOf('anna')],
			{
				anna: [invited(3)],
			},
		),
	).toEqual(['exempt', 'exempt', 'invitedRecently']);
	expect(reasonsOf([itemOf('bo', { exempt: true }), itemOf('bo')])).toEqual([
		'exempt',
		'duplicateInRun',
	]);
});

test("an item is also a duplicate if the run's earlier items alone refuse it", () => {
	const rules = [{ ...ONCE, max: 2 }];
	const exempt = itemOf('anna', { rules, exempt: true });
	const known = { anna: [invited(1), invited(2)] };
	const [, , third] = decide([exempt, exempt, itemOf('anna', { rules })], known);
	expect(third.reasons).toEqual(['invitedRecently', 'duplicateInRun']);
	const [, second] = decide([exempt, itemOf('anna', { rules })], known);
	expect(second.reasons).toEqual(['invitedRecently']);
});

test('the rule with the longest wait gives the first reason', () => {
	const answered = { ...invited(5), kind: 'responded' as const };
	const reasons = (days: number, ...known: ContactEvent[]) => {
		const rules = [ONCE, { ...ONCE, after: 'responded' as const, days }];
		return decide([itemOf('anna', { rules })], { anna: known })[0].reasons;
	};
	expect(reasons(60, invited(5), answered)).toEqual(['respondedRecently', 'invitedRecently']);
	expect(reasons(20, invited(5), answered)).toEqual(['invitedRecently', 'respondedRecently']);
	expect(reasons(60, invited(5))).toEqual(['invitedRecently']);
	expect(reasons(60, answered)).toEqual(['respondedRecently']);
});

test('blocked people are never allowed, even if exempt, and do not count', () => {
	expect(
		reasonsOf([itemOf('anna', { blocked: true, exempt: true }), itemOf('anna', { blocked: true })]),
	).toEqual(['blocked', 'blocked']);
});

test('people reserved by another run are refused for that reason, unless the rules refuse them', () => {
	const reasons = (known: ContactEvent[]) =>
		decideRun(
			[itemOf('anna'), itemOf('bo')],
			() => known,
			NOW,
			(index) => (index === 0 ? 'refused' : undefined),
		).map(({ reason }) => reason);
	expect(reasons([])).toEqual(['reservedElsewhere', null]);
	expect(reasons([invited(1)])).toEqual(['invitedRecently', 'invitedRecently']);
});

test('a granted reservation is allowed even if other runs reserved before the rest was decided', async () => {
	// Another run asks Anna about both surveys, under its own rules.
	const later = ['501', '502'].map((survey) => ({ ...invited(0), survey }));
	const claim = async () => [
		{ reservationId: '1.anna', known: [] },
		{ reservationId: '2.anna', known: later },
	];
	const people = ['501', '502'].map((survey) => ({ ...itemOf('anna', { survey }), address: null }));
	const decided = await reserveAll({ claim } as Partial<Ledger> as Ledger, people, NOW, null);
	expect(decided.map(({ allowed, reservationId }) => [allowed, reservationId])).toEqual([
		[true, '1.anna'],
		[true, '2.anna'],
	]);
});

test('the summary counts outcomes and reasons, with the most frequent reason first', () => {
	const decided = ['allowed', 'quarantined'];
	const results = [
		...Array.from({ length: 128 }, () => ({ status: 'allowed', reason: null })),
		...Array.from({ length: 2 }, () => ({ status: 'quarantined', reason: 'duplicateInRun' })),
		...Array.from({ length: 12 }, () => ({ status: 'quarantined', reason: 'invitedRecently' })),
	];
	expect(summaryOf(results, decided, true)).toBe(
		'128 allowed, 14 quarantined (12 invited recently, 2 duplicate)',
	);
	const failed = Array.from({ length: 3 }, () => ({ status: 'failed' }));
	expect(summaryOf([results[0], ...failed], decided, true)).toBe(
		'1 allowed, 0 quarantined, 3 failed',
	);
	expect(summaryOf([{ status: 'confirmed', reason: 'alreadyFinal' }], [])).toBe(
		'1 confirmed (1 final before)',
	);
});

test('an event counts only for items with the same or a later time', () => {
	const rules = [{ ...ONCE, after: 'responded' as const }];
	const known = [0, 6, 3].map((daysAgo) => ({ ...invited(daysAgo), kind: 'responded' as const }));
	const days = [10, 6, 5, 3, 1, 0];
	const items = days.map((daysAgo) => itemOf('anna', { rules, at: NOW - daysAgo * DAY }));
	const last = decide(items, { anna: known }).map(({ lastContactAt }) => lastContactAt);
	expect(last.map((at) => at && (NOW - at) / DAY)).toEqual([null, 6, 6, 3, 3, 0]);
	const few = decide([items[0], { ...items[0], at: NOW - 2 * DAY }], { anna: known });
	expect(few.map(({ lastContactAt: at }) => at && (NOW - at) / DAY)).toEqual([null, 3]);
});

test('an opt-out counts only from its time on, so an earlier invitation is allowed', () => {
	const [before, after] = [10, 3].map((daysAgo) =>
		itemOf('anna', { survey: `${daysAgo}`, at: NOW - daysAgo * DAY }),
	);
	const known = { anna: [{ ...invited(5), survey: '', kind: 'optedOut' as const }] };
	expect(reasonsOf([before, after], known)).toEqual(['allowed', 'optedOut']);
	const asked = { anna: [{ ...invited(5), survey: '3' }] };
	expect(reasonsOf([before, after], asked)).toEqual(['allowed', 'invitedRecently']);
});

test('items count as separate runs if that is requested', () => {
	const run = (separately: boolean) =>
		decideRun([itemOf('anna'), itemOf('anna')], () => NONE, NOW, undefined, separately);
	expect(run(true).map(({ reason }) => reason)).toEqual([null, 'invitedRecently']);
	expect(run(false).map(({ reason }) => reason)).toEqual([null, 'duplicateInRun']);
});

test('an event that takes place between two items counts along with the items before it', () => {
	const rules = [{ ...ONCE, max: 3 }];
	const items = [10, 9, 3].map((daysAgo) => itemOf('anna', { rules, at: NOW - daysAgo * DAY }));
	expect(reasonsOf(items)).toEqual(['allowed', 'allowed', 'allowed']);
	const between = ['allowed', 'allowed', 'duplicateInRun'];
	expect(reasonsOf(items, { anna: [invited(5)] })).toEqual(between);
	const twice = items.map((one) => ({ ...one, rules: [{ ...ONCE, max: 2 }] }));
	expect(reasonsOf(twice, { anna: [invited(5)] })).toEqual(between);
});
