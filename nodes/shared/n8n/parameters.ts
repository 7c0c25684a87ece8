import type { IDataObject, INode } from 'n8n-workflow';
import type { LabelMapping } from '../input/backgroundData';
import type { Proxy } from './requestOptions';

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

/** The parameters of one item, read and checked. */
export interface Parameters extends ParameterReader {
	/** The data of the item itself. */
	item: IDataObject;
	/** The workflow's time zone. */
	timeZone: string;
	node: INode;
}
