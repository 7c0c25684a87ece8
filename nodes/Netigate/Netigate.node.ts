import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { netigateApiTest } from '../shared/n8n/credentialTest';
import { customOperationsOf, propertiesOf } from './panel';
import { requestOptions } from '../shared/n8n/requestOptions';
import {
	searchCategories,
	searchCategoryNames,
	searchLists,
	searchSendouts,
	searchSurveys,
	searchUsers,
} from '../shared/n8n/listSearch';
import {
	getListLabelOptions,
	getListLabels,
	getSendoutLabels,
	getSendoutOptions,
} from './loadOptions';
import { resources } from './resources';

export class Netigate implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Netigate',
		name: 'netigate',
		icon: { light: 'file:netigate.svg', dark: 'file:netigate.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Invite people to surveys, create sendouts, read results',
		defaults: { name: 'Netigate' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'netigateApi', required: true, testedBy: 'netigateApiTest' }],
		builderHint: {
			searchHint:
				"To ask people in an existing sendout, use resource 'respondent' with operation 'add' once for all items, not in a loop. To ask each person only once, set 'quarantineDays'. For a new sendout or reminders, use 'launch' of resource 'sendout'. Set 'preview' to true for tests.",
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-netigate.netigateQuarantine',
					relationHint:
						"Only if another service sends the invitations. For Netigate's sendouts, set 'quarantineDays' instead",
				},
				{
					nodeType: 'n8n-nodes-netigate.netigateTrigger',
					relationHint: 'Starts a workflow when someone answers',
				},
				{
					nodeType: 'n8n-nodes-base.filter',
					relationHint: "Keeps the people who got nothing: 'status' isn't 'added'",
				},
			],
		},
		requestDefaults: {
			baseURL:
				'={{ $credentials.server === "custom" ? $credentials.baseUrl : $credentials.server === "de" ? "https://www.ntgt.de/api/v1.2" : "https://www.netigate.se/api/v1.2" }}',
		},
		properties: [...propertiesOf(resources), requestOptions],
	};

	methods = {
		credentialTest: { netigateApiTest },
		listSearch: {
			searchCategories,
			searchCategoryNames,
			searchLists,
			searchSendouts,
			searchSurveys,
			searchUsers,
		},
		loadOptions: { getListLabelOptions, getSendoutOptions },
		resourceMapping: { getListLabels, getSendoutLabels },
	};

	customOperations = customOperationsOf(resources);
}
