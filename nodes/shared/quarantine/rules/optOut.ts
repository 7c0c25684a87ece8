import { sameGroup, sameSurvey, type ContactEvent, type Question } from './rules';

/**
 * The latest opt-out that applies to this survey; undefined if there is none. An opt-out names one survey, one group,
 * or neither if it is for all surveys. It applies regardless of how long ago it was recorded.
 */
export function optOutFor(
	{ survey, group }: Pick<Question, 'survey' | 'group'>,
	events: Iterable<ContactEvent>,
): ContactEvent | undefined {
	let latest: ContactEvent | undefined;
	for (const event of events) {
		if (event.kind !== 'optedOut' || event.at < (latest?.at ?? -Infinity)) continue;
		if (event.survey !== '' ? sameSurvey(event.survey, survey) : coversGroup(event.group, group))
			latest = event;
	}
	return latest;
}

const coversGroup = (optedOut: string, group: string) =>
	optedOut === '' || (group !== '' && sameGroup(optedOut, group));
