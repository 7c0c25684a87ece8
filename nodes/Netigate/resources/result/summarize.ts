import type { INodeProperties } from 'n8n-workflow';
import { listed } from '../../../shared/netigate/client';
import type { Question, Sendout } from '../../../shared/netigate/types';
import { sendoutIds as sendoutIdsOf, surveyId } from '../../../shared/n8n/locators';
import { isTool } from '../../../shared/n8n/itemParameters';
import { filterOf } from '../../../shared/results/fields';
import { answerSetPages } from '../../../shared/results/pages';
import type { Action } from '../../action';
import { oneByOne, type ItemRun } from '../../../shared/results/oneByOne';
import { readBackground } from '../../../shared/results/summarize/background';
import { Counting, Division, type PlaceOf } from '../../../shared/results/summarize/counting';
import { Group } from '../../../shared/results/summarize/groups';
import { Invited, readSendouts } from '../../../shared/results/summarize/invited';
import { Parts } from '../../../shared/results/summarize/questions';
import { summaryOf, type Summary } from '../../../shared/results/summarize/summary';

const DEFAULT_GROUP_SIZE = 5;

const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	options: [
		{
			displayName: 'Created From',
			name: 'from',
			type: 'dateTime',
			default: '',
			description: 'Only results begun then or later',
		},
		{
			displayName: 'Created To',
			name: 'to',
			type: 'dateTime',
			default: '',
			description: 'Only results begun then or earlier',
		},
		sendoutIdsOf('Only people of these sendouts'),
	],
};

const groupBy: INodeProperties = {
	displayName: 'Group By',
	name: 'groupBy',
	type: 'string',
	default: '',
	placeholder: 'e.g. Region',
	description:
		'Name of the background label to compare by, such as trainer, region or product. Takes one more request for each person invited.',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Smallest Group Size',
			name: 'minGroupSize',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: DEFAULT_GROUP_SIZE,
			description:
				'Groups with fewer people are put together, so that nobody can be recognised by their answers',
		},
	],
};

const groupOf = (sendout: Sendout) =>
	new Group(sendout.Primary?.Name || `Sendout ${sendout.SendoutId}`, 'value', sendout);

const UNCHECKED =
	'It could not be checked whether results moved between pages while they were counted. If people were answering just then, one may be missing: run it again.';

async function summarized({ parameters, client, hint }: ItemRun): Promise<Summary> {
	const survey = parameters.id('surveyId');
	const { from, to } = filterOf(parameters) as { from?: string; to?: string };
	const sendoutIds = parameters.collection('filters').ids('sendoutIds');
	// A model leaves it out by giving nothing; anybody else's expression has gone wrong.
	const label = isTool(parameters.node)
		? parameters.optionalText('groupBy')
		: parameters.resolvedText('groupBy');
	const minGroupSize = parameters.collection('options').whole('minGroupSize');

	const tree = listed<Question>(await client.get(`/surveys/${survey}/questions`), 'QuestionId');
	const invited = new Invited(await readSendouts(client, survey, sendoutIds));
	await invited.read(client, survey);
	const values = label ? await readBackground(client, survey, invited, label) : undefined;
	const division = (groups: Group[], none: string, placeOf: PlaceOf, counts: boolean) =>
		new Division(groups, none, invited, placeOf, counts, minGroupSize);
	const divisions = [
		// Two divisions of the same people would single out the few by whom they differ.
		division(invited.sendouts.map(groupOf), 'No sendout', invited.sendoutOf, !values),
		...(values ? [division(values.groups, 'No value', values.valueOf, true)] : []),
	];
	const counting = new Counting(
		new Parts(tree),
		invited,
		divisions,
		sendoutIds.length > 0,
		parameters.timeZone,
	);
	const filter = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
	const pages = answerSetPages(client, {
		surveyId: survey,
		filter,
		unchecked: () => hint(UNCHECKED),
	});
	for await (const sets of pages) for (const set of sets) counting.add(set);
	return summaryOf(
		{
			surveyId: survey,
			from: from ?? null,
			to: to ?? null,
			sendoutIds,
			groupBy: label || null,
			minGroupSize,
		},
		counting,
	);
}

export const summarize: Action = {
	operation: 'summarize',
	name: 'Summarize',
	action: 'Summarize the results of a survey',
	description:
		'Counts who was invited and who answered, and what was answered to each question: one item for a report',
	fields: [surveyId, filters, groupBy, options],
	calls: [4, 5, 6, 7, 10, 15, 20, 30],
	together: oneByOne(summarized),
	onlyReads: true,
	asTool: 'whole',
};
