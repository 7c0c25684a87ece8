import type { INodeProperties } from 'n8n-workflow';
import { sendoutIds as sendoutIdsOf, surveyId } from '../../../shared/n8n/locators';
import { isTool } from '../../../shared/n8n/parameters';
import { filterOf } from '../../../shared/results/fields';
import { answerSetPages } from '../../../shared/results/pages';
import type { Action } from '../../action';
import { resultsByItem, type ResultItem } from '../../../shared/results/reader';
import { Counting, Division } from '../../../shared/results/summarize/counting';
import { groupByLabel, readInvited } from '../../../shared/results/summarize/invited';
import { summaryOf, type Summary } from '../../../shared/results/summarize/summary';
import { CountedParts } from '../../../shared/results/summarize/tally';

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

const UNCHECKED =
	'It could not be checked whether results moved between pages while they were counted. If people were answering just then, one may be missing: run it again.';

async function summarized({ parameters, client, reader, hint }: ResultItem): Promise<Summary> {
	const survey = parameters.id('surveyId');
	const { from, to } = filterOf(parameters) as { from?: string; to?: string };
	const sendoutIds = parameters.collection('filters').ids('sendoutIds');
	// A model leaves it out by giving nothing; anybody else's expression has gone wrong.
	const label = isTool(parameters.node)
		? parameters.optionalText('groupBy')
		: parameters.resolvedText('groupBy');
	const minGroupSize = parameters.collection('options').whole('minGroupSize');

	const questions = await reader.questions(survey);
	const invited = await readInvited(client, survey, sendoutIds);
	const { people } = invited;
	const values = label ? await groupByLabel(client, survey, invited, label) : undefined;
	const divisions = [
		new Division(
			invited.sendouts,
			'No sendout',
			people,
			({ sendout }) => sendout,
			// Two divisions of the same people would single out the few by whom they differ.
			!values,
			minGroupSize,
		),
		...(values
			? [new Division(values, 'No value', people, ({ value }) => value, true, minGroupSize)]
			: []),
	];
	const counting = new Counting(
		new CountedParts(questions),
		people,
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
	together: resultsByItem(summarized),
	onlyReads: true,
	asTool: 'whole',
};
