import type { INodeProperties } from 'n8n-workflow';
import { sendoutIds as sendoutIdsOf, surveyId } from '../../../shared/n8n/locators';
import { filtersWith, optionsWith } from '../../../shared/n8n/fields';
import { isTool } from '../../../shared/n8n/itemParameters';
import { createdFilters, filterOf } from '../../../shared/results/fields';
import { answerSetPages } from '../../../shared/results/pages';
import type { Action } from '../../action';
import { PARTIAL_DELETE } from '../../../shared/results/retention';
import { resultsByItem, type ResultItem } from '../../../shared/results/reader';
import { Counting, Division, type GroupOf } from '../../../shared/results/summarize/counting';
import type { Group } from '../../../shared/results/summarize/groups';
import { groupByLabel, readInvited } from '../../../shared/results/summarize/invited';
import { summaryOf, type Summary } from '../../../shared/results/summarize/summary';
import { CountedParts } from '../../../shared/results/summarize/tally';

const filters = filtersWith([...createdFilters, sendoutIdsOf('Only people in these sendouts')]);

const groupBy: INodeProperties = {
	displayName: 'Group By',
	name: 'groupBy',
	type: 'string',
	default: '',
	placeholder: 'e.g. Region',
	description:
		'Name of the background data label to compare groups by, such as trainer, region or product. Makes one more request per invited person.',
};

const options = optionsWith([
	{
		displayName: 'Minimum Group Size',
		name: 'minGroupSize',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 5,
		description: 'Smaller groups are combined so that no one can be recognized by their answers',
	},
]);

const UNCHECKED =
	"Couldn't check whether results moved between pages while they were counted. If people were answering at that time, a result may be missing. Run it again.";

async function summarized({ parameters, client, reader, hint }: ResultItem): Promise<Summary> {
	const survey = parameters.id('surveyId');
	const filter = filterOf(parameters);
	const { from = null, to = null } = filter as { from?: string; to?: string };
	const sendoutIds = parameters.collection('filters').ids('sendoutIds');
	// An AI model omits this parameter by passing an empty value. In a workflow, an expression without a
	// value is an error.
	const label = isTool(parameters.node)
		? parameters.optionalText('groupBy')
		: parameters.resolvedText('groupBy');
	const minGroupSize = parameters.collection('options').whole('minGroupSize');

	const questions = await reader.questions(survey);
	const invited = await readInvited(client, survey, sendoutIds);
	const { people, sendouts } = invited;
	const values = label ? await groupByLabel(client, survey, invited, label) : undefined;
	if (label && people.size > 0 && [...people.values()].every(({ value }) => !value))
		hint(`No one invited to survey ${survey} has a value for "${label}". ${PARTIAL_DELETE}`);
	const divide = (groups: Group[], none: string, groupOf: GroupOf, counts: boolean) =>
		new Division(groups, none, people, groupOf, counts, minGroupSize);
	const divisions = [
		// Comparing two different breakdowns of the same people could identify individuals.
		divide(sendouts, 'No sendout', ({ sendout }) => sendout, !values),
		...(values ? [divide(values, 'No value', ({ value }) => value, true)] : []),
	];
	const parts = new CountedParts(questions);
	const onlyInvited = sendoutIds.length > 0;
	const counting = new Counting(parts, people, divisions, onlyInvited, parameters.timeZone);
	const unchecked = () => hint(UNCHECKED);
	const pages = answerSetPages(client, { surveyId: survey, filter, unchecked });
	for await (const sets of pages) {
		reader.retention(survey).look(sets);
		for (const set of sets) counting.add(set);
	}
	const groupBy = label || null;
	return summaryOf({ surveyId: survey, from, to, sendoutIds, groupBy, minGroupSize }, counting);
}

export const summarize: Action = {
	operation: 'summarize',
	name: 'Summarize',
	action: 'Summarize survey results',
	description:
		'Counts the people invited, the people who answered, and the answers to each question. Returns one item, for use in a report.',
	fields: [surveyId, filters, groupBy, options],
	calls: [2, 4, 5, 6, 7, 10, 15, 20, 30],
	together: resultsByItem(summarized),
	onlyReads: true,
};
