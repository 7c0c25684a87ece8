import type { NetigateClient } from '../shared/netigate/client';
import { InputError } from '../shared/netigate/errors';
import type { AnswerSet } from '../shared/netigate/types';
import { readPage, withTakenSize } from '../shared/results/pages';
import { ResultReader, type Result } from '../shared/results/reader';
import { byChange } from './changes';
import { filterOf } from './collect';
import { passing } from './conditions';
import { checkSettings, filterIn, type TriggerSettings } from './poll';

/** The first and last page of a survey's sets, newest first: their order isn't documented. */
async function newestSets(
	client: NetigateClient,
	surveyId: number,
	{ event, pageSize }: TriggerSettings,
): Promise<AnswerSet[]> {
	const pageOf = async (page: number, pagesize: number) =>
		await readPage(client, surveyId, { ...filterOf(event), page, pagesize });
	const first = await withTakenSize(pageSize, async (size) => await pageOf(1, size));
	const { TotalPages, AnswerSets } = first.response;
	const hasMore = TotalPages > 1 && TotalPages < Infinity;
	const last = hasMore ? (await pageOf(TotalPages, first.pageSize)).AnswerSets : [];
	return [...AnswerSets, ...last].sort(byChange).reverse();
}

/**
 * For a manual test: the newest result that would have started the workflow. Only one, since the nodes after the
 * trigger really send their messages.
 *
 * @throws InputError if there is none yet
 */
export async function sample(settings: TriggerSettings, client: NetigateClient): Promise<Result[]> {
	const reader = new ResultReader(client);
	await checkSettings(settings, reader);
	const filter = filterIn(settings);
	let newest: { set: AnswerSet; surveyId: number } | undefined;
	for (const surveyId of settings.surveyIds) {
		const sets = await newestSets(client, surveyId, settings);
		const [set] = await passing(sets, surveyId, [filter], reader);
		if (set && (!newest || byChange(set, newest.set) > 0)) newest = { set, surveyId };
	}
	if (newest) return await reader.results(newest.surveyId, [newest.set], settings.options);
	throw new InputError(
		filter.conditions.length > 0 || filter.sendoutIds.length > 0
			? 'None of the newest answers meets the conditions'
			: 'There is no answer in the chosen surveys yet',
		'Answer the survey once yourself, then test again. An active workflow starts with the next answer, without a test.',
	);
}
