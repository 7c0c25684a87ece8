import type { INodeProperties } from 'n8n-workflow';

/** In the order of the week. */
export const WEEKDAYS = [
	'monday',
	'tuesday',
	'wednesday',
	'thursday',
	'friday',
	'saturday',
	'sunday',
];

const titled = (day: string) => day[0].toUpperCase() + day.slice(1);

export const sendingHours: INodeProperties = {
	displayName: 'Sending Hours',
	name: 'sendingHours',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Window',
	description:
		'When people may be asked. Outside these hours, they are quarantined until the next window opens.',
	default: {
		window: [
			{
				days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
				from: '09:00',
				to: '17:00',
			},
		],
	},
	options: [
		{
			displayName: 'Window',
			name: 'window',
			values: [
				{
					displayName: 'Days',
					name: 'days',
					type: 'multiOptions',
					default: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
					options: WEEKDAYS.map((value) => ({ name: titled(value), value })),
					description: 'The days on which the window opens',
				},
				{
					displayName: 'From',
					name: 'from',
					type: 'string',
					default: '09:00',
					placeholder: 'e.g. 09:00',
				},
				{
					displayName: 'To',
					name: 'to',
					type: 'string',
					default: '17:00',
					placeholder: 'e.g. 17:00',
					description:
						"If it is earlier than 'From', the window closes on the next day. Enter 24:00 for midnight.",
				},
			],
		},
		{
			displayName: 'Holidays',
			name: 'holidays',
			values: [
				{
					displayName: 'Dates',
					name: 'dates',
					type: 'string',
					default: '',
					placeholder: 'e.g. 2026-12-25, 2026-12-26',
					description:
						'The days on which no window opens, separated by commas or as a list from an expression',
				},
			],
		},
		{
			displayName: 'Time Zone',
			name: 'timeZone',
			values: [
				{
					displayName: 'Time Zone',
					name: 'timeZone',
					type: 'string',
					default: '',
					placeholder: 'e.g. Europe/Berlin',
					description: "Leave empty to use the workflow's time zone",
				},
			],
		},
	],
};
