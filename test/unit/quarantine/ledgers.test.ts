import type { IDataObject } from 'n8n-workflow';

import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import type { Keeper } from '../../../nodes/shared/quarantine/ledger/table';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { MemoryTable, type Tick } from '../ledger/memoryStore';
import { keptTable } from './keptTable';
import { ledgerConformance, ONCE } from './ledgerConformance';
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

const keptByTable = (clock: { now: number }) => async () => {
	const store = new MemoryTable().store(yielding);
	return (node: string, days: number) => {
		const asking = { execution: `${node} ${clock.now}`, step: 'step' };
		const ledger = new RowLedger(store, asking, around(clock));
		return keptTable(ledger, store, { id: node, days }, clock);
	};
};

ledgerConformance('a table, all runs in one process', async () => {
	const clock = { now: START };
	const table = new MemoryTable();
	return {
		clock,
		keptBy: keptByTable(clock),
		as: (execution, step = 'step') =>
			new RowLedger(table.store(yielding), { execution, step }, around(clock)),
	};
});

test('the same person in two projects at the same moment is asked in both', async () => {
	const clock = { now: START };
	const projects = ['1', '2'].map((execution) => {
		const store = new MemoryTable().store(yielding);
		return new RowLedger(store, { execution, step: 'step' }, around(clock));
	});
	const anna = {
		...{ contact: 'anna', survey: '501', group: '', address: null, ordinal: 0, exempt: false },
		rules: [ONCE],
	};
	const claimed = await Promise.all(
		projects.map(async (ledger) => await ledger.claim([anna], START, null)),
	);
	expect(claimed.flat().map(({ reservationId }) => reservationId)).toEqual([
		expect.any(String),
		expect.any(String),
	]);
});

ledgerConformance('a table, each run in a process of its own', async () => {
	const clock = { now: START };
	const table = new MemoryTable();
	return {
		clock,
		keptBy: keptByTable(clock),
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
	const openFor = (keeper: Keeper, execution: string, step: string) =>
		new WorkflowLedger(call, { fingerprint: 'f00d', keeper }, { execution, step }, around(clock));
	return {
		clock,
		keptBy: async () => (node, days) => openFor({ id: node, days }, `${node} ${clock.now}`, 'step'),
		as: (execution, step = 'step') => openFor({ id: 'node', days: 400 }, execution, step),
	};
});
