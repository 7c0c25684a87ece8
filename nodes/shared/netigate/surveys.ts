import { readOnce, type ReadOnce } from '../basics/concurrency';
import { readableText } from '../basics/plainText';
import type { NetigateClient } from './client';
import { isDate } from './dates';
import { NetigateError } from './errors';
import { recordsIn } from './members';
import type { Survey } from './types';

/** @param at the time to compare with the end date, in milliseconds since 1970 */
export const hasEnded = ({ EndDate }: Partial<Survey>, at = Date.now()): boolean =>
	isDate(EndDate) && Date.parse(EndDate) < at;

/** Why no one can answer the survey at that time. Undefined if the survey's data doesn't rule it out. */
function problemOf(survey: Partial<Survey>, surveyId: number, at: number) {
	const name = `The survey "${readableText(survey.Name)}" (${surveyId})`;
	if (hasEnded(survey, at)) {
		const when = hasEnded(survey)
			? `ended on ${survey.EndDate}`
			: `ends on ${survey.EndDate}, before the sendout is sent`;
		return { what: `${name} ${when}`, advice: 'Extend the survey in Netigate, or choose another.' };
	}
	if (survey.Activated !== false) return undefined;
	return {
		what: `${name} isn't active`,
		advice: 'Activate the survey in Netigate, or choose another.',
	};
}

/**
 * Call 2.
 * @param at the time when people are invited, in milliseconds since 1970
 * @returns why no one can answer the survey at that time; undefined if people can, or if the survey can't be read
 */
export async function readSurveyProblem(
	client: NetigateClient,
	once: ReadOnce,
	surveyId: number,
	at = Date.now(),
) {
	const path = `/surveys/${surveyId}`;
	return await once(path, async () => recordsIn<Survey>(await client.get(path)).at(0)).then(
		(survey) => survey && problemOf(survey, surveyId, at),
		() => undefined,
	);
}

/**
 * If Netigate refused something for a survey that no one can answer, returns an error that says so. The survey is read
 * only after a refusal, because it isn't documented what Netigate refuses for such a survey.
 */
export async function withSurveyProblem(
	error: NetigateError,
	client: NetigateClient,
	surveyId: number,
	once: ReadOnce = readOnce('forgotten'),
): Promise<NetigateError> {
	if (error.outcome === 'unknown' || error.status !== 400) return error;
	const problem = await readSurveyProblem(client, once, surveyId);
	if (!problem) return error;
	const { what, advice } = problem;
	return new NetigateError(`${what}. ${error.message}`, { ...error, advice });
}
