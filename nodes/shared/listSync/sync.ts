import type { IDataObject } from 'n8n-workflow';
import { groupBy } from '../basics/lists';
import {
	dictionaryOf,
	mappedLabels,
	unmatchedHint,
	type LabelMapping,
} from '../input/backgroundData';
import { readContact } from '../input/contact';
import { labelsIn } from '../input/labels';
import { ItemRun, type Batch, type ItemRequest, type RunContext } from '../n8n/itemRun';
import type { Parameters } from '../n8n/parameters';
import { RunError } from '../netigate/errors';
import { contactKey } from '../quarantine/ledger/contactKey';
import { DataTableStore } from '../tables/dataTable';
import { LedgerError } from '../tables/errors';
import { innerWorkflow } from '../tables/innerWorkflow';
import { ListWriter } from './listWriter';
import { diffList, losesTooMuch, lossOf, strangersOf, type DirectoryPerson } from './diff';
import { memoryError, nearlyAllNew, tooMuchLost } from './errors';
import { ListMemory, LIST_TABLE } from './memory';
import { report, SET_BACK } from './report';

/** An item, not yet compared with the list's labels. */
interface Request extends ItemRequest {
	contact: string;
	mapping?: LabelMapping;
	item: IDataObject;
}

/** The whole directory of one list. */
interface Directory {
	listId: number;
	/** The same for all items; read from the first. */
	settings: ReturnType<typeof readSettings>;
	requests: Request[];
}

type Prepared = Awaited<ReturnType<ListSync['prepare']>>;

function readSettings(parameters: Parameters) {
	const options = parameters.collection('options');
	return {
		firstRun: options.choice<'stop' | 'add'>('firstRun'),
		hashSecret: options.resolvedText('hashSecret'),
		maxMissingShare: options.number('maxMissingShare'),
		storeContact: options.flag('storeContact'),
		whenUnknown: options.choice<'report' | 'addAgain'>('whenUnknown'),
		clearMissing: parameters.choice('missing') === 'clear',
		/** As it is in the node, with expressions. */
		rawMapping: parameters.node.parameters.cells as LabelMapping | undefined,
	};
}

async function readDirectories(run: ItemRun): Promise<Directory[]> {
	const settings = new Map<number, Directory['settings']>();
	const requests = await run.read((parameters) => {
		const listId = parameters.id('listId');
		if (!settings.has(listId)) settings.set(listId, readSettings(parameters));
		const { contact } = readContact(parameters.contact('contact'));
		return { listId, contact, mapping: parameters.mapping('cells'), item: parameters.item };
	});
	return [...groupBy(requests, ({ listId }) => listId)].map(([listId, ofList]) => ({
		listId,
		settings: settings.get(listId)!,
		requests: ofList,
	}));
}

const memoryStore = ({ context }: RunContext) =>
	new DataTableStore(LIST_TABLE, innerWorkflow(context));

/** `respondentList.sync` for all items of a run (call 29, then 31, 32 and 33). */
export async function syncLists(batch: Batch, openStore = memoryStore) {
	const { n8n } = batch;
	if (!n8n) {
		throw new RunError(
			'A respondent list can be synced only in a workflow',
			'Let the tool call a workflow with this action instead.',
		);
	}
	const run = new ItemRun(batch);
	const lists = new ListSync(batch, run, n8n, openStore(n8n));
	const prepared = await run.prepare(
		await readDirectories(run),
		async (directory) => await lists.prepare(directory),
	);
	await run.send(prepared, 1, async (directory) => await lists.sync(directory));
	return run.end();
}

class ListSync {
	constructor(
		private readonly batch: Batch,
		private readonly run: ItemRun,
		private readonly n8n: RunContext,
		private readonly store: DataTableStore,
	) {}

	/** Compares a directory with the labels of its list. */
	async prepare(directory: Directory) {
		const { listId, settings, requests } = directory;
		const path = `/bgdata/bgdocuments/${listId}`;
		const labels = labelsIn(await this.batch.client.get(`${path}/labels`));
		const key = contactKey(settings.hashSecret || this.n8n.context.getInstanceId());
		const people: DirectoryPerson[] = [];
		const present = requests.map(({ contact }) => key.hash(contact));
		for (const [index, { position, contact, mapping, item }] of requests.entries()) {
			this.run.check(position, () => {
				const pairs = dictionaryOf(mapping, item, labels);
				const cells = new Map(pairs.map(({ Key, Value }) => [Key, Value]));
				people.push({ position, key: present[index], contact, cells });
			});
		}
		const items = requests.map(({ item }) => item);
		const columns = mappedLabels(settings.rawMapping, items, labels);
		const unmatched = unmatchedHint(settings.rawMapping, items, labels);
		if (unmatched) this.batch.hint(unmatched);
		return { ...directory, path, labels, columns, people, key, present };
	}

	async sync(prepared: Prepared): Promise<void> {
		await this.compareAndSend(prepared).catch((failure: Error) => {
			throw failure instanceof LedgerError ? memoryError(failure) : failure;
		});
	}

	private async compareAndSend(prepared: Prepared): Promise<void> {
		const { listId, settings, path, labels, columns, people, key, present } = prepared;
		const { clearMissing, firstRun, maxMissingShare } = settings;
		const list = `${listId} ${this.n8n.server}`;
		const memory = await ListMemory.open(this.store, list, key.fingerprint);
		const hashOf = (person: DirectoryPerson, labelId: string, value: string) =>
			key.hash(`${person.key} ${labelId} ${value}`).slice(0, 12);
		const addUncertain = settings.whenUnknown === 'addAgain';
		const plan = diffList(people, memory.known, { columns, hashOf, present, addUncertain });
		const loss = lossOf(plan, clearMissing);
		const strangers = firstRun === 'stop' ? strangersOf(plan, memory.known) : undefined;
		const lostTooMuch = losesTooMuch(loss, maxMissingShare);
		if (lostTooMuch || strangers) {
			await memory.close([]);
			throw lostTooMuch ? tooMuchLost(loss, maxMissingShare) : nearlyAllNew(strangers!);
		}
		const writer = new ListWriter(this.batch.client, memory, {
			...settings,
			path,
			labelIds: labels.map(({ BGDataLabelId }) => BGDataLabelId),
			hashOf,
			stopAtFailure: !this.batch.continueOnFail,
		});
		const done = await writer.carryOut(plan);
		report(this.batch, this.run, { plan, done, labels, clearMissing });
		if (firstRun === 'add') this.batch.hint(SET_BACK);
	}
}
