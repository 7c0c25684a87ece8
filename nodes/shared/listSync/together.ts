import { sleep, type IDataObject } from 'n8n-workflow';
import { contactKey, nonce } from '../quarantine/ledger/contactKey';
import {
	dictionaryOf,
	mappedLabels,
	unmatchedHint,
	type LabelMapping,
} from '../input/backgroundData';
import type { NetigateClient } from '../netigate/client';
import { labelsIn } from '../input/labels';
import { readContact } from '../input/contact';
import { RunError } from '../netigate/errors';
import { LedgerError } from '../tables/errors';
import { carryOut, type Done } from './carryOut';
import {
	diffList,
	losesTooMuch,
	lossOf,
	strangersOf,
	type Known,
	type DirectoryPerson,
	type Plan,
} from './diff';
import { DataTableStore } from '../tables/dataTable';
import { innerWorkflow } from '../tables/innerWorkflow';
import { ListMemory, LIST_TABLE } from './memory';
import { memoryError } from './memoryErrors';
import { nearlyAllNew, notSent, tooMuchLost, WAY_OUT } from './sendErrors';
import type { BackgroundDataLabel } from '../netigate/types';
import type { Batch, ItemOutcome, RunContext } from '../n8n/itemRun';
import { ItemRun, type ItemRequest } from '../n8n/itemRun';
import type { Parameters } from '../n8n/parameters';
import { listSummary, SET_BACK } from './summary';

interface Options {
	firstRun: 'stop' | 'add';
	hashSecret: string;
	maxMissingShare: number;
	storeContact: boolean;
	whenUnknown: 'report' | 'addAgain';
}

/** An item as the user gave it, read but not yet checked against the list's labels. */
interface Request extends ItemRequest {
	contact: string;
	mapping?: LabelMapping;
	fields: IDataObject;
}

/** The whole directory of one list. */
interface Directory {
	listId: number;
	/** The same for all items; read from the first. */
	options: Options;
	clearMissing: boolean;
	/** The mapping as it stands in the node. */
	rawMapping?: LabelMapping;
	requests: Request[];
}

function readOptions(parameters: Parameters): Options {
	const options = parameters.collection('options');
	return {
		firstRun: options.choice('firstRun'),
		hashSecret: options.resolvedText('hashSecret'),
		maxMissingShare: options.number('maxMissingShare'),
		storeContact: options.flag('storeContact'),
		whenUnknown: options.choice('whenUnknown'),
	};
}

function newDirectory(listId: number, parameters: Parameters): Directory {
	return {
		listId,
		options: readOptions(parameters),
		clearMissing: parameters.choice('missing') === 'clear',
		rawMapping: parameters.node.parameters.cells as LabelMapping | undefined,
		requests: [],
	};
}

/** A directory compared with its list's labels, ready to be compared with what is remembered. */
interface Prepared {
	directory: Directory;
	requests: Request[];
	path: string;
	labels: BackgroundDataLabel[];
	columns: Set<string>;
	people: DirectoryPerson[];
	/** Hashes of contacts whose items cannot be used. */
	present: string[];
	key: ReturnType<typeof contactKey>;
}

/** The directories, one for each list, from what the items say. */
async function directoriesOf(frame: ItemRun) {
	const directories = new Map<number, Directory>();
	const requests = await frame.read((parameters) => {
		const listId = parameters.id('listId');
		if (!directories.has(listId)) directories.set(listId, newDirectory(listId, parameters));
		return {
			listId,
			contact: readContact(parameters.contact('contact')).contact,
			mapping: parameters.mapping('cells'),
			fields: parameters.item,
		};
	});
	for (const { listId, ...request } of requests) directories.get(listId)!.requests.push(request);
	return [...directories.values()].filter(({ requests: those }) => those.length > 0);
}

const memoryStore = ({ context }: RunContext) =>
	new DataTableStore(LIST_TABLE, innerWorkflow(context));

/** `respondentList.sync` for all items of a run (row 29, then 31, 32 and 33). */
export async function syncTogether(
	batch: Batch,
	openStore = memoryStore,
): Promise<Array<ItemOutcome | undefined>> {
	const { client, n8n } = batch;
	if (!n8n) {
		throw new RunError(
			'A respondent list can be synced in a workflow only',
			'Call a workflow that holds this action as a tool instead.',
		);
	}
	const frame = new ItemRun(batch);
	const run = new Syncing(batch, frame, n8n, openStore(n8n));
	const prepared = await frame.prepare(
		await directoriesOf(frame),
		async (directory) => await run.prepare(client, directory),
	);
	await frame.send(prepared, 1, async (one) => await run.sync(one));
	return frame.end();
}

class Syncing {
	constructor(
		private readonly batch: Batch,
		private readonly frame: ItemRun,
		private readonly n8n: RunContext,
		private readonly store: DataTableStore,
	) {}

	async prepare(client: NetigateClient, directory: Directory): Promise<Prepared> {
		const { listId, options, requests, rawMapping } = directory;
		const path = `/bgdata/bgdocuments/${listId}`;
		const labels = labelsIn(await client.get(`${path}/labels`));
		const key = contactKey(options.hashSecret || this.n8n.context.getInstanceId());
		const people: DirectoryPerson[] = [];
		const present: string[] = [];
		for (const { position, contact, mapping, fields } of requests) {
			const hash = key.hash(contact);
			present.push(hash);
			this.frame.check(position, () => {
				const pairs = dictionaryOf(mapping, fields, labels);
				const cells = new Map(pairs.map(({ Key, Value }) => [Key, Value]));
				people.push({ position, key: hash, contact, cells });
			});
		}
		const items = requests.map(({ fields }) => fields);
		const columns = mappedLabels(rawMapping, items, labels);
		const unmatched = unmatchedHint(rawMapping, items, labels);
		if (unmatched) this.batch.hint(unmatched);
		return { directory, requests, path, labels, columns, people, present, key };
	}

	async sync(prepared: Prepared): Promise<void> {
		await this.compareAndSend(prepared).catch((failure: Error) => {
			throw failure instanceof LedgerError ? memoryError(failure) : failure;
		});
	}

	private async compareAndSend(prepared: Prepared): Promise<void> {
		const { directory, path, labels, columns, people, present, key } = prepared;
		const { listId, options, clearMissing } = directory;
		const memory = await ListMemory.open(
			this.store,
			{ list: `${listId} ${this.n8n.server}`, hashKey: key.fingerprint },
			{ now: () => Date.now(), sleep, random: Math.random, nonce },
		);
		const hashOf = (person: DirectoryPerson, labelId: string, value: string) =>
			key.hash(`${person.key} ${labelId} ${value}`).slice(0, 12);
		const plan = diffList(people, memory.known, {
			columns,
			hashOf,
			present,
			addUncertain: options.whenUnknown === 'addAgain',
		});
		const loss = lossOf(plan, clearMissing);
		if (losesTooMuch(loss, options.maxMissingShare)) {
			await memory.close([]);
			throw tooMuchLost(loss, options.maxMissingShare);
		}
		const strangers = strangersOf(plan, memory.known);
		if (strangers && options.firstRun === 'stop') {
			await memory.close([]);
			throw nearlyAllNew(strangers);
		}
		const done = await carryOut(this.batch.client, memory, plan, {
			path,
			labelIds: labels.map(({ BGDataLabelId }) => BGDataLabelId),
			hashOf,
			clearMissing,
			storeContact: options.storeContact,
			stopAtFailure: !this.batch.continueOnFail,
		});
		this.tell(plan, done, labels, clearMissing);
		if (options.firstRun === 'add') this.batch.hint(SET_BACK);
	}

	private tell(
		plan: Plan,
		done: ReadonlyMap<object, Done>,
		labels: BackgroundDataLabel[],
		clearMissing: boolean,
	): void {
		// The run throws these: who was left out because of them need not say so again.
		const told = new Set<Error>();
		if (!this.batch.continueOnFail) {
			for (const one of done.values()) if ('error' in one) told.add(one.error);
		}
		const namesOf = (ids: string[]) =>
			ids.map((id) => labels.find((label) => String(label.BGDataLabelId) === id)?.Name ?? id);

		const settle = ({ position }: DirectoryPerson, outcome: ItemOutcome) =>
			this.frame.settle(position, outcome);
		for (const person of plan.adds) {
			settle(person, outcomeOf(done.get(person)!, person.contact, told));
		}
		for (const change of plan.changes) {
			const { person, write, empty } = change;
			const changed = { changed: namesOf([...write, ...empty]) };
			settle(person, outcomeOf(done.get(change)!, person.contact, told, changed));
		}
		for (const { person, known } of plan.unchanged) {
			settle(person, json('unchanged', person.contact, known.respondentId));
		}
		for (const { person } of plan.uncertain) settle(person, unknown(person.contact));
		for (const { person, first } of plan.repeated) {
			this.frame.markDuplicate(person.position, first.position, person.contact);
		}
		for (const known of plan.missing) {
			this.frame.more.push(
				clearMissing
					? outcomeOf(done.get(known)!, known.address, told)
					: json('missing', known.address, known.respondentId),
			);
		}
		for (const known of plan.uncertainMissing) this.frame.more.push(unknown(known.address));
		for (const message of listSummary(plan, done, clearMissing)) this.batch.hint(message);
	}
}

function json(
	status: string,
	contact: string | null,
	respondentId: number | null | undefined,
	more: IDataObject = {},
): ItemOutcome {
	return {
		json: { status, contact, ...(respondentId === undefined ? {} : { respondentId }), ...more },
	};
}

function unknown(contact: string | null): ItemOutcome {
	return json('unknown', contact, null, { reason: 'lostAnswer', whatToDo: WAY_OUT });
}

/** @param told errors that the user will see anyway */
function outcomeOf(
	done: Done,
	contact: Known['address'],
	told: ReadonlySet<Error>,
	more: IDataObject = {},
): ItemOutcome {
	if ('status' in done) return json(done.status, contact, done.respondentId, more);
	if ('error' in done) {
		const { error, respondentId } = done;
		return { error, json: { contact, ...(respondentId === undefined ? {} : { respondentId }) } };
	}
	const { stoppedBy } = done;
	if (told.has(stoppedBy)) return json('skipped', contact, undefined, { reason: 'notSent' });
	const why = stoppedBy instanceof LedgerError ? memoryError(stoppedBy) : stoppedBy;
	return { error: notSent(why), json: { contact } };
}
