import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { WEEKDAYS } from '../../../nodes/shared/quarantine/fields/sendingHours';
import type { Kind } from './kinds';

/** A place where a user can put an expression. */
export interface Place {
	/** Its path, e.g. `reminders.reminder.afterDays`. */
	path: string;
	field: INodeProperties;
	kind: Kind;
	/** Its label in the panel. */
	label: string;
	/** Returns the node's parameters with this value in the place. */
	put: (value: unknown) => IDataObject;
}

const ALWAYS = { days: [...WEEKDAYS], from: '00:00', to: '24:00' };

/** A valid entry of each fixed collection, in which one field can then be replaced. */
const ENTRIES: Record<string, IDataObject> = {
	'labels.label': { name: 'Area', labelType: 'TEXT', value: 'North' },
	'reminders.reminder': { name: 'First', when: 'afterDays', afterDays: 7 },
	'rules.rule': { scope: 'survey', after: 'invited', max: 1, days: 30 },
	'conditions.condition': { questionItemId: 12100, operation: 'atMost', value: '2' },
	'batching.batch': { batchSize: 5, batchInterval: 1 },
	'sendingHours.window': ALWAYS,
};

/** Other entries that a fixed collection needs to use an entry. */
const OTHER_ENTRIES: Record<string, IDataObject> = {
	sendingHours: { window: [ALWAYS] },
};

/** Texts that can be empty in the panel but not from an expression. */
const NEEDED = new Set([
	'groupBy',
	'ledgerWorkflow',
	'labels.label.name',
	'conditions.condition.value',
	'sendingHours.timeZone.timeZone',
]);

/** How each field type is read. Text is decided by field below. */
const TYPES: Partial<Record<INodeProperties['type'], Kind>> = {
	boolean: 'flag',
	options: 'choice',
	number: 'number',
	dateTime: 'date',
	multiOptions: 'ids',
};

function kindOf({ name, type, required }: INodeProperties, path: string): Kind {
	if (/Id$/.test(name)) return 'id';
	if (TYPES[type]) return TYPES[type];
	if (name === 'contact' || name === 'proxy') return name;
	if (path.endsWith('labels.label.value')) return 'labelValue';
	const needed = [...NEEDED].some((one) => path === one || path.endsWith(`.${one}`));
	return required || needed ? 'text' : 'optionalText';
}

/** Values of other parameters that make a field visible. */
function shownWith({ displayOptions }: INodeProperties): IDataObject {
	const show = Object.entries(displayOptions?.show ?? {});
	return Object.fromEntries(
		show
			.filter(([name]) => !/^(?:resource|operation|\/.*)$/.test(name))
			.map(([name, values]) => [name, values![0] as string]),
	);
}

/** Other parameters that a field needs to be used. */
const REQUIRED: Record<string, IDataObject> = {
	ledgerWorkflow: { ledger: 'workflow' },
};

type Put = (values: IDataObject) => IDataObject;

/**
 * Lists the places in these fields. `put` builds the node's parameters from the fields' values. A collection itself
 * isn't a place, because n8n drops an expression that replaces all its fields.
 */
export function placesOf(
	fields: readonly INodeProperties[],
	put: Put,
	parents: string[] = [],
	labelIds: Record<string, string> = {},
): Place[] {
	return fields.flatMap((field): Place[] => {
		const { name, type, displayName, options = [] } = field;
		const path = [...parents, name].join('.');
		const label = displayName.replace(/ Names or IDs$/, 's').replace(/ Name or ID$/, '');
		const needed = { ...shownWith(field), ...REQUIRED[name] };
		const here: Put = (values) => put({ ...needed, ...values });
		const at = (kind: Kind, wrap: (value: unknown) => unknown, more = ''): Place => ({
			path: `${path}${more}`,
			field,
			kind,
			label: kind === 'labelValue' ? 'background data' : label,
			put: (value) => here({ [name]: wrap(value) as IDataObject }),
		});
		const plain = (value: unknown) => value;
		switch (type) {
			case 'notice':
				return [];
			case 'collection':
				return placesOf(options as INodeProperties[], (inside) => here({ [name]: inside }), [path]);
			case 'fixedCollection':
				return (options as Array<{ name: string; values: INodeProperties[] }>).flatMap((entry) => {
					const other = ENTRIES[`${name}.${entry.name}`];
					return placesOf(
						entry.values,
						(inside) => {
							const one = { ...other, ...inside };
							const multiple = field.typeOptions?.multipleValues;
							const entries = { ...OTHER_ENTRIES[name], [entry.name]: multiple ? [one] : one };
							return here({ [name]: entries });
						},
						[path, entry.name],
					);
				});
			case 'resourceMapper':
				return [
					at('mapping', plain),
					at(
						'labelValue',
						(value) => ({ mappingMode: 'defineBelow', value: { [labelIds[name]]: value } }),
						' (a label)',
					),
				];
			case 'resourceLocator': {
				const kind = kindOf(field, path);
				return [
					at(kind, (value) => ({ __rl: true, mode: 'id', value })),
					at(kind, plain, ' (all of it)'),
				];
			}
			default:
				return [at(kindOf(field, path), plain)];
		}
	});
}
