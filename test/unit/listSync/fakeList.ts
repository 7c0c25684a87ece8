import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { ItemOutcome } from '../../../nodes/shared/n8n/itemRun';
import { parameterReader } from '../../../nodes/shared/n8n/itemParameters';
import { sync as syncAction } from '../../../nodes/Netigate/resources/respondentList/sync';
import { syncTogether } from '../../../nodes/shared/listSync/together';
import type { NetigateClient, NetigateRequest } from '../../../nodes/shared/netigate/client';
import { NetigateError } from '../../../nodes/shared/netigate/errors';
import type { DataTableStore } from '../../../nodes/shared/tables/dataTable';
import type { StoredRow } from '../../../nodes/shared/tables/rowStore';
import { MemoryTable, type Tick } from '../tables/memoryStore';

export const CITY = 4805;
export const TITLE = 4806;

const labels = [
	{ BGDataLabelId: CITY, Document: 8001, Name: 'City', Type: 'TEXT', Options: [] },
	{ BGDataLabelId: TITLE, Document: 8001, Name: 'Title', Type: 'TEXT', Options: [] },
];

export interface Member extends IDataObject {
	email: string;
	city?: string;
	title?: string;
}

interface ListRow {
	contact: string;
	cells: Map<number, string>;
}

/**
 * What becomes of a call: it is done and answered; done, with nothing in the answer; not done, which is all that the
 * answer says; done and the answer lost; lost on the way; refused; or
 * Netigate is busy.
 */
export type Fate =
	| 'done'
	| 'doneWithoutAWord'
	| 'saidNo'
	| 'doneAndLost'
	| 'lost'
	| 'refused'
	| 'busy'
	| 'noSuchRow'
	| 'forbidden';

const failures: Partial<Record<Fate, () => NetigateError>> = {
	doneAndLost: () => failure('The connection was lost', 'unknown'),
	lost: () => failure('The connection was lost', 'unknown'),
	refused: () => failure('Netigate refused: no', 'refused', 400),
	busy: () => failure('Netigate is busy (HTTP 503)', 'notDone', 503),
	noSuchRow: () => failure('Netigate refused: not found', 'refused', 404),
	forbidden: () => failure('Netigate refused: wrong key', 'refused', 401),
};

function failure(message: string, outcome: NetigateError['outcome'], status?: number) {
	return new NetigateError(message, { outcome, status, advice: 'Do something.' });
}

/** A respondent list of Netigate, and the table in which n8n remembers what it wrote there. */
export class World {
	readonly rows = new Map<number, ListRow>();

	readonly table = new MemoryTable();

	readonly calls: NetigateRequest[] = [];

	/** Contacts that differ only in capitals get the same row. */
	mergesCapitals = false;

	inFlight = 0;

	mostInFlight = 0;

	private lastId = 61_000;

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
			this.inFlight++;
			this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
			try {
				this.calls.push(request);
				await tick(`send ${request.method}`);
				const fate = fateOf(request);
				const answer = fate.startsWith('done') ? this.work(request) : undefined;
				await tick(`answer ${request.method}`);
				if (fate === 'doneWithoutAWord') return undefined;
				if (fate === 'saidNo') return false;
				if (fate !== 'done') throw failures[fate]!();
				return answer;
			} finally {
				this.inFlight--;
			}
		};
		return {
			maxInFlight: 4,
			cancelled,
			settle: async () => {},
			send,
			get: async (path) => await send({ method: 'GET', path, repeatable: true }),
		};
	}

	private work({ method, path, body }: NetigateRequest): unknown {
		if (method === 'GET') return labels;
		const given = body as {
			contactDetails?: string;
			cellData?: Array<{ Key: string; Value: string }>;
			labels?: number[];
		};
		const cells = (given.cellData ?? []).map(({ Key, Value }): [number, string] => [
			Number(Key),
			Value,
		]);
		if (method === 'POST') {
			const same = [...this.rows].find(
				([, { contact }]) => contact.toLowerCase() === given.contactDetails!.toLowerCase(),
			);
			if (this.mergesCapitals && same) {
				for (const [labelId, value] of cells) same[1].cells.set(labelId, value);
				return { RespondentId: same[0], Cells: [] };
			}
			this.lastId++;
			this.rows.set(this.lastId, { contact: given.contactDetails!, cells: new Map(cells) });
			return { RespondentId: this.lastId, Cells: [] };
		}
		const id = Number(path.split('/').pop());
		const row = this.rows.get(id);
		if (!row) throw failures.noSuchRow!();
		for (const [labelId, value] of cells) row.cells.set(labelId, value);
		for (const labelId of given.labels ?? []) row.cells.delete(labelId);
		return method === 'DELETE' ? true : { RespondentId: id, Cells: [] };
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
}

interface SyncResult {
	/** In the order of the directory, then those who are in no item. */
	outcomes: Array<ItemOutcome | undefined>;
	statuses: Array<[contact: unknown, status: unknown]>;
	errors: Error[];
	hints: string[];
}

const byHand = {
	mappingMode: 'defineBelow',
	value: { [CITY]: '={{ $json.city }}', [TITLE]: '={{ $json.title }}' },
};

/** Runs `respondentList.sync` for a directory, as the node does; unless told otherwise, a first run adds. */
export async function sync(world: World, request: SyncRequest): Promise<SyncResult> {
	const { directory, missing = 'report', continueOnFail = true } = request;
	const first = world.remembered().length === 0;
	const options = { ...(first ? { firstRun: 'add' } : {}), ...request.options };
	const { tick = async () => {}, fateOf = () => 'done', cells = byHand } = request;
	const hints: string[] = [];
	const table = world.table.store(tick) as unknown as DataTableStore;
	const parametersOf = parameterReader(
		{
			getNode: () => ({
				type: 'n8n-nodes-netigate.netigate',
				parameters: { listId: 8001, contact: '={{ $json.email }}', cells, missing, options },
			}),
			getTimezone: () => 'UTC',
		} as unknown as IExecuteFunctions,
		syncAction.fields,
	);
	const context = { getInstanceId: () => request.instanceId ?? 'this-n8n' } as IExecuteFunctions;
	const batch = {
		items: directory.map((item, index) => ({
			index,
			parameters: () => parametersOf(index, { json: item as unknown as IDataObject }),
		})),
		client: world.client(tick, fateOf, request.cancelled),
		continueOnFail,
		hint: (message: string) => void hints.push(message),
		n8n: { context, server: 'www.netigate.se' },
	};
	const outcomes = await syncTogether(batch, () => table);
	const told = outcomes as Array<ItemOutcome | undefined>;
	return {
		outcomes: told,
		statuses: told.map((outcome) => {
			const json = outcome?.json as IDataObject | undefined;
			if (!outcome) return [undefined, undefined];
			return [json?.contact, 'error' in outcome ? 'error' : json?.status];
		}),
		errors: told.flatMap((outcome) => (outcome && 'error' in outcome ? [outcome.error] : [])),
		hints,
	};
}
