import type { IDataObject } from 'n8n-workflow';
import { halves } from '../basics/lists';
import { CLOCK, LEASE_MS, type Clock } from './claim';
import { isUnsupported, shapeError, shifted, tableError, unreadableRow } from './errors';
import { FROM, IF_NONE, tableNode, TO, type InnerNode, type RunNodes } from './innerWorkflow';
import { TableLocation } from './tableLocation';
import {
	all,
	where,
	type Condition,
	type Filter,
	type RowStore,
	type Step,
	type StoredRow,
	type Table,
} from './rowStore';

/** The Data Table node's page size. Each range fits on one page, because rows can be missed between pages. */
const PAGE = 1000;

/** PostgreSQL's ids have 32 bits, the fewest of all databases that n8n supports. */
const HIGHEST_ID = 2 ** 31 - 1;

/** The longest pause before a read is repeated because rows were added or removed during it. */
const LONGEST_PAUSE_MS = 500;

/** One of n8n's data tables, accessed through n8n's own Data Table node. */
export class DataTableStore implements RowStore {
	private readonly location: TableLocation;

	constructor(
		private readonly table: Table,
		private readonly inner: RunNodes,
		private readonly clock: Clock = CLOCK,
	) {
		this.location = new TableLocation(table, inner);
	}

	/**
	 * Call this first: it creates the table if it never existed, and reads rows.
	 * @throws LedgerError `missing` if the table is gone or renamed
	 */
	async create(filter: Filter): Promise<StoredRow[]> {
		await this.location.find().catch((error: unknown) => this.fail(error));
		return await this.run([{ read: filter }]);
	}

	/** Whether the table exists. Doesn't create it. */
	async exists(): Promise<boolean> {
		return await this.location.exists().catch((error: unknown) => {
			// In this n8n version, nodes can't use data tables, so there can't be one.
			if (isUnsupported(error)) return false;
			return this.fail(error);
		});
	}

	async id(): Promise<string> {
		return await this.location.id().catch((error: unknown) => this.fail(error));
	}

	async run(steps: Step[]): Promise<StoredRow[]> {
		const [first] = steps;
		const last = steps.at(-1)!;
		const items = 'insert' in first ? first.insert : undefined;
		const tested = 'ifNone' in last ? steps.at(-2)! : last;
		const read = 'read' in tested ? tested.read : undefined;
		const nodes = steps.flatMap((step) => nodesOf(step));
		const rows = await this.runNodes(nodes, items).catch(async (error: unknown) => {
			// Only the read failed. The steps before it must not run again.
			if (read && shifted(error)) return await this.readPage(read);
			throw error;
		});
		return read && rows.length >= PAGE ? await this.readAll(read, rows) : rows;
	}

	private async readPage(filter: Filter, direction?: 'DESC', limit?: number): Promise<StoredRow[]> {
		return await this.runRead(readNode(filter, direction, limit), [{}]);
	}

	private async readAll(filter: Filter, first: readonly StoredRow[]): Promise<StoredRow[]> {
		const { match, conditions } = filter;
		if (match === 'all' || conditions.length === 1) {
			const last = await this.readPage(filter, 'DESC', 1);
			return await this.readRanges(conditions, rangesAround([...first, ...last]));
		}
		const found = new Map<number, StoredRow>();
		for (const half of halves(conditions)) {
			for (const row of await this.run([{ read: { match, conditions: half } }]))
				found.set(row.id, row);
		}
		return [...found.values()];
	}

	/** Reads the rows in these id ranges. A range with more than a page of rows is split and read again. */
	private async readRanges(
		conditions: readonly Condition[],
		ranges: readonly Range[],
	): Promise<StoredRow[]> {
		const bounds = [where('id', 'gte', FROM), where('id', 'lt', TO)];
		const node = readNode(all(...bounds, ...conditions), 'ASC', null);
		const items = ranges.map(({ from, to }) => ({ from, to }));
		let rows = await this.runRead(node, items);
		const again: Range[] = [];
		for (const range of ranges.filter(({ from, to }) => to - from > PAGE)) {
			const inside = rows.filter(isIn(range));
			if (inside.length <= PAGE) continue;
			again.push(...rangesAround(inside, range));
			rows = rows.filter((row) => !isIn(range)(row));
		}
		return again.length === 0 ? rows : rows.concat(await this.readRanges(conditions, again));
	}

	/**
	 * Repeats a read until no other writer disturbs it, at most for as long as a claim can stay pending.
	 * Smaller reads are disturbed less often, so the items are split in half each time.
	 */
	private async runRead(
		node: InnerNode,
		items: IDataObject[],
		deadline = this.clock.now() + LEASE_MS,
		pause = 10,
	): Promise<StoredRow[]> {
		return await this.runNodes([node], items).catch(async (error: unknown) => {
			if (!shifted(error) || this.clock.now() >= deadline) throw error;
			const rows: StoredRow[] = [];
			if (items.length === 1) await this.clock.sleep(pause * (0.5 + this.clock.random()));
			const longer = Math.min(pause * 2, LONGEST_PAUSE_MS);
			for (const half of halves(items))
				for (const row of await this.runRead(node, half, deadline, longer)) rows.push(row);
			return rows;
		});
	}

	private async runNodes(
		nodes: readonly InnerNode[],
		items: IDataObject[] = [{}],
	): Promise<StoredRow[]> {
		try {
			const dataTableId = { __rl: true, mode: 'id', value: await this.location.id() };
			const onTable = nodes.map((node) =>
				node === IF_NONE ? node : { ...node, parameters: { ...node.parameters, dataTableId } },
			);
			const found = await this.inner(onTable, items);
			const rows = found.filter(({ id }) => typeof id === 'number') as StoredRow[];
			const columns = rows.length > 0 ? Object.keys(this.table.columns) : [];
			const missing = columns.filter((column) => !(column in rows[0]));
			if (missing.length > 0) throw shapeError(this.table.name, missing.join('", "'));
			const unreadable = rows.find((row) => !isWritten(row));
			if (unreadable) throw unreadableRow(this.table.name, unreadable.id, '"state" and "attempt"');
			return rows;
		} catch (error) {
			return this.fail(error);
		}
	}

	private fail(error: unknown): never {
		throw tableError(error, this.table, () => this.location.lose());
	}
}

const STATE_TEXT = /^\w*$/;
const ATTEMPT = /^(?:[\w-]*|of \d+ \w+ \d+)$/;

/** Whether this package could have written the strings that it uses to find rows. */
const isWritten = ({ state, attempt }: StoredRow) =>
	STATE_TEXT.test(String(state ?? '')) && ATTEMPT.test(String(attempt ?? ''));

/** Ids from `from` up to, but not including, `to`. */
interface Range {
	from: number;
	to: number;
}

const isIn =
	({ from, to }: Range) =>
	({ id }: StoredRow) =>
		id >= from && id < to;

/** One-page ranges that cover these rows, plus the ranges before and after them. */
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

function nodesOf(step: Step): InnerNode[] {
	if ('insert' in step) {
		const columns = { mappingMode: 'autoMapInputData', value: null };
		return [tableNode('row', 'insert', { columns, options: { optimizeBulk: true } })];
	}
	if ('read' in step) return [readNode(step.read)];
	if ('remove' in step) return [tableNode('row', 'deleteRows', filterParameters(step.remove))];
	const columns = { mappingMode: 'defineBelow', value: step.set };
	const update = tableNode('row', 'update', { ...filterParameters(step.update), columns });
	return step.ifNone ? [IF_NONE, update] : [update];
}

/** @param limit the maximum number of rows; null for all */
function readNode(
	filter: Filter,
	direction: 'ASC' | 'DESC' = 'ASC',
	limit: number | null = PAGE,
): InnerNode {
	return tableNode('row', 'get', {
		...filterParameters(filter),
		...(limit === null ? { returnAll: true } : { returnAll: false, limit }),
		orderBy: true,
		orderByColumn: 'id',
		orderByDirection: direction,
	});
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
