import { DateTime } from 'luxon';
import { getOrAdd } from '../../basics/lists';
import type { AnswerSet } from '../../netigate/types';

/** If there are more days than this, results are counted per month. */
const MAX_DAYS = 92;
/** 15 minutes. A quarter-hour is always within one day, no matter which time zone is used. */
const QUARTER_MS = 900_000;

const MAX_QUARTERS = 5_000;

export interface Period {
	/** A day such as `2026-09-27`, or a month such as `2026-09`. */
	period: string;
	started: number;
	completed: number;
}

/** Counts the results that were started and completed on each day in the workflow's time zone. */
export class OverTime {
	private readonly days = new Map<string, Period>();

	/** The day of each quarter-hour, because calculating the day of each result would be slow. */
	private readonly quarters = new Map<number, Period>();

	constructor(private readonly timeZone: string) {}

	add({ Created, Completed }: AnswerSet): void {
		const first = this.dayOf(Created);
		if (first) first.started++;
		const last = Completed ? this.dayOf(Completed) : undefined;
		if (last) last.completed++;
	}

	private dayOf(date: string): Period | undefined {
		const quarter = Math.floor(Date.parse(date) / QUARTER_MS);
		if (Number.isNaN(quarter)) return undefined;
		let day = this.quarters.get(quarter);
		if (!day) {
			const time = DateTime.fromMillis(quarter * QUARTER_MS, { zone: this.timeZone });
			if (this.quarters.size >= MAX_QUARTERS) this.quarters.clear();
			this.quarters.set(quarter, (day = periodIn(this.days, time.toFormat('yyyy-MM-dd'))));
		}
		return day;
	}

	periods(): Period[] {
		const days = [...this.days.values()].sort((a, b) => a.period.localeCompare(b.period));
		if (days.length <= MAX_DAYS) return days;
		const months = new Map<string, Period>();
		for (const { period, started, completed } of days) {
			const month = periodIn(months, period.slice(0, 7));
			month.started += started;
			month.completed += completed;
		}
		return [...months.values()];
	}
}

const periodIn = (periods: Map<string, Period>, name: string): Period =>
	getOrAdd(periods, name, () => ({ period: name, started: 0, completed: 0 }));
