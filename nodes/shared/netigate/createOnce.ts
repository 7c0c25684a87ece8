import { readOnce, type ReadOnce } from '../basics/concurrency';
import { sharedLock } from '../basics/sharedLock';
import { asList, type NetigateClient, type NetigateRequest } from './client';
import { asNetigateError, LOOK_FIRST, NetigateError } from './errors';
import { entriesIn as entriesOfList, isId, isRecord } from './members';

/** How to find what a request created if its response was lost. */
export interface Creation<Entry extends object> {
	/** Where it is listed: a path below the base URL, e.g. `/surveys/501/sendouts`. */
	list: string;
	/** The entries in the response of `list`, if the response isn't the list itself. */
	entriesIn?(response: unknown): Entry[];
	idOf(entry: Partial<Entry>): number | undefined;
	/** Whether an entry may be the created one: same name, same type. */
	isIt(entry: Entry): boolean;
	/** What errors call it: `sendout "Sales call"`. */
	called: string;
	/** The entries that were there before, if known; otherwise they are read from Netigate. */
	before?: readonly Entry[];
	/**
	 * Whether to send it again if it failed and nothing new is listed, unless it may still be under way or Netigate
	 * accepted it. Only if a second one does no harm.
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
	/** Requests of this run whose response was lost and whose object was not found yet. */
	lost: Set<Lost>;
	lock: ReturnType<typeof sharedLock>;
}

/** How often a request is sent if its responses are lost and nothing new is listed. */
const MOST_TRIES = 3;

/** The `ListMemory` of each list, per client. */
const memories = new WeakMap<NetigateClient, ReadOnce>();

/** Whether all entries have an id. */
function isReadable<Entry extends object>(
	entries: readonly Entry[] | undefined,
	idOf: Creation<Entry>['idOf'],
): entries is readonly Entry[] {
	return (
		Array.isArray(entries) &&
		entries.every((entry) => isRecord(entry) && isId(idOf(entry as Entry)))
	);
}

/** @throws NetigateError also if an entry can't be read: otherwise an old one could look new */
async function entriesOf<Entry extends object>(
	client: NetigateClient,
	{ list, entriesIn = entriesOfList as (answer: unknown) => Entry[], idOf }: Creation<Entry>,
): Promise<Entry[]> {
	const entries = entriesIn(await client.get(list));
	if (isReadable(entries, idOf)) return entries;
	throw new NetigateError("Netigate returned a list that can't be read", {
		outcome: 'notDone',
		advice: 'Try again. If this continues, check in Netigate and report it.',
	});
}

async function memoryOf<Entry extends object>(client: NetigateClient, creation: Creation<Entry>) {
	const { before, idOf, list } = creation;
	const once = memories.get(client) ?? readOnce('forgotten');
	memories.set(client, once);
	return await once(list, async (): Promise<ListMemory> => {
		const entries = isReadable(before, idOf) ? before : await entriesOf(client, creation);
		return { taken: new Set(entries.map(idOf)), lost: new Set(), lock: sharedLock() };
	});
}

const outcomeUnknown = (why: NetigateError, known: string, advice: string) =>
	new NetigateError(`${why.message}. ${known}`, {
		outcome: 'unknown',
		status: why.status,
		advice,
	});

/** One object to create. */
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

	/** @returns the new object, or why its outcome is not known */
	private async send(): Promise<{ made: Entry } | { why: NetigateError }> {
		const sent = await this.client.send(this.request).then(
			(value) => ({ made: asList<Entry>(value)[0] }),
			(error: unknown) => ({ why: asNetigateError(error) }),
		);
		if ('why' in sent) {
			if (sent.why.outcome !== 'unknown') throw sent.why;
			this.memory.lost.add(this.mine);
			return sent;
		}
		const { made } = sent;
		if (isRecord(made) && isId(this.creation.idOf(made as Partial<Entry>)))
			return { made: this.take(made) };
		this.memory.lost.add(this.mine);
		const why = new NetigateError(
			"Netigate's response doesn't contain what it was asked to create",
			{
				outcome: 'unknown',
				accepted: true,
				advice: LOOK_FIRST,
			},
		);
		return { why };
	}

	/** Looks for it in the list. @returns the new object, or the ids of everything new */
	private async find(why: NetigateError): Promise<{ found: Entry } | { newIds: unknown[] }> {
		const { called, idOf, isIt } = this.creation;
		const entries = await entriesOf(this.client, this.creation).catch((error: unknown) => {
			throw outcomeUnknown(
				why,
				`Couldn't confirm whether the ${called} was created, because the list couldn't be read (${asNetigateError(error).message})`,
				`Look for the ${called} in Netigate before you run this item again.`,
			);
		});
		const fresh = entries.filter((entry) => !this.memory.taken.has(idOf(entry)));
		const candidates = fresh.filter(isIt);
		if (candidates.length === 0) return { newIds: fresh.map(idOf) };
		const others = [...this.memory.lost].filter((lost) => lost !== this.mine);
		// Equal requests may swap their objects; of different ones the list may not show which is which.
		const equal = others.filter(({ body }) => body === this.mine.body);
		const clear = !others.some(
			(lost) => !equal.includes(lost) && candidates.some((entry) => lost.isIt(entry as never)),
		);
		if (clear && candidates.length <= equal.length + 1) return { found: this.take(candidates[0]) };
		throw outcomeUnknown(
			why,
			`Couldn't determine which ${called} belongs to this item: ID ${candidates.map(idOf).join(', ')} are new`,
			'Check them in Netigate before you run this item again.',
		);
	}

	/** Looks twice, since a lost request may still be under way. */
	private async findTwice(why: NetigateError) {
		const first = await this.find(why);
		if ('found' in first) return first;
		await this.client.settle();
		const second = await this.find(why);
		// If it is still under way, it may appear while another item looks for its own, so it stays noted.
		if ('newIds' in second && !why.mayStillRun) this.memory.lost.delete(this.mine);
		return second;
	}

	async once(): Promise<Entry> {
		const { called, sendAgain = false } = this.creation;
		for (let tries = 1; ; tries++) {
			// Nothing is sent while another item looks for its own: a new entry could be mistaken for it.
			const sent = await this.memory.lock.shared(async () => await this.send());
			if ('made' in sent) return sent.made;
			const { why } = sent;
			await this.client.settle();
			const looked = await this.memory.lock.alone(async () => await this.findTwice(why));
			if ('found' in looked) return looked.found;
			const { newIds } = looked;
			// A new entry with another name may still be it, renamed by Netigate.
			const again = sendAgain && !why.mayStillRun && !why.accepted && tries < MOST_TRIES;
			if (again && newIds.length === 0 && !this.client.cancelled()) continue;
			const alsoNew =
				newIds.length > 0 ? ` New there since this run began: ID ${newIds.join(', ')}.` : '';
			throw outcomeUnknown(
				why,
				why.mayStillRun
					? `The ${called} wasn't found in the list, but the request may still be running`
					: `The ${called} wasn't found in the list, so it most likely wasn't created`,
				`Look for the ${called} in Netigate before you run this item again.${alsoNew}`,
			);
		}
	}
}

/**
 * Creates something once, even if the response is lost: then it is looked for in its list, among the entries that
 * were not there before and belong to no other request of this run.
 *
 * @returns the created object, from the response or from the list
 * @throws NetigateError if it was refused, if the list doesn't show it, or if that isn't clear. If the list can't be
 *   read beforehand, nothing is sent.
 */
export async function createOnce<Entry extends object>(
	client: NetigateClient,
	request: NetigateRequest,
	creation: Creation<Entry>,
): Promise<Entry> {
	return await new Making(client, request, creation, await memoryOf(client, creation)).once();
}
