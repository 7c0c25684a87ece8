import { randomUUID } from 'node:crypto';
import type {
	IDataObject,
	IExecuteWorkflowInfo,
	INodeExecutionData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { IF_NONE, type InnerNode } from '../../nodes/shared/ledger/innerWorkflow';
import { QUARANTINE_TABLE } from '../../nodes/shared/quarantine/ledger/table';
import type { Condition, Filter, Row, Step, StoredRow } from '../../nodes/shared/ledger/rowStore';
import { MemoryTable } from '../unit/ledger/memoryStore';
import { MemoryRecords } from '../unit/quarantine/memoryRecords';

const EMPTY = Object.fromEntries(
	Object.keys(QUARANTINE_TABLE.columns).map((column) => [column, null]),
);

/**
 * What n8n's server does for the quarantine, in memory: it runs inline sub-workflows of Data Table nodes on
 * one table, and ledger workflows. (That the real Data Table node does the same is tested end to end.)
 */
export class LedgerHost {
	readonly table = new MemoryTable();

	readonly records = new MemoryRecords();

	/** Thrown instead of an answer, as often as there are entries. */
	readonly failures: Error[] = [];

	/** What the ledger workflow answers, instead of the right thing. */
	nonsense: IDataObject[] | undefined;

	calls = 0;

	private tableId: string | null = null;

	readonly additionalData: Partial<IWorkflowExecuteAdditionalData> = {
		executeWorkflow: (async (
			{ code, id }: IExecuteWorkflowInfo,
			_: unknown,
			{ inputData = [] }: { inputData?: INodeExecutionData[] },
		) => {
			this.calls++;
			const failure = this.failures.shift();
			if (failure) throw failure;
			const items = inputData.map(({ json }) => json);
			const answered = code
				? await this.inline(code.nodes as InnerNode[], items)
				: this.workflow(String(id), items);
			return { executionId: '2', data: [answered.map((json) => ({ json }))] };
		}) as unknown as IWorkflowExecuteAdditionalData['executeWorkflow'],
	};

	deleteTable(): void {
		this.tableId = null;
	}

	/** Events, without the rows that are settings or were given back. */
	events(): StoredRow[] {
		return this.table
			.all()
			.filter(({ kind, state }) => kind !== 'key' && kind !== 'keep' && state !== 'free');
	}

	private workflow(id: string, items: IDataObject[]): IDataObject[] {
		if (id !== 'ledger') throw new Error('Workflow does not exist.');
		return this.nonsense ?? items.flatMap((item) => this.records.answer(item));
	}

	private async inline(nodes: InnerNode[], items: IDataObject[]): Promise<IDataObject[]> {
		let last: IDataObject[] = items;
		for (const { type, parameters } of nodes.slice(1)) {
			if (type === IF_NONE.type) {
				if (last.some(({ id }) => id !== undefined)) break;
				continue;
			}
			if (parameters.resource === 'table') {
				if (parameters.operation === 'create') this.tableId = randomUUID();
				last = this.tableId === null ? [] : [{ id: this.tableId, name: QUARANTINE_TABLE.name }];
				continue;
			}
			const { value: id } = parameters.dataTableId as { value: string };
			if (this.tableId !== id)
				throw new Error(`Data table with ID '${id}' could not be found in this project`);
			const rows = await this.table.store().run([stepOf(parameters as IDataObject, items)]);
			// A table has all its columns in every row.
			last = limited(rows, parameters as IDataObject).map((row) => ({ ...EMPTY, ...row }));
		}
		return last.length > 0 ? last : [{}];
	}
}

function stepOf(parameters: IDataObject, items: IDataObject[]): Step {
	const filter = filterOf(parameters);
	switch (parameters.operation) {
		case 'insert':
			return { insert: items as Row[] };
		case 'get':
			return { read: filter };
		case 'update':
			return { update: filter, set: (parameters.columns as IDataObject).value as Row };
		default:
			return { remove: filter };
	}
}

function filterOf({ matchType, filters }: IDataObject): Filter {
	const conditions = ((filters as IDataObject)?.conditions ?? []) as IDataObject[];
	return {
		match: matchType === 'allConditions' ? 'all' : 'any',
		conditions: conditions.map(
			({ keyName, condition, keyValue }) =>
				({ column: keyName, is: condition, value: keyValue }) as Condition,
		),
	};
}

function limited(rows: StoredRow[], { limit, orderByDirection }: IDataObject): StoredRow[] {
	if (typeof limit !== 'number') return rows;
	const sorted = [...rows].sort((a, b) =>
		orderByDirection === 'DESC' ? b.id - a.id : a.id - b.id,
	);
	return sorted.slice(0, limit);
}
