import type { INodeProperties } from 'n8n-workflow';
import { dateField, flag } from '../../shared/n8n/fields';

/** Contract: DispatchType. */
const dispatchType: INodeProperties = {
	displayName: 'Type',
	name: 'type',
	type: 'options',
	default: 'EMAIL',
	description: 'How people receive the sendout',
	options: [
		{
			name: 'Email',
			value: 'EMAIL',
			description: 'Everyone receives an email with a personal survey link',
		},
		{
			name: 'Login',
			value: 'LOGIN',
			description: 'Nothing is sent. People log in to the survey with the login name you add.',
		},
		{
			name: 'SMS',
			value: 'SMS',
			description: 'Everyone receives a text message with a personal survey link',
		},
		{
			name: 'Two-Way',
			value: 'TWOWAY',
			description:
				"Netigate's two-way sendout. Netigate doesn't document which contacts it accepts. This node accepts email addresses and phone numbers.",
		},
	],
};

export const allowPastDates = flag(
	'Allow Past Dates',
	'allowPastDates',
	'Whether to accept dates in the past. Netigate might send such messages immediately.',
);

/** Contract: SendoutLogic. */
export const sendoutLogic: INodeProperties = {
	displayName: 'Send To',
	name: 'sendoutLogic',
	type: 'options',
	default: 'NOT_COMPLETED',
	description: 'The people who receive the reminder',
	options: [
		{ name: 'All', value: 'ALL', description: 'Everyone in the sendout' },
		{ name: 'Has Completed', value: 'COMPLETED', description: 'People who completed the survey' },
		{
			name: 'Has Not Completed',
			value: 'NOT_COMPLETED',
			description: "People who haven't completed the survey",
		},
		{
			name: 'Has Not Opened the Survey',
			value: 'NOT_ACCESSED',
			description: "People who haven't opened the survey",
		},
		{
			name: 'Opened but Not Completed',
			value: 'VISITED_NOT_COMPLETED',
			description: "People who opened the survey but haven't completed it",
		},
		{
			name: 'Was Not Sent Anything',
			value: 'NOT_SENT',
			description: "People who haven't been sent anything yet",
		},
	],
};

const sendDate = dateField(
	'Send Date',
	'sendDate',
	"When to send the message, in the workflow's time zone unless the value contains one. Leave empty to send when the sendout is activated.",
);

const sender: INodeProperties = {
	displayName: 'Sender',
	name: 'sender',
	type: 'string',
	default: '',
	placeholder: 'e.g. surveys@example.com',
	description:
		'The sender of the message. For SMS, use a name of up to 11 letters and digits (a-z, A-Z, 0-9), e.g. ExampleCo, or a number of up to 15 digits.',
};

export const subject: INodeProperties = {
	displayName: 'Subject',
	name: 'subject',
	type: 'string',
	default: '',
	placeholder: 'e.g. How did you like the event?',
	description: 'Subject of the message (not for SMS)',
};

export const message: INodeProperties = {
	displayName: 'Message',
	name: 'message',
	type: 'string',
	typeOptions: { rows: 6 },
	default: '',
	description:
		"Email body or SMS text. It must contain Netigate's survey link placeholder, which you can copy from a message written in Netigate. An email also needs the placeholder for the unsubscribe link.",
};

const LINK_HINT =
	'Copy the placeholders from a message written in Netigate: the survey link and, for emails, the unsubscribe link';

function hiddenFor(types: string[], field: INodeProperties): INodeProperties {
	return { ...field, displayOptions: { ...field.displayOptions, hide: { type: types } } };
}

export const dispatchFields: INodeProperties[] = [
	dispatchType,
	hiddenFor(['LOGIN'], { ...sendDate, hint: 'Leave empty to send when the sendout is activated' }),
	hiddenFor(['LOGIN'], { ...sender, required: true }),
	hiddenFor(['LOGIN', 'SMS'], { ...subject, required: true }),
	hiddenFor(['LOGIN'], { ...message, required: true, hint: LINK_HINT }),
];

export const reminderFields: INodeProperties[] = [
	sendoutLogic,
	{
		...sendDate,
		required: true,
		description:
			"When to send the reminder. It can't be before the sendout's send date. Uses the workflow's time zone unless the value contains one.",
	},
	{ ...sender, required: true },
	subject,
	{ ...message, required: true, hint: LINK_HINT },
];
