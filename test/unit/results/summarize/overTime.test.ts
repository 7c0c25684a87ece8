import { OverTime } from '../../../../nodes/shared/results/summarize/overTime';
import { answerSet } from '../questionnaire';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Counts one result per day, each completed a day after it was started, except the third. */
function periodsOf(days: number, from = '2025-12-01T09:00:00Z', timeZone = 'UTC') {
	const overTime = new OverTime(timeZone);
	for (let day = 0; day < days; day++) {
		const [Created, next] = [0, 1].map((more) =>
			new Date(Date.parse(from) + (day + more) * DAY_MS).toISOString(),
		);
		overTime.add(answerSet([], { Created, Completed: day === 2 ? null : next }));
	}
	return overTime.periods();
}

test('counts up to 92 days one by one', () => {
	const periods = periodsOf(91);
	expect(periods).toHaveLength(92);
	expect(periods.slice(0, 4)).toEqual([
		{ period: '2025-12-01', started: 1, completed: 0 },
		{ period: '2025-12-02', started: 1, completed: 1 },
		{ period: '2025-12-03', started: 1, completed: 1 },
		{ period: '2025-12-04', started: 1, completed: 0 },
	]);
});

test('counts more than 92 days by month', () => {
	expect(periodsOf(92)).toEqual([
		{ period: '2025-12', started: 31, completed: 29 },
		{ period: '2026-01', started: 31, completed: 31 },
		{ period: '2026-02', started: 28, completed: 28 },
		{ period: '2026-03', started: 2, completed: 3 },
	]);
});

test.each([
	['Europe/Berlin', '23:45', ['2025-12-02', '2025-12-03']],
	['Asia/Kathmandu', '18:15', ['2025-12-02', '2025-12-03']],
	['Asia/Kathmandu', '18:14', ['2025-12-01', '2025-12-02']],
	['America/New_York', '23:45', ['2025-12-01', '2025-12-02']],
])('counts results by day in %s, starting at %s UTC', (timeZone, time, days) => {
	const periods = periodsOf(1, `2025-12-01T${time}:00Z`, timeZone);
	expect(periods.map(({ period }) => period)).toEqual(days);
});

test('ignores unreadable dates', () => {
	const overTime = new OverTime('UTC');
	overTime.add(answerSet([], { Created: 'soon', Completed: '2026-03-01T12:00:00Z' }));
	expect(overTime.periods()).toEqual([{ period: '2026-03-01', started: 0, completed: 1 }]);
});

test('puts days in order', () => {
	const overTime = new OverTime('UTC');
	const days = ['2026-03-03', '2026-03-01', '2026-03-02'];
	for (const day of days)
		overTime.add(answerSet([], { Created: `${day}T12:00:00Z`, Completed: null }));
	expect(overTime.periods().map(({ period }) => period)).toEqual(days.sort());
});
