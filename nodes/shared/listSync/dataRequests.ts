import type { IExecuteFunctions } from 'n8n-workflow';
import { chunks, groupBy } from '../basics/lists';
import { DataTableStore } from '../tables/dataTable';
import { innerWorkflow } from '../tables/innerWorkflow';
import { all, FILTER_SIZE, oneOf, unlessEmpty, where, type StoredRow } from '../tables/rowStore';
import { memoryError } from './errors';
import { labelIdsIn, ListMemory, LIST_TABLE } from './memory';

export type ListEntry = ReturnType<typeof entryOf>;

/** @returns undefined if the workflow's project has no list memories */
async function useMemories<T>(
	context: IExecuteFunctions,
	task: (store: DataTableStore) => Promise<T>,
): Promise<T | undefined> {
	const store = new DataTableStore(LIST_TABLE, innerWorkflow(context));
	try {
		return (await store.exists()) ? await task(store) : undefined;
	} catch (error) {
		throw memoryError(error as Error);
	}
}

/**
 * What the list memories in the workflow's project contain about these contacts, keyed by hash.
 * @param hashKey the fingerprint of the key used for the hashes
 * @returns `otherKey`: whether some people can't be found because they were hashed with another key
 */
export async function findInLists(
	context: IExecuteFunctions,
	hashes: readonly string[],
	hashKey: string,
): Promise<{ entries: Map<string, ListEntry[]>; otherKey: boolean }> {
	const found = await useMemories(context, async (store) => {
		const rows = await rowsOf(store, hashes);
		const others = all(where('list', 'neq', ''), where('hashKey', 'neq', hashKey));
		const otherKey = (await store.run([{ read: others }])).length > 0;
		const byHash = groupBy(rows, ({ contact }) => String(contact));
		const entries = new Map([...byHash].map(([hash, list]) => [hash, list.map(entryOf)]));
		return { entries, otherKey };
	});
	return found ?? { entries: new Map(), otherKey: false };
}

/**
 * Permanently removes these contacts from the list memories in the workflow's project.
 * @throws LedgerError if a list is being synced or the table can't be used
 */
export async function forgetInLists(
	context: IExecuteFunctions,
	hashes: readonly string[],
	hashKey: string,
): Promise<void> {
	await useMemories(context, async (store) => {
		const rows = await rowsOf(store, hashes);
		for (const [list, ofList] of groupBy(rows, (row) => String(row.list ?? ''))) {
			if (list === '') {
				// Someone emptied the cell, so no sync uses these rows.
				for (const part of chunks(ofList, FILTER_SIZE)) {
					const ids = part.map(({ id }) => id);
					await store.run([{ remove: oneOf('id', ids) }]);
				}
				continue;
			}
			const memory = await ListMemory.open(store, list, hashKey);
			await memory.forget(ofList.map(({ contact }) => String(contact)));
		}
	});
}

async function rowsOf(store: DataTableStore, hashes: readonly string[]): Promise<StoredRow[]> {
	const rows: StoredRow[] = [];
	for (const part of chunks(hashes, FILTER_SIZE))
		rows.push(...(await store.run([{ read: oneOf('contact', part) }])));
	return rows;
}

/** A row in the list memory, as shown to someone who asks what is stored. */
const entryOf = (row: StoredRow) => ({
	/** The list's ID and its server or account. */
	list: String(row.list),
	respondentId: unlessEmpty(row.respondentId, Number),
	state: String(row.state),
	at: String(row.at),
	/** The contact itself, if it was stored. */
	address: unlessEmpty(row.address, String),
	/** The labels whose cells are stored as hashes. */
	labelIds: labelIdsIn(row),
});
