import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { onlyReads, type Action, type Resource, type RunFunction } from './action';
import { routingOf } from './routing';
import { runFunctionOf } from './run';

/** A field of an action, shown for that action only; a field's own conditions stay. */
function shownFor(resource: string, operation: string, field: INodeProperties): INodeProperties {
	const { show, ...others } = field.displayOptions ?? {};
	return {
		...field,
		displayOptions: { ...others, show: { resource: [resource], operation: [operation], ...show } },
	};
}

function operationOption(action: Action): INodePropertyOptions {
	const { operation, name, description } = action;
	const hidden = action.together && action.asTool === 'hidden';
	return {
		name,
		value: operation,
		description,
		action: action.action,
		routing: routingOf(action),
		...(hidden ? { displayOptions: { hide: { '@tool': [true] } } } : {}),
	};
}

/** What is repeatable may still change something, as long as it isn't a GET. */
const changesNothing = (action: Action) =>
	onlyReads(action) && (!action.call || action.call.method === 'GET');

/** A list to choose from. */
function choice(
	displayName: string,
	name: string,
	options: INodePropertyOptions[],
	preset: string,
	displayOptions?: INodeProperties['displayOptions'],
): INodeProperties {
	return {
		displayName,
		name,
		type: 'options',
		noDataExpression: true,
		default: preset,
		options,
		...(displayOptions ? { displayOptions } : {}),
	};
}

/** All parameters of the node: the resource, its operations, and each operation's fields. */
export function propertiesOf(resources: Resource[]): INodeProperties[] {
	return [
		choice(
			'Resource',
			'resource',
			resources.map(({ resource, name, description }) => ({
				name,
				value: resource,
				...(description ? { description } : {}),
			})),
			'respondent',
		),
		...resources.map(({ resource, actions }) =>
			choice(
				'Operation',
				'operation',
				actions.map(operationOption),
				// What nobody chose, as in an agent's new tool, changes nothing.
				(actions.find(changesNothing) ?? actions[0]).operation,
				{ show: { resource: [resource] } },
			),
		),
		...resources.flatMap(({ resource, actions }) =>
			actions.flatMap(({ operation, fields }) =>
				fields.map((field) => shownFor(resource, operation, field)),
			),
		),
	];
}

/** The run functions of all actions, as n8n looks them up: by resource, then operation. */
export function customOperationsOf(
	resources: Resource[],
): Record<string, Record<string, RunFunction>> {
	return Object.fromEntries(
		resources.map(({ resource, actions }) => [
			resource,
			Object.fromEntries(actions.map((action) => [action.operation, runFunctionOf(action)])),
		]),
	);
}
