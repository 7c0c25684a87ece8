import type {
	IDataObject,
	IExecuteFunctions,
	IExecuteSingleFunctions,
	INode,
	INodeExecutionData,
} from 'n8n-workflow';
import { toNetigateDate, describeValue } from '../values/dates';
import { InputError } from '../api/errors';

/** The parameters of one item, read and checked. Every reader throws InputError on a value it cannot use. */
export interface Parameters {
	/** The value as the user gave it, resource locators reduced to their value. */
	raw(name: string, fallback?: unknown): unknown;
	/** A Netigate id: a positive whole number. */
	id(name: string): number;
	/** Several ids, from a list, one id or ids with commas between them; may be empty. */
	ids(name: string): number[];
	/** A text that is not empty. */
	text(name: string): string;
	/** A text that may be empty. */
	optionalText(name: string): string;
	flag(name: string, fallback?: boolean): boolean;
	/** A date for Netigate, see `toNetigateDate`; undefined when empty. */
	date(name: string): string | undefined;
	/** A collection such as Options. */
	collection<T extends object = IDataObject>(name: string): Partial<T>;
	/** The data of the item itself. */
	item: IDataObject;
	/** The workflow's time zone. */
	timeZone: string;
	node: INode;
}

type Read = (name: string, fallback?: unknown) => unknown;

const LABELS: Record<string, string> = {
	surveyId: 'Survey',
	sendoutId: 'Sendout',
	categoryId: 'Category',
	listId: 'Respondent List',
	userId: 'User',
	labelIds: 'Labels',
};

/** A parameter's name as the panel shows it: `answerSetId` is "Answer Set ID". */
export function labelOf(name: string): string {
	return (LABELS[name] ??= labelFrom(name));
}

function labelFrom(name: string): string {
	const words = name.replace(/([A-Z])/g, ' $1').replace(/^./, (letter) => letter.toUpperCase());
	return words.replace(/ Id(s?)$/, ' ID$1');
}

export function withoutLocator(value: unknown): unknown {
	return typeof value === 'object' &&
		value !== null &&
		'mode' in value &&
		'value' in value &&
		!('mappingMode' in value)
		? (value as { value: unknown }).value
		: value;
}

/**
 * A Netigate id, which may pass 2^31.
 *
 * @throws InputError when the value is no positive whole number
 */
export function toId(value: unknown, label: string): number {
	const text = typeof value === 'string' ? value.trim() : value;
	const id =
		typeof text === 'number' || (typeof text === 'string' && /^\d+$/.test(text))
			? Number(text)
			: NaN;
	if (Number.isSafeInteger(id) && id > 0) return id;
	throw new InputError(
		`"${label}" is no Netigate ID: ${describeValue(value)}`,
		`An ID is a whole number such as 501. Choose "${label}" from the list, or check what the expression gives for this item.`,
	);
}

/**
 * Several Netigate ids: a list of them, a single one, or a text with commas between them.
 *
 * @throws InputError when one of them is no positive whole number
 */
export function toIds(value: unknown, label: string): number[] {
	if (value === undefined || value === null || value === '') return [];
	const parts =
		typeof value === 'string' ? value.replace(/^\[|\]$/g, '').split(',') : [value].flat();
	return [...new Set(parts.map((part) => toId(part, label)))];
}

/** A text as a user may give it: numbers and booleans count, objects and lists do not. */
export function toText(value: unknown, label: string): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
		return String(value);
	throw new InputError(
		`"${label}" should be a text but is ${describeValue(value)}`,
		'Point the expression at one field of it, e.g. {{ $json.customer.email }} instead of {{ $json.customer }}.',
	);
}

function parametersFrom(read: Read, item: IDataObject, timeZone: string, node: INode): Parameters {
	const raw: Read = (name, fallback) => withoutLocator(read(name, fallback));
	const optionalText = (name: string) => toText(raw(name, ''), labelOf(name)).trim();
	return {
		raw,
		optionalText,
		item,
		timeZone,
		node,
		id: (name) => toId(raw(name, ''), labelOf(name)),
		ids: (name) => toIds(raw(name, []), labelOf(name)),
		text: (name) => {
			const text = optionalText(name);
			if (text !== '') return text;
			throw new InputError(
				`"${labelOf(name)}" is empty`,
				'Fill it in, or check what the expression gives for this item.',
			);
		},
		flag: (name, fallback = false) => raw(name, fallback) === true,
		date: (name) => toNetigateDate(raw(name, ''), timeZone, labelOf(name)),
		collection: <T extends object>(name: string) => (read(name, {}) ?? {}) as Partial<T>,
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
): (itemIndex: number, item: INodeExecutionData) => Parameters {
	const node = context.getNode();
	const timeZone = context.getTimezone();
	const resolvers = new Map<string, Resolver>();
	return (itemIndex, item) =>
		parametersFrom(
			(name, fallback) => {
				const raw = node.parameters[name];
				if (raw === undefined) return context.getNodeParameter(name, itemIndex, fallback as object);
				let resolver = resolvers.get(name);
				if (!resolver) resolvers.set(name, (resolver = resolverFor(raw)));
				return resolver === 'engine'
					? context.getNodeParameter(name, itemIndex, fallback as object)
					: resolver(item.json);
			},
			item.json,
			timeZone,
			node,
		);
}

/** Reads the parameters of the one item that n8n's routing is at. */
export function singleParameters(context: IExecuteSingleFunctions): Parameters {
	return parametersFrom(
		(name, fallback) => context.getNodeParameter(name, fallback as object),
		context.getInputData()?.json ?? {},
		context.getTimezone(),
		context.getNode(),
	);
}
