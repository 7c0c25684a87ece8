import { getOrAdd } from '../basics/lists';
import type { LabelMapping } from './labelMapping';
import { labelFor, matchFields, type FieldMatch } from './labels';
import {
	describeValue,
	foldReadable,
	foldText,
	isBlankText,
	isDate,
	isZonedDate,
	quotedSome,
	readableText,
	ROUNDED_NUMBER,
	toSendable,
} from './text';
import { InputError, SettingError } from '../netigate/errors';
import type { BackgroundDataLabel } from '../netigate/types';

/** One background data value in a request (contract: "Dictionaries"). */
export interface Pair {
	/** The label id as a string. */
	Key: string;
	Value: string;
}

const isByName = (mapping: LabelMapping) => mapping.mappingMode === 'autoMapInputData';

export const needsLabels = (mapping: LabelMapping | undefined): boolean =>
	!!mapping && (isByName(mapping) || Object.keys(mapping.value ?? {}).length > 0);

type Item = Record<string, unknown>;

const fieldsOf = (items: readonly Item[]) => [
	...new Set(items.flatMap((item) => Object.keys(item))),
];

const isBlank = (value: unknown) =>
	value === undefined || value === null || (typeof value === 'string' && isBlankText(value));

/** Reads an item's values from the fields named after a label or its id. @returns the values by label id */
function byName(item: Item, labels: BackgroundDataLabel[]): Item {
	const labelOfField = new Map<string, string>();
	const values: Item = {};
	for (const { label, fields } of matchFields(Object.keys(item), labels)) {
		const field = chooseField(item, label, fields);
		const other = labelOfField.get(field);
		if (other !== undefined && other !== label.Name) {
			throw new InputError(
				`The field "${field}" matches two labels: "${other}" and "${label.Name}"`,
				'Rename the field so that it matches one of them exactly.',
			);
		}
		labelOfField.set(field, label.Name);
		values[label.BGDataLabelId] = item[field];
	}
	return values;
}

/**
 * The field that has a value and whose name is closest to the label's.
 * @throws InputError if two fields are equally close but have different values
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
		`Rename the field you want to use to exactly "${Name}", or rename the other field.`,
	);
}

/**
 * The ids of all labels that are mapped for at least one item, even if other items have no value for them.
 * @param mapping the node's value, with unresolved expressions. Blank fields don't count as mapped
 */
export function mappedLabels(
	mapping: LabelMapping | undefined,
	items: readonly Item[],
	labels: BackgroundDataLabel[],
): Set<string> {
	if (!mapping) return new Set();
	if (isByName(mapping)) {
		const any = Object.fromEntries(fieldsOf(items).map((field) => [field, null]));
		return new Set(Object.keys(byName(any, labels)));
	}
	const mapped = Object.entries(mapping.value ?? {})
		.filter(([, value]) => !isBlank(value))
		.map(([key]) => labelFor(key, labels));
	return new Set(mapped.flatMap((label) => (label ? [String(label.BGDataLabelId)] : [])));
}

const CREATE_LABEL = 'Create the label in Netigate or with Background Data > Create.';

const MAX_NAMES = 100;

const namesOf = (labels: readonly BackgroundDataLabel[]) =>
	quotedSome(
		labels.map(({ Name }) => Name).filter((name) => name !== ''),
		MAX_NAMES,
	) || 'unnamed';

/**
 * Checks whether fields that are mapped by name match the labels.
 * @param items items that share the same labels
 * @returns a hint if some labels have no field
 * @throws SettingError if no field matches a label
 */
export function matchHint(
	mapping: LabelMapping | undefined,
	items: readonly Item[],
	labels: readonly BackgroundDataLabel[],
): string | undefined {
	if (!mapping || !isByName(mapping)) return undefined;
	const fields = fieldsOf(items);
	const matched = new Set(matchFields(fields, labels).map(({ label }) => label));
	const others = labels.filter((label) => !matched.has(label));
	if (labels.length === 0) {
		throw new SettingError(
			"There are no labels, so fields can't be mapped automatically",
			`${CREATE_LABEL} If you don't need background data, choose manual mapping.`,
		);
	}
	if (matched.size === 0) {
		const given =
			fields.length > 0 ? `The fields are ${quotedSome(fields)}` : 'There are no fields';
		throw new SettingError(
			`No field is named after a label. ${given}, and the labels are ${namesOf(labels)}`,
			'Rename the fields, or map each field separately.',
		);
	}
	if (others.length === 0) return undefined;
	return `No field is named after these labels, so they stay empty: ${namesOf(others)}.`;
}

/**
 * Converts a label's value to text. Dates become ISO strings.
 * @throws InputError for an object, a list, an invalid date or NaN
 */
export function labelText(value: unknown, label: string): string {
	if (typeof value === 'string') return toSendable(value, label, true);
	if (value === undefined || value === null) return '';
	const refused = (what: string) =>
		new InputError(
			`The background data "${label}" must be text, not ${what}`,
			'Use an expression that returns text, a number or a date.',
		);
	if (isDate(value) && !Number.isNaN(value.getTime())) return value.toISOString();
	const iso = isZonedDate(value) ? value.toISO() : undefined;
	if (typeof iso === 'string') return iso;
	if (typeof value === 'object') throw refused(describeValue(value));
	if (typeof value === 'number' && !Number.isFinite(value)) throw refused('an invalid number');
	if (Number.isInteger(value) && !Number.isSafeInteger(value))
		throw new InputError(
			`The background data "${label}" was rounded: ${describeValue(value)}`,
			ROUNDED_NUMBER,
		);
	return String(value as number | boolean).trim();
}

interface Options {
	exact: ReadonlySet<string>;
	folded: ReadonlyMap<string, string>;
	names: readonly string[];
}

/** Items usually share their labels, so each label's options are normalized only once. */
const known = new WeakMap<BackgroundDataLabel, Options>();

const optionsOf = (label: BackgroundDataLabel) =>
	getOrAdd(known, label, () => {
		const texts = (label.Options ?? []).map(({ Option }) => Option);
		const names = texts.map(readableText);
		// If options differ only in case, the first one is used.
		const folded = new Map(names.map((name, at) => [foldText(name), texts[at]] as const).reverse());
		return { exact: new Set(texts), folded, names };
	});

/** Text longer than this isn't normalized, because it is most likely not meant to be an option. */
const MAX_OPTION_LENGTH = 1000;

function optionOf(text: string, label: BackgroundDataLabel): string {
	const { exact, folded, names } = optionsOf(label);
	if (exact.has(text)) return text;
	const found = text.length > MAX_OPTION_LENGTH ? undefined : folded.get(foldReadable(text));
	if (found !== undefined) return found;
	throw new InputError(
		`${describeValue(text)} isn't an option for the background data "${label.Name}"`,
		`Its options are ${quotedSome(names)}. Use one of them, or add the option in Netigate.`,
	);
}

/**
 * Creates the dictionary with a respondent's values. Leaves out empty values, because Netigate rejects them.
 * @throws InputError for an unknown label, a value that isn't text, or an unknown ORDINAL option
 */
export function dictionaryOf(
	mapping: LabelMapping | undefined,
	item: Item,
	labels: BackgroundDataLabel[],
): Pair[] {
	if (!mapping) return [];
	const values = isByName(mapping) ? byName(item, labels) : (mapping.value ?? {});
	const pairs: Pair[] = [];
	for (const [key, value] of Object.entries(values)) {
		const label = labelFor(key, labels);
		if (!label) {
			// If a label was deleted, its blank field stays in the node.
			if (isBlank(value)) continue;
			throw new SettingError(
				`There is no background data called "${key}"`,
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
