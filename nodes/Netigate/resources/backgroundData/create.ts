import type { INodeProperties } from 'n8n-workflow';
import { labelCreation } from '../../../shared/invite/dispatch';
import type { Action } from '../../action';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import { nameOf } from '../../fields/name';

const labelType: INodeProperties = {
	displayName: 'Label Type',
	name: 'labelType',
	type: 'options',
	default: 'TEXT',
	description: 'What the label contains',
	options: [
		{
			name: 'Choice',
			value: 'ORDINAL',
			description: 'One option from an ordered list, for filters in reports',
		},
		{
			name: 'Text',
			value: 'TEXT',
			description: 'Free text, such as a name or a customer number',
		},
	],
};

export const create: Action = {
	operation: 'create',
	name: 'Create',
	action: 'Create background data label',
	description:
		'Adds a background data label to a sendout, so that respondents can be added with a value for it',
	fields: [surveyId, sendoutId, nameOf('label', 'First name'), labelType],
	calls: [20, 21],
	call: {
		number: 21,
		method: 'POST',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/labels',
		body: (parameters) => ({
			name: parameters.text('name'),
			labelType: parameters.choice('labelType'),
		}),
		creates: ({ path, body }) => labelCreation(path, body as { name: string }),
	},
};
