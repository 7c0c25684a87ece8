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
