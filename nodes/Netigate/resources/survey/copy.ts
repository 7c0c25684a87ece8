import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { readableText } from '../../../shared/input/text';
import { sameName, type Creation } from '../../../shared/netigate/createOnce';
import type { Survey } from '../../../shared/netigate/types';
import type { Action } from '../../action';
import { dateField, flag } from '../../../shared/n8n/fields';
import { categoryId, sendoutIds, surveyId } from '../../../shared/n8n/locators';
import type { Parameters } from '../../../shared/n8n/parameters';

const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [
		flag(
			'Active',
			'active',
			'Whether the copy is active. By default, it is active if the original is.',
			true,
		),
		{
			...categoryId,
			required: false,
			description: 'Category of the copy. By default, it has none.',
		},
		flag('Copy Answers', 'copyAnswers', 'Whether to copy the answers as well'),
		flag('Copy Logic', 'copyLogic', 'Whether to copy the logic as well', true),
		{
			displayName: 'Description',
			name: 'description',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			description: "Description of the copy. By default, the original's description is used.",
		},
		dateField('End Date', 'endDate', 'When the copy ends. By default, it ends 14 days from now.'),
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			description: "Name of the copy. By default, the original's name is used.",
		},
		sendoutIds('Sendouts to copy as well'),
		dateField('Start Date', 'startDate', 'When the copy starts. By default, it starts now.'),
	],
};

const nameOf = (parameters: Parameters) =>
	parameters.collection('additionalFields').optionalText('name');

/** Call 3 expects booleans as True and False. Netigate uses defaults for omitted parameters. */
function query(parameters: Parameters): IDataObject {
	const given = parameters.collection('additionalFields');
	const flag = (name: string) =>
		given.has(name) ? (given.flag(name) ? 'True' : 'False') : undefined;
	const sendouts = given.ids('sendoutIds');
	const all = {
		surveyname: nameOf(parameters) || undefined,
		description: given.optionalText('description') || undefined,
		startdate: given.date('startDate'),
		enddate: given.date('endDate'),
		categoryid: given.optionalId('categoryId'),
		copyanswers: flag('copyAnswers'),
		copylogic: flag('copyLogic'),
		copysendoutids: sendouts.length > 0 ? sendouts.join(',') : undefined,
		active: flag('active'),
	};
	return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

export const copy: Action = {
	operation: 'copy',
	name: 'Copy',
	action: 'Copy survey',
	description:
		'Creates a new survey as a copy of an existing one, and returns it. Every run creates another copy.',
	fields: [surveyId, additionalFields],
	calls: [1, 2, 3],
	call: {
		number: 3,
		method: 'GET',
		path: '/surveys/{surveyId}/copy',
		query,
		// If no name is given, the copy has the original's name, which is read first.
		readFirst: (parameters) => (nameOf(parameters) === '' ? '/surveys/{surveyId}' : undefined),
		creates: (_, parameters, survey): Creation<Survey> => {
			const name = nameOf(parameters) || ((survey as Survey | null)?.Name ?? '');
			return {
				list: '/surveys',
				idOf: ({ SurveyId }) => SurveyId,
				isIt: ({ Name }) => sameName(Name, name),
				called: `survey "${readableText(name)}"`,
			};
		},
	},
};
