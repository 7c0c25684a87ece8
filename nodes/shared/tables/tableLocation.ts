import { LedgerError } from './errors';
import type { RunNodes } from './innerWorkflow';
import type { Table } from './rowStore';
import { tableNode } from './tableNode';

/** What this process knows of a table in the project of a workflow. */
interface Known {
	/** Null once the table turned out to be gone. */
	id: string | null;
	/** The id it had last. */
	lastId: string;
	/**
	 * Executions that found it gone, with the id they missed. They never begin anew, however often they
	 * are tried again.
	 */
	lostIn: Map<string, string>;
}

const known = new Map<string, Known>();

/** Knows of no table, as a process that has just begun. */
export function forgetLocations(): void {
	known.clear();
}

interface Listed {
	id: string;
	name: string;
	columns: string[];
}

const TRIES = 3;

/**
 * Where a table is: its id, found by its exact name. n8n's own look-up by name takes any table whose name
 * contains the one asked for, the one changed last, such as a backup.
 */
export class TableLocation {
	/** The id that was given out last. */
	private used: string | undefined;

	constructor(
		private readonly table: Table,
		private readonly runNodes: RunNodes,
	) {}

	/** The id, looked up once in a process. @throws LedgerError as `find` does */
	async id(): Promise<string> {
		const { id, lostIn } = this.known() ?? {};
		this.used = id && !lostIn?.has(this.execution) ? id : await this.find();
		return this.used;
	}

	/**
	 * Looks the table up, and makes it when it was never there.
	 *
	 * @throws LedgerError `missing` when it is gone or renamed: always for an execution that found it gone
	 * before, so that Retry On Fail cannot begin with an empty one
	 */
	async find(): Promise<string> {
		for (let tries = 1; ; tries++) {
			const tables = await this.list();
			const here = this.known();
			const exact = tables.find(({ name }) => name === this.table.name);
			const missed = here?.lostIn.get(this.execution) ?? this.used;
			const lost = missed !== undefined && exact?.id !== missed;
			if (exact) {
				if (lost) throw this.lose();
				return this.remember(exact.id);
			}
			const renamed =
				tables.find(({ id }) => id === (missed ?? here?.lastId)) ??
				tables.find((table) => this.looksLikeIt(table));
			if (renamed) {
				this.lose();
				throw renamedError(this.table.name, renamed.name);
			}
			if (lost || here?.id) throw this.lose();
			const made = await this.make(tries < TRIES);
			if (made !== undefined) return this.remember(made);
		}
	}

	/** Remembers that this execution found the table gone. @returns the failure */
	lose(): LedgerError {
		const here = this.known();
		if (here) {
			const missed = here.lostIn.get(this.execution) ?? this.used ?? here.lastId;
			here.lostIn.set(this.execution, missed);
			// Another execution may have found it gone before, and have made a new one.
			if (here.id === missed) here.id = null;
		}
		return this.gone();
	}

	private get execution(): string {
		return this.runNodes.executionId;
	}

	private get key(): string {
		return `${this.runNodes.workflowId} ${this.table.name}`;
	}

	private known(): Known | undefined {
		return known.get(this.key);
	}

	private remember(id: string): string {
		const lostIn = this.known()?.lostIn ?? new Map<string, string>();
		known.set(this.key, { id, lastId: id, lostIn });
		return id;
	}

	/** All tables of the project. Ordered by what does not change, as n8n turns pages. */
	private async list(): Promise<Listed[]> {
		const node = tableNode('table', 'list', {
			returnAll: true,
			options: { sortField: 'createdAt', sortDirection: 'asc' },
		});
		const tables = await this.runNodes([node], [{}]);
		return tables
			.filter(({ id, name }) => typeof id === 'string' && typeof name === 'string')
			.map(({ id, name, columns }) => ({
				id: id as string,
				name: name as string,
				columns: (Array.isArray(columns) ? columns : []).map((column) =>
					String((column as { name?: unknown }).name),
				),
			}));
	}

	/** @returns its id; undefined when another process made it in this very moment */
	private async make(mayBeThere: boolean): Promise<string | undefined> {
		const node = tableNode('table', 'create', {
			tableName: this.table.name,
			columns: {
				column: Object.entries(this.table.columns).map(([name, type]) => ({ name, type })),
			},
			// Reusing looks the name up as n8n does; two tables of one name are refused by n8n anyway.
			options: { createIfNotExists: false },
		});
		try {
			const [made] = await this.runNodes([node], [{}]);
			if (typeof made?.id === 'string') return made.id;
		} catch (error) {
			if (!(mayBeThere && error instanceof Error && /already exists/i.test(error.message))) {
				return await Promise.reject(error);
			}
		}
		return undefined;
	}

	private looksLikeIt({ columns }: Listed): boolean {
		return Object.keys(this.table.columns).every((column) => columns.includes(column));
	}

	private gone(): LedgerError {
		return new LedgerError(
			'missing',
			`The data table "${this.table.name}" is gone`,
			'Somebody deleted or renamed it, and with it everything that was remembered; or the workflow was moved to another project, and the table was not. If that was a mistake, bring it back under this name; if not, run the workflow again, or retry it in the list of executions, and a new, empty one is made. Retry On Fail makes none.',
		);
	}
}

function renamedError(name: string, now: string): LedgerError {
	return new LedgerError(
		'missing',
		`The data table "${name}" is gone, but "${now}" looks like it`,
		`If it was renamed, give it the name "${name}" back. If it is a copy, and the original is to begin anew: give the copy that name and delete its rows.`,
	);
}
