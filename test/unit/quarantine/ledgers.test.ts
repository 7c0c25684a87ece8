import type { IDataObject } from 'n8n-workflow';

import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { MemoryTable, type Tick } from '../ledger/memoryStore';
import { ledgerConformance } from './ledgerConformance';
import { MemoryRecords } from './memoryRecords';

const START = Date.parse('2026-03-01T12:00:00Z');

/** Lets others come between, as a database would. */
const yielding: Tick = async () => {
	await new Promise((resolve) => setImmediate(resolve));
};

const around = (clock: { now: number }) => ({
	now: () => clock.now,
	sleep: async () => {
		await yielding('sleep');
	},
	random: Math.random,
});

ledgerConformance('a table, all runs in one process', async () => {
	const clock = { now: START };
	const table = new MemoryTable();
	return {
		clock,
		as: (execution, step = 'step') =>
			new RowLedger(table.store(yielding), { execution, step }, around(clock)),
	};
});

ledgerConformance('a table, each run in a process of its own', async () => {
	const clock = { now: START };
	const table = new MemoryTable();
	return {
		clock,
		as: (execution, step = 'step') => {
			let modules!: typeof import('../../../nodes/shared/quarantine/ledger/rowLedger');
			// Another copy of the module has another lock, as another process has.
			jest.isolateModules(() => {
				modules = jest.requireActual('../../../nodes/shared/quarantine/ledger/rowLedger');
			});
			return new modules.RowLedger(table.store(yielding), { execution, step }, around(clock));
		},
	};
});

ledgerConformance('a workflow', async () => {
	const clock = { now: START };
	const records = new MemoryRecords();
	const call = async (items: IDataObject[]) => {
		await yielding('call');
		const answers = items.flatMap((item) => records.answer(item));
		await yielding('answer');
		return answers;
	};
	return {
		clock,
		as: (execution, step = 'step') =>
			new WorkflowLedger(
				call,
				{ fingerprint: 'f00d', keepDays: 400 },
				{ execution, step },
				around(clock),
			),
	};
});
