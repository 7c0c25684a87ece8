import type { IDataObject, INode, INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { InputError, SettingError } from '../netigate/errors';
import type { LabelMapping } from '../input/labelMapping';
import {
	describeValue,
	plainText,
	toChoice,
	toFlag,
	toSendable,
	toStorable,
	toText,
} from '../input/text';
import { contactText } from '../input/contactText';
import { knownTimeZone, toNetigateDate, type DateReader } from '../input/dates';
import { toId, toIds, toNumber } from '../input/numbers';
import { fieldOf, type Field, type Fields } from './fieldOf';
import { toProxy, type Proxy } from './requestOptions';
import {
	asSetting,
	isExpression,
	isFixed,
	isNothing,
	isObject,
	notAnObject,
	storedIn,
	type Source,
	type Values,
} from './storedValues';

/** Field types that store a value together with how it was chosen. */
const LOCATORS = new Set(['resourceLocator', 'workflowSelector']);

function withoutLocator(value: unknown): unknown {
	return isObject(value) && 'value' in value && !('mappingMode' in value) ? value.value : value;
}

const asItIs = <T>(collection: ParameterReader) => collection as T;

/**
 * Reads parameters. Labels, choices, limits and defaults come from the field definitions.
 * @throws InputError from every method if a value is invalid or an expression has no result
 */
export class ParameterReader {
	constructor(
		private readonly fields: Fields,
		readonly source: Source,
		/** Whether no field is set. */
		readonly isEmpty = false,
	) {}

	/** The workflow's time zone. @throws InputError if it doesn't exist */
	get timeZone(): string {
		return knownTimeZone(this.source.timeZone);
	}

	get defaultCountry(): string {
		return this.source.defaultCountry ?? '';
	}

	/** Whether the field was set, regardless of its value. */
	has(name: string): boolean {
		const { stored, leavesOut } = this.source;
		return stored(name) !== undefined && !(leavesOut && isNothing(this.raw(name)));
	}

	/** The value as entered, with resource locators reduced to their value. */
	raw(name: string): unknown {
		const value = this.source.value(name);
		return LOCATORS.has(this.field(name).type) ? withoutLocator(value) : value;
	}

	/** A Netigate id: a positive whole number. */
	id(name: string): number {
		return this.once('id', name, () => toId(this.raw(name), this.labelOf(name)));
	}

	optionalId(name: string): number | undefined {
		const value = this.given(name);
		return value === undefined ? undefined : toId(value, this.labelOf(name));
	}

	/** The ids from a list, a single id or comma-separated ids. May be empty. */
	ids(name: string): number[] {
		return toIds(this.given(name), this.labelOf(name));
	}

	text(name: string): string {
		const text = this.optionalText(name);
		if (text !== '') return text;
		throw new SettingError(
			`'${this.labelOf(name)}' is empty`,
			'Enter a value, or check what the expression returns for this item.',
		);
	}

	/** Text that may be empty. Line breaks are kept only if the field is multiline. */
	optionalText(name: string): string {
		return this.once('text', name, () => {
			const severalRows = this.field(name).typeOptions?.rows !== undefined;
			return toSendable(this.textOrPreset(name), this.labelOf(name), severalRows);
		});
	}

	private textOrPreset(name: string): string {
		return toText(this.has(name) ? this.raw(name) : this.preset(name), this.labelOf(name));
	}

	/** Text that may be empty, except when an expression returns nothing. */
	resolvedText(name: string): string {
		return toText(this.orDefault(name), this.labelOf(name)).trim();
	}

	/** Text that may be empty and that every database stores unchanged. */
	storedText(name: string): string {
		return toStorable(plainText(this.textOrPreset(name)), this.labelOf(name));
	}

	flag(name: string): boolean {
		return this.once('flag', name, () => toFlag(this.orDefault(name), this.labelOf(name)));
	}

	choice<T extends string>(name: string): T {
		return this.once('choice', name, () => {
			const { options = [] } = this.field(name);
			const allowed = options.flatMap((option) =>
				'value' in option ? [String(option.value)] : [],
			);
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

	/** A date, by default as Netigate accepts it; undefined if the field was left empty. */
	date<T = string>(name: string, convert: DateReader = toNetigateDate): T | undefined {
		const given = this.given(name);
		if (given === undefined) return undefined;
		return convert(given, this.timeZone, this.labelOf(name)) as T | undefined;
	}

	/** A contact as text. The sendout or `contactType` determines its type. */
	contact(name: string): string {
		return contactText(this.raw(name));
	}

	proxy(name: string): Proxy | undefined {
		return toProxy(this.given(name), this.labelOf(name));
	}

	/**
	 * A collection such as Options, converted by `make`. Converted only once if the fields that `make` reads are the same
	 * for all items.
	 * @throws Error if the collection is read after `make` has returned, because the result may be used for other items
	 */
	collection<T = ParameterReader>(
		name: string,
		make: (collection: ParameterReader) => T = asItIs,
	): T {
		const stored = this.source.stored(name);
		const converts = make !== asItIs;
		let isSame = converts && !isExpression(stored);
		let isConverted = false;
		const read = () => {
			const values = this.fieldsOf(name);
			const within: Source = {
				...this.source,
				value: (key) => {
					if (isConverted) throw new Error(`${name} was read after it was converted`);
					isSame &&= isFixed(storedIn(stored, values, key));
					return values[key];
				},
				stored: (key) => storedIn(stored, values, key),
				readOnce: undefined,
				// A language model fills in every field and passes an empty value to omit one.
				leavesOut: this.source.tool,
			};
			const nothing = Object.keys(values).length === 0;
			const fields = this.field(name).options as INodeProperties[];
			const made = make(new ParameterReader(fields, within, nothing));
			isConverted = converts;
			return made;
		};
		return this.once(make, name, read, () => isSame);
	}

	/** The entries of a fixed collection, e.g. of `labels` for `label`. */
	entries(name: string, entry: string): ParameterReader[] {
		const groups = this.field(name).options as INodePropertyCollection[];
		const { values: fields, displayName } = groups.find((group) => group.name === entry)!;
		const listOf = (list: unknown) => (Array.isArray(list) ? (list as unknown[]) : [list]);
		const groupValues = this.fieldsOf(name);
		const stored = storedIn(this.source.stored(name), groupValues, entry);
		return listOf(groupValues[entry] ?? []).map((values, index, { length }) => {
			const number = length > 1 ? ` ${index + 1}` : '';
			const prefix = `${this.source.prefix}${displayName}${number}`;
			if (!isObject(values)) throw notAnObject(prefix, values);
			const own = isExpression(stored) ? stored : listOf(stored)[index];
			return new ParameterReader(fields, {
				...this.source,
				value: (key) => values[key],
				stored: (key) => storedIn(own, values, key),
				readOnce: undefined,
				prefix: `${prefix}: `,
			});
		});
	}

	/** The fields of a collection. An expression in place of the whole collection must return an object. */
	private fieldsOf(name: string): Values {
		const value = this.given(name);
		if (value === undefined) return {};
		if (isObject(value)) return value;
		throw notAnObject(this.labelOf(name), value);
	}

	/** Values for labels, from a resource mapper; undefined if nothing is mapped. */
	mapping(name: string): LabelMapping | undefined {
		const value = this.source.value(name);
		if (isNothing(value)) return undefined;
		const maps =
			isObject(value) &&
			('mappingMode' in value || 'value' in value || Object.keys(value).length === 0) &&
			(isNothing(value.value) || isObject(value.value));
		if (maps) return value;
		throw new SettingError(
			`'${this.labelOf(name)}' doesn't map fields: ${describeValue(value)}`,
			'Map each field separately, with its own expression.',
		);
	}

	private field(name: string): Field {
		return fieldOf(this.fields, name);
	}

	labelOf(name: string): string {
		return this.source.prefix + this.field(name).label;
	}

	preset(name: string): unknown {
		return withoutLocator(this.field(name).default);
	}

	/** The value entered, ignoring the default; undefined if the field was left empty or not added. */
	private given(name: string): unknown {
		const value = this.raw(name);
		if (!isNothing(value)) return value;
		if (!this.has(name) || !isExpression(withoutLocator(this.source.stored(name))))
			return undefined;
		throw new InputError(
			`'${this.labelOf(name)}' is empty: its expression returns ${describeValue(value)}`,
			'Check the expression, or add a fallback, e.g. {{ $json.field || "value" }}.',
		);
	}

	private orDefault(name: string): unknown {
		return this.given(name) ?? this.preset(name);
	}

	/**
	 * Reads a value only once if it is the same for all items. If reading fails, it is tried again for each item.
	 * @param isSame called after reading. Returns whether the value is the same for all items although the parameter isn't
	 */
	private once<T>(how: unknown, name: string, read: () => T, isSame = () => false): T {
		const once = this.source.readOnce?.(name);
		const before = once?.values.get(how) as T | undefined;
		if (before !== undefined) return before;
		const value = asSetting(read, how === 'id' && !LOCATORS.has(this.field(name).type));
		if (once && (once.isFixed || isSame())) once.values.set(how, value);
		return value;
	}
}

export class Parameters extends ParameterReader {
	constructor(
		fields: Fields,
		source: Source,
		readonly item: IDataObject,
		readonly node: INode,
	) {
		super(fields, source);
	}
}
