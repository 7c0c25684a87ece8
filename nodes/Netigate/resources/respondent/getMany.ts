import type { INodeProperties } from 'n8n-workflow';
import { listed } from '../../../shared/netigate/client';
import { readOnce } from '../../../shared/basics/concurrency';
import { orEmpty } from '../../../shared/netigate/lists';
import type { Respondent } from '../../../shared/netigate/types';
import type { Action } from '../../action';
import { oneByOne } from '../../../shared/n8n/itemRun';
import { limitOf, returnAllAndLimit } from '../../../shared/n8n/limits';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import { readHeads } from '../../../shared/results/answerSets';
import { answeredBy, wantedStatus } from '../../../shared/results/answerStatus';

const includeStatus: INodeProperties = {
	displayName: 'Include Answer Status',
	name: 'includeStatus',
	type: 'boolean',
	default: false,
	description:
		'Whether to tell of each respondent if and when they answered. Takes one more request a survey.',
};

const answerStatus: INodeProperties = {
	displayName: 'Answer Status',
	name: 'answerStatus',
	type: 'options',
	default: 'any',
	description: 'Only respondents who have come so far; anything but Any includes the status',
	options: [
		{ name: 'Any', value: 'any', description: 'All respondents' },
		{ name: 'Completed', value: 'completed', description: 'Has finished the survey' },
		{ name: 'Not Answered', value: 'notAnswered', description: 'Has not begun' },
		{ name: 'Started', value: 'started', description: 'Has begun and not finished' },
	],
};

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many respondents',
	description:
		'Lists the respondents of a sendout, with their contact and personal survey link, and on demand who has answered',
	fields: [surveyId, sendoutId, includeStatus, answerStatus, ...returnAllAndLimit],
	calls: [5, 15],
	together: oneByOne(({ client }) => {
		// Call 5 once per run for all items, with the respondents of all sendouts of a survey.
		const once = readOnce('forgotten');
		const answered = async (survey: number) =>
			await once(`${survey}`, async () => answeredBy(await readHeads(client, survey, {})));
		return async (parameters) => {
			const survey = parameters.id('surveyId');
			const sendout = `/surveys/${survey}/sendouts/${parameters.id('sendoutId')}`;
			const limit = limitOf(parameters);
			const status = wantedStatus(parameters.choice('answerStatus'));
			const included = status !== undefined || parameters.flag('includeStatus');
			const statusOf = included ? await answered(survey) : undefined;
			const respondents = listed<Respondent>(
				await orEmpty(async () => await client.get(`${sendout}/respondents`), client, sendout),
				'RespondentId',
			);
			return respondents
				.map((respondent) => ({ ...respondent, ...statusOf?.(respondent.RespondentId) }))
				.filter(({ answerStatus }) => status === undefined || answerStatus === status)
				.slice(0, limit);
		};
	}),
	onlyReads: true,
	asTool: 'whole',
};
