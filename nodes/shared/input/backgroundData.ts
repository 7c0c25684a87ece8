import { matchFields, type FieldMatch } from './labels';
import { describeValue, foldText, isDate, isZonedDate, plainText, quotedSome } from './text';
import { InputError } from '../netigate/errors';
import type { BackgroundDataLabel } from '../netigate/types';

/** One value of background data in a request: `Key` is the label id as text (contract: "Dictionaries"). */
export interface Pair {
	Key: string;
	Value: string;
}

/** What a resource mapper over labels holds: values by label id, or an order to map by name. */
export interface LabelMapping {
	mappingMode?: string;
	value?: Record<string, unknown> | null;
}

const isByName = (mapping: LabelMapping) => mapping.mappingMode === 'autoMapInputData';

/** Whether the mapping can give values, so that the labels are needed. */
export function needsLabels(mapping: LabelMapping | undefined): boolean {
	return !!mapping && (isByName(mapping) || Object.keys(mapping.value ?? {}).length > 0);
}

type Item = Record<string, unknown>;

const fieldsOf = (items: readonly Item[]) => [
	...new Set(items.flatMap((item) => Object.keys(item))),
];

const isBlank = (value: unknown) =>
	value === undefined || value === null || (typeof value === 'string' && plainText(value) === '');

function labelOf(key: string, labels: BackgroundDataLabel[]): BackgroundDataLabel | undefined {
	return (
		labels.find(({ BGDataLabelId }) => String(BGDataLabelId) === key.trim()) ??
		labels.find(({ Name }) => Name === key) ??
		labels.find(({ Name }) => foldText(Name) === foldText(key))
	);
}

/** The values of an item by label id, from the fields named like the label or its id. */
function byName(item: Item, labels: BackgroundDataLabel[]): Item {
	const labelOfField = new Map<string, string>();
	const values: Item = {};
	for (const { label, fields } of matchFields(Object.keys(item), labels)) {
		const field = chooseField(item, label, fields);
		const other = labelOfField.get(field);
		if (other !== undefined && other !== label.Name) {
			throw new InputError(
				`The field "${field}" matches both labels "${other}" and "${label.Name}"`,
				'Give it the exact name of one of them.',
			);
		}
		labelOfField.set(field, label.Name);
		values[label.BGDataLabelId] = item[field];
	}
	return values;
}

/**
 * The field whose value a label gets: the one whose name is nearest, but never a blank one if another has a value.
 *
 * @throws InputError if two fields, equally near, have different values
 */
function chooseField(item: Item, { Name }: BackgroundDataLabel, fields: FieldMatch[]): string {
	const filled = fields.filter(({ field }) => !isBlank(item[field]));
	const best = filled[0] ?? fields[0];
	const rival = filled.find(
		({ field, distance }) => distance === best.distance && item[field] !== item[best.field],
	);
	if (!rival) return best.field;
	throw new InputError(
		`The fields "${best.field}" and "${rival.field}" both match the label "${Name}" but have different values`,
		`Name the right one exactly "${Name}", or rename the other.`,
	);
}

/**
 * Ids of the labels that a mapping is about, even if an item has no value for them.
 *
 * @param mapping as it is in the node, with expressions: what was left blank there isn't mapped
 * @param items all items, for automatic mapping: a field that any of them has is mapped for all
 */
export function mappedLabels(
	mapping: LabelMapping | undefined,
	items: readonly Item[],
	labels: BackgroundDataLabel[],
): Set<string> {
	if (!mapping) return new Set();
	if (isByName(mapping)) {
		const any = Object.fromEntries(fieldsOf(items).map((field) => [field, true]));
		return new Set(Object.keys(byName(any, labels)));
	}
	const mapped = Object.entries(mapping.value ?? {})
		.filter(([, value]) => !isBlank(value))
		.map(([key]) => labelOf(key, labels));
	return new Set(mapped.flatMap((label) => (label ? [String(label.BGDataLabelId)] : [])));
}

const CREATE_LABEL = 'Create the label in Netigate, or with Background Data > Create.';

const namesOf = (labels: readonly BackgroundDataLabel[]) =>
	labels.map(({ Name }) => `"${Name}"`).join(', ');

/**
 * A hint if fields are mapped by name and none has the name of a label.
 *
 * @param items all items that have the same labels
 */
export function unmatchedHint(
	mapping: LabelMapping | undefined,
	items: readonly Item[],
	labels: readonly BackgroundDataLabel[],
): string | undefined {
	if (!mapping || !isByName(mapping)) return undefined;
	if (matchFields(fieldsOf(items), labels).length > 0) return undefined;
	return labels.length > 0
		? `No field has the name of a label, so no background data was written. Give the fields the names of the labels: ${namesOf(labels)}.`
		: `There are no labels, so no background data was written. ${CREATE_LABEL}`;
}

/**
 * The value of a label as text. Dates are ISO texts.
 *
 * @throws InputError for an object, a list, an invalid date or NaN
 */
export function labelText(value: unknown, label: string): string {
	if (typeof value === 'string') return value.trim();
	if (value === undefined || value === null) return '';
	const refused = (what: string) =>
		new InputError(
			`The background data "${label}" must be a text, not ${what}`,
			'Let the expression return one of its fields.',
		);
	if (isDate(value) && Number.isNaN(value.getTime())) throw refused('an invalid date');
	if (isDate(value)) return value.toISOString();
	const iso = isZonedDate(value) ? value.toISO() : undefined;
	if (typeof iso === 'string') return iso;
	if (typeof value === 'object') throw refused(describeValue(value));
	if (typeof value === 'number' && !Number.isFinite(value)) throw refused('an invalid number');
	return String(value as number | boolean).trim();
}

function optionOf(text: string, { Name, Options }: BackgroundDataLabel): string {
	const options = (Options ?? []).map(({ Option }) => Option);
	const found =
		options.find((option) => option === text) ??
		options.find((option) => foldText(option) === foldText(text));
	if (found !== undefined) return found;
	throw new InputError(
		`${describeValue(text)} isn't an option of the background data "${Name}"`,
		`Its options are ${quotedSome(options)}. Use one of them, or add the option in Netigate.`,
	);
}

/**
 * The dictionary of one respondent, from a resource mapper over the sendout's labels.
 *
 * Empty values are left out, since Netigate takes none. A value of an ORDINAL label has to be one of its
 * options, in any case.
 *
 * @param item the item itself, for automatic mapping by name
 * @throws InputError for a label that the sendout doesn't have, or a value that isn't a text or one of its options
 */
export function dictionaryOf(
	mapping: LabelMapping | undefined,
	item: Item,
	labels: BackgroundDataLabel[],
): Pair[] {
	if (!mapping || !needsLabels(mapping)) return [];
	const values = isByName(mapping) ? byName(item, labels) : (mapping.value ?? {});
	const pairs: Pair[] = [];
	for (const [key, value] of Object.entries(values)) {
		const label = labelOf(key, labels);
		if (!label) {
			// A label that is gone leaves its blank field behind in the node.
			if (isBlank(value)) continue;
			throw new InputError(
				`There is no background data "${key}"`,
				labels.length > 0
					? `Available labels: ${namesOf(labels)}. Refresh the node's field list, or create the label in Netigate.`
					: CREATE_LABEL,
			);
		}
		const text = labelText(value, label.Name);
		if (text === '') continue;
		const ordinal = label.Type === 'ORDINAL' && (label.Options ?? []).length > 0;
		pairs.push({ Key: String(label.BGDataLabelId), Value: ordinal ? optionOf(text, label) : text });
	}
	return pairs;
}
