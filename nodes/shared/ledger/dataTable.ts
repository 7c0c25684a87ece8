import type { IDataObject } from 'n8n-workflow';
import { LedgerError } from './errors';
import type { RunNodes } from './innerWorkflow';
import { TableLocation } from './tableLocation';
import { tableNode, type DataTableNode } from './tableNode';
import {
	all,
	where,
	type Cell,
	type Filter,
	type RowStore,
	type Step,
	type StoredRow,
	type Table,
} from './rowStore';

/** Rows with ids in a range of this size come in one page, so that nothing can shift between pages. */
const PAGE = 1000;

/** Of the databases that n8n runs on, PostgreSQL has the lowest: its ids have 32 bits. */
const HIGHEST_ID = 2 ** 31 - 1;

/** Up to this many ids, one read with the node's own paging is quicker than ranges of ids. */
const SMALL_TABLE = 5000;

const TRIES = 6;

/** A table in n8n's data tables, reached through n8n's own Data Table node. */
export class DataTableStore implements RowStore {
	private readonly location: TableLocation;

	constructor(
		private readonly table: Table,
		private readonly inner: RunNodes,
	) {
		this.location = new TableLocation(table, inner);
	}

	/**
	 * Looks the table up by its exact name, makes it when it was never there, then reads rows of it. To be
	 * called first: it takes about as long as a claim.
	 *
	 * @throws LedgerError `missing` when the table is gone or renamed
	 */
	async create(filter: Filter): Promise<StoredRow[]> {
		await this.attempt(async () => await this.location.find());
		return await this.run([{ read: filter }]);
	}

	async id(): Promise<string> {
		return await this.attempt(async () => await this.location.id());
	}

	async run(steps: Step[]): Promise<StoredRow[]> {
		const first = steps[0];
		const items = first && 'insert' in first ? first.insert : [{}];
		const last = steps.at(-1)!;
		// Reading again is harmless; writing again is not.
		const onlyReads = steps.every((step) => 'read' in step);
		const nodes = steps.map((step) => this.nodeOf(step));
		const rows = await this.attempt(
			async () => await this.runNodes(nodes, items),
			onlyReads ? shifted : undefined,
		).catch(async (error: unknown) => {
			// The rows were inserted; only reading them failed, because others were writing.
			if (
				'read' in last &&
				steps.length > 1 &&
				error instanceof LedgerError &&
				shifted(error.message)
			)
				return await this.attempt(
					async () => await this.runNodes([this.readNode(last.read)], [{}]),
					shifted,
				);
			throw this.told(error);
		});
		return 'insert' in last ? [] : this.rows(rows);
	}

	async readSince(
		column: string,
		since: Date,
		except?: { column: string; value: Cell },
		only?: { column: string; value: Cell },
		before: Step[] = [],
	): Promise<StoredRow[]> {
		const conditions = [where(column, 'gte', since.toISOString())];
		if (only) conditions.push(where(only.column, 'eq', only.value));
		if (except) conditions.push(where(except.column, 'neq', except.value));
		let first = await this.edge(all(...conditions), 'ASC', before);
		// Of these rows too: what was just inserted and is left out would make the range much longer.
		let last = first === null ? null : await this.edge(all(...conditions), 'DESC');
		if (first === null || last === null) return [];
		if (last - first < SMALL_TABLE) {
			const rows = await this.run([{ read: all(...conditions) }]);
			// Before n8n 2.5 nothing is ordered: both edges are some row, and pages may shift.
			if (first !== last || rows.length <= PAGE) return rows;
			for (const { id } of rows) {
				first = Math.min(first, id);
				last = Math.max(last, id);
			}
		}

		const ranges: IDataObject[] = [];
		for (let from = first; from <= last; from += PAGE) ranges.push({ from, to: from + PAGE });
		// Open at both ends: whatever the edges are worth, no row is left out.
		ranges[0].from = 0;
		ranges[ranges.length - 1].to = HIGHEST_ID;
		const node = this.readNode(
			all(
				where('id', 'gte', '={{ $json.from }}'),
				where('id', 'lt', '={{ $json.to }}'),
				...conditions,
			),
		);
		return await this.attempt(async () => this.rows(await this.runNodes([node], ranges)), shifted);
	}

	/** The lowest or highest id of the rows; null when there are none. */
	private async edge(
		filter: Filter,
		direction: 'ASC' | 'DESC',
		before: Step[] = [],
	): Promise<number | null> {
		const node = this.readNode(filter, {
			returnAll: false,
			limit: 1,
			...orderedById(direction),
		});
		const [insert] = before;
		const items = insert && 'insert' in insert ? insert.insert : [{}];
		const steps = before.map((step) => this.nodeOf(step));
		// A single row cannot shift while it is read, so what was inserted before is inserted once.
		const [row] = this.rows(
			await this.attempt(async () => await this.runNodes([...steps, node], items)),
		);
		return row?.id ?? null;
	}

	private nodeOf(step: Step): DataTableNode {
		if ('insert' in step) {
			return this.rowNode('insert', {
				columns: { mappingMode: 'autoMapInputData', value: null },
				options: { optimizeBulk: true },
			});
		}
		if ('read' in step) return this.readNode(step.read);
		if ('remove' in step) return this.rowNode('deleteRows', filterParameters(step.remove));
		return this.rowNode('update', {
			...filterParameters(step.update),
			columns: { mappingMode: 'defineBelow', value: step.set },
		});
	}

	private readNode(
		filter: Filter,
		more: IDataObject = { returnAll: true, ...orderedById('ASC') },
	): DataTableNode {
		return this.rowNode('get', { ...filterParameters(filter), ...more });
	}

	private rowNode(operation: string, parameters: IDataObject): DataTableNode {
		return tableNode('row', operation, parameters);
	}

	/** Runs nodes on this table. */
	private async runNodes(nodes: DataTableNode[], items: IDataObject[]): Promise<IDataObject[]> {
		const dataTableId = { __rl: true, mode: 'id', value: await this.location.id() };
		return await this.inner(
			nodes.map((node) => ({ ...node, parameters: { ...node.parameters, dataTableId } })),
			items,
		);
	}

	/** Rows among the items that came back; an empty item stands for none. */
	private rows(items: IDataObject[]): StoredRow[] {
		const rows = items.filter(({ id }) => typeof id === 'number') as StoredRow[];
		const missing = rows[0]
			? Object.keys(this.table.columns).filter((column) => !(column in rows[0]))
			: [];
		if (missing.length > 0) throw shapeError(this.table.name, missing.join('", "'));
		return rows;
	}

	private async attempt<T>(
		task: () => Promise<T>,
		again: (message: string) => boolean = () => false,
	): Promise<T> {
		for (let tries = 1; ; tries++) {
			try {
				return await task();
			} catch (error) {
				if (tries >= TRIES || !again(messageOf(error))) throw this.told(error);
			}
		}
	}

	/** The failure in words that say what to do. */
	private told(error: unknown): LedgerError {
		if (error instanceof LedgerError) return error;
		const { name } = this.table;
		const message = messageOf(error);
		if (
			/data table .*(not found|could not be found)|could not find the data table/i.test(message)
		) {
			return this.location.lose();
		}
		const column = /unknown column name '([^']+)'|Column\(s\) "([^"]+)" do not exist/i.exec(
			message,
		);
		if (column) return shapeError(name, column[1] ?? column[2]);
		if (/could not get parameter|unrecognized node type|no version/i.test(message)) {
			return new LedgerError(
				'failed',
				'This n8n has no data tables that nodes can make: they need n8n 2.3 or later, on PostgreSQL better 2.5',
				'Update n8n. Until then the quarantine can keep its ledger in a database of your own: import a ledger workflow of this package, and choose it under Options, Ledger.',
			);
		}
		if (/size limit exceeded/i.test(message)) {
			return new LedgerError(
				'full',
				'There is no room left in the data tables of this n8n',
				'Delete data tables or rows you no longer need, have N8N_DATA_TABLES_MAX_SIZE_BYTES raised, or keep the ledger in a database of your own (Options, Ledger).',
			);
		}
		return new LedgerError(
			'failed',
			`The data table "${name}" cannot be used: ${message || 'no reason given'}`,
			"Try again. If it stays so, see whether n8n's Data Table node works in this project, or keep the ledger in a database of your own (Options, Ledger).",
		);
	}
}

function orderedById(direction: 'ASC' | 'DESC'): IDataObject {
	return { orderBy: true, orderByColumn: 'id', orderByDirection: direction };
}

function filterParameters({ match, conditions }: Filter): IDataObject {
	return {
		matchType: match === 'all' ? 'allConditions' : 'anyCondition',
		filters: {
			conditions: conditions.map(({ column, is, value }) => ({
				keyName: column,
				condition: is,
				keyValue: value,
			})),
		},
	};
}

/** Rows came or went while a page was turned. */
function shifted(message: string): boolean {
	return /result count changed during pagination/i.test(message);
}

function messageOf(error: unknown): string {
	const { message, description } = error as { message?: unknown; description?: unknown };
	return [message, description].filter((text) => typeof text === 'string').join(' ');
}

function shapeError(table: string, columns: string): LedgerError {
	return new LedgerError(
		'shape',
		`The data table "${table}" has no column "${columns}"`,
		'Somebody renamed or removed it. Give it its old name back; or delete the table, and a new, empty one is made.',
	);
}
