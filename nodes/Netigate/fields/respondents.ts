import type { INodeProperties } from 'n8n-workflow';
import { contactType, flag } from '../../shared/n8n/fields';

export const contact: INodeProperties = {
	displayName: 'Contact',
	name: 'contact',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. {{ $json.email }}',
	description:
		'Email address, phone number with country code, or login name, whichever the sendout uses',
};

/** For a contact that isn't in a sendout. */
export const contactAndType: INodeProperties[] = [
	{ ...contact, description: 'Email address, phone number or login name' },
	contactType,
];

export const sendsNotice: INodeProperties = {
	displayName: '"Execute step" sends real invitations unless \'Preview\' is on',
	name: 'sendsNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { preview: [false] } },
};

export const sendInvitation = flag(
	'Send Invitation',
	'sendInvitation',
	'Whether Netigate sends the invitation. If not, send people the personal link (SurveyURL) from the output yourself.',
	true,
);

export const preview: INodeProperties = {
	displayName: 'Preview',
	name: 'preview',
	type: 'boolean',
	default: false,
	description: 'Whether to only check everything and show who would be invited. Nothing is sent.',
	builderHint: {
		propertyHint: 'Set to true for test runs. Published workflows need false to invite anyone',
	},
};

export const batchSize: INodeProperties = {
	displayName: 'Batch Size',
	name: 'batchSize',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1000 },
	default: 100,
	description: 'The number of contacts per request',
};

export const skipBlocked = flag(
	'Skip Blocked Contacts',
	'skipBlocked',
	"Whether to skip contacts on the account's block list, such as people who unsubscribed",
	true,
);

export const duplicatesInInput: INodeProperties = {
	displayName: 'Duplicates in Input',
	name: 'duplicatesInInput',
	type: 'options',
	default: 'skip',
	description: 'What to do with a contact that appears more than once in this run',
	options: [
		{
			name: 'Add Each',
			value: 'add',
			description: 'Add every occurrence. Each one has its own link and is counted separately.',
		},
		{ name: 'Skip', value: 'skip', description: 'Add the first occurrence and skip the others' },
	],
};

export const output: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'both',
	description: 'The fields to include in the output. Failed items always keep their own fields.',
	options: [
		{
			name: 'Netigate and Item Fields',
			value: 'both',
			description:
				"Also include the item's own fields, e.g. the first name for an email you send yourself. Item fields that share a name with an output field are nested in the field 'item'.",
		},
		{
			name: 'Netigate Only',
			value: 'netigate',
			description: "Netigate's response and the contact's status",
		},
	],
};
