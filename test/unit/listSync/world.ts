import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { parameterReader } from '../../../nodes/shared/n8n/itemParameters';
import { sync as syncAction } from '../../../nodes/Netigate/resources/respondentList/sync';
import { syncLists } from '../../../nodes/shared/listSync/sync';
import type { NetigateClient, NetigateRequest } from '../../../nodes/shared/netigate/client';
import { NetigateError } from '../../../nodes/shared/netigate/errors';
import { unwrap } from '../../../nodes/shared/netigate/responses';
import type { DataTableStore } from '../../../nodes/shared/tables/dataTable';
import type { StoredRow } from '../../../nodes/shared/tables/rowStore';
import type { Settings } from '../../sandbox';
import { DirectSandbox } from '../../sandbox/directSandbox';
import { Refusal } from '../../sandbox/refusal';
import { MemoryTable, type Tick } from '../tables/memoryStore';

const LIST = 8001;
export const CITY = 4805;
export const TITLE = 4806;

/** The ID of the nth row, from 1, that is added to the list. */
export const rowId = (nth: number) => 3_000_000_000 + nth;

export interface Member extends IDataObject {
	email: string;
	city?: string;
	title?: string;
}

export const anna: Member = { email: 'anna@example.com', city: 'Lund', title: 'Nurse' };
export const ben: Member = { email: 'ben@example.com', city: 'Malmö' };
export const carla: Member = { email: 'carla@example.com', city: 'Lund' };

export const times = <T>(count: number, value: T) => Array<T>(count).fill(value);

/**
 * What happens to a call. `doneSilently` is done with an empty response, `saidNo` isn't done and the response is
 * `false`; after `doneAndLost` and `lost` there is no response.
 */
export type Fate =
	| 'done'
	| 'doneSilently'
	| 'saidNo'
	| 'doneAndLost'
	| 'lost'
	| 'refused'
	| 'busy'
	| 'forbidden';

function failure(message: string, outcome: NetigateError['outcome'], status?: number) {
	return new NetigateError(message, { outcome, status, advice: 'Do something.' });
}

const failures: Partial<Record<Fate, () => NetigateError>> = {
	doneAndLost: () => failure('The connection was lost', 'unknown'),
	lost: () => failure('The connection was lost', 'unknown'),
	refused: () => failure('Netigate refused: no', 'refused', 400),
	busy: () => failure('Netigate is busy (HTTP 503)', 'notDone', 503),
	forbidden: () => failure('Netigate refused: wrong key', 'refused', 401),
};

/**
 * A respondent list in the sandbox, and the list memory in n8n. A run can be stopped at each step,
 * thousands of times.
 */
export class World {
	private readonly sandbox: DirectSandbox;

	readonly rows: DirectSandbox['state']['rows'];

	readonly table = new MemoryTable();

	readonly calls: NetigateRequest[] = [];

	/** Whether contacts that differ only in punctuation get the same row. */
	mergesMarks = false;

	inFlight = 0;

	mostInFlight = 0;

	constructor(settings: Partial<Settings> = {}) {
		this.sandbox = new DirectSandbox(settings);
		const { state } = this.sandbox;
		this.rows = state.rows;
		state.addDocument({ id: LIST, name: 'Employees' });
		state.addLabel(LIST, 'City', 'TEXT', [], CITY);
		state.addLabel(LIST, 'Title', 'TEXT', [], TITLE);
	}

	/** The memory's rows about people, without claims. */
	remembered(): StoredRow[] {
		return this.table.all().filter(({ list }) => list !== '');
	}

	contacts(): string[] {
		return [...this.rows.values()].map(({ contact }) => contact).sort();
	}

	cellsOf(email: string): Record<string, string> {
		const row = [...this.rows.values()].find(({ contact }) => contact === email);
		return Object.fromEntries(row?.cells ?? []);
	}

	client(
		tick: Tick,
		fateOf: (request: NetigateRequest) => Fate,
		cancelled = () => false,
	): NetigateClient {
		const send = async (request: NetigateRequest) => {
			this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
			try {
				this.calls.push(request);
				await tick(`send ${request.method}`);
				const fate = fateOf(request);
				const response = fate.startsWith('done') ? this.work(request) : undefined;
				await tick(`answer ${request.method}`);
				if (fate in failures) throw failures[fate]!();
				return fate === 'saidNo' ? false : fate === 'doneSilently' ? undefined : response;
			} finally {
				this.inFlight--;
			}
		};
		return {
			maxInFlight: 4,
			cancelled,
			connection: '',
			settle: async () => {},
			send,
			get: async (path) => await send({ method: 'GET', path, repeatable: true }),
		};
	}

	private work(request: NetigateRequest): unknown {
		const { contactDetails } = (request.body ?? {}) as { contactDetails?: string };
		const same =
			this.mergesMarks &&
			[...this.rows.values()].find(
				({ contact }) => contact.replace(/\W/g, '') === contactDetails?.replace(/\W/g, ''),
			);
		const edit = same && {
			method: 'PUT' as const,
			path: `${request.path}/${same.respondentId}`,
		};
		try {
			return unwrap(this.sandbox.work({ ...request, ...edit }));
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			throw failure(`Netigate refused: ${error.message}`, 'refused', error.status);
		}
	}
}

export interface SyncRequest {
	directory: readonly Member[];
	missing?: 'report' | 'clear';
	options?: IDataObject;
	continueOnFail?: boolean;
	tick?: Tick;
	fateOf?: (request: NetigateRequest) => Fate;
	cancelled?: () => boolean;
	cells?: IDataObject;
	instanceId?: string;
	place?: string;
}

const byHand = {
	mappingMode: 'defineBelow',
	value: { [CITY]: '={{ $json.city }}', [TITLE]: '={{ $json.title }}' },
};

/** Runs `respondentList.sync` for a directory, as the node does. By default, a first run adds. */
export async function sync(world: World, request: SyncRequest) {
	const { directory, missing = 'report', continueOnFail = true } = request;
	const first = world.remembered().length === 0;
	const options = { ...(first ? { firstRun: 'add' } : {}), ...request.options };
	const { tick = async () => {}, fateOf = () => 'done', cells = byHand } = request;
	const hints: string[] = [];
	const parametersOf = parameterReader(
		{
			getNode: () => ({
				type: 'n8n-nodes-netigate.netigate',
				parameters: { listId: LIST, contact: '={{ $json.email }}', cells, missing, options },
			}),
			getTimezone: () => 'UTC',
		} as unknown as IExecuteFunctions,
		syncAction.fields,
	);
	const batch = {
		items: directory.map((json, index) => ({ parameters: () => parametersOf(index, { json }) })),
		client: world.client(tick, fateOf, request.cancelled),
		continueOnFail,
		refusalOf: () => ({}),
		place: '',
		hint: (message: string) => void hints.push(message),
		n8n: {
			context: {} as IExecuteFunctions,
			server: 'www.netigate.se',
			hashSecret: () => request.instanceId ?? 'this-n8n',
			placeOf: () => request.place ?? 'www.netigate.se',
		},
	};
	const store = world.table.store(tick) as unknown as DataTableStore;
	const outcomes = await syncLists(batch, () => store);
	const results = outcomes.map((outcome): [contact: unknown, status: unknown] => {
		const json = outcome?.json as IDataObject | undefined;
		return [json?.contact, outcome && ('error' in outcome ? 'error' : json?.status)];
	});
	return {
		/** In the order of the directory, followed by outcomes without an item. */
		outcomes,
		results,
		statuses: results.map(([, status]) => status),
		errors: outcomes.flatMap((outcome) => (outcome && 'error' in outcome ? [outcome.error] : [])),
		hints,
	};
}
