import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { forgetTable, withTable, type Keeper } from '../../../nodes/shared/quarantine/ledger/table';

type Store = Parameters<typeof withTable>[0];

/** A ledger in a table, as a node uses it in an n8n that was restarted just before each operation. */
export function keptTable(
	ledger: Ledger,
	store: Store,
	keeper: Keeper,
	clock: { now: number },
): Ledger {
	const use = { workflowId: 'w1', fingerprint: 'f00df00df00df00d', keeper };
	const reserving = ['claim', 'takeBack', 'confirm', 'release', 'releaseHeld'];
	const names = [...reserving, 'read', 'all', 'record', 'lift', 'find', 'forget'];
	const methods = names.map((name) => [
		name,
		async (...given: unknown[]) => {
			forgetTable(use.workflowId);
			return await withTable(
				store,
				use,
				() => clock.now,
				async () =>
					await (ledger as never as Record<string, (...all: unknown[]) => Promise<unknown>>)[name](
						...given,
					),
				(error) => {
					throw error;
				},
			);
		},
	]);
	return Object.fromEntries(methods) as Ledger;
}
