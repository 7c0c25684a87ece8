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
	/** Below the base URL; `{surveyId}` is filled from the parameter of that name. */
	path: string;
	/** A path like `path` to read first, once per run. Its response is the `read` of the functions below. */
	readFirst?: string | ((parameters: Parameters) => string | undefined);
	/** If `body` needs what was read: refuses what can be refused before anything is read. */
	check?: (parameters: Parameters) => unknown;
	query?: (parameters: Parameters) => IDataObject;
	body?: (parameters: Parameters, read: unknown) => object;
	/** Whether sending it twice does no harm. That is so for GET, unless it `creates` something. */
	repeatable?: boolean;
	/** Only reads, although its method isn't GET. */
	onlyReads?: boolean;
	emptyAllowed?: boolean | 204;
	/** Returns a list, cut by Return All and Limit: the id that its entries have, or `true` if they have none. */
	list?: EntryId | true;
	/** A read that returns one object, which has this id. */
	id?: EntryId;
	/** Makes the output from the unwrapped response, which is otherwise the output itself. */
	output?: (
		response: unknown,
		parameters: Parameters,
		read: unknown,
	) => IDataObject | IDataObject[];
	/** For a call that creates something: how to find it again if the response is lost. */
	creates?: (request: NetigateRequest, parameters: Parameters, read: unknown) => Creation<object>;
	/** For other calls that must not be sent twice: what the user can do if the response is lost. */
	whenLost?: (parameters: Parameters) => string;
	/** What the user should know about an item, which is sent anyway. */
	hint?: (parameters: Parameters, read: unknown) => string | undefined;
}

interface Entry {
	operation: string;
	name: string;
	/** The entry in n8n's panel, e.g. "Add respondent to sendout". */
	action: string;
	description: string;
	/** What an error says when nothing was done for any item, instead of "Nothing was done." */
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
				/** Changes nothing in Netigate, so a later try may do all of it again. */
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

/** Whether an action may be repeated at any time. */
export function onlyReads(action: Action): boolean {
	return action.call ? isRepeatable(action.call) : (action.onlyReads ?? false);
}

/** A resource of the node, with its actions in the order of the panel. */
export interface Resource {
	resource: string;
	name: string;
	description?: string;
	actions: Action[];
}
