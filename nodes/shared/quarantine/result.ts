import { IANAZone } from 'luxon';
import type { IDataObject } from 'n8n-workflow';
import { getOrAdd, groupBy } from '../basics/lists';
import { isoOf, LIFTED, PENDING } from '../tables/rowStore';
import { eventsOf } from './ledger/entries';
import type { LedgerEntry } from './ledger/ledger';
import type { Decided } from './reserve';
import { decideRun, type Decision, type Reason } from './rules/decide';
import { optOutFor } from './rules/optOut';
import { sameGroup, sameSurvey, surveyIdIn, type ContactEvent, type Rule } from './rules/rules';

export interface Result {
	itemIndex: number;
	quarantine: IDataObject & { status: string; reason?: string };
}

/** Leaves out fields without a value, which n8n's tables would show as a red "null". */
const withoutEmpty = <T extends object>(fields: T) =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
		[Key in keyof T]: Exclude<T[Key], null>;
	};

export function toOutput(
	decision: Decided,
	survey: string,
	timeZone: string,
	now: number,
): Result['quarantine'] {
	const { allowed, reason, reasons, rule, lastContactAt, eligibleAt, reservationId } = decision;
	return withoutEmpty({
		status: allowed ? 'allowed' : 'quarantined',
		reason,
		reasons,
		explanation: explanationOf(decision, timeZone, now),
		rule: rule as IDataObject | null,
		lastContactAt: lastContactAt === null ? null : isoOf(lastContactAt),
		eligibleAt: eligibleAt === null ? null : isoOf(eligibleAt),
		surveyId: survey === '' ? null : Number(surveyIdIn(survey)),
		reservationId,
	});
}

export type Held = Pick<LedgerEntry, 'contact' | 'address' | 'survey' | 'group'> & {
	decision: Decision;
};

/**
 * The contacts quarantined at `now` (milliseconds since 1970), the longest wait last. Each contact has one entry per
 * survey, plus one per opt-out that those entries don't show.
 */
export function heldNow(
	entries: readonly LedgerEntry[],
	rules: readonly Rule[],
	timeZone: string,
	now: number,
): Held[] {
	const counting = entries.filter(({ state }) => state !== PENDING && state !== LIFTED);
	const held: Held[] = [];
	for (const [contact, known] of groupBy(counting, (entry) => entry.contact)) {
		const events = eventsOf(known);
		const address = known.findLast((entry) => entry.address !== null)?.address ?? null;
		// If a survey changed groups, its latest group applies.
		const contacts = events.filter(({ kind }) => kind !== 'optedOut');
		const optOuts = events.filter(({ kind }) => kind === 'optedOut');
		const groups = new Map(
			contacts.sort((a, b) => a.at - b.at).map(({ survey, group }) => [survey, group]),
		);
		const settings = { contact, rules, timeZone, exempt: false, blocked: false };
		const own: Held[] = [];
		const add = (survey: string, group: string, counted = events) => {
			const [decision] = decideRun([{ ...settings, survey, group }], () => counted, now);
			if (!decision.allowed) own.push({ contact, address, survey, group, decision });
		};
		for (const [survey, group] of groups) {
			const isPlaced = (one: string) => one.length > survey.length && sameSurvey(one, survey);
			if (![...groups.keys()].some(isPlaced)) add(survey, group);
		}
		for (const optOut of unlisted(optOuts, own))
			add(optOut.survey, optOut.group, [...contacts, optOut]);
		held.push(...own);
	}
	const endOf = ({ decision }: Held) => decision.eligibleAt ?? Number.MAX_VALUE;
	return held.sort((a, b) => endOf(a) - endOf(b));
}

type Place = Pick<ContactEvent, 'survey' | 'group'>;

const isSamePlace = (a: Place, b: Place) =>
	sameSurvey(a.survey, b.survey) && (a.survey !== '' || sameGroup(a.group, b.group));

/** The latest opt-out per survey, per group and for all surveys, except those that `held` already shows. */
function unlisted(optOuts: ContactEvent[], held: readonly Held[]): ContactEvent[] {
	const listed: Place[] = held.flatMap((one) => [one, optOutFor(one, optOuts) ?? one]);
	return optOuts
		.sort((a, b) => b.at - a.at)
		.filter((optOut) => {
			if (listed.some((one) => isSamePlace(one, optOut))) return false;
			listed.push(optOut);
			return true;
		});
}

export function heldToOutput(held: Held, timeZone: string, now: number): IDataObject {
	const { contact, address, survey, group, decision } = held;
	return withoutEmpty({
		contact: address,
		contactHash: contact,
		group: group || null,
		quarantine: toOutput({ ...decision, reservationId: null }, survey, timeZone, now),
	});
}

const FIXED: Partial<Record<Reason, string>> = {
	duplicateInRun: 'Duplicate: an earlier item in this run has the same contact',
	exempt: 'Exempt, so always allowed',
	noConsent: 'No consent, so never asked',
	notSampled: 'Not in the sample for this survey',
	blocked: "On Netigate's block list, so never asked",
	reservedElsewhere: 'Another run was still deciding about this person; try again',
	ledgerUnavailable: "Allowed without a check because the ledger couldn't be used",
};

/** A decision as a sentence, e.g. "Asked on 4 March 2026; may be asked again from 3 April 2026". */
function explanationOf(decision: Decision, timeZone: string, now: number): string {
	const { allowed, reason, reserved, lastContactAt, eligibleAt, optedOutAt } = decision;
	const fixed = reason && FIXED[reason];
	if (fixed) return fixed;
	const { day, minute } = formatsOf(timeZone);
	// Someone may have recorded a planned contact. Allow a minute, because the clocks of two machines can differ.
	const isFuture = lastContactAt !== null && lastContactAt > now + 60_000;
	if (allowed) {
		if (lastContactAt === null) return 'May be asked: no earlier contact is known';
		return `May be asked: the last contact ${isFuture ? 'is planned for' : 'was on'} ${day(lastContactAt)}`;
	}
	if (reason === 'optedOut') return `Opted out on ${day(optedOutAt!)}`;
	if (reason === 'outsideHours') {
		return `Outside the sending hours; may be asked from ${day(eligibleAt!)}, ${minute(eligibleAt!)}`;
	}
	const isSameDay = eligibleAt !== null && day(lastContactAt!) === day(eligibleAt);
	const moment = (ms: number) => (isSameDay ? `${day(ms)}, ${minute(ms)}` : day(ms));
	const verb = reason === 'respondedRecently' ? 'Answered' : reserved ? 'Reserved' : 'Asked';
	const what = `${isFuture ? 'A contact is recorded for' : `${verb} on`} ${moment(lastContactAt!)}`;
	// All other reasons without a date are handled above.
	if (eligibleAt === null) return `${what}, and not in the sample for this survey`;
	const isHeld = reserved && !isFuture;
	return `${what}${isHeld ? ', not confirmed yet; once confirmed,' : ';'} may be asked again from ${moment(eligibleAt)}`;
}

const DAY = { day: 'numeric', month: 'long', year: 'numeric' } as const;
const MINUTE = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** Cached by time zone because creating a formatter is a thousand times slower than using one. */
const formats = new Map<string, Record<'day' | 'minute', (ms: number) => string>>();

/** Formatters for a day, e.g. "4 March 2026", and a time, e.g. "09:30". */
function formatsOf(zone: string) {
	return getOrAdd(formats, zone, () => {
		const timeZone = IANAZone.isValidZone(zone) ? zone : 'UTC';
		const [day, minute] = [DAY, MINUTE].map(
			(parts) => new Intl.DateTimeFormat('en-GB', { ...parts, timeZone }).format,
		);
		return { day, minute };
	});
}
