import { forEachInTurns } from '../basics/concurrency';
import { groupBy } from '../basics/lists';
import { dictionaryOf, mappedLabels, matchHint } from '../input/backgroundData';
import type { LabelMapping } from '../input/labelMapping';
import type { Recipient } from '../input/contact';
import { readEmail } from '../input/email';
import { labelsIn } from '../input/labels';
import { ItemRun, type Batch, type RunContext } from '../n8n/itemRun';
import type { Parameters } from '../n8n/parameters';
import { RunError } from '../netigate/errors';
import { contactKey } from '../quarantine/ledger/contactKey';
import { DataTableStore } from '../tables/dataTable';
import { innerWorkflow } from '../tables/innerWorkflow';
import { ListWriter } from './listWriter';
import { diffList, losesTooMuch, lossOf, strangersOf, type DirectoryPerson } from './diff';
import { memoryError, nearlyAllNew, tooMuchLost } from './errors';
import { ListMemory, LIST_TABLE } from './memory';
import { report, SET_BACK } from './report';
import { recipientOf } from '../n8n/recipients';

function readSettings(parameters: Parameters) {
	const options = parameters.collection('options');
	return {
		firstRun: options.choice<'stop' | 'add'>('firstRun'),
		maxMissingShare: options.number('maxMissingShare'),
		storeContact: options.flag('storeContact'),
		whenUnknown: options.choice<'report' | 'addAgain'>('whenUnknown'),
		clearMissing: parameters.choice('missing') === 'clear',
		/** With unresolved expressions. */
		rawMapping: parameters.node.parameters.cells as LabelMapping | undefined,
	};
}

/** Whether a contact that the type Automatic read as a login name could be a misspelled address or number. */
const mayBeMisspelled = ({ contact, national }: Recipient) =>
	national === undefined &&
	/@|^\(?(?:\+|00)[\d\s(]/.test(contact) &&
	'problem' in readEmail(contact);

/** The items for each list. A list's first item determines its settings. */
async function readDirectories(batch: Batch, run: ItemRun) {
	const settings = new Map<number, ReturnType<typeof readSettings>>();
	let misspelled = 0;
	const requests = await run.read((parameters) => {
		const listId = parameters.id('listId');
		if (!settings.has(listId)) settings.set(listId, readSettings(parameters));
		const recipient = recipientOf(parameters);
		const { contact, key } = recipient;
		const isAuto = parameters.choice('contactType') === 'auto';
		if (isAuto && mayBeMisspelled(recipient)) misspelled++;
		return { listId, contact, key, mapping: parameters.mapping('cells'), item: parameters.item };
	});
	const unreadable = batch.items.length - requests.length + misspelled;
	return [...groupBy(requests, ({ listId }) => listId)].map(([listId, ofList]) => ({
		listId,
		unreadable,
		settings: settings.get(listId)!,
		requests: ofList,
	}));
}

type Directory = Awaited<ReturnType<typeof readDirectories>>[number];
type Prepared = Awaited<ReturnType<typeof compareWithLabels>>;

const memoryStore = ({ context }: RunContext) =>
	new DataTableStore(LIST_TABLE, innerWorkflow(context));

/** Performs `respondentList.sync` for all items in a run (call 29, then 31, 32 and 33). */
export async function syncLists(batch: Batch, openStore = memoryStore) {
	const { n8n } = batch;
	if (!n8n) {
		throw new RunError(
			'Respondent lists can be synced only in a workflow',
			'Use a tool that calls a workflow with this action instead.',
		);
	}
	const run = new ItemRun(batch);
	const store = openStore(n8n);
	const prepared = await run.prepare(
		await readDirectories(batch, run),
		async (directory) => await compareWithLabels(directory, batch, run, n8n),
	);
	await run.send(prepared, 1, async (directory) => {
		await syncList(directory, batch, run, store).catch((failure: Error) => {
			throw memoryError(failure);
		});
	});
	return run.end();
}

async function compareWithLabels(
	{ listId, settings, requests, unreadable }: Directory,
	batch: Batch,
	run: ItemRun,
	n8n: RunContext,
) {
	const path = `/bgdata/bgdocuments/${listId}`;
	const labels = labelsIn(await batch.client.get(`${path}/labels`));
	const secret = n8n.hashSecret();
	const key = contactKey(secret);
	const people: DirectoryPerson[] = [];
	const present: string[] = [];
	await forEachInTurns(requests, (request) => {
		const { position, contact, mapping, item } = request;
		const hash = key.hash(request.key);
		present.push(hash);
		run.check(position, () => {
			const pairs = dictionaryOf(mapping, item, labels);
			const cells = new Map(pairs.map(({ Key, Value }) => [Key, Value]));
			people.push({ position, key: hash, contact, cells });
		});
	});
	const items = requests.map(({ item }) => item);
	const columns = mappedLabels(settings.rawMapping, items, labels);
	const unmatched = matchHint(settings.rawMapping, items, labels);
	if (unmatched) batch.hint(unmatched);
	const list = `${listId} ${n8n.placeOf(secret)}`;
	return { requests, unreadable, settings, list, path, labels, columns, people, key, present };
}

async function syncList(
	{ settings, list, path, labels, columns, people, key, present, ...given }: Prepared,
	batch: Batch,
	run: ItemRun,
	store: DataTableStore,
): Promise<void> {
	const { clearMissing, firstRun, maxMissingShare } = settings;
	const memory = await ListMemory.open(store, list, key.fingerprint);
	const hashOf = (person: DirectoryPerson, labelId: string, value: string) =>
		key.hash(`${person.key} ${labelId} ${value}`).slice(0, 12);
	const addUncertain = settings.whenUnknown === 'addAgain';
	const plan = diffList(people, memory.known, { columns, hashOf, present, addUncertain });
	// Someone who seems to be missing could be in an item that can't be read or added.
	const added = new Set(plan.adds.map((person) => person.key));
	const notAdded = present.filter((one) => !added.has(one) && !memory.known.has(one));
	const unreadable = given.unreadable + notAdded.length;
	const clears = clearMissing && unreadable === 0 && !plan.anyInUse;
	const loss = lossOf(plan, clears);
	const strangers = firstRun === 'stop' ? strangersOf(plan, memory.known) : undefined;
	const lostTooMuch = losesTooMuch(loss, maxMissingShare);
	if (lostTooMuch || strangers) {
		await memory.close([]);
		throw lostTooMuch ? tooMuchLost(loss, maxMissingShare) : nearlyAllNew(strangers!);
	}
	const writer = new ListWriter(batch.client, memory, {
		...settings,
		clearMissing: clears,
		path,
		labelIds: labels.map(({ BGDataLabelId }) => BGDataLabelId),
		hashOf,
		stopAtFailure: !batch.continueOnFail,
	});
	const done = await writer.carryOut(plan);
	report(batch, run, { plan, done, labels, clearMissing, clears, unreadable });
	if (firstRun === 'add') batch.hint(SET_BACK);
}
