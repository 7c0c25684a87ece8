import type { INodeProperties } from 'n8n-workflow';
import type { Action } from '../../action';
import { flag, optionsWith } from '../../../shared/n8n/fields';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import {
	batchSize,
	contact,
	duplicatesInInput,
	output,
	preview,
	sendInvitation,
	sendsNotice,
	skipBlocked,
} from '../../fields/respondents';
import { quarantine, quarantineDays } from './quarantineField';
import { addTogether } from '../../../shared/invite/add';

const backgroundData: INodeProperties = {
	displayName: 'Background Data',
	name: 'backgroundData',
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null },
	description:
		'What you know about the person, e.g. to personalize the greeting or for use in reports',
	typeOptions: {
		loadOptionsDependsOn: ['surveyId.value', 'sendoutId.value'],
		resourceMapper: {
			resourceMapperMethod: 'getSendoutLabels',
			mode: 'map',
			addAllFields: true,
			supportAutoMap: true,
			fieldWords: { singular: 'label', plural: 'labels' },
			valuesLabel: 'Background Data',
			// n8n's error would appear in red even before a sendout is chosen, so a notice says what to do.
			hideNoDataError: true,
		},
	},
};

const existing: INodeProperties = {
	displayName: 'If Already in This Sendout',
	name: 'existing',
	type: 'options',
	default: 'skip',
	description: 'What to do with a contact that is already in the sendout',
	builderHint: {
		propertyHint: "Keep 'skip' unless the same sendout should invite people again",
	},
	options: [
		{
			name: 'Always Invite Again',
			value: 'add',
			description: 'Invite the person again with a new link, unless the quarantine forbids it',
		},
		{
			name: 'Invite Again When the Quarantine Allows',
			value: 'whenAllowed',
			description:
				"Invite people again if the ledger, the quarantine's record of who was asked, contains their last invitation and the rules allow another one",
		},
		{
			name: 'Never Invite Again',
			value: 'skip',
			description: "Don't add anyone twice, even if the quarantine allows it",
		},
	],
};

const options = optionsWith([
	flag(
		'Activate Sendout',
		'activate',
		'Whether to activate the sendout once all contacts are added. Otherwise, people may not be invited until the sendout is activated.',
		true,
	),
	batchSize,
	duplicatesInInput,
	output,
	skipBlocked,
]);

export const add: Action = {
	operation: 'add',
	name: 'Add',
	action: 'Invite people: add respondents to sendout',
	description:
		'Adds people to an existing sendout with their background data and invites them. All items in a run are sent together, and the sendout is activated once.',
	builderHint:
		"Outputs one item per person: 'status' is 'added', 'skipped' or 'failed', and 'reason' says why someone was skipped. Set 'On Error' to continue. Otherwise, one invalid contact stops the run before anyone is invited.",
	fields: [
		sendsNotice,
		surveyId,
		sendoutId,
		contact,
		quarantineDays,
		preview,
		quarantine,
		existing,
		sendInvitation,
		backgroundData,
		options,
	],
	calls: [2, 11, 13, 15, 16, 17, 20, 34],
	nothingDone: 'No one was invited.',
	together: addTogether,
};
