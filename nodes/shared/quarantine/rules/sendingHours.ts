import { Info, type Zone } from 'luxon';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A weekly window in minutes since midnight. If `to` is more than 1440, it ends on the next day. */
export interface Window {
	/** 1 is Monday, 7 is Sunday. */
	weekday: number;
	from: number;
	to: number;
}

/** From the first moment, in milliseconds since 1970, up to but not including the second. */
type Interval = [start: number, end: number];

/** Time zones are at most this far from UTC. */
const MAX_OFFSET_MS = 16 * HOUR_MS;

/** Clocks never change twice within this time. */
const STEP_MS = 3 * HOUR_MS;

/** When people may be asked: whenever the local clock shows a time in a window that doesn't start on a holiday. */
export class SendingHours {
	private readonly zone: Zone;

	private readonly holidays: ReadonlySet<string>;

	/** The intervals of the windows that start on a day, by the number of days since 1970. */
	private readonly days = new Map<number, Interval[]>();

	/** The latest result of `nextOpening`, reused because all items in a run usually have the same time. */
	private latest = { at: NaN, opening: NaN };

	/**
	 * @param windows at least one
	 * @param holidays ISO dates, e.g. `2026-12-25`
	 */
	constructor(
		private readonly windows: readonly Window[],
		holidays: Iterable<string>,
		timeZone: string,
	) {
		this.zone = Info.normalizeZone(timeZone);
		this.holidays = new Set(holidays);
	}

	/** The first moment at or after `at` when people may be asked, in milliseconds since 1970. */
	nextOpening(at: number): number {
		if (at !== this.latest.at) this.latest = { at, opening: this.findOpening(at) };
		return this.latest.opening;
	}

	private findOpening(at: number): number {
		const today = Math.floor(at / DAY_MS);
		let found = Infinity;
		// A window can start two UTC days earlier: in a time zone ahead of UTC and before midnight.
		for (let day = today - 2; found > day * DAY_MS - MAX_OFFSET_MS; day++) {
			for (const [start, end] of this.startingOn(day))
				if (at < end) found = Math.min(found, Math.max(start, at));
		}
		return found;
	}

	private startingOn(day: number): Interval[] {
		const known = this.days.get(day);
		if (known) return known;
		const midnight = day * DAY_MS;
		const date = new Date(midnight);
		const weekday = date.getUTCDay() || 7;
		const windows = this.holidays.has(date.toISOString().slice(0, 10))
			? []
			: this.windows.filter((window) => window.weekday === weekday);
		const intervals = windows.flatMap(({ from, to }) =>
			this.momentsOf(midnight + from * MINUTE_MS, midnight + to * MINUTE_MS),
		);
		this.days.set(day, intervals);
		return intervals;
	}

	/**
	 * When the local clock shows these times. If the clocks change, they may never show them, or show them twice.
	 * @param from a local time, as if it were in UTC
	 */
	private momentsOf(from: number, to: number): Interval[] {
		const last = to + MAX_OFFSET_MS;
		const intervals: Interval[] = [];
		let start = from - MAX_OFFSET_MS;
		while (start < last) {
			const offset = this.offsetAt(start);
			const end = this.nextChange(start, last, offset);
			const interval: Interval = [Math.max(start, from - offset), Math.min(end, to - offset)];
			if (interval[0] < interval[1]) intervals.push(interval);
			start = end;
		}
		return intervals;
	}

	/** When the offset from UTC changes, to the minute; at the latest `last`. */
	private nextChange(start: number, last: number, offset: number): number {
		let before = start;
		while (this.offsetAt(Math.min(before + STEP_MS, last)) === offset) {
			before += STEP_MS;
			if (before >= last) return last;
		}
		let after = Math.min(before + STEP_MS, last);
		while (after - before > MINUTE_MS) {
			const middle = before + Math.ceil((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
			if (this.offsetAt(middle) === offset) before = middle;
			else after = middle;
		}
		return after;
	}

	private offsetAt(at: number): number {
		return this.zone.offset(at) * MINUTE_MS;
	}
}
