import type { INodeProperties } from 'n8n-workflow';
import { returnAllAndLimit } from '../../shared/n8n/limits';
import { surveyId } from '../../shared/n8n/locators';
import { groupField } from '../../shared/quarantine/fields/group';
import { DECIDING, operation } from './operation';
import { options } from './options';
import { rules } from '../../shared/quarantine/fields/rules';

function shownFor(operations: string[], field: INodeProperties): INodeProperties {
	return {
		...field,
		displayOptions: { show: { operation: operations, ...field.displayOptions?.show } },
	};
}

const contact: INodeProperties = {
	displayName: 'Contact',
	name: 'contact',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. anna@example.com',
	description:
		'The e-mail address, phone number or login name. Upper and lower case, spaces and the way a phone number is written make no difference.',
};

const event: INodeProperties = {
	displayName: 'What Happened',
	name: 'event',
	type: 'options',
	default: 'invited',
	options: [
		{ name: 'Invited', value: 'invited' },
		{ name: 'Responded', value: 'responded' },
	],
};

const at: INodeProperties = {
	displayName: 'When',
	name: 'at',
	type: 'dateTime',
	default: '',
	description: 'Now when empty. May be in the future, for an invitation that is planned.',
};

const liftScope: INodeProperties = {
	displayName: 'Lift For',
	name: 'liftScope',
	type: 'options',
	default: 'all',
	options: [
		{ name: 'A Group of Surveys', value: 'group' },
		{ name: 'All Surveys', value: 'all' },
		{ name: 'This Survey', value: 'survey' },
	],
};

const SURVEY_DESCRIPTION =
	'The survey people are asked to answer. Choosing from the list needs a credential, entering the ID does not.';

export const properties: INodeProperties[] = [
	operation,
	shownFor([...DECIDING, 'confirm', 'release', 'record', 'lift'], contact),
	shownFor(['lift'], liftScope),
	shownFor([...DECIDING, 'confirm', 'release', 'record'], {
		...surveyId,
		description: SURVEY_DESCRIPTION,
	}),
	shownFor(['lift'], {
		...surveyId,
		description: SURVEY_DESCRIPTION,
		displayOptions: { show: { liftScope: ['survey'] } },
	}),
	shownFor([...DECIDING, 'confirm', 'record'], {
		...groupField(
			'Group',
			'The name under which this survey is remembered, for rules that count a group of surveys',
		),
	}),
	shownFor(['lift'], {
		...groupField('Group', 'The group for which the quarantine ends'),
		displayOptions: { show: { liftScope: ['group'] } },
	}),
	shownFor([...DECIDING, 'getMany'], rules),
	...returnAllAndLimit.map((field) => shownFor(['getMany'], field)),
	shownFor(['record'], event),
	shownFor(['record'], at),
	options,
];
