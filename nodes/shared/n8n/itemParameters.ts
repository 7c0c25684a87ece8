import type {
	IDataObject,
	IExecuteFunctions,
	IExecuteSingleFunctions,
	INode,
	INodeExecutionData,
	IPollFunctions,
} from 'n8n-workflow';
import { getOrAdd } from '../basics/lists';
import type { Fields } from './fieldOf';
import { Parameters } from './parameters';
import { isFixed, type ReadOnce } from './storedValues';
import { toolOutputFields } from './toolOutput';

/** Whether an agent uses the node as a tool. n8n gives such a node its own type. */
export const isTool = ({ type }: INode) => type.endsWith('Tool');

const withToolOutput = (fields: Fields) => [...fields, ...toolOutputFields];

export function parameterReader(
	context: IExecuteFunctions,
	fields: Fields,
	defaultCountry = '',
): (itemIndex: number, item: INodeExecutionData) => Parameters {
	const node = context.getNode();
	const resolvers = new Map<string, Resolver>();
	const shared = new Map<string, ReadOnce>();
	const stored = (name: string) => node.parameters[name];
	const timeZone = context.getTimezone();
	const tool = isTool(node);
	const readable = tool ? withToolOutput(fields) : fields;
	const readOnce = (name: string) =>
		getOrAdd(shared, name, () => ({ values: new Map(), isFixed: isFixed(stored(name)) }));
	return (itemIndex, { json: item }) => {
		const value = (name: string) => {
			const raw = stored(name);
			if (raw === undefined) return undefined;
			const resolver = getOrAdd(resolvers, name, () => resolverFor(raw));
			return resolver === 'engine' ? context.getNodeParameter(name, itemIndex) : resolver(item);
		};
		const source = { value, stored, readOnce, prefix: '', timeZone, defaultCountry, tool };
		return new Parameters(readable, source, item, node);
	};
}

/** Reads parameters for the current item in n8n's routing, or for a poll, which has no items. */
export function singleParameters(
	context: IExecuteSingleFunctions | IPollFunctions,
	fields: Fields,
	defaultCountry = '',
): Parameters {
	const node = context.getNode();
	const timeZone = context.getTimezone();
	const stored = (name: string) => node.parameters[name];
	const value = (name: string) =>
		stored(name) === undefined ? undefined : context.getNodeParameter(name);
	const item = 'getInputData' in context ? (context.getInputData()?.json ?? {}) : {};
	const tool = isTool(node);
	const source = { value, stored, prefix: '', timeZone, defaultCountry, tool };
	return new Parameters(tool ? withToolOutput(fields) : fields, source, item, node);
}

/** Matches only expressions such as `={{ $json.email }}` or `={{ $json["first name"] }}`. */
const PLAIN_FIELD = /^=\{\{\s*\$json(?:\.([A-Za-z_]\w*)|\[(?:"([^"\\]+)"|'([^'\\]+)')\])\s*\}\}$/;

type Resolver = ((item: IDataObject) => unknown) | 'engine';

/** Uses n8n's expression engine only if necessary, because it takes about 0.4 ms per parameter and item. */
function resolverFor(raw: unknown): Resolver {
	if (typeof raw === 'string' && raw.startsWith('=')) {
		const [, dotted, double, single] = PLAIN_FIELD.exec(raw) ?? [];
		const field = dotted ?? double ?? single;
		return field === undefined
			? 'engine'
			: (item) => (Object.hasOwn(item, field) ? item[field] : undefined);
	}
	if (typeof raw !== 'object' || raw === null) return () => raw;
	if (isFixed(raw)) return () => raw;
	const parts: Array<{ key: string; resolve: (item: IDataObject) => unknown }> = [];
	for (const [key, value] of Object.entries(raw)) {
		const resolve = resolverFor(value);
		if (resolve === 'engine') return 'engine';
		parts.push({ key, resolve });
	}
	if (Array.isArray(raw)) return (item) => parts.map(({ resolve }) => resolve(item));
	return (item) => {
		// This is several times faster than Object.fromEntries or a copy, which matters for 10,000 items.
		const made: Record<string, unknown> = {};
		for (const { key, resolve } of parts) made[key] = resolve(item);
		return made;
	};
}
