import { jointKey } from '../../basics/lists';
import { FINAL, HELD, LIFTED, type Row } from '../../tables/rowStore';
import { OPTED_OUT, sameGroup, sameSurvey, surveyIdIn } from '../rules/rules';
import type { Entry, FoundEntry, Lifted, PastEvent } from './ledger';

export const SECOND_MS = 1000;

const secondOf = (at: number) => Math.floor(at / SECOND_MS);

/** Equal for events that `isSame` may treat as the same. */
export const momentOf = ({ survey, kind, at }: Pick<Entry, 'survey' | 'kind' | 'at'>) =>
	jointKey(surveyIdIn(survey), kind, ...(kind === OPTED_OUT ? [] : [secondOf(at)]));

/** A held entry never matches, because it may still expire. */
export function isSame(entry: Entry, { survey, group, kind, at }: PastEvent): boolean {
	if (kind === OPTED_OUT) return isSameOptOut(entry, { survey, group, at });
	return (
		sameSurvey(entry.survey, survey) &&
		entry.kind === kind &&
		(entry.state === FINAL || entry.state === LIFTED) &&
		secondOf(entry.at) === secondOf(at)
	);
}

/** Until an opt-out is lifted, its time doesn't matter, so a nightly import of opt-outs adds nothing. */
function isSameOptOut(
	entry: Entry,
	{ survey, group, at }: Pick<PastEvent, 'survey' | 'group' | 'at'>,
): boolean {
	const includes = entry.survey === survey || survey.startsWith(`${entry.survey} `);
	const isSameTime = secondOf(entry.at) === secondOf(at);
	return (
		entry.kind === OPTED_OUT &&
		includes &&
		sameGroup(entry.group, group) &&
		(entry.state === FINAL || (entry.state === LIFTED && isSameTime))
	);
}

/** Whether Forget may leave this opt-out in the ledger. */
export const isActiveOptOut = ({ kind, state }: Pick<FoundEntry, 'kind' | 'state'> | Row) =>
	kind === OPTED_OUT && state === FINAL;

/** An opt-out without the contact. */
export const withoutContact = (entry: Entry): Entry => ({ ...entry, address: null });

export function isLifted(
	{ state, survey, group }: Pick<Entry, 'state' | 'survey' | 'group'>,
	lifted: Lifted,
): boolean {
	if (state !== HELD && state !== FINAL) return false;
	if (lifted.scope === 'survey') return sameSurvey(survey, lifted.survey);
	if (lifted.scope === 'group') return sameGroup(group, lifted.group);
	return true;
}
