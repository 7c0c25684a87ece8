import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { WEEKDAYS } from '../../../nodes/shared/quarantine/fields/sendingHours';
import type { Kind } from './kinds';

/** A place where a user can put an expression. */
export interface Place {
	/** The way to it: `reminders.reminder.afterDays`. */
	path: string;
	field: INodeProperties;
	kind: Kind;
	/** What the panel calls it. */
	label: string;
	/** The parameters of the node with this at the place. */
	put: (value: unknown) => IDataObject;
}

const ALWAYS = { days: [...WEEKDAYS], from: '00:00', to: '24:00' };

/** An entry of each fixed collection, so that one of its fields can be fed beside the others. */
const ENTRIES: Record<string, IDataObject> = {
	'labels.label': { name: 'Area', labelType: 'TEXT', value: 'North' },
	'reminders.reminder': { name: 'First', when: 'afterDays', afterDays: 7 },
	'rules.rule': { scope: 'survey', after: 'invited', max: 1, days: 30 },
	'conditions.condition': { questionItemId: 12100, operation: 'atMost', value: '2' },
	'batching.batch': { batchSize: 5, batchInterval: 1 },
	'sendingHours.window': ALWAYS,
};

/** The other entries that a fixed collection needs so that an entry counts. */
const OTHER_ENTRIES: Record<string, IDataObject> = {
	sendingHours: { window: [ALWAYS] },
};

/** Texts that an expression has to give, though the panel lets them be empty. */
const NEEDED = new Set([
	'groupBy',
	'ledgerWorkflow',
	'labels.label.name',
	'conditions.condition.value',
	'sendingHours.timeZone.timeZone',
]);

/** The text that a panel's locator holds may be empty only where the field says so. */
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

/** Values of other parameters with which a field is shown. */
function shownWith({ displayOptions }: INodeProperties): IDataObject {
	const show = Object.entries(displayOptions?.show ?? {});
	return Object.fromEntries(
		show
			.filter(([name]) => !/^(?:resource|operation|\/.*)$/.test(name))
			.map(([name, values]) => [name, values![0] as string]),
	);
}

/** What has to be chosen beside a field so that it counts. */
const BESIDE: Record<string, IDataObject> = {
	ledgerWorkflow: { ledger: 'workflow' },
};

type Put = (values: IDataObject) => IDataObject;

/**
 * The places of some fields; `put` makes the node's parameters of theirs. A collection is none itself: n8n
 * drops an expression that stands in place of all its fields.
 */
export function placesOf(
	fields: readonly INodeProperties[],
	put: Put,
	way: string[] = [],
	labelIds: Record<string, string> = {},
): Place[] {
	return fields.flatMap((field): Place[] => {
		const { name, type, displayName, options = [] } = field;
		const path = [...way, name].join('.');
		const label = displayName.replace(/ Names or IDs$/, 's').replace(/ Name or ID$/, '');
		const beside = { ...shownWith(field), ...BESIDE[name] };
		const here: Put = (values) => put({ ...beside, ...values });
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
