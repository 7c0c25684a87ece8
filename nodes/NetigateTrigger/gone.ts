import { listed, type NetigateClient } from '../shared/netigate/client';
import { NetigateError } from '../shared/netigate/errors';
import { isMissing } from '../shared/netigate/lists';
import type { Survey } from '../shared/netigate/types';
import type { SurveyMemory } from './memory';

/** How often to report a deleted survey if no other survey can be read. */
const REPORT_AGAIN_MS = 24 * 3_600_000;

export type Failed = Awaited<ReturnType<typeof failedOf>>;

/** Whether the account's surveys (call 1) can be read and don't include this one. */
async function isDeleted(client: NetigateClient, surveyId: number): Promise<boolean> {
	const surveys = await client
		.get('/surveys')
		.then((response) => listed<Survey>(response, 'SurveyId'))
		.catch(() => undefined);
	return surveys?.every(({ SurveyId }) => SurveyId !== surveyId) ?? false;
}

/**
 * Finds out why a survey couldn't be read.
 * @returns `gone`: whether the trigger has read this survey before and it no longer exists
 */
export async function failedOf(
	client: NetigateClient,
	surveyId: number,
	error: unknown,
	memory: SurveyMemory | undefined,
) {
	const unclear = { surveyId, error, gone: false };
	// If a survey was never read, its ID may simply be wrong.
	if (!memory || !isMissing(error)) return unclear;
	if (memory.goneSince === undefined && !(await isDeleted(client, surveyId))) return unclear;
	const gone = new NetigateError(`Survey ${surveyId} no longer exists in this Netigate account`, {
		outcome: 'refused',
		status: 404,
		advice:
			"Someone, or Netigate's Full Delete, may have deleted it. Remove it from 'Survey Names or IDs' and publish the workflow. Until then, the trigger skips it.",
	});
	return { surveyId, error: gone, gone: true };
}

/** Whether a deletion was already reported. If no other survey can be read, it is reported again once a day. */
export function isReported(
	{ gone }: Failed,
	memory: SurveyMemory | undefined,
	othersRead: boolean,
	now: number,
): boolean {
	const since = memory?.goneSince;
	return gone && since !== undefined && (othersRead || now - since < REPORT_AGAIN_MS);
}
