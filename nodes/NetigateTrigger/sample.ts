import type { NetigateClient } from '../shared/netigate/client';
import { InputError } from '../shared/netigate/errors';
import type { AnswerSet } from '../shared/netigate/types';
import { readPage, withTakenSize } from '../shared/results/pages';
import { ResultReader, type Result } from '../shared/results/reader';
import { byChange } from './changes';
import { filterOf } from './collect';
import { passing } from './conditions';
import { checkSettings, filterIn, type TriggerSettings } from './poll';

/** The newest sets of a survey, from both ends of the list, since its order isn't documented. */
async function newestSets(
	client: NetigateClient,
	surveyId: number,
	{ event, pageSize }: TriggerSettings,
): Promise<AnswerSet[]> {
	const pageOf = async (page: number, pagesize: number) =>
		await readPage(client, surveyId, { ...filterOf(event), page, pagesize });
	const { answer: first, pageSize: taken } = await withTakenSize(
		pageSize,
		async (size) => await pageOf(1, size),
	);
	const last =
		first.TotalPages > 1 && first.TotalPages < Infinity
			? (await pageOf(first.TotalPages, taken)).AnswerSets!
			: [];
	return [...first.AnswerSets!, ...last].sort(byChange).reverse();
}

/**
 * What a manual test of the trigger shows: the newest result that would have started it. Only one, since the
 * nodes after it really send their messages. It remembers nothing.
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
