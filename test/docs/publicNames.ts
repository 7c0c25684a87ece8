import { isDeepStrictEqual } from 'node:util';
import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	NodeParameterValueType,
} from 'n8n-workflow';
import { resources } from '../../nodes/Netigate/resources';
import { toolOutputFields } from '../../nodes/shared/n8n/toolOutput';

/** A parameter as saved workflows rely on it. */
interface PublicParameter {
	type: string;
	default: NodeParameterValueType;
	/** The values of a choice. */
	values?: Array<string | number | boolean>;
	/** The parameters inside a collection. */
	parameters?: PublicParameters;
}

type PublicParameters = Record<string, PublicParameter>;

/** Parameters by `resource.operation`. */
export type PublicNames = Record<string, PublicParameters>;

type Option = INodePropertyOptions | INodeProperties | INodePropertyCollection;

function parametersIn(fields: INodeProperties[]): PublicParameters {
	return Object.fromEntries(fields.map((field) => [field.name, parameterOf(field)]));
}

function parameterOf({ type, default: preset, options = [] }: INodeProperties): PublicParameter {
	const given: Option[] = options;
	if (type === 'collection') {
		return { type, default: preset, parameters: parametersIn(given as INodeProperties[]) };
	}
	if (type === 'fixedCollection') {
		const parameters = (given as INodePropertyCollection[]).map(
			({ name, values }): [string, PublicParameter] => [
				name,
				{ type: 'collection', default: {}, parameters: parametersIn(values) },
			],
		);
		return { type, default: preset, parameters: Object.fromEntries(parameters) };
	}
	const values = (given as INodePropertyOptions[]).map(({ value }) => value);
	return { type, default: preset, ...(values.length > 0 ? { values } : {}) };
}

/** The internal names of all actions and their parameters, as the node has them now. */
export function publicNames(): PublicNames {
	const ofActions = resources.flatMap(({ resource, actions }) =>
		actions.map(({ operation, fields }) => [`${resource}.${operation}`, parametersIn(fields)]),
	);
	return Object.fromEntries([...ofActions, ['tool', parametersIn(toolOutputFields)]]);
}

/** The keys of parameters, separated by spaces. */
type Keys = string;

/** Each different parameter once, by `<name>` or `<name>.<number>`. */
interface SavedNames {
	parameters: Record<string, Omit<PublicParameter, 'parameters'> & { parameters?: Keys }>;
	actions: Record<string, Keys>;
}

/** The names as a snapshot file holds them. */
export function packNames(names: PublicNames): SavedNames {
	const packed: SavedNames = { parameters: {}, actions: {} };
	const keyOf = ([name, { parameters, ...own }]: [string, PublicParameter]): string => {
		const definition = { ...own, ...(parameters && { parameters: keysOf(parameters) }) };
		for (let count = 1; ; count++) {
			const key = count === 1 ? name : `${name}.${count}`;
			packed.parameters[key] ??= definition;
			if (isDeepStrictEqual(packed.parameters[key], definition)) return key;
		}
	};
	const keysOf = (parameters: PublicParameters): Keys =>
		Object.entries(parameters).map(keyOf).join(' ');
	for (const [action, parameters] of Object.entries(names))
		packed.actions[action] = keysOf(parameters);
	return packed;
}

export function unpackNames({ parameters, actions }: SavedNames): PublicNames {
	const parametersOf = (keys: Keys): PublicParameters =>
		Object.fromEntries(
			keys.split(' ').flatMap((key) => {
				if (!key) return [];
				const { parameters: inside, ...own } = parameters[key];
				const parameter = { ...own, ...(inside && { parameters: parametersOf(inside) }) };
				return [[key.split('.')[0], parameter]];
			}),
		);
	return Object.fromEntries(
		Object.entries(actions).map(([action, keys]) => [action, parametersOf(keys)]),
	);
}

function brokenParameters(at: string, saved: PublicParameters, now: PublicParameters): string[] {
	return Object.entries(saved).flatMap(([name, old]) => {
		const place = `${at}.${name}`;
		const parameter = now[name];
		if (!parameter) return [`${place} is gone`];
		const broken: string[] = [];
		if (parameter.type !== old.type) {
			broken.push(`${place} was of type ${old.type} and is now ${parameter.type}`);
		}
		if (JSON.stringify(parameter.default) !== JSON.stringify(old.default)) {
			broken.push(
				`${place} was ${JSON.stringify(old.default)} unless set and is now ${JSON.stringify(parameter.default)}`,
			);
		}
		for (const value of old.values ?? []) {
			if (!parameter.values?.includes(value)) broken.push(`${place} no longer takes ${value}`);
		}
		return [
			...broken,
			...brokenParameters(place, old.parameters ?? {}, parameter.parameters ?? {}),
		];
	});
}

/** What saved workflows could no longer rely on: names that are gone, or mean something else. */
export function brokenNames(saved: PublicNames, now: PublicNames): string[] {
	return Object.entries(saved).flatMap(([key, parameters]) =>
		now[key] ? brokenParameters(key, parameters, now[key]) : [`${key} is gone`],
	);
}
