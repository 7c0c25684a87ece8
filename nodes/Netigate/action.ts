import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { NetigateRequest } from '../shared/netigate/client';
import type { EntryId } from '../shared/netigate/members';
import type { Creation } from '../shared/netigate/createOnce';
import type { RunItems } from '../shared/n8n/itemRun';
import type { Parameters } from '../shared/n8n/parameters';

export interface Call {
	/** The call's number in the API documentation, 1 to 34. */
	number: number;
	method: NetigateRequest['method'];
	/** Relative to the base URL. `{surveyId}` is replaced by the parameter of that name. */
	path: string;
	/** A path to request first, once per run. The functions below receive the response as `read`. */
	readFirst?: string | ((parameters: Parameters) => string | undefined);
	/** For a `body` that needs `read`: rejects invalid parameters before anything is read. */
	check?: (parameters: Parameters) => unknown;
	query?: (parameters: Parameters) => IDataObject;
	body?: (parameters: Parameters, read: unknown) => object;
	/** Whether sending the call twice is harmless. By default, true for a GET that creates nothing. */
	repeatable?: boolean;
	/** Set if the call only reads data although its method isn't GET. */
	onlyReads?: boolean;
	emptyAllowed?: boolean | 204;
	/** For a list that Return All and Limit apply to: the ID field of its entries, or `true` if they have none. */
	list?: EntryId | true;
	/** For a call that reads one object: the name of the object's ID field. */
	id?: EntryId;
	/** Turns the unwrapped response into the output. Without this function, the response is the output. */
	output?: (
		response: unknown,
		parameters: Parameters,
		read: unknown,
	) => IDataObject | IDataObject[];
	/** For a call that creates something: how to find it again if the response is lost. */
	creates?: (request: NetigateRequest, parameters: Parameters, read: unknown) => Creation<object>;
	/** For other calls that must not be sent twice: advice for the user if the response is lost. */
	whenLost?: (parameters: Parameters) => string;
	/** A warning about an item that is sent despite the warning. */
	hint?: (parameters: Parameters, read: unknown) => string | undefined;
}

interface Entry {
	operation: string;
	name: string;
	/** The entry in n8n's panel, e.g. "Get many respondents". */
	action: string;
	description: string;
	/** What n8n's AI builder reads about the action, in addition to the description. */
	builderHint?: string;
	/** What an error says instead of "Nothing was done." if nothing was done for any item. */
	nothingDone?: string;
	fields: INodeProperties[];
}

/** Either one call that is sent once per item, or several calls that `together` makes for all items. */
export type Action = Entry &
	(
		| { call: Call; calls?: number[]; together?: never }
		| {
				call?: never;
				calls: number[];
				together: RunItems;
				/** Set if the action changes nothing in Netigate, so a later attempt can repeat all of it. */
				onlyReads?: boolean;
				hiddenFromAgents?: boolean;
		  }
	);

export function callsOf(action: Action): number[] {
	return action.call ? (action.calls ?? [action.call.number]) : action.calls;
}

export function isRepeatable({ repeatable, method, creates }: Call): boolean {
	return repeatable ?? (method === 'GET' && !creates);
}

/** Whether an action can safely be repeated at any time. */
export function onlyReads(action: Action): boolean {
	return action.call ? isRepeatable(action.call) : (action.onlyReads ?? false);
}

/** A resource of the node, with its actions in the order in which n8n's panel shows them. */
export interface Resource {
	resource: string;
	name: string;
	description?: string;
	actions: Action[];
}
