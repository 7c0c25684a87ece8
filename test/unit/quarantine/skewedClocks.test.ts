import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { MemoryTable, type Tick } from '../tables/memoryStore';
import { claimOf } from './ledgerConformance';

const START = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;

const anna = claimOf('anna');

test('a claim is not won twice if a process whose clock is ahead treats it as abandoned', async () => {
	const table = new MemoryTable();
	const gates = new Map<string, { reached: () => void; opened: Promise<void> }>();
	const ledger = (execution: string, ahead: number) => {
		const tick: Tick = async (label) => {
			const gate = gates.get(`${execution} ${label}`);
			gate?.reached();
			await gate?.opened;
		};
		const store = table.store(tick);
		return new RowLedger(
			{ ...store, id: async () => execution },
			{ execution, step: 'step' },
			{ now: () => START + ahead, sleep: async () => {}, random: Math.random },
		);
	};
	/** Lets a process wait before a step. */
	const hold = (at: string) => {
		let open = () => {};
		const opened = new Promise<void>((resolve) => (open = resolve));
		const reached = new Promise<void>((resolve) => gates.set(at, { reached: resolve, opened }));
		return { open, reached };
	};
	const settling = hold('slow update');
	const removing = hold('ahead remove');
	const slow = ledger('slow', 0).claim([anna], START, null);
	await settling.reached;
	const ahead = ledger('ahead', 5 * MINUTE).claim([anna], START + 5 * MINUTE, null);
	await removing.reached;
	settling.open();
	const [first] = await slow;
	removing.open();
	const [second] = await ahead;
	expect(first.reservationId).not.toBeNull();
	expect(second.reservationId).toBeNull();
});
