import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { onlyReads, type Action, type Resource } from './action';
import { toolOutputFields } from '../shared/n8n/toolOutput';
import { noAction, routingOf } from './routing';
import { runFunctionOf } from './run';

/** Shows a field only for its action. The field's own conditions still apply. */
function shownFor(resource: string, operation: string, field: INodeProperties): INodeProperties {
	const { show, ...others } = field.displayOptions ?? {};
	return {
		...field,
		displayOptions: { ...others, show: { resource: [resource], operation: [operation], ...show } },
	};
}

function operationOption(action: Action): INodePropertyOptions {
	const { operation, name, description, builderHint } = action;
	const hidden = action.together && action.hiddenFromAgents;
	return {
		name,
		value: operation,
		description,
		action: action.action,
		routing: routingOf(action),
		...(builderHint ? { builderHint: { propertyHint: builderHint } } : {}),
		...(hidden ? { displayOptions: { hide: { '@tool': [true] } } } : {}),
	};
}

/** Any call that isn't a GET changes something, even if it can safely be repeated. */
const changesNothing = (action: Action) =>
	onlyReads(action) && (!action.call || action.call.method === 'GET');

function operationsOf({ resource, actions }: Resource): INodeProperties {
	const preset = (actions.find(changesNothing) ?? actions[0]).operation;
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		// A new agent tool starts with the default action, which no one has chosen, so it must not change
		// anything.
		default: preset,
		options: actions.map(operationOption),
		displayOptions: { show: { resource: [resource] } },
	};
}

export function propertiesOf(resources: Resource[]): INodeProperties[] {
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			default: 'respondent',
			// Replaced by the routing of the chosen operation.
			routing: noAction,
			options: resources.map(({ resource: value, name, description }) => ({
				name,
				value,
				description,
			})),
		},
		...resources.map(operationsOf),
		...resources.flatMap(({ resource, actions }) =>
			actions.flatMap(({ operation, fields }) =>
				fields.map((field) => shownFor(resource, operation, field)),
			),
		),
		...toolOutputFields,
	];
}

export const customOperationsOf = (resources: Resource[]) =>
	Object.fromEntries(
		resources.map(({ resource, actions }) => [
			resource,
			Object.fromEntries(actions.map((action) => [action.operation, runFunctionOf(action)])),
		]),
	);
