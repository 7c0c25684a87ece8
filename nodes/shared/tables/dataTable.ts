import type { IDataObject } from 'n8n-workflow';
import { LedgerError } from './errors';
import { IF_NONE, type InnerNode, type RunNodes } from './innerWorkflow';
import { TableLocation } from './tableLocation';
import { shapeError, shifted, toldByTable } from './tableErrors';
import { tableNode } from './tableNode';
import {
	all,
	chunks,
	where,
	type Cell,
	type Condition,
	type Filter,
	type RowStore,
	type Step,
	type StoredRow,
	type Table,
} from './rowStore';

/**
 * So many rows n8n's node reads at a time. Between two pages rows come and go, and as long as their number
 * stays, one that is there all the time is missed without a word. So all is read in single pages, which
 * ranges of so many ids surely are.
 */
const PAGE = 1000;

/** Of the databases that n8n runs on, PostgreSQL has the lowest: its ids have 32 bits. */
const HIGHEST_ID = 2 ** 31 - 1;

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
		const read = lastRead(steps);
		// Reading again is harmless; writing again is not.
		const onlyReads = steps.every((step) => 'read' in step);
		const nodes = steps.flatMap((step) => this.nodesOf(step));
		const found = await this.attempt(
			async () => await this.runNodes(nodes, items),
			onlyReads ? shifted : undefined,
		).catch(async (error: unknown) => {
			// The rows were inserted; only reading them failed, because others were writing.
			if (read && steps.length > 1 && error instanceof LedgerError && shifted(error))
				return await this.attempt(
					async () => await this.runNodes([this.readNode(read)], [{}]),
					shifted,
				);
			throw toldByTable(error, this.table, () => this.location.lose());
		});
		if ('insert' in steps.at(-1)!) return [];
		return read ? await this.surely(read, this.rows(found)) : this.rows(found);
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
		const first = await this.readFew(all(...conditions), 'ASC', PAGE, before);
		if (first.length < PAGE) return first;
		const last = await this.readFew(all(...conditions), 'DESC', 1);
		return await this.readRanges(conditions, rangesAround([...first, ...last]));
	}

	/** The rows with the lowest or highest ids, no more than one page, which cannot shift. */
	private async readFew(
		filter: Filter,
		direction: 'ASC' | 'DESC',
		limit: number,
		before: Step[] = [],
	): Promise<StoredRow[]> {
		const node = this.readNode(filter, { returnAll: false, limit, ...orderedById(direction) });
		const [insert] = before;
		const items = insert && 'insert' in insert ? insert.insert : [{}];
		const steps = before.flatMap((step) => this.nodesOf(step));
		return this.rows(await this.attempt(async () => await this.runNodes([...steps, node], items)));
	}

	/** Rows in these ranges of ids. A range of which more than one page came is parted, and read again. */
	private async readRanges(
		conditions: readonly Condition[],
		ranges: readonly Range[],
	): Promise<StoredRow[]> {
		const bounds = [where('id', 'gte', '={{ $json.from }}'), where('id', 'lt', '={{ $json.to }}')];
		const node = this.readNode(all(...bounds, ...conditions));
		let rows = await this.attempt(
			async () =>
				this.rows(
					await this.runNodes(
						[node],
						ranges.map(({ from, to }) => ({ from, to })),
					),
				),
			shifted,
		);
		const again: Range[] = [];
		for (const range of ranges.filter(({ from, to }) => to - from > PAGE)) {
			const inside = rows.filter(isIn(range));
			if (inside.length <= PAGE) continue;
			again.push(...rangesAround(inside, range));
			rows = rows.filter((row) => !isIn(range)(row));
		}
		return again.length === 0 ? rows : rows.concat(await this.readRanges(conditions, again));
	}

	/** What came in more than one page is read again, in parts of one page. */
	private async surely({ match, conditions }: Filter, rows: StoredRow[]): Promise<StoredRow[]> {
		if (rows.length <= PAGE) return rows;
		if (match === 'all' || conditions.length === 1)
			return await this.readRanges(conditions, rangesAround(rows));
		const found = new Map<number, StoredRow>();
		for (const half of chunks(conditions, Math.ceil(conditions.length / 2))) {
			for (const row of await this.run([{ read: { match, conditions: half } }]))
				found.set(row.id, row);
		}
		return [...found.values()];
	}

	private nodesOf(step: Step): InnerNode[] {
		if ('insert' in step) {
			return [
				this.rowNode('insert', {
					columns: { mappingMode: 'autoMapInputData', value: null },
					options: { optimizeBulk: true },
				}),
			];
		}
		if ('read' in step) return [this.readNode(step.read)];
		if ('remove' in step) return [this.rowNode('deleteRows', filterParameters(step.remove))];
		const update = this.rowNode('update', {
			...filterParameters(step.update),
			columns: { mappingMode: 'defineBelow', value: step.set },
		});
		return step.ifNone ? [IF_NONE, update] : [update];
	}

	private readNode(
		filter: Filter,
		more: IDataObject = { returnAll: true, ...orderedById('ASC') },
	): InnerNode {
		return this.rowNode('get', { ...filterParameters(filter), ...more });
	}

	private rowNode(operation: string, parameters: IDataObject): InnerNode {
		return tableNode('row', operation, parameters);
	}

	/** Runs nodes on this table. */
	private async runNodes(nodes: InnerNode[], items: IDataObject[]): Promise<IDataObject[]> {
		const dataTableId = { __rl: true, mode: 'id', value: await this.location.id() };
		return await this.inner(
			nodes.map((node) =>
				node === IF_NONE ? node : { ...node, parameters: { ...node.parameters, dataTableId } },
			),
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
		again: (error: unknown) => boolean = () => false,
	): Promise<T> {
		for (let tries = 1; ; tries++) {
			try {
				return await task();
			} catch (error) {
				if (tries >= TRIES || !again(error))
					throw toldByTable(error, this.table, () => this.location.lose());
			}
		}
	}
}

/** The filter of the rows that come back, where they are what was read. */
function lastRead(steps: readonly Step[]): Filter | undefined {
	const last = steps.at(-1);
	const step = last && 'ifNone' in last ? steps.at(-2) : last;
	return step && 'read' in step ? step.read : undefined;
}

/** From this id on, up to that one, which is not in it. */
interface Range {
	from: number;
	to: number;
}

const isIn =
	({ from, to }: Range) =>
	({ id }: StoredRow) =>
		id >= from && id < to;

/** Ranges of a page where these rows are, and what is before and after them. */
function rangesAround(
	rows: readonly StoredRow[],
	{ from, to }: Range = { from: 0, to: HIGHEST_ID },
): Range[] {
	let [lowest, highest] = [to, from];
	for (const { id } of rows) {
		lowest = Math.min(lowest, id);
		highest = Math.max(highest, id);
	}
	const ranges = [{ from, to: lowest }];
	for (let at = lowest; at <= highest; at += PAGE) {
		ranges.push({ from: at, to: Math.min(at + PAGE, to) });
	}
	ranges.push({ from: Math.min(ranges.at(-1)!.to, to), to });
	return ranges.filter((range) => range.from < range.to);
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
