import type {
	IDataObject,
	IExecuteFunctions,
	IExecuteSingleFunctions,
	INode,
	INodeExecutionData,
	INodeProperties,
	IPollFunctions,
} from 'n8n-workflow';
import { Reader, type ParameterReader, type Source } from './reader';
import { isFixed, resolverFor, type Resolver } from './resolver';

export type { ParameterReader };

/** The parameters of one item, read and checked. */
export interface Parameters extends ParameterReader {
	/** The data of the item itself. */
	item: IDataObject;
	/** The workflow's time zone. */
	timeZone: string;
	node: INode;
}

type Fields = readonly INodeProperties[];

/** Whether an agent calls the node as its tool: n8n gives it a type of its own then. */
export const isTool = ({ type }: INode) => type.endsWith('Tool');

class ItemReader extends Reader implements Parameters {
	readonly timeZone: string;

	constructor(
		fields: Fields,
		source: Source,
		readonly item: IDataObject,
		readonly node: INode,
	) {
		super(fields, source);
		this.timeZone = source.timeZone;
	}
}

/** Reads the parameters of any item of an ordinary run. */
export function parameterReader(
	context: IExecuteFunctions,
	fields: Fields,
): (itemIndex: number, item: INodeExecutionData) => Parameters {
	const node = context.getNode();
	const resolvers = new Map<string, Resolver>();
	const known = new Map<string, Map<unknown, unknown> | undefined>();
	const stored = (name: string) => node.parameters[name];
	const timeZone = context.getTimezone();
	const tool = isTool(node);
	const alike = (name: string) => {
		if (!known.has(name)) known.set(name, isFixed(stored(name)) ? new Map() : undefined);
		return known.get(name);
	};
	return (itemIndex, { json: item }) => {
		const value = (name: string) => {
			const raw = stored(name);
			if (raw === undefined) return undefined;
			let resolver = resolvers.get(name);
			if (!resolver) resolvers.set(name, (resolver = resolverFor(raw)));
			return resolver === 'engine' ? context.getNodeParameter(name, itemIndex) : resolver(item);
		};
		return new ItemReader(fields, { value, stored, alike, prefix: '', timeZone, tool }, item, node);
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
	const source = { value, stored, prefix: '', timeZone, tool: isTool(node) };
	return new ItemReader(fields, source, item, node);
}
