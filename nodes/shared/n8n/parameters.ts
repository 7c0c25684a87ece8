import type {
	IDataObject,
	IExecuteFunctions,
	IExecuteSingleFunctions,
	INode,
	INodeExecutionData,
	INodeProperties,
	IPollFunctions,
} from 'n8n-workflow';
import { InputError } from '../api/errors';
import type { LabelMapping } from '../values/backgroundData';
import { toChoice } from '../values/choices';
import { contactText } from '../values/contact';
import { toNetigateDate } from '../values/dates';
import { toFlag } from '../values/flags';
import { toId, toIds } from '../values/ids';
import { toNumber } from '../values/numbers';
import { describeValue } from '../values/text';

/**
 * Reads parameters, those of an item or those in one of its collections. What the panel calls them, their
 * choices, limits and defaults come from the fields' descriptions.
 *
 * A parameter that was not added has its default. One that was given is read, or refused: each reader throws
 * InputError with the parameter's label for a value that it cannot use, and for an expression that gives
 * nothing.
 */
export interface ParameterReader {
	/** Whether the user set it, whatever its value. */
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
	/** Whether nothing at all is set. */
	isEmpty: boolean;
	/** A collection such as Options. */
	collection(name: string): ParameterReader;
	/** The entries of a fixed collection, e.g. `labels`, `label`. */
	entries(name: string, entry: string): ParameterReader[];
	/** Values for labels, from a resource mapper; undefined where nothing is mapped. */
	mapping(name: string): LabelMapping | undefined;
}

/** The parameters of one item, read and checked. */
export interface Parameters extends ParameterReader {
	/** The data of the item itself. */
	item: IDataObject;
	/** The workflow's time zone. */
	timeZone: string;
	node: INode;
}

/** Where values come from: as they are for the item, and as they stand in the node, expressions and all. */
interface Source {
	/** Whether it holds the fields that a user added to a collection. */
	inCollection?: boolean;
	value: (name: string) => unknown;
	stored: (name: string) => unknown;
	/** Stands before a label in errors: `Reminder 2: `. */
	prefix: string;
	timeZone: string;
}

/** A parameter's name as the panel shows it, without "or ID", which is for those who write expressions. */
function shortLabel(displayName: string): string {
	return displayName.replace(/ Names or IDs$/, 's').replace(/ Name or ID$/, '');
}

type Fields = readonly INodeProperties[];

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

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const isNothing = (value: unknown) =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const isExpression = (stored: unknown) => typeof stored === 'string' && stored.startsWith('=');

/** Kinds of fields that keep how a value was chosen beside it. */
const LOCATORS = new Set(['resourceLocator', 'workflowSelector']);

function withoutLocator(value: unknown): unknown {
	return isObject(value) && 'value' in value && !('mappingMode' in value) ? value.value : value;
}

/** A text as a user may give it: numbers and booleans count, objects and lists do not. */
export function toText(value: unknown, label: string): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value))
		return String(value as number);
	throw new InputError(
		`"${label}" should be a text but is ${describeValue(value)}`,
		'Point the expression at one field of it, e.g. {{ $json.customer.email }} instead of {{ $json.customer }}.',
	);
}

function optionValues({ options = [] }: INodeProperties): string[] {
	return options.flatMap((option) => ('value' in option ? [String(option.value)] : []));
}

function readerOf(fields: Fields, source: Source, isEmpty = false): ParameterReader {
	const field = (name: string) => fieldOf(fields, name);
	const labelOf = (name: string) => `${source.prefix}${shortLabel(field(name).displayName)}`;
	const has = (name: string) => source.stored(name) !== undefined;
	const raw = (name: string) =>
		LOCATORS.has(field(name).type) ? withoutLocator(source.value(name)) : source.value(name);

	/** What was given; undefined where the field was left empty, or not added. Its default does not count. */
	function given(name: string): unknown {
		const value = raw(name);
		if (!isNothing(value)) return value;
		const stored = withoutLocator(source.stored(name));
		if (!isExpression(stored)) return undefined;
		// A model that fills in a field of a collection leaves it out by giving nothing.
		if (source.inCollection && String(stored).includes('$fromAI(')) return undefined;
		throw new InputError(
			`"${labelOf(name)}" is empty: its expression gives ${describeValue(value)}`,
			'Check the expression, or let it give a value of its own where there is none, e.g. {{ $json.field || "value" }}.',
		);
	}

	const preset = (name: string) => withoutLocator(field(name).default);

	const orDefault = (name: string) => given(name) ?? preset(name);

	function optionalText(name: string): string {
		return toText(has(name) ? raw(name) : preset(name), labelOf(name)).trim();
	}

	function number(name: string, whole: boolean): number {
		const { minValue, maxValue } = field(name).typeOptions ?? {};
		return toNumber(orDefault(name), labelOf(name), { min: minValue, max: maxValue, whole });
	}

	/** What a collection holds. */
	function inside(name: string): Record<string, unknown> {
		const value = source.value(name);
		if (isObject(value)) return value;
		if (given(name) === undefined) return {};
		throw new InputError(
			`"${labelOf(name)}" is no collection of fields: ${describeValue(value)}`,
			'Set its fields in the panel, and use expressions in each of them.',
		);
	}

	/** The same as it stands in the node; where an expression gives all of it, what it gives. */
	function storedInside(name: string, values: Record<string, unknown>): Record<string, unknown> {
		const stored = source.stored(name);
		if (isObject(stored)) return stored;
		return Object.fromEntries(
			Object.entries(values).map(([key, value]) => [key, isNothing(value) ? '=' : value]),
		);
	}

	return {
		isEmpty,
		has,
		raw,
		optionalText,
		id: (name) => toId(raw(name), labelOf(name)),
		optionalId(name) {
			const value = raw(name);
			const left = isNothing(value) && !isExpression(withoutLocator(source.stored(name)));
			return left ? undefined : toId(value, labelOf(name));
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
		flag: (name) => toFlag(orDefault(name), labelOf(name)),
		choice: <T extends string>(name: string) =>
			toChoice(orDefault(name), optionValues(field(name)), labelOf(name)) as T,
		number: (name) => number(name, false),
		whole: (name) => number(name, true),
		date: (name) => toNetigateDate(given(name), source.timeZone, labelOf(name)),
		contact: (name) => contactText(raw(name)),
		collection(name) {
			const values = inside(name);
			const stored = storedInside(name, values);
			const within: Source = {
				...source,
				inCollection: true,
				value: (key) => values[key],
				stored: (key) => stored[key],
			};
			const nothing = Object.keys(values).length === 0;
			return readerOf(field(name).options as INodeProperties[], within, nothing);
		},
		entries(name, entry) {
			const { values: entryFields, displayName } = (
				field(name).options as Array<{
					name: string;
					displayName: string;
					values: INodeProperties[];
				}>
			).find((one) => one.name === entry)!;
			const values = inside(name);
			const list = values[entry];
			if (isNothing(list)) return [];
			const storedList = storedInside(name, values)[entry];
			return [list].flat().map((one: unknown, index, all) => {
				const prefix = `${displayName}${all.length > 1 ? ` ${index + 1}` : ''}: `;
				if (!isObject(one)) {
					throw new InputError(
						`"${prefix}" has no fields: ${describeValue(one)}`,
						'Set its fields in the panel, and use expressions in each of them.',
					);
				}
				const stored: unknown = Array.isArray(storedList) ? storedList[index] : storedList;
				return readerOf(entryFields, {
					...source,
					prefix: `${source.prefix}${prefix}`,
					value: (key) => one[key],
					stored: (key) => (isObject(stored) ? stored[key] : one[key]),
				});
			});
		},
		mapping(name) {
			const value = source.value(name);
			if (isNothing(value)) return undefined;
			if (isObject(value) && (isNothing(value.value) || isObject(value.value))) return value;
			throw new InputError(
				`"${labelOf(name)}" maps no fields: ${describeValue(value)}`,
				'Map its fields in the panel, and use an expression in each of them.',
			);
		},
	};
}

/** `={{ $json.email }}` or `={{ $json["e-mail"] }}`, and nothing else in it. */
const PLAIN_FIELD = /^=\{\{\s*\$json(?:\.([A-Za-z_]\w*)|\[(?:"([^"\\]+)"|'([^'\\]+)')\])\s*\}\}$/;

type Resolver = ((item: IDataObject) => unknown) | 'engine';

/**
 * How to get at a parameter without n8n's expression engine, which takes about 0.4 ms a parameter and
 * item: fixed values are the same for every item, a plain field of the item is read from it.
 */
export function resolverFor(raw: unknown): Resolver {
	if (typeof raw === 'string' && raw.startsWith('=')) {
		const [, dotted, double, single] = PLAIN_FIELD.exec(raw) ?? [];
		const field = dotted ?? double ?? single;
		return field === undefined
			? 'engine'
			: (item) => (Object.hasOwn(item, field) ? item[field] : undefined);
	}
	if (typeof raw !== 'object' || raw === null) return () => raw;
	const parts: Array<[string, (item: IDataObject) => unknown]> = [];
	let fixed = true;
	for (const [key, value] of Object.entries(raw)) {
		const resolver = resolverFor(value);
		if (resolver === 'engine') return 'engine';
		fixed &&= typeof value !== 'string' ? isFixed(value) : !value.startsWith('=');
		parts.push([key, resolver]);
	}
	if (fixed) return () => raw;
	return Array.isArray(raw)
		? (item) => parts.map(([, resolve]) => resolve(item))
		: (item) => Object.fromEntries(parts.map(([key, resolve]) => [key, resolve(item)]));
}

function isFixed(raw: unknown): boolean {
	if (typeof raw === 'string') return !raw.startsWith('=');
	return typeof raw !== 'object' || raw === null || Object.values(raw).every(isFixed);
}

/** Reads the parameters of any item of an ordinary run. */
export function parameterReader(
	context: IExecuteFunctions,
	fields: Fields,
): (itemIndex: number, item: INodeExecutionData) => Parameters {
	const node = context.getNode();
	const timeZone = context.getTimezone();
	const resolvers = new Map<string, Resolver>();
	const stored = (name: string) => node.parameters[name];
	return (itemIndex, { json: item }) => {
		const value = (name: string) => {
			const raw = stored(name);
			if (raw === undefined) return undefined;
			let resolver = resolvers.get(name);
			if (!resolver) resolvers.set(name, (resolver = resolverFor(raw)));
			return resolver === 'engine' ? context.getNodeParameter(name, itemIndex) : resolver(item);
		};
		const reader = readerOf(fields, { value, stored, prefix: '', timeZone });
		return { ...reader, item, timeZone, node };
	};
}

/** Reads the parameters of the one item that n8n's routing is at, or of a poll, which has none. */
export function singleParameters(
	context: IExecuteSingleFunctions | IPollFunctions,
	fields: Fields,
): Parameters {
	const node = context.getNode();
	const timeZone = context.getTimezone();
	const stored = (name: string) => node.parameters[name];
	const value = (name: string) =>
		stored(name) === undefined ? undefined : context.getNodeParameter(name);
	const item = 'getInputData' in context ? (context.getInputData()?.json ?? {}) : {};
	return {
		...readerOf(fields, { value, stored, prefix: '', timeZone }),
		item,
		timeZone,
		node,
	};
}
