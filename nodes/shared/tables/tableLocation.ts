import { jointKey } from '../basics/lists';
import { LedgerError } from './errors';
import { tableNode, type RunNodes } from './innerWorkflow';
import type { Table } from './rowStore';

/** What this process has found out about a table in a workflow's project. */
interface Known {
	/** Null once the table is found to be gone. */
	id: string | null;
	lastId: string;
	/**
	 * The table ID that an execution expected when it found the table gone, by execution. These executions never
	 * get a new table, even on retry.
	 */
	lostIn: Map<string, string>;
}

const known = new Map<string, Known>();

/** For tests: forgets everything, as if the process had just started. */
export function forgetLocations(): void {
	known.clear();
}

interface Listed {
	id: string;
	name: string;
	columns?: Array<{ name: string }>;
}

/** Finds a table by its exact name, because n8n's own lookup also matches longer names, such as a backup's. */
export class TableLocation {
	private readonly key: string;

	private lastUsed: string | undefined;

	constructor(
		private readonly table: Table,
		private readonly runNodes: RunNodes,
	) {
		this.key = jointKey(runNodes.workflowId, table.name);
	}

	/** The table's id, looked up once per process. @throws LedgerError as `find` does */
	async id(): Promise<string> {
		const { id, lostIn } = known.get(this.key) ?? {};
		this.lastUsed = id && !lostIn?.has(this.runNodes.executionId) ? id : await this.find();
		return this.lastUsed;
	}

	/** Whether the project has the table. @throws LedgerError `missing` if it was renamed */
	async exists(): Promise<boolean> {
		if (known.get(this.key)?.id) return true;
		const { name } = this.table;
		const tables = await this.list();
		if (tables.some((table) => table.name === name)) return true;
		const renamed = tables.find((table) => this.looksLikeIt(table));
		if (renamed) throw renamedError(name, renamed.name);
		return false;
	}

	/**
	 * Creates the table if it never existed.
	 * @throws LedgerError `missing` if it is gone or renamed. From then on, the execution always gets this
	 * error, so that Retry On Fail can't start with an empty table
	 */
	async find(): Promise<string> {
		const { name } = this.table;
		for (let failure: unknown; ; ) {
			const tables = await this.list();
			const here = known.get(this.key);
			const exact = tables.find((table) => table.name === name);
			const missed = here?.lostIn.get(this.runNodes.executionId) ?? this.lastUsed;
			const lost = missed !== undefined && exact?.id !== missed;
			if (exact && !lost) return this.remember(exact.id);
			if (exact) throw this.lose();
			const renamed =
				tables.find(({ id }) => id === (missed ?? here?.lastId)) ??
				tables.find((table) => this.looksLikeIt(table));
			if (renamed) {
				this.lose();
				throw renamedError(name, renamed.name);
			}
			if (lost || here?.id) throw this.lose();
			// Another process may have created the table at the same time, so look once more.
			if (failure !== undefined) throw failure;
			try {
				const created = await this.create();
				if (created !== undefined) return this.remember(created);
			} catch (error) {
				failure = error;
			}
		}
	}

	/** Records that this execution found the table gone. @returns the error */
	lose(): LedgerError {
		const here = known.get(this.key);
		const { executionId } = this.runNodes;
		if (here) {
			const missed = here.lostIn.get(executionId) ?? this.lastUsed ?? here.lastId;
			here.lostIn.set(executionId, missed);
			// Another execution may have created a new table.
			if (here.id === missed) here.id = null;
		}
		return goneError(this.table.name);
	}

	private remember(id: string): string {
		const lostIn = known.get(this.key)?.lostIn ?? new Map<string, string>();
		known.set(this.key, { id, lastId: id, lostIn });
		return id;
	}

	/** All tables in the project, in an order that doesn't change between pages. */
	private async list(): Promise<Listed[]> {
		const options = { sortField: 'createdAt', sortDirection: 'asc' };
		const node = tableNode('table', 'list', { returnAll: true, options });
		const tables = await this.runNodes([node], [{}]);
		return tables.filter(
			({ id, name }) => typeof id === 'string' && typeof name === 'string',
		) as never as Listed[];
	}

	private async create(): Promise<string | undefined> {
		const { name: tableName, columns } = this.table;
		const column = Object.entries(columns).map(([name, type]) => ({ name, type }));
		// With createIfNotExists, n8n might return a table with a similar name.
		const options = { createIfNotExists: false };
		const node = tableNode('table', 'create', { tableName, columns: { column }, options });
		const [created] = await this.runNodes([node], [{}]);
		return typeof created?.id === 'string' ? created.id : undefined;
	}

	private looksLikeIt({ columns = [] }: Listed): boolean {
		const names = new Set(columns.map(({ name }) => name));
		return Object.keys(this.table.columns).every((column) => names.has(column));
	}
}

const goneError = (name: string) =>
	new LedgerError(
		'missing',
		`The data table "${name}" is gone`,
		'The next run starts with an empty table, so people may be invited again. First restore the table under this name, or record everyone in your sendouts with the example workflow quarantine-seed-history.json.',
	);

const renamedError = (name: string, now: string) =>
	new LedgerError(
		'missing',
		`The data table "${name}" is gone, but "${now}" looks like it`,
		`If it was renamed, restore the name "${name}". To start over, give a copy that name and delete its rows, but people may then be invited again.`,
	);
