import type { INodeProperties } from 'n8n-workflow';
import { listed } from '../../../shared/netigate/client';
import { forEachLimited, readOnce } from '../../../shared/basics/concurrency';
import { orEmpty } from '../../../shared/netigate/lists';
import type { Respondent } from '../../../shared/netigate/types';
import type { Action } from '../../action';
import { oneByOne } from '../../../shared/n8n/itemRun';
import { flag, limitOf, returnAllAndLimit } from '../../../shared/n8n/fields';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import { readHeads } from '../../../shared/results/answerSets';
import { includeBackgroundData } from '../../../shared/results/fields';
import { ResultReader } from '../../../shared/results/reader';
import { toMember } from '../../../shared/invite/respondents';
import { answeredBy } from '../../../shared/results/answerStatus';

const includeStatus = flag(
	'Include Answer Status',
	'includeStatus',
	"Whether to include each respondent's answer status and its dates. Makes one more request per survey.",
);

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
		{
			name: 'Not Completed',
			value: 'notCompleted',
			description: "Didn't start, or started but didn't finish, e.g. for a reminder",
		},
		{ name: 'Started', value: 'started', description: "Started but didn't finish" },
	],
};

function isWanted(wanted: string, status: string | undefined): boolean {
	if (wanted === 'notCompleted') return status !== 'completed';
	return wanted === 'any' || status === wanted;
}

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many respondents',
	description:
		'Lists the respondents in a sendout, with their contacts, personal survey links and, optionally, answer status',
	fields: [
		surveyId,
		sendoutId,
		includeStatus,
		answerStatus,
		includeBackgroundData,
		...returnAllAndLimit,
	],
	calls: [5, 15, 20, 30],
	together: oneByOne(({ client }) => {
		const reader = new ResultReader(client);
		// Call 5 is made once per survey, for all of its sendouts.
		const once = readOnce('forgotten');
		const answered = async (survey: number) =>
			await once(`${survey}`, async () => answeredBy(await readHeads(client, survey, {})));
		return async (parameters) => {
			const survey = parameters.id('surveyId');
			const sendoutId = parameters.id('sendoutId');
			const sendout = `/surveys/${survey}/sendouts/${sendoutId}`;
			const limit = limitOf(parameters);
			const status = parameters.choice('answerStatus');
			const withBackgroundData = parameters.flag('includeBackgroundData');
			const included = status !== 'any' || parameters.flag('includeStatus');
			const statusOf = included ? await answered(survey) : undefined;
			const respondents = listed<Respondent>(
				await orEmpty(async () => await client.get(`${sendout}/respondents`), client, sendout),
				'RespondentId',
			);
			const chosen = respondents
				.map((respondent) => ({ ...respondent, ...statusOf?.(respondent.RespondentId) }))
				.filter(({ answerStatus: own }) => isWanted(status, own))
				.slice(0, limit);
			if (!withBackgroundData) return chosen;
			const people = reader.people(survey);
			const known: object[] = [];
			await forEachLimited(chosen, client.maxInFlight, async (respondent, index) => {
				const member = toMember(sendoutId)(respondent);
				known[index] = { ...respondent, backgroundData: await people.backgroundData(member) };
			});
			return known;
		};
	}),
	onlyReads: true,
};
