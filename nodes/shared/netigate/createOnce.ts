import { readOnce, type ReadOnce } from '../basics/concurrency';
import { getOrAdd } from '../basics/lists';
import { readableText } from '../basics/plainText';
import { sharedLock } from '../basics/sharedLock';
import { asList, type NetigateClient, type NetigateRequest } from './client';
import { asNetigateError, LOOK_FIRST, NetigateError } from './errors';
import { eachOnce, entriesIn as entriesOfList, isId, isRecord } from './members';

/** How to find the object that a request created if the response was lost. */
export interface Creation<Entry extends object> {
	/** The path of the list that contains the object, e.g. `/surveys/501/sendouts`. */
	list: string;
	/** Extracts the entries from the response to `list`. Needed if that response isn't the list itself. */
	entriesIn?(response: unknown): Entry[];
	idOf(entry: Partial<Entry>): number | undefined;
	/** Whether an entry could be the created object, i.e. has the same name and type. */
	isIt(entry: Entry): boolean;
	/** The object's name in errors, e.g. `sendout "Sales call"`. */
	called: string;
	/** The entries that existed before the request. If omitted, they are read from Netigate. */
	before?: readonly Entry[];
	/** Whether to send the request again if nothing was created. Set this only if a duplicate does no harm. */
	sendAgain?: boolean;
}

/** Whether Netigate's name for an object, which may contain markup, matches the name that was sent. */
export const sameName = (a: unknown, b: string) =>
	typeof a === 'string' && (a === b || readableText(a) === readableText(b));

/** A request whose response was lost. */
interface Lost {
	body: string;
	isIt: (entry: never) => boolean;
}

interface ListMemory {
	/** The ids of objects that existed before or belong to a request from this run. */
	taken: Set<number | undefined>;
	/** Requests from this run whose objects haven't been identified yet. */
	lost: Set<Lost>;
	lock: ReturnType<typeof sharedLock>;
}

const MAX_TRIES = 3;

/** The `ListMemory` for each list, per client. */
const memories = new WeakMap<NetigateClient, ReadOnce>();

function isReadable<Entry extends object>(
	entries: readonly Entry[] | undefined,
	idOf: Creation<Entry>['idOf'],
): entries is readonly Entry[] {
	return (
		Array.isArray(entries) &&
		entries.every((entry) => isRecord(entry) && isId(idOf(entry as Entry)))
	);
}

/** @throws NetigateError if any entry can't be read, because an old entry could otherwise look new */
async function entriesOf<Entry extends object>(
	client: NetigateClient,
	{ list, entriesIn = entriesOfList as (answer: unknown) => Entry[], idOf }: Creation<Entry>,
): Promise<Entry[]> {
	const entries = entriesIn(await client.get(list));
	if (isReadable(entries, idOf)) return eachOnce(entries, idOf);
	throw new NetigateError("Netigate returned a list that can't be read", {
		outcome: 'notDone',
		advice:
			'Try again. If this keeps happening, check the list in Netigate and report this message.',
	});
}

async function memoryOf<Entry extends object>(client: NetigateClient, creation: Creation<Entry>) {
	const { before, idOf, list } = creation;
	const once = getOrAdd(memories, client, () => readOnce('forgotten'));
	return await once(list, async (): Promise<ListMemory> => {
		const entries = isReadable(before, idOf) ? before : await entriesOf(client, creation);
		return { taken: new Set(entries.map(idOf)), lost: new Set(), lock: sharedLock() };
	});
}

function outcomeUnknown({ message, status }: NetigateError, known: string, advice: string) {
	return new NetigateError(`${message}. ${known}`, { outcome: 'unknown', status, advice });
}

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

	/** @returns the new object, or the error if it is uncertain whether the object was created */
	private async send(): Promise<{ made: Entry } | { why: NetigateError }> {
		try {
			const [made] = asList<Entry>(await this.client.send(this.request));
			if (isRecord(made) && isId(this.creation.idOf(made as Partial<Entry>)))
				return { made: this.take(made) };
			const message = "Netigate's response doesn't contain what it was asked to create";
			throw new NetigateError(message, { outcome: 'unknown', accepted: true, advice: LOOK_FIRST });
		} catch (error) {
			const why = asNetigateError(error);
			if (why.outcome !== 'unknown') throw why;
			this.memory.lost.add(this.mine);
			return { why };
		}
	}

	/** Looks for the new object in the list. @returns the object, or the ids of all new entries */
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
		// It doesn't matter which of several identical requests gets which object. Different requests must
		// not be mixed up.
		const equal = others.filter(({ body }) => body === this.mine.body);
		const clear = !others.some(
			(lost) => !equal.includes(lost) && candidates.some((entry) => lost.isIt(entry as never)),
		);
		if (clear && candidates.length <= equal.length + 1) return { found: this.take(candidates[0]) };
		throw outcomeUnknown(
			why,
			`Couldn't determine which ${called} belongs to this item: IDs ${candidates.map(idOf).join(', ')} are new`,
			'Check them in Netigate before you run this item again.',
		);
	}

	/** Looks twice, because a lost request may still be running. */
	private async findTwice(why: NetigateError) {
		const first = await this.find(why);
		if ('found' in first) return first;
		await this.client.settle();
		const second = await this.find(why);
		// If the request may still be running, its object could appear while another item looks for its own.
		if ('newIds' in second && !why.mayStillRun) this.memory.lost.delete(this.mine);
		return second;
	}

	async once(): Promise<Entry> {
		const { called, sendAgain = false } = this.creation;
		for (let tries = 1; ; tries++) {
			// Nothing is sent while another item looks for its object, because a new entry could be mistaken
			// for it.
			const sent = await this.memory.lock.shared(async () => await this.send());
			if ('made' in sent) return sent.made;
			const { why } = sent;
			await this.client.settle();
			const looked = await this.memory.lock.alone(async () => await this.findTwice(why));
			if ('found' in looked) return looked.found;
			const { newIds } = looked;
			// Netigate may have renamed the object, so any new entry could be that object.
			const again = sendAgain && !why.mayStillRun && !why.accepted && tries < MAX_TRIES;
			if (again && newIds.length === 0 && !this.client.cancelled()) continue;
			const alsoNew =
				newIds.length > 0 ? ` New in the list since this run began: ID ${newIds.join(', ')}.` : '';
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
 * Creates something once. If the response is lost, looks for the object among the new entries in the list.
 * @throws NetigateError if the request was refused or the object can't be identified in the list. Sends
 * nothing if the list can't be read beforehand
 */
export async function createOnce<Entry extends object>(
	client: NetigateClient,
	request: NetigateRequest,
	creation: Creation<Entry>,
): Promise<Entry> {
	return await new Making(client, request, creation, await memoryOf(client, creation)).once();
}
