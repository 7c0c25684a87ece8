import { dictionaryOf, needsLabels, unmatchedHint } from '../input/backgroundData';
import { isBlocked, readBlocklist } from './blocklist';
import { labelsIn } from '../input/labels';
import { recipientFor } from '../input/contact';
import type { NetigateClient } from '../netigate/client';
import { allDone, type ReadOnce } from '../basics/concurrency';
import { NetigateError } from '../netigate/errors';
import { folded, hiddenAmong, keysOf, listRespondents } from './readBack';
import type { Person } from './requests';
import type { Sendout } from '../netigate/types';
import type { Batch } from '../n8n/itemRun';
import type { ItemRun } from '../n8n/itemRun';
import { addedEarlier, perhapsAdded, type Group, type Request } from './addRequest';

/** A person who is to be sent, and the item that asked for it. */
export interface Candidate extends Person {
	request: Request;
}

/**
 * The kind of a sendout, by which its contacts are read.
 *
 * @throws NetigateError when the answer does not tell it: two ways of writing one address might pass for two
 * people then
 */
function kindOf(sendout: Partial<Sendout> | null): string {
	const kind: unknown = sendout?.Primary?.DispatchType;
	if (typeof kind === 'string' && kind !== '') return kind;
	throw new NetigateError('Netigate does not tell the kind of the sendout', {
		outcome: 'notDone',
		advice: 'Nobody was added. Look at the sendout in Netigate, and run this again.',
	});
}

/** What has to be known about a sendout before anybody is added to it. */
export async function readSendout(
	client: NetigateClient,
	once: ReadOnce,
	{ path, requests }: Group,
) {
	const [kind, labels, respondents, blocked] = await allDone([
		once(path, async () => kindOf((await client.get(path)) as Partial<Sendout> | null)),
		requests.some(({ mapping }) => needsLabels(mapping))
			? once(`${path}/labels`, async () => labelsIn(await client.get(`${path}/labels`)))
			: [],
		// With "add again" nobody has to be known beforehand; a long list would take longer than all the rest.
		requests.some(({ existing }) => existing === 'skip')
			? once(`${path}/respondents`, async () => await listRespondents(client, path))
			: undefined,
		requests.some(({ options }) => options.skipBlocked)
			? once('blocked', async () => await readBlocklist(client))
			: new Set<string>(),
	]);
	return { kind, labels, respondents, blocked };
}

const HIDDEN =
	'To add people whether or not they are there, set "If Already in This Sendout" to "Add Again"; with Quarantine nobody is asked again too soon.';

/** A sendout's requests, all checked; the outcomes of those that are not sent are settled. */
export interface Prepared extends Group {
	/** Of the sendout. */
	kind: string;
	candidates: Candidate[];
	/** Items whose contact was in the sendout already, also by an earlier try, and left alone. */
	existing: Request[];
	/** Whether any item wants the sendout activated. */
	activate: boolean;
	before: ReadonlySet<number> | undefined;
}

/** @throws NetigateError when the sendout or the block list cannot be read */
export async function prepare(
	{ client, hint }: Batch,
	frame: ItemRun,
	group: Group,
	once: ReadOnce,
): Promise<Prepared> {
	const { path, requests } = group;
	const { kind, labels, respondents, blocked } = await readSendout(client, once, group);
	// Netigate may show a log-in name in other capitals.
	const present = new Set(respondents?.flatMap(keysOf).map(folded));
	const hidden = hiddenAmong(
		[{ kind, contacts: respondents?.map(({ Email }) => Email) ?? [] }],
		HIDDEN,
	);
	/** Unknown where nobody asked: what is found after a lost answer may then be old or new. */
	const before = respondents && new Set(respondents.map(({ RespondentId }) => RespondentId));
	const firstOf = new Map<string, number>();
	const candidates: Candidate[] = [];
	const existing: Request[] = [];

	function consider(request: Request): void {
		const { options, position, sendMail } = request;
		const { contact, key } = recipientFor(kind, request.contact);
		const backgroundData = dictionaryOf(request.mapping, request.fields, labels);
		const who = folded(key);
		const first = firstOf.get(who);
		const added = addedEarlier(request);
		const open = perhapsAdded(request);
		if (first !== undefined && options.duplicatesInInput === 'skip') {
			frame.markDuplicate(position, first, contact);
		} else if (added) {
			existing.push(request);
			frame.settle(position, { json: added });
		} else if (options.skipBlocked && isBlocked(blocked, contact)) {
			frame.skip(position, contact, 'blocked');
		} else if (request.existing === 'skip' && present.has(who)) {
			existing.push(request);
			frame.skip(position, contact, 'existing');
		} else if (open) {
			frame.settle(position, open);
		} else if (request.existing === 'skip' && hidden) {
			throw hidden;
		} else {
			candidates.push({ contact, key, sendMail, backgroundData, request });
		}
		if (first === undefined) firstOf.set(who, position);
	}

	for (const request of requests) frame.check(request.position, () => consider(request));
	const items = requests.map(({ fields }) => fields);
	const unmatched = unmatchedHint(requests[0].mapping, items, labels);
	if (unmatched) hint(unmatched);
	const activate = requests.some(({ options }) => options.activate);
	return { path, kind, requests, candidates, existing, activate, before };
}
