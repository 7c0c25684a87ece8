import { DateTime } from 'luxon';
import type { AnswerSet } from '../../netigate/types';

/** Beyond this many days, months are given instead. */
const DAYS_AT_MOST = 92;

/** In every time zone a quarter of an hour lies within one day. */
const QUARTER_MS = 15 * 60 * 1000;

const QUARTERS_AT_MOST = 5_000;

export interface Period {
	/** A day, `2026-09-27`, or a month, `2026-09`. */
	period: string;
	started: number;
	completed: number;
}

/** How many results were begun and completed on each day of the workflow's time zone. */
export class OverTime {
	private readonly days = new Map<string, Period>();

	/** The day of each quarter of an hour, so that its date is not worked out for every result. */
	private readonly quarters = new Map<number, Period>();

	constructor(private readonly timeZone: string) {}

	add({ Created, Completed }: AnswerSet): void {
		this.count(Created, 'started');
		if (Completed) this.count(Completed, 'completed');
	}

	private count(date: string, what: 'started' | 'completed'): void {
		const quarter = Math.floor(Date.parse(date) / QUARTER_MS);
		if (Number.isNaN(quarter)) return;
		let period = this.quarters.get(quarter);
		if (!period) {
			if (this.quarters.size >= QUARTERS_AT_MOST) this.quarters.clear();
			this.quarters.set(quarter, (period = this.dayOf(quarter)));
		}
		period[what]++;
	}

	private dayOf(quarter: number): Period {
		const date = DateTime.fromMillis(quarter * QUARTER_MS, { zone: this.timeZone });
		const day = date.toFormat('yyyy-MM-dd');
		let period = this.days.get(day);
		if (!period) this.days.set(day, (period = { period: day, started: 0, completed: 0 }));
		return period;
	}

	/** Days with results, or months where there are many days, in order. */
	periods(): Period[] {
		const days = [...this.days.values()].sort((a, b) => (a.period < b.period ? -1 : 1));
		if (days.length <= DAYS_AT_MOST) return days;
		const months = new Map<string, Period>();
		for (const { period, started, completed } of days) {
			const name = period.slice(0, 7);
			const month = months.get(name) ?? { period: name, started: 0, completed: 0 };
			month.started += started;
			month.completed += completed;
			months.set(name, month);
		}
		return [...months.values()];
	}
}
