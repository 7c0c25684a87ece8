import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../netigate/errors';
import type { LabelMapping } from '../input/backgroundData';
import { describeValue, plainText, toChoice, toFlag, toStorable, toText } from '../input/text';
import { contactText } from '../input/contact';
import { toNetigateDate } from '../input/dates';
import { toId, toIds, toNumber } from '../input/numbers';
import { toProxy, type Proxy } from './proxy';
import { entryOf, fieldOf, optionValues, type Field, type Fields } from './fields';

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
	resolvedText(name: string): string;
	/** A text that may be empty, as `plainText` gives it, and that every database keeps so. */
	storedText(name: string): string;
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
	/** A collection such as Options, or what is made of it: once where it is the same for all items. */
	collection<T = ParameterReader>(name: string, make?: (collection: ParameterReader) => T): T;
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
	/** What was read of a parameter already, where it is the same for all items; undefined where it may differ. */
	alike?: (name: string) => Map<unknown, unknown> | undefined;
}

type Values = Record<string, unknown>;

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

const asItIs = <T>(collection: ParameterReader) => collection as T;

/** Reads parameters by the descriptions of their fields. */
export class Reader implements ParameterReader {
	constructor(
		private readonly fields: Fields,
		private readonly source: Source,
		/** Whether nothing at all is set. */
		readonly isEmpty = false,
	) {}

	has(name: string): boolean {
		const { stored, leavesOut } = this.source;
		return stored(name) !== undefined && !(leavesOut && isNothing(this.raw(name)));
	}

	raw(name: string): unknown {
		const value = this.source.value(name);
		return LOCATORS.has(this.field(name).type) ? withoutLocator(value) : value;
	}

	id(name: string): number {
		return this.once('id', name, () => toId(this.raw(name), this.labelOf(name)));
	}

	optionalId(name: string): number | undefined {
		const value = this.given(name);
		return value === undefined ? undefined : toId(value, this.labelOf(name));
	}

	ids(name: string): number[] {
		return toIds(this.given(name), this.labelOf(name));
	}

	text(name: string): string {
		const text = this.optionalText(name);
		if (text !== '') return text;
		throw new InputError(
			`"${this.labelOf(name)}" is empty`,
			'Fill it in, or check what the expression gives for this item.',
		);
	}

	optionalText(name: string): string {
		return this.once('text', name, () =>
			toText(this.has(name) ? this.raw(name) : this.preset(name), this.labelOf(name)).trim(),
		);
	}

	resolvedText(name: string): string {
		return toText(this.orDefault(name), this.labelOf(name)).trim();
	}

	storedText(name: string): string {
		return toStorable(plainText(this.optionalText(name)), this.labelOf(name));
	}

	flag(name: string): boolean {
		return this.once('flag', name, () => toFlag(this.orDefault(name), this.labelOf(name)));
	}

	choice<T extends string>(name: string): T {
		return this.once('choice', name, () => {
			const allowed = optionValues(this.field(name));
			return toChoice(this.orDefault(name), allowed, this.labelOf(name)) as T;
		});
	}

	number(name: string, whole = false): number {
		return this.once(whole ? 'whole' : 'number', name, () => {
			const { minValue, maxValue } = this.field(name).typeOptions ?? {};
			const limits = { min: minValue, max: maxValue, whole };
			return toNumber(this.orDefault(name), this.labelOf(name), limits);
		});
	}

	whole(name: string): number {
		return this.number(name, true);
	}

	date(name: string): string | undefined {
		return toNetigateDate(this.given(name), this.source.timeZone, this.labelOf(name));
	}

	contact(name: string): string {
		return contactText(this.raw(name));
	}

	proxy(name: string): Proxy | undefined {
		return toProxy(this.given(name), this.labelOf(name));
	}

	collection<T = ParameterReader>(
		name: string,
		make: (collection: ParameterReader) => T = asItIs,
	): T {
		return this.once(make, name, () => {
			const values = fieldsIn(this.source.value(name));
			const stored = fieldsIn(this.source.stored(name));
			const { prefix, timeZone, tool } = this.source;
			const within: Source = {
				value: (key) => values[key],
				stored: (key) => stored[key],
				prefix,
				timeZone,
				tool,
				// A model fills in all that it is asked for, and leaves a field out by giving nothing.
				leavesOut: tool,
			};
			const nothing = Object.keys(values).length === 0;
			return make(new Reader(this.field(name).options as INodeProperties[], within, nothing));
		});
	}

	entries(name: string, entry: string): ParameterReader[] {
		const { source } = this;
		const { timeZone, tool, leavesOut } = source;
		const { values: entryFields, displayName } = entryOf(this.field(name), entry);
		const listOf = (value: unknown) => {
			const list = fieldsIn(value)[entry] ?? [];
			return (Array.isArray(list) ? list : [list]) as Values[];
		};
		const stored = listOf(source.stored(name));
		return listOf(source.value(name)).map((values, index, { length }) => {
			const number = length > 1 ? ` ${index + 1}` : '';
			return new Reader(entryFields, {
				value: (key) => values[key],
				stored: (key) => stored[index]?.[key],
				prefix: `${source.prefix}${displayName}${number}: `,
				timeZone,
				tool,
				leavesOut,
			});
		});
	}

	mapping(name: string): LabelMapping | undefined {
		const value = this.source.value(name);
		if (isNothing(value)) return undefined;
		const maps =
			isObject(value) &&
			('mappingMode' in value || 'value' in value || Object.keys(value).length === 0) &&
			(isNothing(value.value) || isObject(value.value));
		if (maps) return value;
		throw new InputError(
			`"${this.labelOf(name)}" maps no fields: ${describeValue(value)}`,
			'Map its fields in the panel, and use an expression in each of them.',
		);
	}

	private field(name: string): Field {
		return fieldOf(this.fields, name);
	}

	private labelOf(name: string): string {
		return this.source.prefix + this.field(name).label;
	}

	private preset(name: string): unknown {
		return withoutLocator(this.field(name).default);
	}

	/** What was given; undefined where the field was left empty, or not added. Its default does not count. */
	private given(name: string): unknown {
		const value = this.raw(name);
		if (!isNothing(value)) return value;
		if (!this.has(name) || !isExpression(withoutLocator(this.source.stored(name))))
			return undefined;
		throw new InputError(
			`"${this.labelOf(name)}" is empty: its expression gives ${describeValue(value)}`,
			'Check the expression, or let it give a value of its own where there is none, e.g. {{ $json.field || "value" }}.',
		);
	}

	private orDefault(name: string): unknown {
		return this.given(name) ?? this.preset(name);
	}

	/** Reads what is the same for all items once. What is refused is refused anew for each of them. */
	private once<T>(how: unknown, name: string, read: () => T): T {
		const known = this.source.alike?.(name);
		const before = known?.get(how) as T | undefined;
		if (before !== undefined) return before;
		const value = read();
		known?.set(how, value);
		return value;
	}
}
