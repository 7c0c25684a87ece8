import { DateTime } from 'luxon';
import type { AnswerSet } from '../../../../shared/api/types';

/** Beyond so many days, months are told. */
const DAYS_AT_MOST = 92;

export interface Period {
	/** A day, `2026-09-27`, or a month, `2026-09`. */
	period: string;
	started: number;
	completed: number;
}

/** How many results were begun and completed when, by days of the workflow's time zone. */
export class OverTime {
	private readonly days = new Map<string, Period>();

	constructor(private readonly timeZone: string) {}

	add({ Created, Completed }: AnswerSet): void {
		this.count(Created, 'started');
		if (Completed) this.count(Completed, 'completed');
	}

	private count(date: string, what: 'started' | 'completed'): void {
		const day = DateTime.fromISO(date, { zone: 'utc' }).setZone(this.timeZone).toISODate();
		if (day === null) return;
		let period = this.days.get(day);
		if (!period) this.days.set(day, (period = { period: day, started: 0, completed: 0 }));
		period[what]++;
	}

	/** Days with results, or months where these are many days; in their order. */
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
