import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { decideRun, type Item } from '../../../nodes/shared/quarantine/rules/decide';
import type { ContactEvent, Rule } from '../../../nodes/shared/quarantine/rules/rules';
import { SendingHours, type Window } from '../../../nodes/shared/quarantine/rules/sendingHours';
import { isOpen } from './isOpen';

const QUARTER = 15 * 60_000;
const DAY = 86_400_000;

/** Events are at most six days later than an item, rules look back three days, and hours are closed for ten at most. */
const LONGEST = 20 * DAY;

interface Hours {
	windows: Window[];
	holidays: string[];
	zone: string;
}

type Model = Omit<Item, 'hours'> & { hours?: Hours; at: number };

const localDay = (at: number, timeZone: string | undefined) =>
	DateTime.fromMillis(at, { zone: timeZone ?? 'utc' }).startOf('day');

/** Whether an event still counts for a rule at a time. */
function counts(rule: Rule, item: Model, event: ContactEvent, at: number): boolean {
	if (event.kind !== rule.after) return false;
	if (rule.scope === 'survey' && event.survey !== item.survey) return false;
	const group = rule.group ?? item.group;
	if (rule.scope === 'group' && (group === '' || event.group !== group)) return false;
	if (!rule.unit) return event.at + rule.days * DAY > at;
	const first = DateTime.fromISO(localDay(event.at, item.timeZone).toISODate()!, { zone: 'utc' });
	const today = DateTime.fromISO(localDay(at, item.timeZone).toISODate()!, { zone: 'utc' });
	return today < first.plus({ days: rule.days });
}

const refuses = (rule: Rule, item: Model, events: readonly ContactEvent[], at: number) =>
	events.filter((event) => counts(rule, item, event, at)).length >= rule.max;

/** All reasons against asking the person at a time, by going through all events and settings. */
function reasonsAt(item: Model, events: readonly ContactEvent[], at: number): string[] {
	const { survey, group, rules, hours } = item;
	const optedOut = ({ kind, survey: one, group: other }: ContactEvent) =>
		kind === 'optedOut' &&
		(one === '' ? other === '' || (group !== '' && other === group) : one === survey);
	const refused = rules.filter((rule) => refuses(rule, item, events, at));
	const closed =
		hours && !isOpen(hours.windows, hours.holidays, DateTime.fromMillis(at, { zone: hours.zone }));
	return [
		...(item.blocked ? ['blocked'] : []),
		...(events.some(optedOut) ? ['optedOut'] : []),
		...(item.consent === false ? ['noConsent'] : []),
		...(item.exempt
			? []
			: [
					...(refused.some(({ after }) => after === 'invited') ? ['invitedRecently'] : []),
					...(refused.some(({ after }) => after === 'responded') ? ['respondedRecently'] : []),
					...(item.sampled === false ? ['notSampled'] : []),
					...(closed ? ['outsideHours'] : []),
				]),
	];
}

const ENDING = ['invitedRecently', 'respondedRecently', 'outsideHours'];

/** The first quarter of an hour without a reason. Null if a reason doesn't end with time. */
function eligibleAt(item: Model, events: readonly ContactEvent[]): number | null {
	const reasons = reasonsAt(item, events, item.at);
	if (reasons.length === 0 || !reasons.every((reason) => ENDING.includes(reason))) return null;
	let at = item.at;
	while (at < item.at + LONGEST && reasonsAt(item, events, at).length > 0) at += QUARTER;
	return at;
}

/** Around these times, the clocks change in one of the zones. */
const TIMES = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-09-06', '2026-10-25', '2026-11-01'];
const zone = fc.constantFrom(
	'Europe/Berlin',
	'America/New_York',
	'America/Santiago',
	'Asia/Kolkata',
	'Asia/Kathmandu',
	'UTC',
);
const survey = fc.constantFrom('501', '502');
const group = fc.constantFrom('', 'Service', 'Sales');
const quarters = (days: number) =>
	fc.integer({ min: -days * 96, max: days * 96 }).map((count) => count * QUARTER);

const rule = fc
	.record({
		scope: fc.constantFrom('survey' as const, 'group' as const, 'all' as const),
		group: fc.constantFrom(undefined, 'Service'),
		after: fc.constantFrom('invited' as const, 'responded' as const),
		max: fc.integer({ min: 1, max: 2 }),
		days: fc.integer({ min: 1, max: 3 }),
		unit: fc.constantFrom(undefined, 'calendarDays' as const),
	})
	.map(({ group: own, unit, ...others }): Rule => {
		const named = others.scope === 'group' && own !== undefined ? { group: own } : {};
		return { ...others, ...named, ...(unit ? { unit } : {}) };
	});

const event = fc.record({
	survey,
	group,
	kind: fc.constantFrom('invited' as const, 'responded' as const),
	at: quarters(4),
	until: fc.constant(null),
});

const optOut = fc
	.tuple(fc.constantFrom('', '501', '502'), group, quarters(3))
	.map(([own, other, at]) => ({
		survey: own,
		group: own === '' ? other : '',
		kind: 'optedOut' as const,
		at,
		until: null,
	}));

const windows = fc.array(
	fc
		.tuple(
			fc.integer({ min: 1, max: 7 }),
			fc.integer({ min: 0, max: 95 }),
			fc.integer({ min: 1, max: 96 }),
		)
		.map(([weekday, from, length]) => {
			return { weekday, from: from * 15, to: Math.min(from + length, 192) * 15 };
		}),
	{ minLength: 1, maxLength: 6 },
);

const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const item = fc.record({
	survey,
	group,
	rules: fc.array(rule, { minLength: 1, maxLength: 3, size: 'max' }),
	at: quarters(2),
	exempt: fc.nat({ max: 5 }).map((one) => one === 0),
	blocked: fc.nat({ max: 8 }).map((one) => one === 0),
	consent: rarely(fc.boolean()),
	sampled: rarely(fc.boolean()),
	hours: rarely(fc.record({ windows, off: fc.subarray([-1, 0, 1]), zone })),
	timeZone: zone,
});

const asText = (at: number | null) => at && new Date(at).toISOString();

test('makes the same decisions as a scan of all events, rules and hours', () => {
	const outcomes = new Set<string>();
	fc.assert(
		fc.property(
			fc.constantFrom(...TIMES),
			fc.array(event, { minLength: 2, maxLength: 6, size: 'max' }),
			fc.array(optOut, { maxLength: 1 }),
			fc.array(item, { minLength: 1, maxLength: 3, size: 'max' }),
			(date, past, optOuts, drawn) => {
				const start = Date.parse(date);
				const now = start + 3 * DAY;
				const known = [...past, ...optOuts].map((one) => ({ ...one, at: start + one.at }));
				const models = drawn.map(({ hours, at, ...others }): Model => {
					const holidays = (hours?.off ?? []).map((days) => new Date(start + days * DAY));
					const days = holidays.map((day) => day.toISOString().slice(0, 10));
					return {
						...others,
						contact: 'anna',
						at: start + at,
						...(hours && { hours: { ...hours, holidays: days } }),
					};
				});
				const items = models.map((model): Item => {
					const { hours, ...others } = model;
					if (!hours) return others;
					return { ...others, hours: new SendingHours(hours.windows, hours.holidays, hours.zone) };
				});
				const decisions = decideRun(items, () => known, now, undefined, true);
				const events: ContactEvent[] = [...known];
				const inTime = [...models.keys()].sort((a, b) => models[a].at - models[b].at);
				for (const position of inTime) {
					const model = models[position];
					const { at } = model;
					const visible = events.filter((one) => one.at <= at || one.at > now);
					const reasons = reasonsAt(model, visible, at);
					const decision = decisions[position];
					expect([...decision.reasons].sort()).toEqual([...reasons].sort());
					expect(decision.allowed).toBe(reasons.length === 0);
					expect(asText(decision.eligibleAt)).toBe(asText(eligibleAt(model, visible)));
					outcomes.add(reasons.join());
					if (decision.allowed)
						events.push({
							survey: model.survey,
							group: model.group,
							kind: 'invited',
							at,
							until: null,
						});
				}
			},
		),
		{ numRuns: 300 },
	);
	// The cases draw most combinations of reasons.
	expect(outcomes.size).toBeGreaterThan(25);
});
