import type { INodeProperties } from 'n8n-workflow';
import { listed } from '../../../shared/netigate/client';
import { readOnce } from '../../../shared/basics/concurrency';
import { orEmpty } from '../../../shared/netigate/lists';
import type { Respondent } from '../../../shared/netigate/types';
import type { Action } from '../../action';
import { oneByOne } from '../../../shared/n8n/itemRun';
import { limitOf, returnAllAndLimit } from '../../../shared/n8n/fields';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import { readHeads } from '../../../shared/results/answerSets';
import { answeredBy } from '../../../shared/results/answerStatus';

const includeStatus: INodeProperties = {
	displayName: 'Include Answer Status',
	name: 'includeStatus',
	type: 'boolean',
	default: false,
	description:
		"Whether to include each respondent's answer status and its dates. Takes one more request per survey.",
};

const answerStatus: INodeProperties = {
	displayName: 'Answer Status',
	name: 'answerStatus',
	type: 'options',
	default: 'any',
	description: 'Return only respondents with this status, and include the status in the output',
	options: [
		{ name: 'Any', value: 'any', description: 'All respondents' },
		{ name: 'Completed', value: 'completed', description: 'Finished the survey' },
		{ name: 'Not Answered', value: 'notAnswered', description: "Didn't start" },
		{ name: 'Started', value: 'started', description: "Started but didn't finish" },
	],
};

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many respondents',
	description:
		'Lists the respondents of a sendout, with their contacts, personal survey links and, optionally, answer status',
	fields: [surveyId, sendoutId, includeStatus, answerStatus, ...returnAllAndLimit],
	calls: [5, 15],
	together: oneByOne(({ client }) => {
		// Call 5 is made once per survey, for all of its sendouts.
		const once = readOnce('forgotten');
		const answered = async (survey: number) =>
			await once(`${survey}`, async () => answeredBy(await readHeads(client, survey, {})));
		return async (parameters) => {
			const survey = parameters.id('surveyId');
			const sendout = `/surveys/${survey}/sendouts/${parameters.id('sendoutId')}`;
			const limit = limitOf(parameters);
			const status = parameters.choice('answerStatus');
			const included = status !== 'any' || parameters.flag('includeStatus');
			const statusOf = included ? await answered(survey) : undefined;
			const respondents = listed<Respondent>(
				await orEmpty(async () => await client.get(`${sendout}/respondents`), client, sendout),
				'RespondentId',
			);
			return respondents
				.map((respondent) => ({ ...respondent, ...statusOf?.(respondent.RespondentId) }))
				.filter(({ answerStatus }) => status === 'any' || answerStatus === status)
				.slice(0, limit);
		};
	}),
	onlyReads: true,
};
