import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { netigateApiTest, netigateHashSecretApiTest } from '../shared/n8n/credentialTest';
import { searchCategoryNames, searchSurveys } from '../shared/n8n/listSearch';
import { properties } from './fields';
import { runQuarantine } from './operations';

export class NetigateQuarantine implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Netigate Quarantine',
		name: 'netigateQuarantine',
		icon: { light: 'file:netigateQuarantine.svg', dark: 'file:netigateQuarantine.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] }}',
		description: 'Decide who may be asked again, so that no one gets the same survey too soon',
		defaults: { name: 'Netigate Quarantine' },
		inputs: [NodeConnectionTypes.Main],
		outputs:
			'={{ ["reserve", "check"].includes($parameter["operation"]) ? [{ type: "main", displayName: "Allowed" }, { type: "main", displayName: "Quarantined" }] : [{ type: "main", displayName: "Done" }] }}',
		usableAsTool: true,
		builderHint: {
			searchHint:
				"Use this node only if another service sends the invitations: 'reserve' before the node that sends, 'confirm' after it, 'release' if sending failed. The first output contains the people who may be asked, the second one everyone else with 'quarantine.reason'.",
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-netigate.netigate',
					relationHint:
						"Invites people through Netigate. Its parameter 'quarantineDays' replaces this node",
				},
			],
		},
		credentials: [
			{ name: 'netigateApi', required: false, testedBy: 'netigateApiTest' },
			{
				name: 'netigateHashSecretApi',
				required: false,
				testedBy: 'netigateHashSecretApiTest',
			},
		],
		properties,
	};

	methods = {
		credentialTest: { netigateApiTest, netigateHashSecretApiTest },
		listSearch: { searchCategoryNames, searchSurveys },
	};

	execute = runQuarantine;
}
