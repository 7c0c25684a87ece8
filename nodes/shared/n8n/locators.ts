import type { INodeProperties } from 'n8n-workflow';

function locator(
	displayName: string,
	name: string,
	searchListMethod: string,
	description: string,
	exampleId: string,
): INodeProperties {
	return {
		displayName,
		name,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: `e.g. ${exampleId}`,
				validation: [
					{
						type: 'regex',
						properties: { regex: '^\\s*[0-9]+\\s*$', errorMessage: 'An ID must be a whole number' },
					},
				],
			},
		],
	};
}

export const surveyId = locator(
	'Survey',
	'surveyId',
	'searchSurveys',
	"The survey's name in Netigate",
	'501',
);

export const sendoutId = locator(
	'Sendout',
	'sendoutId',
	'searchSendouts',
	'How the survey reaches people: by email, by SMS or with a login. The list contains the sendouts in the survey chosen above.',
	'7001',
);

export const categoryId = locator(
	'Category',
	'categoryId',
	'searchCategories',
	'A survey category',
	'51',
);

export const listId = locator(
	'Respondent List',
	'listId',
	'searchLists',
	"The respondent list's name in Netigate",
	'8001',
);

export const userId = locator('User', 'userId', 'searchUsers', 'A user in the account', '901');

export const sendoutIds = (what: string): INodeProperties => ({
	displayName: 'Sendout Names or IDs',
	name: 'sendoutIds',
	type: 'multiOptions',
	typeOptions: {
		loadOptionsMethod: 'getSendoutOptions',
		loadOptionsDependsOn: ['surveyId.value', 'surveyIds'],
	},
	default: [],
	description: `${what}. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.`,
});
