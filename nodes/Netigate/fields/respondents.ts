import type { INodeProperties } from 'n8n-workflow';

export const contact: INodeProperties = {
	displayName: 'Contact',
	name: 'contact',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. {{ $json.email }}',
	description:
		'E-mail address, mobile number with country code, or log-in name, whichever the sendout uses',
};

export const sendInvitation: INodeProperties = {
	displayName: 'Send Invitation',
	name: 'sendInvitation',
	type: 'boolean',
	default: true,
	description:
		'Whether Netigate sends the invitation. If not, pass on the personal link in the output (SurveyURL) yourself.',
};

export const preview: INodeProperties = {
	displayName: 'Preview',
	name: 'preview',
	type: 'boolean',
	default: false,
	description:
		'Whether to only check everything and tell who would be invited and who would not, and why. Nothing is sent.',
};

// Options that adding to a sendout and launching one share.

export const batchSize: INodeProperties = {
	displayName: 'Batch Size',
	name: 'batchSize',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1000 },
	default: 100,
	description: 'How many contacts go into one request',
};

export const skipBlocked: INodeProperties = {
	displayName: 'Skip Blocked Contacts',
	name: 'skipBlocked',
	type: 'boolean',
	default: true,
	description:
		'Whether to leave out contacts on the block list of the account, such as people who unsubscribed',
};

export const duplicatesInInput: INodeProperties = {
	displayName: 'Duplicates in Input',
	name: 'duplicatesInInput',
	type: 'options',
	default: 'skip',
	description: 'What to do with a contact that comes more than once in this run',
	options: [
		{
			name: 'Add Each',
			value: 'add',
			description: 'Netigate gives each a link of its own and counts each',
		},
		{ name: 'Skip', value: 'skip', description: 'Take the first, skip the others' },
	],
};
