import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	NodeParameterValueType,
} from 'n8n-workflow';
import { resources } from '../../nodes/Netigate/resources';

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
	return Object.fromEntries(
		resources.flatMap(({ resource, actions }) =>
			actions.map(({ operation, fields }) => [`${resource}.${operation}`, parametersIn(fields)]),
		),
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
