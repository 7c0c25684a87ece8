import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** The operations that say who may be asked. */
export const DECIDING = ['reserve', 'check'];

const operations: INodePropertyOptions[] = [
	{
		name: 'Check',
		value: 'check',
		action: 'Check who may be asked',
		description: 'Decide who may be asked, and remember nothing',
	},
	{
		name: 'Confirm',
		value: 'confirm',
		action: 'Confirm that the invitation was sent',
		description: 'After sending: make a reservation that is held final',
	},
	{
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many people in quarantine',
		description: 'Tell who may not be asked now, by which rule, and until when',
	},
	{
		name: 'Lift',
		value: 'lift',
		action: 'Lift a quarantine',
		description: 'Let somebody be asked again now',
	},
	{
		name: 'Record',
		value: 'record',
		action: 'Record a contact made elsewhere',
		description: 'Remember an invitation or a response from elsewhere, or from the past',
	},
	{
		name: 'Release',
		value: 'release',
		action: 'Release a reservation',
		description: 'When sending failed: give the reservation back, so that the person may be asked',
	},
	{
		name: 'Reserve',
		value: 'reserve',
		action: 'Let through who may be asked',
		description:
			'Decide who may be asked, let them through, and remember them as invited. Everybody else leaves at the second output.',
	},
];

export const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: 'reserve',
	options: operations,
};
