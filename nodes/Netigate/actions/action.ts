import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import type { NetigateClient, NetigateRequest } from '../../shared/api/client';
import type { Creation } from '../../shared/api/createOnce';
import type { DataTableStore } from '../../shared/ledger/dataTable';
import type { Table } from '../../shared/ledger/rowStore';
import type { LedgerAccess } from '../../shared/quarantine/openLedger';
import type { Rule } from '../../shared/quarantine/rules/rules';
import type { Options } from '../../shared/quarantine/settings';
import type { Parameters } from '../../shared/n8n/parameters';

/** One call of Netigate's API, told once: n8n's routing and the careful sending are both made from it. */
export interface Call {
	/** The call's row in the API documentation, 1 to 34. */
	number: number;
	method: NetigateRequest['method'];
	/** Below the base URL; `{surveyId}` is filled from the parameter of that name. */
	path: string;
	/**
	 * What has to be read beforehand, as a path like `path`: read once a run, however many items. Its answer is
	 * the `read` of the functions below.
	 */
	reads?: string | ((parameters: Parameters) => string | undefined);
	/** Refuses what can be told before anything is read, where `body` needs what was read. */
	check?: (parameters: Parameters) => unknown;
	query?: (parameters: Parameters) => IDataObject;
	body?: (parameters: Parameters, read: unknown) => object;
	/** A plain read, safe to send twice. */
	repeatable?: boolean;
	emptyAllowed?: boolean;
	/** Answers with a list: one item an entry, cut by Return All and Limit where the action has them. */
	list?: boolean;
	/** Makes the output of the unwrapped answer, where it is not simply passed on. */
	output?: (answer: unknown, parameters: Parameters, read: unknown) => IDataObject | IDataObject[];
	/** For a call that creates: how to find again what it made, when its answer is lost. */
	creates?: (request: NetigateRequest, parameters: Parameters, read: unknown) => Creation<object>;
	/** For any other call that must not be done twice: what the user can do when its answer is lost. */
	whenLost?: (parameters: Parameters) => string;
	/** What the user should know about an item that is sent all the same. */
	hint?: (parameters: Parameters) => string | undefined;
}

/** What an action did for one item. */
export type ItemOutcome =
	| { json: IDataObject | IDataObject[] }
	| { error: Error; json?: IDataObject };

export interface BatchItem {
	parameters: () => Parameters;
	/** What an earlier try of this run made of it, where something was or may have been done. */
	earlier?: ItemOutcome;
	/** Keeps an outcome for a later try of this run. */
	keep?: (outcome: ItemOutcome) => void;
}

/** All items of a run. */
export interface Batch {
	items: BatchItem[];
	client: NetigateClient;
	/** Whether an item that fails lets the others go on ("On Error" is set to continue). */
	continueOnFail: boolean;
	/** Whether somebody tries the workflow out in the editor. */
	testRun?: boolean;
	/** Tells the user something about the run, beside its output; the same words only once. */
	hint: (message: string) => void;
	/** Where something can be remembered for later runs; absent where n8n runs the node as a tool. */
	memory?: Memory;
}

/** Does an action for all items: an outcome for each, in their order; those after them belong to no item. */
export type Together = (batch: Batch) => Promise<Array<ItemOutcome | undefined>>;

export interface Memory {
	/** One of n8n's data tables, in the workflow's project. */
	table: (table: Table) => DataTableStore;
	/** The ledger of the quarantine, which the quarantine node uses too. */
	quarantine: (options: Options, rules: Iterable<Rule>) => LedgerAccess;
	/** Netigate's server, e.g. `www.netigate.se`: ids are its own. */
	server: string;
	/** A secret of this n8n that stays the same. */
	instanceId: string;
}

/** An action's entry in the panel, and its fields. */
interface Entry {
	operation: string;
	name: string;
	/** The entry in n8n's panel, e.g. "Add a respondent to a sendout". */
	action: string;
	description: string;
	/** What an error says where nothing was done for any item; else "Nothing was done." */
	nothingDone?: string;
	fields: INodeProperties[];
}

/** An action of one call, sent once an item. */
export interface CallAction extends Entry {
	call: Call;
	/** The rows of all calls that it may make when all goes well, where these are more than `call`. */
	calls?: number[];
	together?: never;
}

/** An action of several calls. */
export interface TogetherAction extends Entry {
	call?: never;
	/** The rows of all calls that it may make when all goes well. */
	calls: number[];
	together: Together;
	/** It changes nothing in Netigate, so a later try may do all of it again. */
	onlyReads?: boolean;
	/** An AI agent's tool does all of it for the one item of its call, or the action is not offered to agents. */
	asTool: 'whole' | 'hidden';
}

export type Action = CallAction | TogetherAction;

/** The rows of all calls that an action may make when all goes well. */
export function callsOf(action: Action): number[] {
	return action.call ? (action.calls ?? [action.call.number]) : action.calls;
}

/** Whether an action changes nothing, so that it may be done again at any time. */
export function onlyReads(action: Action): boolean {
	return (action.call ? action.call.repeatable : action.onlyReads) ?? false;
}

/** A resource of the node with its actions, in the order in which the panel shows them. */
export interface Resource {
	resource: string;
	name: string;
	description?: string;
	actions: Action[];
}

export type RunFunction = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
