import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../api/errors';
import type { LabelMapping } from '../values/backgroundData';
import { toChoice } from '../values/choices';
import { contactText } from '../values/contact';
import { toNetigateDate } from '../values/dates';
import { toFlag } from '../values/flags';
import { toId, toIds } from '../values/ids';
import { toNumber } from '../values/numbers';
import { toProxy, type Proxy } from '../values/proxy';
import { describeValue, toText } from '../values/text';

/**
 * Reads parameters, those of an item or those in one of its collections. What the panel calls them, their
 * choices, limits and defaults come from the fields' descriptions.
 *
 * A parameter that was not added has its default. One that was given is read, or refused: each reader throws
 * InputError with the parameter's label for a value that it cannot use, and for an expression that gives
 * nothing.
 */
export interface ParameterReader {
	/** Whether it was given, whatever its value. */
	has(name: string): boolean;
	/** The value as the user gave it, resource locators reduced to their value. */
	raw(name: string): unknown;
	/** A Netigate id: a positive whole number. */
	id(name: string): number;
	/** An id; undefined where none was given. */
	optionalId(name: string): number | undefined;
	/** Several ids, from a list, one id or ids with commas between them; may be empty. */
	ids(name: string): number[];
	/** A text that is not empty. */
	text(name: string): string;
	/** A text that may be empty. */
	optionalText(name: string): string;
	/** The same, but refused where an expression gives nothing. */
	setText(name: string): string;
	flag(name: string): boolean;
	/** One of the values that the field's description offers. */
	choice<T extends string = string>(name: string): T;
	/** A number within the limits that the field's description sets. */
	number(name: string): number;
	/** The same without fractions. */
	whole(name: string): number;
	/** A date for Netigate, see `toNetigateDate`; undefined when the field was left empty. */
	date(name: string): string | undefined;
	/** A contact as text, see `contactText`: what it has to be is up to the sendout. */
	contact(name: string): string;
	proxy(name: string): Proxy | undefined;
	/** Whether nothing at all is set. */
	isEmpty: boolean;
	/** A collection such as Options. */
	collection(name: string): ParameterReader;
	/** The entries of a fixed collection, e.g. `labels`, `label`. */
	entries(name: string, entry: string): ParameterReader[];
	/** Values for labels, from a resource mapper; undefined where nothing is mapped. */
	mapping(name: string): LabelMapping | undefined;
}

/** Where values come from: as they are for the item, and as they stand in the node, expressions and all. */
export interface Source {
	value: (name: string) => unknown;
	stored: (name: string) => unknown;
	/** Stands before a label in errors: `Reminder 2: `. */
	prefix: string;
	timeZone: string;
	/** Whether an agent calls the node as its tool. */
	tool?: boolean;
	/** Whether a field that is given nothing was left out. */
	leavesOut?: boolean;
}

type Fields = readonly INodeProperties[];

type Values = Record<string, unknown>;

/** A parameter's name as the panel shows it, without "or ID", which is for those who write expressions. */
function shortLabel(displayName: string): string {
	return displayName.replace(/ Names or IDs$/, 's').replace(/ Name or ID$/, '');
}

const fieldsByName = new WeakMap<Fields, Map<string, INodeProperties>>();

function fieldOf(fields: Fields, name: string): INodeProperties {
	let byName = fieldsByName.get(fields);
	if (!byName) {
		byName = new Map([...fields].reverse().map((field) => [field.name, field]));
		fieldsByName.set(fields, byName);
	}
	const field = byName.get(name);
	if (field) return field;
	throw new Error(`No field is called ${name}`);
}

const isObject = (value: unknown): value is Values =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What n8n itself sees to: an expression that stands in place of a whole collection does not get here. */
const fieldsIn = (value: unknown): Values => (isObject(value) ? value : {});

function isNothing(value: unknown): boolean {
	if (typeof value === 'string') return value.trim() === '';
	return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

const isExpression = (stored: unknown) => typeof stored === 'string' && stored.startsWith('=');

/** Kinds of fields that keep how a value was chosen beside it. */
const LOCATORS = new Set(['resourceLocator', 'workflowSelector']);

function withoutLocator(value: unknown): unknown {
	return isObject(value) && 'value' in value && !('mappingMode' in value) ? value.value : value;
}

function optionValues({ options = [] }: INodeProperties): string[] {
	return options.flatMap((option) => ('value' in option ? [String(option.value)] : []));
}

/** The fields of an entry of a fixed collection, and what the panel calls one. */
function entryOf({ options }: INodeProperties, entry: string) {
	type Entry = { name: string; displayName: string; values: INodeProperties[] };
	return (options as Entry[]).find(({ name }) => name === entry)!;
}

/** Reads parameters by the descriptions of their fields. */
export function readerOf(fields: Fields, source: Source, isEmpty = false): ParameterReader {
	const field = (name: string) => fieldOf(fields, name);
	const labelOf = (name: string) => `${source.prefix}${shortLabel(field(name).displayName)}`;
	const raw = (name: string) =>
		LOCATORS.has(field(name).type) ? withoutLocator(source.value(name)) : source.value(name);
	const has = (name: string) =>
		source.stored(name) !== undefined && !(source.leavesOut && isNothing(raw(name)));
	const preset = (name: string) => withoutLocator(field(name).default);

	/** What was given; undefined where the field was left empty, or not added. Its default does not count. */
	function given(name: string): unknown {
		const value = raw(name);
		if (!isNothing(value)) return value;
		if (!has(name) || !isExpression(withoutLocator(source.stored(name)))) return undefined;
		throw new InputError(
			`"${labelOf(name)}" is empty: its expression gives ${describeValue(value)}`,
			'Check the expression, or let it give a value of its own where there is none, e.g. {{ $json.field || "value" }}.',
		);
	}

	const orDefault = (name: string) => given(name) ?? preset(name);

	const optionalText = (name: string) =>
		toText(has(name) ? raw(name) : preset(name), labelOf(name)).trim();

	function number(name: string, whole: boolean): number {
		const { minValue, maxValue } = field(name).typeOptions ?? {};
		return toNumber(orDefault(name), labelOf(name), { min: minValue, max: maxValue, whole });
	}

	return {
		isEmpty,
		has,
		raw,
		optionalText,
		id: (name) => toId(raw(name), labelOf(name)),
		optionalId(name) {
			const value = given(name);
			return value === undefined ? undefined : toId(value, labelOf(name));
		},
		ids: (name) => toIds(given(name), labelOf(name)),
		text(name) {
			const text = optionalText(name);
			if (text !== '') return text;
			throw new InputError(
				`"${labelOf(name)}" is empty`,
				'Fill it in, or check what the expression gives for this item.',
			);
		},
		setText: (name) => toText(orDefault(name), labelOf(name)).trim(),
		flag: (name) => toFlag(orDefault(name), labelOf(name)),
		choice: <T extends string>(name: string) =>
			toChoice(orDefault(name), optionValues(field(name)), labelOf(name)) as T,
		number: (name) => number(name, false),
		whole: (name) => number(name, true),
		date: (name) => toNetigateDate(given(name), source.timeZone, labelOf(name)),
		contact: (name) => contactText(raw(name)),
		proxy: (name) => toProxy(given(name), labelOf(name)),
		collection(name) {
			const values = fieldsIn(source.value(name));
			const stored = fieldsIn(source.stored(name));
			const within: Source = {
				...source,
				value: (key) => values[key],
				stored: (key) => stored[key],
				// A model fills in all that it is asked for, and leaves a field out by giving nothing.
				leavesOut: source.tool,
			};
			const nothing = Object.keys(values).length === 0;
			return readerOf(field(name).options as INodeProperties[], within, nothing);
		},
		entries(name, entry) {
			const { values: entryFields, displayName } = entryOf(field(name), entry);
			const listOf = (value: unknown) => [fieldsIn(value)[entry] ?? []].flat() as Values[];
			const stored = listOf(source.stored(name));
			return listOf(source.value(name)).map((values, index, { length }) => {
				const number = length > 1 ? ` ${index + 1}` : '';
				return readerOf(entryFields, {
					...source,
					prefix: `${source.prefix}${displayName}${number}: `,
					value: (key) => values[key],
					stored: (key) => stored[index]?.[key],
				});
			});
		},
		mapping(name) {
			const value = source.value(name);
			if (isNothing(value)) return undefined;
			const maps =
				isObject(value) &&
				('mappingMode' in value || 'value' in value || Object.keys(value).length === 0) &&
				(isNothing(value.value) || isObject(value.value));
			if (maps) return value;
			throw new InputError(
				`"${labelOf(name)}" maps no fields: ${describeValue(value)}`,
				'Map its fields in the panel, and use an expression in each of them.',
			);
		},
	};
}
