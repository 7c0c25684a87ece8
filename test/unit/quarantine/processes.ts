import type { IDataObject } from 'n8n-workflow';
import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { forgetTable, withTable } from '../../../nodes/shared/quarantine/ledger/table';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { MemoryTable, type Tick } from '../tables/memoryStore';
import { KEEP_DAYS } from './ledgerModel';
import { MemoryRecords } from './memoryRecords';
import { PretendedRedis, runRedisWorkflow } from './redisWorkflow';

/* Ledgers used by processes that may die and whose clocks differ. */

export interface Process {
	name: string;
	ahead: number;
	/** Ends when the process does. */
	death: Promise<'death'>;
	die: () => void;
	isDead: boolean;
}

/** A process with its own locks. */
export function newProcess(name: string, ahead: number): Process {
	let die = () => {};
	const death = new Promise<'death'>((resolve) => (die = () => resolve('death')));
	return { name, ahead, death, die, isDead: false };
}

type Use = <T>(task: (ledger: Ledger) => Promise<T>) => Promise<T>;

/** Opens the ledger for a step of an execution. */
type Open = (process: Process, execution: string, now: number, tick: Tick) => Use;

const around = (now: number, tick: Tick) => ({
	now: () => now,
	random: () => 0.5,
	sleep: async () => await tick('sleep'),
});

const keeper = { id: 'node', days: KEEP_DAYS };

/** What a run is about to do when it first changes the ledger. */
export const WRITES = ['begin insert', 'update', 'remove', 'write', 'replace', 'Suspend Expiry'];

function inTable(table: MemoryTable): Open {
	return (process, execution, now, tick) => {
		const store = table.store(tick);
		// Another process has its own locks.
		const own = { ...store, id: async () => process.name };
		const ledger = new RowLedger(own, { execution, step: 'step' }, around(now, tick));
		const use = { workflowId: 'w', fingerprint: 'f00d', keeper };
		return async (one) => {
			forgetTable('w');
			return await withTable(
				own,
				use,
				() => now,
				async () => await one(ledger),
				() => {},
			);
		};
	};
}

/** Makes an empty ledger, by name. */
export const LEDGERS: Record<string, () => Open> = {
	'a table': () => inTable(new MemoryTable()),
	'a table in SQLite': () => inTable(new MemoryTable(true)),
	'a workflow': () => {
		const records = new MemoryRecords();
		return (process, execution, now, tick) => {
			const call = async (items: IDataObject[]) => {
				await tick(String(items[0].action));
				const answers = items.flatMap((item) => records.answer(item));
				await tick('answer');
				return answers;
			};
			const ledger = new WorkflowLedger(
				Object.assign(call, { id: process.name }),
				{ fingerprint: 'f00d', keeper },
				{ execution, step: 'step' },
				around(now, tick),
			);
			return async (one) => await one(ledger);
		};
	},
	'the workflow for Redis': () => {
		const clock = { now: 0 };
		const redis = new PretendedRedis(clock);
		return (process, execution, now, tick) => {
			clock.now = Math.max(clock.now, now);
			const between = new Set([
				...['Suspend Expiry', 'Append', 'Read', 'Set Expiry', 'Read Again', 'Extend Expiry'],
				'Response',
			]);
			const call = async (items: IDataObject[]) =>
				await runRedisWorkflow(redis, items, async (node) => {
					if (between.has(node)) await tick(node);
				});
			const ledger = new WorkflowLedger(
				Object.assign(call, { id: process.name }),
				{ fingerprint: 'f00d', keeper },
				{ execution, step: 'step' },
				around(now, tick),
			);
			return async (one) => await one(ledger);
		};
	},
};
