import { IANAZone } from 'luxon';
import type { Decision, Reason } from './rules/decide';

type Told = Pick<Decision, 'allowed' | 'reason' | 'reserved' | 'lastContactAt' | 'eligibleAt'>;

const FIXED: Partial<Record<Reason, string>> = {
	duplicateInRun: 'Stands earlier in this run, so is not asked twice',
	exempt: 'Exempt, so always allowed',
	blocked: "On Netigate's block list, so is never asked",
	reservedElsewhere: 'Another run was deciding about this person and did not finish; try again',
	ledgerUnavailable: 'Allowed without looking: the ledger could not be used',
};

/**
 * A decision as a sentence for people, e.g. "Asked on 4 March 2026; may be asked again from 3 April 2026".
 *
 * @param timeZone in which the days are told
 */
export function explanationOf(told: Told, timeZone: string): string {
	const { allowed, reason, reserved, lastContactAt, eligibleAt } = told;
	const fixed = reason && FIXED[reason];
	if (fixed) return fixed;
	const { day, minute } = clockOf(timeZone);
	if (allowed) {
		return lastContactAt === null
			? 'May be asked: no earlier contact is known'
			: `May be asked: the last contact was on ${day(lastContactAt)}`;
	}
	if (lastContactAt === null || eligibleAt === null) return 'May not be asked';
	// On the same day the hour tells more.
	const same = day(lastContactAt) === day(eligibleAt);
	const moment = (ms: number) => (same ? `${day(ms)}, ${minute(ms)}` : day(ms));
	const from = moment(eligibleAt);
	const on = moment(lastContactAt);
	if (reason === 'respondedRecently') return `Answered on ${on}; may be asked again from ${from}`;
	if (reserved) {
		return `Reserved on ${on}, not confirmed yet; once confirmed, may be asked again from ${from}`;
	}
	return `Asked on ${on}; may be asked again from ${from}`;
}

interface Clock {
	/** E.g. "4 March 2026". */
	day: (ms: number) => string;
	/** E.g. "09:30". */
	minute: (ms: number) => string;
}

/** Making a formatter takes a thousand times as long as using it. */
const clocks = new Map<string, Clock>();

function clockOf(zone: string): Clock {
	let clock = clocks.get(zone);
	if (!clock) {
		const timeZone = IANAZone.isValidZone(zone) ? zone : 'UTC';
		const format = (parts: Intl.DateTimeFormatOptions) =>
			new Intl.DateTimeFormat('en-GB', { ...parts, timeZone }).format;
		clock = {
			day: format({ day: 'numeric', month: 'long', year: 'numeric' }),
			minute: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
		};
		clocks.set(zone, clock);
	}
	return clock;
}
