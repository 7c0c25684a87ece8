import { asList, type NetigateClient, type NetigateRequest } from './client';
import { asNetigateError, LOOK_FIRST, NetigateError } from './errors';
import { entriesIn as entriesOfList, isId, isRecord } from './members';
import { sharedLock } from '../basics/sharedLock';

/** How to find again what a request creates. */
export interface Creation<Entry extends object> {
	/** Where it is listed once it is there: a path below the base URL, e.g. `/surveys/501/sendouts`. */
	list: string;
	/** The entries in the answer of `list`, where that is not the list itself. */
	entriesIn?(answer: unknown): Entry[];
	idOf(entry: Partial<Entry>): number | undefined;
	/** Whether an entry may be the one that was to be created: same name, same kind. */
	isIt(entry: Entry): boolean;
	/** What the user calls it, for errors: `sendout "Sales talk"`. */
	called: string;
	/** The entries that were there before, where that is known; read from Netigate otherwise. */
	before?: readonly Entry[];
	/**
	 * Whether it is sent again when it failed and nothing new is listed, unless it may still be under way or
	 * Netigate said yes to it. Not where a second one would do harm.
	 */
	sendAgain?: boolean;
}

/** Whether a name in Netigate is the one that was given. */
export const sameName = (a: unknown, b: string) =>
	typeof a === 'string' && a.trim().normalize('NFC') === b.trim().normalize('NFC');

interface Lost {
	body: string;
	isIt: (entry: never) => boolean;
}

/** What one run knows about one list. */
interface ListMemory {
	/** Ids that were there before, or belong to a request of this run. */
	taken: Set<number | undefined>;
	/** Requests of this run whose answer was lost and whose object was not found yet. */
	lost: Set<Lost>;
	lock: ReturnType<typeof sharedLock>;
}

/** How often a request is sent when its answers get lost on the way and nothing new is there. */
const MOST_TRIES = 3;

const memories = new WeakMap<NetigateClient, Map<string, Promise<ListMemory>>>();

/** Whether it is a list of entries that all have an id. */
function isReadable<Entry extends object>(
	entries: readonly Entry[] | undefined,
	idOf: Creation<Entry>['idOf'],
): entries is readonly Entry[] {
	return (
		Array.isArray(entries) &&
		entries.every((entry) => isRecord(entry) && isId(idOf(entry as Entry)))
	);
}

/** @throws NetigateError also when an entry cannot be read: an old one could then be taken for a new one */
async function entriesOf<Entry extends object>(
	client: NetigateClient,
	{ list, entriesIn = entriesOfList as (answer: unknown) => Entry[], idOf }: Creation<Entry>,
): Promise<Entry[]> {
	const entries = entriesIn(await client.get(list));
	if (isReadable(entries, idOf)) return entries;
	throw new NetigateError('Netigate answered with a list that cannot be read', {
		outcome: 'notDone',
		advice: 'Try again. If this keeps happening, look in Netigate, and report it.',
	});
}

async function readMemory<Entry extends object>(
	client: NetigateClient,
	creation: Creation<Entry>,
): Promise<ListMemory> {
	const { before, idOf } = creation;
	const entries = isReadable(before, idOf) ? before : await entriesOf(client, creation);
	return { taken: new Set(entries.map(idOf)), lost: new Set(), lock: sharedLock() };
}

async function memoryOf<Entry extends object>(client: NetigateClient, creation: Creation<Entry>) {
	const ofClient = memories.get(client) ?? new Map<string, Promise<ListMemory>>();
	memories.set(client, ofClient);
	const known = ofClient.get(creation.list);
	if (known) return await known;
	const memory = readMemory(client, creation);
	ofClient.set(creation.list, memory);
	// Netigate may answer again by the time of the next item.
	memory.catch(() => ofClient.delete(creation.list));
	return await memory;
}

const silentAnswer = () =>
	new NetigateError('Netigate did not answer with what it was asked to create', {
		outcome: 'unknown',
		accepted: true,
		advice: LOOK_FIRST,
	});

const outcomeUnknown = (why: NetigateError, known: string, advice: string) =>
	new NetigateError(`${why.message}. ${known}`, {
		outcome: 'unknown',
		status: why.status,
		advice,
	});

/** One thing that is to be created, and what has become of it. */
class Making<Entry extends object> {
	private readonly mine: Lost;

	constructor(
		private readonly client: NetigateClient,
		private readonly request: NetigateRequest,
		private readonly creation: Creation<Entry>,
		private readonly memory: ListMemory,
	) {
		const { path, query, body } = request;
		this.mine = { body: JSON.stringify([path, query, body]), isIt: creation.isIt };
	}

	private take(entry: Entry): Entry {
		this.memory.taken.add(this.creation.idOf(entry));
		this.memory.lost.delete(this.mine);
		return entry;
	}

	/** Sends it. @returns the new object, or why its fate is not known */
	private async send(): Promise<{ made: Entry } | { why: NetigateError }> {
		const answer = await this.client.send(this.request).then(
			(value) => ({ made: asList<Entry>(value)[0] }),
			(error: unknown) => ({ why: asNetigateError(error) }),
		);
		if ('made' in answer) {
			const { made } = answer;
			if (isRecord(made) && isId(this.creation.idOf(made as Partial<Entry>)))
				return { made: this.take(made) };
		} else if (answer.why.outcome !== 'unknown') throw answer.why;
		this.memory.lost.add(this.mine);
		return 'why' in answer ? answer : { why: silentAnswer() };
	}

	/** Looks for it. @returns the new object, or else the ids of everything new in the list */
	private async find(why: NetigateError): Promise<{ found: Entry } | { newIds: unknown[] }> {
		const { called, idOf, isIt } = this.creation;
		const entries = await entriesOf(this.client, this.creation).catch((error: unknown) => {
			throw outcomeUnknown(
				why,
				`Whether the ${called} was created cannot be told, since the list could not be read (${asNetigateError(error).message})`,
				`Look for the ${called} in Netigate before you run this item again.`,
			);
		});
		const fresh = entries.filter((entry) => !this.memory.taken.has(idOf(entry)));
		const candidates = fresh.filter(isIt);
		if (candidates.length === 0) return { newIds: fresh.map(idOf) };
		const others = [...this.memory.lost].filter((lost) => lost !== this.mine);
		const twins = others.filter(({ body }) => body === this.mine.body);
		const rivals = others.filter((lost) => !twins.includes(lost));
		const clear = !rivals.some(({ isIt: theirs }) =>
			candidates.some((one) => theirs(one as never)),
		);
		if (clear && candidates.length <= twins.length + 1) return { found: this.take(candidates[0]) };
		throw outcomeUnknown(
			why,
			`Which ${called} belongs to this item cannot be told: ID ${candidates.map(idOf).join(', ')} are new`,
			'Look at them in Netigate before you run this item again.',
		);
	}

	/** Looks twice, since a lost request may still be under way. */
	private async findTwice(why: NetigateError) {
		const first = await this.find(why);
		if ('found' in first) return first;
		await this.client.settle();
		const second = await this.find(why);
		// One that is still under way may appear while another item looks for its own, so it stays noted.
		if ('newIds' in second && !why.mayStillRun) this.memory.lost.delete(this.mine);
		return second;
	}

	async once(): Promise<Entry> {
		const { called, sendAgain = false } = this.creation;
		for (let tries = 1; ; tries++) {
			// While a lost one is looked for, nothing is sent: a new entry could be taken for it.
			const sent = await this.memory.lock.shared(async () => await this.send());
			if ('made' in sent) return sent.made;
			const { why } = sent;
			await this.client.settle();
			const looked = await this.memory.lock.alone(async () => await this.findTwice(why));
			if ('found' in looked) return looked.found;
			const { newIds } = looked;
			// Something new with another name may still be it, renamed by Netigate.
			const again = sendAgain && !why.mayStillRun && !why.accepted && tries < MOST_TRIES;
			if (again && newIds.length === 0 && !this.client.cancelled()) continue;
			const alsoNew =
				newIds.length > 0 ? ` New there since this run began: ID ${newIds.join(', ')}.` : '';
			throw outcomeUnknown(
				why,
				why.mayStillRun
					? `The ${called} was not in the list when it was looked for, but the request may still be under way`
					: `The ${called} is not in the list, so it was most likely not created`,
				`Look for the ${called} in Netigate before you run this item again.${alsoNew}`,
			);
		}
	}
}

/**
 * Creates something once, even if the answer gets lost: then it is looked for in its list, among the entries
 * that were not there before and belong to no other request of this run.
 *
 * @returns the created object, from the answer or from the list
 * @throws NetigateError when it was refused, when the list does not show it, or when that cannot be told; it
 *   says what is known. If the list cannot be read beforehand, nothing is sent.
 */
export async function createOnce<Entry extends object>(
	client: NetigateClient,
	request: NetigateRequest,
	creation: Creation<Entry>,
): Promise<Entry> {
	return await new Making(client, request, creation, await memoryOf(client, creation)).once();
}
