import type { Entry, Lifted, PastEvent } from '../../../nodes/shared/quarantine/ledger/ledger';
import {
	isActiveOptOut,
	isLifted,
	isSame,
	momentOf,
} from '../../../nodes/shared/quarantine/ledger/matches';

const entry = (more: Partial<Entry> = {}): Entry => ({
	...{ survey: '501', group: 'Sales', kind: 'invited', at: 1_000_000, state: 'final' },
	...{ until: null, token: '', ordinal: 0, address: null, ...more },
});
const event = (more: Partial<PastEvent> = {}): PastEvent => ({
	...{ contact: 'anna', survey: '501', group: 'Sales', kind: 'invited', at: 1_000_000 },
	...{ address: null, ...more },
});
const out = { kind: 'optedOut' } as const;

test.each<[Partial<Entry>, Partial<PastEvent>, boolean]>([
	[{}, {}, true],
	[{}, { at: 1_000_999, group: 'Service' }, true],
	[{ at: 500_499 }, { at: 500_500 }, true],
	[{}, { at: 1_001_000 }, false],
	[{ at: 999_999 }, {}, false],
	[{}, { kind: 'responded' }, false],
	[{}, { survey: '502' }, false],
	[{ survey: '501 eu' }, {}, true],
	[{}, { survey: '501 eu' }, true],
	[{ survey: '501 us' }, { survey: '501 eu' }, false],
	[{ state: 'lifted' }, {}, true],
	[{ state: 'held' }, {}, false],
	[{ state: 'pending' }, {}, false],
	[out, { ...out, at: 5_000_000, group: ' sALES' }, true],
	[out, { ...out, group: 'Service' }, false],
	[out, { ...out, survey: '501 eu' }, true],
	[{ ...out, survey: '501 eu' }, out, false],
	[{ ...out, survey: '' }, out, false],
	[out, { ...out, survey: '' }, false],
	[{ ...out, state: 'lifted' }, { ...out, at: 1_000_999 }, true],
	[{ ...out, state: 'lifted', at: 1_000_999 }, out, true],
	[{ ...out, state: 'lifted' }, { ...out, at: 1_001_000 }, false],
	[{ ...out, state: 'held' }, out, false],
	[out, {}, false],
	[{}, out, false],
])('the entry %j and the event %j are the same: %s', (stored, given, same) => {
	expect(isSame(entry(stored), event(given))).toBe(same);
	if (same) expect(momentOf(entry(stored))).toBe(momentOf(event(given)));
});

test.each<[Partial<Entry>, Lifted, boolean]>([
	[{}, { scope: 'all' }, true],
	[{ state: 'held' }, { scope: 'all' }, true],
	[{ state: 'pending' }, { scope: 'all' }, false],
	[{ state: 'lifted' }, { scope: 'all' }, false],
	[{}, { scope: 'survey', survey: '501 eu' }, true],
	[{}, { scope: 'survey', survey: '502' }, false],
	[{}, { scope: 'group', group: 'sales' }, true],
	[{}, { scope: 'group', group: 'Service' }, false],
])('lifting affects the entry %j with %j: %s', (stored, lifted, affected) => {
	expect(isLifted(entry(stored), lifted)).toBe(affected);
});

test('only an opt-out that was not lifted is active', () => {
	const active = [out, { ...out, state: 'lifted' as const }, {}].map((one) =>
		isActiveOptOut(entry(one)),
	);
	expect(active).toEqual([true, false, false]);
});
