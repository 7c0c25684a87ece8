import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** Types of sendouts (contract: DispatchType). */
const dispatchTypes: INodePropertyOptions[] = [
	{
		name: 'E-Mail',
		value: 'EMAIL',
		description: 'Everybody gets an e-mail with a personal survey link',
	},
	{
		name: 'Log-In',
		value: 'LOGIN',
		description: 'Nothing is sent: people log in to the survey with the name that you add',
	},
	{
		name: 'SMS',
		value: 'SMS',
		description: 'Everybody gets a text message with a personal survey link',
	},
	{
		name: 'Two-Way',
		value: 'TWOWAY',
		description:
			"Netigate's two-way sendout. Which contacts it takes is not documented: an e-mail address or a mobile number passes here.",
	},
];

/** Who gets a reminder (contract: SendoutLogic). */
const sendoutLogics: INodePropertyOptions[] = [
	{ name: 'All', value: 'ALL', description: 'Everybody in the sendout' },
	{ name: 'Has Completed', value: 'COMPLETED', description: 'Those who completed the survey' },
	{
		name: 'Has Not Completed',
		value: 'NOT_COMPLETED',
		description: 'Those who did not complete the survey',
	},
	{
		name: 'Has Not Opened the Survey',
		value: 'NOT_ACCESSED',
		description: 'Those who did not open the survey',
	},
	{
		name: 'Opened but Not Completed',
		value: 'VISITED_NOT_COMPLETED',
		description: 'Those who opened the survey and did not complete it',
	},
	{
		name: 'Was Not Sent To',
		value: 'NOT_SENT',
		description: 'Those to whom nothing was sent so far',
	},
];

const dispatchType: INodeProperties = {
	displayName: 'Type',
	name: 'type',
	type: 'options',
	default: 'EMAIL',
	options: dispatchTypes,
	description: 'How the sendout reaches people',
};

export const sendoutLogic: INodeProperties = {
	displayName: 'Remind',
	name: 'sendoutLogic',
	type: 'options',
	default: 'NOT_COMPLETED',
	options: sendoutLogics,
	description: 'Who gets the reminder',
};

const sendDate: INodeProperties = {
	displayName: 'Send Date',
	name: 'sendDate',
	type: 'dateTime',
	default: '',
	description:
		"When it goes out, in the workflow's time zone unless the value names one. Empty: now, that is as soon as it is activated.",
};

const sender: INodeProperties = {
	displayName: 'Sender',
	name: 'sender',
	type: 'string',
	default: '',
	placeholder: 'e.g. surveys@example.com',
	description:
		'Who the message comes from. For SMS a name of at most 11 characters of a-z, A-Z and 0-9, e.g. ExampleCo, or a number of at most 15 digits.',
};

export const subject: INodeProperties = {
	displayName: 'Subject',
	name: 'subject',
	type: 'string',
	default: '',
	placeholder: 'e.g. How did you like the event?',
	description: 'Subject of the message. SMS has none.',
};

export const message: INodeProperties = {
	displayName: 'Message',
	name: 'message',
	type: 'string',
	typeOptions: { rows: 6 },
	default: '',
	description:
		"E-mail body or text of the SMS. It has to hold Netigate's placeholder for the survey link: copy it from a message that was written in Netigate. An e-mail needs an unsubscribe link too, as Netigate asks for: copy it in the same way.",
};

const LINK_HINT =
	"Copy Netigate's placeholders for the survey link and, in e-mails, the unsubscribe link from a message written there";

function hiddenFor(types: string[], field: INodeProperties): INodeProperties {
	return { ...field, displayOptions: { ...field.displayOptions, hide: { type: types } } };
}

/** Type, send date, sender, subject and message of a new sendout: each type shows its own. */
export const dispatchFields: INodeProperties[] = [
	dispatchType,
	hiddenFor(['LOGIN'], { ...sendDate, hint: 'Empty: as soon as it is activated' }),
	hiddenFor(['LOGIN'], { ...sender, required: true }),
	hiddenFor(['LOGIN', 'SMS'], { ...subject, required: true }),
	hiddenFor(['LOGIN'], { ...message, required: true, hint: LINK_HINT }),
];

/** The same for a reminder, whose type is that of its sendout. */
export const reminderFields: INodeProperties[] = [
	sendoutLogic,
	{
		...sendDate,
		required: true,
		description:
			"When it goes out, not before the sendout itself, in the workflow's time zone unless the value names one",
	},
	{ ...sender, required: true },
	subject,
	{ ...message, required: true, hint: LINK_HINT },
];
