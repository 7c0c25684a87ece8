import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Action } from '../../../nodes/Netigate/action';
import { resources } from '../../../nodes/Netigate/resources';
import { operationsOf, readDocument } from '../../sandbox/document';
import type { Sandbox } from '../../sandbox';
import { cases, type ActionCase } from './cases';

/** All actions of the node by `resource.operation`. */
export const actions: Record<string, Action> = Object.fromEntries(
	resources.flatMap(({ resource, actions: ofResource }) =>
		ofResource.map((action) => [`${resource}.${action.operation}`, action]),
	),
);

/** Actions that need n8n's data tables, so they have their own tests. */
export const triedElsewhere = ['respondentList.sync'];

/** The actions covered by the tests of all actions. */
export const tried = Object.keys(actions).filter((key) => !triedElsewhere.includes(key));

export const operations = operationsOf(readDocument());

/** The row of a call in the API documentation. */
export const rowOf = (operationId: string | null) =>
	operations.find((operation) => operation.operationId === operationId)?.['x-call'];

/** An action's case. @throws if it has none, because every action has to be tested */
export function caseOf(key: string): ActionCase {
	if (cases[key]) return cases[key];
	throw new Error(`test/engine/actions/cases.ts has no case for ${key}`);
}

/** The node's parameters for an action, as in a saved workflow. */
export function parametersOf(key: string, more: IDataObject = {}): IDataObject {
	const [resource, operation] = key.split('.');
	return {
		resource,
		operation,
		...caseOf(key).parameters,
		requestOptions: { settleSeconds: 0.01, retryForSeconds: 2 },
		...more,
	};
}

export const callsOf = (sandbox: Sandbox, operationId: string) =>
	sandbox.calls.filter((call) => call.operationId === operationId);

/** The item that an output came from. */
export function itemOf({ pairedItem }: INodeExecutionData): number {
	if (typeof pairedItem === 'object' && !Array.isArray(pairedItem)) return pairedItem.item;
	throw new Error(`An output is paired with ${JSON.stringify(pairedItem)}`);
}
