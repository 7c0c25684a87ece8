import { randomUUID } from 'node:crypto';
import type { DataTableStore } from '../../../nodes/shared/tables/dataTable';
import type {
	Condition,
	Filter,
	Row,
	RowStore,
	Step,
	StoredRow,
	Cell,
} from '../../../nodes/shared/tables/rowStore';
import { refuseUnstorable } from './storable';

/** SQLite can't nest many more conditions than this. */
const MAX_CONDITIONS = 200;

/** Called wherever another process could run. */
export type Tick = (label: string) => Promise<void>;

interface Kept {
	row: StoredRow;
	visible: boolean;
}

const ORDER: Record<Condition['is'], (a: Cell, b: Cell) => boolean> = {
	eq: (a, b) => a === b,
	neq: (a, b) => a !== b,
	lt: (a, b) => a !== null && b !== null && a < b,
	lte: (a, b) => a !== null && b !== null && a <= b,
	gt: (a, b) => a !== null && b !== null && a > b,
	gte: (a, b) => a !== null && b !== null && a >= b,
	like: (a, b) => typeof a === 'string' && likeness(String(b)).test(a),
};

/**
 * Compares like n8n's databases: case-sensitive, `%` stands for anything, and a text without `%` matches
 * anywhere.
 */
function likeness(pattern: string): RegExp {
	const parts = (pattern.includes('%') ? pattern : `%${pattern}%`).split('%');
	const literal = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
	return new RegExp(`^${literal.join('.*')}$`, 's');
}

function meets(row: StoredRow, { match, conditions }: Filter): boolean {
	const met = ({ column, is, value }: Condition) => ORDER[is](row[column] ?? null, value);
	return match === 'all' ? conditions.every(met) : conditions.some(met);
}

/** The database of a simulation, shared by any number of processes. */
export class MemoryTable {
	private rows: Kept[] = [];

	private lastId = 0;

	private readonly id = randomUUID();

	private inserts = 0;

	/** @param reusesIds whether a row gets the id of the last row if that was removed, as in SQLite */
	constructor(private readonly reusesIds = false) {}

	all(): StoredRow[] {
		return this.rows.filter(({ visible }) => visible).map(({ row }) => ({ ...row }));
	}

	/** The table as a process reaches it. Ids are assigned before rows are visible, as in PostgreSQL. */
	store(tick: Tick = async () => {}): RowStore & Pick<DataTableStore, 'create'> {
		const select = (filter: Filter) => {
			if (filter.conditions.length > MAX_CONDITIONS)
				throw new Error('Expression tree is too large');
			return this.rows.filter(({ row, visible }) => visible && meets(row, filter));
		};
		const doStep = async (step: Step): Promise<StoredRow[]> => {
			refuseUnstorable(step);
			const changing = 'update' in step ? step.update : 'remove' in step && step.remove;
			if ('insert' in step && step.insert.length === 0) throw new Error('There are no rows');
			if (changing && changing.conditions.length === 0)
				throw new Error('At least one condition is required');
			if ('insert' in step) {
				await tick('begin insert');
				const added = step.insert.map((row) => this.insert(row, false));
				await tick('commit insert');
				for (const kept of added) kept.visible = true;
				return [];
			}
			if ('read' in step) {
				await tick('read');
				return select(step.read).map(({ row }) => ({ ...row }));
			}
			if ('update' in step) {
				await tick('update');
				const changed = select(step.update);
				for (const kept of changed) kept.row = { ...kept.row, ...step.set } as StoredRow;
				return changed.map(({ row }) => ({ ...row }));
			}
			await tick('remove');
			const removed = new Set(select(step.remove));
			this.rows = this.rows.filter((kept) => !removed.has(kept));
			return [...removed].map(({ row }) => row);
		};
		const run = async (steps: Step[]) => {
			if (steps.length === 0) throw new Error('There are no steps');
			let last: StoredRow[] = [];
			for (const step of steps) {
				if ('ifNone' in step && last.length > 0) break;
				last = await doStep(step);
			}
			await tick('answer');
			return last;
		};
		return {
			id: async () => this.id,
			run,
			create: async (read) => await run([{ read }]),
		};
	}

	add(row: Row): void {
		this.insert(row, true);
	}

	private insert(row: Row, visible: boolean): Kept {
		if (this.reusesIds) this.lastId = Math.max(0, ...this.rows.map((kept) => kept.row.id));
		this.lastId++;
		// n8n returns it as a Date.
		const createdAt = new Date(this.inserts++) as never;
		const kept: Kept = { row: { ...row, id: this.lastId, createdAt }, visible };
		this.rows.push(kept);
		return kept;
	}
}
