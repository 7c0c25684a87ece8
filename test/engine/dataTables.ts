import { randomUUID } from 'node:crypto';
import type {
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { Condition, Filter, Row, StoredRow } from '../../nodes/shared/tables/rowStore';
import { IF_NONE, innerWorkflow, type RunNodes } from '../../nodes/shared/tables/innerWorkflow';
import { MemoryTable } from '../unit/tables/memoryStore';

const SHIFTED = 'synchronization error: result count changed during pagination';

/** n8n's node returns 50 entries by default. */
const limitIn = ({ returnAll, limit }: INode['parameters']) =>
	returnAll === true ? Infinity : Number(limit ?? 50);

type ExecuteWorkflow = IWorkflowExecuteAdditionalData['executeWorkflow'];

/**
 * n8n's data tables in memory. Runs the Data Table nodes in the inner workflows that the package uses for its tables.
 * The end-to-end tests use the real nodes.
 */
export class DataTables {
	readonly tables = new Map<string, MemoryTable>();

	private readonly columns = new Map<string, string[]>();

	private readonly ids = new Map<MemoryTable, string>();

	/** False for n8n before 2.5, which returns rows in the database's order. */
	ordered = true;

	/** The number of inner workflows that ran. */
	calls = 0;

	/** Called before each inner workflow. Can throw or never return. */
	before: (call: number) => Promise<void> = async () => {};

	/** Whether another writer disturbs this read, which n8n notices only if the number of rows changes. */
	disturbed: () => boolean = () => false;

	/** Called before a table is created. Can throw, e.g. if another process created it. */
	beforeCreate: (name: string, columns: string[]) => void = () => {};

	/** Called between two pages. */
	betweenPages: () => Promise<void> = async () => {};

	/** The number of rows that all tables together can hold. n8n counts bytes. */
	capacity = Infinity;

	/** The user's workflows by ID, each of which returns items. */
	readonly workflows: Record<string, (items: IDataObject[]) => IDataObject[]> = {};

	readonly executeWorkflow: ExecuteWorkflow = async ({ code, id }, called, options) => {
		const { inputData, parentWorkflowId } = options;
		await this.before(++this.calls);
		const { executionTimeoutTimestamp: deadline = Infinity } = called;
		if (Date.now() >= deadline) throw new Error('The execution was cancelled because it timed out');
		const given = (inputData ?? [{ json: {} }]).map(({ json }) => json);
		const workflow = this.workflows[String(id)];
		if (!code && !workflow) throw new Error('Workflow does not exist.');
		// Simulates a server on which workflows can't be called by default. n8n 3.0 has no policy "any".
		const { callerPolicy, callerIds } = code?.settings ?? {};
		if (code && (callerPolicy !== 'workflowsFromAList' || callerIds !== parentWorkflowId))
			throw new Error('The sub-workflow cannot be called by this workflow');
		const items = code ? await this.runInline(code.nodes.slice(1), given) : workflow(given);
		const data = items.map((json): INodeExecutionData => ({ json }));
		return { executionId: `inner-${this.calls}`, data: [data] } as never;
	};

	/** Access to the tables from an execution. */
	as(executionId: string): RunNodes {
		return innerWorkflow({
			getWorkflow: () => ({ id: 'w' }),
			getExecutionId: () => executionId,
			executeWorkflow: async (info: never, inputData: INodeExecutionData[]) =>
				await this.executeWorkflow(
					info,
					{} as never,
					{ inputData, parentWorkflowId: 'w' } as never,
				),
		} as never as IExecuteFunctions);
	}

	private async runInline(chain: INode[], given: IDataObject[]): Promise<IDataObject[]> {
		let items = given;
		for (const node of chain) {
			if (node.type === IF_NONE.type) {
				if (items.some(({ id }) => id !== undefined)) break;
				continue;
			}
			items = await this.runNode(node, node.executeOnce ? items.slice(0, 1) : items);
			if (items.length === 0 && node.alwaysOutputData) items = [{}];
		}
		return items;
	}

	/** Adds a table that someone created. */
	add(name: string, columns: string[]): void {
		this.tables.set(name, new MemoryTable());
		this.columns.set(name, columns);
	}

	/** A renamed table keeps its ID. */
	rename(name: string, to: string): void {
		this.tables.set(to, this.tables.get(name)!);
		this.columns.set(to, this.columns.get(name)!);
		this.tables.delete(name);
	}

	columnsOf(name: string): string[] {
		return this.columns.get(name) ?? [];
	}

	private idOf(name: string): string {
		const table = this.tables.get(name)!;
		const id = this.ids.get(table) ?? randomUUID();
		this.ids.set(table, id);
		return id;
	}

	rows(table: string): StoredRow[] {
		return this.tables.get(table)?.all() ?? [];
	}

	/** Reads pages like n8n's node, which notices changes only if the number of rows is different. */
	private async paged(read: () => Promise<StoredRow[]>, { parameters }: INode) {
		const limit = limitIn(parameters);
		const result: StoredRow[] = [];
		let total: number | undefined;
		if (this.disturbed()) throw new Error(SHIFTED);
		for (;;) {
			const all = await read();
			if (all.length !== (total ??= all.length)) throw new Error(SHIFTED);
			const take = Math.min(1000, limit - result.length);
			result.push(...all.slice(result.length, result.length + take));
			if (result.length >= Math.min(limit, total)) return result;
			await this.betweenPages();
		}
	}

	private async runNode(node: INode, items: IDataObject[]): Promise<IDataObject[]> {
		const { resource, operation } = node.parameters as { resource: string; operation: string };
		if (resource === 'table' && operation === 'list') {
			const names = [...this.tables.keys()].slice(0, limitIn(node.parameters));
			return names.map((name) => ({
				id: this.idOf(name),
				name,
				columns: (this.columns.get(name) ?? []).map((column) => ({ name: column })),
			}));
		}
		if (resource === 'table') {
			const { tableName, columns } = node.parameters as {
				tableName: string;
				columns: { column: Array<{ name: string }> };
			};
			const names = columns.column.map((column) => column.name);
			this.beforeCreate(tableName, names);
			if (this.tables.has(tableName)) {
				throw new Error(`Data table with name '${tableName}' already exists in this project`);
			}
			this.add(tableName, names);
			return [{ id: this.idOf(tableName), name: tableName }];
		}
		const { value: id } = node.parameters.dataTableId as { value: string };
		const name = [...this.tables.keys()].find((one) => this.idOf(one) === id);
		if (name === undefined)
			throw new Error(`Data table with ID '${id}' could not be found in this project`);
		const store = this.tables.get(name)!.store();
		if (operation === 'insert') {
			const empty = Object.fromEntries(this.columns.get(name)!.map((column) => [column, null]));
			this.requireRoom();
			await store.run([{ insert: items.map((item) => ({ ...empty, ...item }) as Row) }]);
			return [{ success: true, insertedRows: items.length }];
		}
		const rows: StoredRow[] = [];
		for (const item of items) {
			const filter = filterOf(node.parameters, item);
			if (operation === 'get') {
				const read = async () => {
					const found = await store.run([{ read: filter }]);
					return sorted(this.ordered ? found : mixed(found), node, this.ordered);
				};
				for (const row of await this.paged(read, node)) rows.push(row);
				continue;
			}
			if (operation === 'deleteRows') rows.push(...(await store.run([{ remove: filter }])));
			else if (operation === 'update') {
				const { value } = node.parameters.columns as { value: Row };
				this.requireRoom();
				const cells = Object.entries(value).map(([column, cell]) => [column, resolved(cell, item)]);
				rows.push(
					...(await store.run([{ update: filter, set: Object.fromEntries(cells) as Row }])),
				);
			} else throw new Error(`These data tables know no operation ${operation}`);
		}
		return rows;
	}

	/** Called before all writes except deletions, which need no space. */
	private requireRoom(): void {
		const used = [...this.tables.values()].flatMap((table) => table.all()).length;
		if (used >= this.capacity)
			throw new Error('Data table size limit exceeded: 200MB used, limit is 200MB');
	}
}

/** Puts the second half of the rows first, as an unordered read may do. */
const mixed = (rows: StoredRow[]) => {
	const middle = Math.floor(rows.length / 2);
	return [...rows.slice(middle), ...rows.slice(0, middle)];
};

function sorted(rows: StoredRow[], { parameters }: INode, ordered: boolean): StoredRow[] {
	const sign = parameters.orderByDirection === 'DESC' ? -1 : 1;
	return ordered && parameters.orderBy === true ? rows.sort((a, b) => sign * (a.id - b.id)) : rows;
}

function filterOf(parameters: INode['parameters'], item: IDataObject): Filter {
	const { conditions = [] } = (parameters.filters ?? {}) as {
		conditions?: Array<{ keyName: string; condition: Condition['is']; keyValue: unknown }>;
	};
	return {
		match: parameters.matchType === 'allConditions' ? 'all' : 'any',
		conditions: conditions.map(({ keyName, condition, keyValue }) => ({
			column: keyName,
			is: condition,
			value: storable(keyName, resolved(keyValue, item)) as Condition['value'],
		})),
	};
}

/** PostgreSQL refuses an ID that doesn't fit in a signed 32-bit integer. */
function storable(column: string, value: unknown): unknown {
	if (column === 'id' && Number(value) > 0x7fffffff)
		throw new Error(`value "${String(value)}" is out of range for type integer`);
	return value;
}

/** Reads a field of the item, which is the only kind of expression in these workflows. */
function resolved(value: unknown, item: IDataObject): unknown {
	const [, field] = /^=\{\{ \$json\.(\w+) \}\}$/.exec(String(value)) ?? [];
	if (field !== undefined) return item[field];
	if (String(value).startsWith('=')) throw new Error(`n8n would run ${String(value)}`);
	return value;
}
