import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import type { NetigateRequest } from '../shared/netigate/client';
import type { EntryId } from '../shared/netigate/members';
import type { Creation } from '../shared/netigate/createOnce';
import type { RunItems } from '../shared/n8n/itemRun';
import type { Parameters } from '../shared/n8n/parameters';

/** One call of Netigate's API, described once: n8n's routing and the careful sending are both built from it. */
export interface Call {
	/** The call's number in the API documentation, 1 to 34. */
	number: number;
	method: NetigateRequest['method'];
	/** Below the base URL; `{surveyId}` is filled from the parameter of that name. */
	path: string;
	/**
	 * What has to be read first, a path like `path`: once per run, however many items need it. Its response is the
	 * `read` of the functions below.
	 */
	readFirst?: string | ((parameters: Parameters) => string | undefined);
	/** If `body` needs what was read: refuses what can be refused before anything is read. */
	check?: (parameters: Parameters) => unknown;
	query?: (parameters: Parameters) => IDataObject;
	body?: (parameters: Parameters, read: unknown) => object;
	/** The same done twice as done once. GET is, unless it `creates` something. */
	repeatable?: boolean;
	/** Only reads, although its method is that of a write. */
	onlyReads?: boolean;
	emptyAllowed?: boolean | 204;
	/**
	 * Returns a list: one item per entry, cut by Return All and Limit if the action has them. The id is that of every
	 * entry, if they have any.
	 */
	list?: EntryId | true;
	/** A read that returns one object, which has this id. */
	id?: EntryId;
	/** Makes the output from the unwrapped response, which is otherwise passed on as it is. */
	output?: (
		response: unknown,
		parameters: Parameters,
		read: unknown,
	) => IDataObject | IDataObject[];
	/** For a call that creates something: how to find it again if the response is lost. */
	creates?: (request: NetigateRequest, parameters: Parameters, read: unknown) => Creation<object>;
	/** For any other call that must not be done twice: what the user can do if its response is lost. */
	whenLost?: (parameters: Parameters) => string;
	/** What the user should know about an item that is sent anyway. */
	hint?: (parameters: Parameters, read: unknown) => string | undefined;
}

/** An action's entry in the panel, and its fields. */
interface Entry {
	operation: string;
	name: string;
	/** The entry in n8n's panel, e.g. "Add a respondent to a sendout". */
	action: string;
	description: string;
	/** What an error says when nothing was done for any item, instead of "Nothing was done." */
	nothingDone?: string;
	fields: INodeProperties[];
}

/** An action of one call, sent once per item. */
interface CallAction extends Entry {
	call: Call;
	/** All calls that it may make when all goes well, if these are more than `call`. */
	calls?: number[];
	together?: never;
}

/** An action of several calls. */
interface TogetherAction extends Entry {
	call?: never;
	/** All calls that it may make when all goes well. */
	calls: number[];
	together: RunItems;
	/** It changes nothing in Netigate, so a later try may do all of it again. */
	onlyReads?: boolean;
	/** As an AI agent's tool it does everything for the one item of the tool call, or it is not offered to agents. */
	asTool: 'whole' | 'hidden';
}

export type Action = CallAction | TogetherAction;

/** The numbers of all calls that an action may make when all goes well. */
export function callsOf(action: Action): number[] {
	return action.call ? (action.calls ?? [action.call.number]) : action.calls;
}

/** Whether a call may be sent again at any time. */
export function isRepeatable({ repeatable, method, creates }: Call): boolean {
	return repeatable ?? (method === 'GET' && !creates);
}

/** Whether an action may be done again at any time, as one that changes nothing. */
export function onlyReads(action: Action): boolean {
	return action.call ? isRepeatable(action.call) : (action.onlyReads ?? false);
}

/** A resource of the node with its actions, in the order in which the panel shows them. */
export interface Resource {
	resource: string;
	name: string;
	description?: string;
	actions: Action[];
}

export type RunFunction = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
