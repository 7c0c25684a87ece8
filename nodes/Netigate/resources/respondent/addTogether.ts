import type { IDataObject } from 'n8n-workflow';
import {
	dictionaryOf,
	needsLabels,
	unmatchedHint,
	type LabelMapping,
} from '../../../shared/values/backgroundData';
import { isBlocked, readBlocklist } from '../../../shared/respondents/blocklist';
import { labelsIn } from '../../../shared/values/labels';
import { recipientFor } from '../../../shared/values/channel';
import type { NetigateClient } from '../../../shared/api/client';
import { readOnce, type ReadOnce } from '../../../shared/api/concurrency';
import { NetigateError } from '../../../shared/api/errors';
import { invitationOf } from '../../../shared/respondents/invitation';
import { folded, keysOf, listRespondents } from '../../../shared/respondents/readBack';
import { sendPeople, type Sent } from '../../../shared/respondents/send';
import type { Person } from '../../../shared/respondents/requests';
import type { Respondent, Sendout } from '../../../shared/api/types';
import { normaliseContact } from '../../../shared/values/contact';
import type { Batch, ItemOutcome } from '../../actions/action';
import { Frame, type Asked } from '../../actions/frame';
import { tellSummary } from '../../actions/summary';
import type { ParameterReader, Parameters } from '../../../shared/n8n/parameters';
import { Quarantine, wishOf, type Wish } from './quarantine';
import { activationFailure, activateSendout } from '../../../shared/respondents/activate';

interface Options {
	activate: boolean;
	batchSize: number;
	duplicatesInInput: 'skip' | 'add';
	skipBlocked: boolean;
	output: 'netigate' | 'both';
}

/** An item as the user gave it, read but not yet checked against the sendout. */
interface Request extends Asked {
	/** The sendout, `/surveys/501/sendouts/7001`. */
	path: string;
	contact: string;
	sendMail: boolean;
	mapping?: LabelMapping;
	fields: IDataObject;
	existing: 'add' | 'skip';
	quarantine?: Wish;
	options: Options;
}

/** The items that are for one sendout. */
interface Group {
	path: string;
	requests: Request[];
}

type Existing = 'add' | 'skip' | 'skipAlways';

/**
 * What becomes of somebody who is there already. Beside a quarantine "skip" leaves it to that: n8n does not tell
 * whether it was chosen or is the default, and a sendout with a quarantine serves for months.
 */
function toExisting(chosen: Existing, quarantine: Wish | undefined): 'add' | 'skip' {
	if (chosen === 'skip') return quarantine ? 'add' : 'skip';
	return chosen === 'add' ? 'add' : 'skip';
}

const readOptions = (options: ParameterReader): Options => ({
	activate: options.flag('activate'),
	batchSize: options.whole('batchSize'),
	duplicatesInInput: options.choice('duplicatesInInput'),
	skipBlocked: options.flag('skipBlocked'),
	output: options.choice('output'),
});

function readRequest(parameters: Parameters): Omit<Request, keyof Asked> {
	const quarantine = wishOf(parameters);
	return {
		quarantine,
		path: `/surveys/${parameters.id('surveyId')}/sendouts/${parameters.id('sendoutId')}`,
		contact: parameters.contact('contact'),
		sendMail: parameters.flag('sendInvitation'),
		mapping: parameters.mapping('backgroundData'),
		fields: parameters.item,
		existing: toExisting(parameters.choice<Existing>('existing'), quarantine),
		options: parameters.collection('options', readOptions),
	};
}

/**
 * What an earlier try of this run told of a person who is in the sendout since, or was all along: added, whether
 * or not it could be activated, or given back by Netigate as one who was there.
 */
function addedEarlier({ earlier }: Request): IDataObject | undefined {
	const json = earlier?.json as IDataObject | undefined;
	return json?.status === 'added' || json?.reason === 'existing' ? json : undefined;
}

/**
 * What an earlier try of this run told of a person who may have been added by it. They are not sent again: a
 * request that timed out may still be under way, and with "add" nobody can tell theirs from others.
 */
function perhapsAdded({ earlier, existing }: Request): ItemOutcome | undefined {
	if (!earlier || !('error' in earlier)) return undefined;
	const { late, accepted } = earlier.error as Partial<NetigateError>;
	return late || accepted || existing === 'add' ? earlier : undefined;
}

/** A person who is to be sent, and the item that asked for it. */
interface Candidate extends Person {
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
async function readSendout(client: NetigateClient, once: ReadOnce, { path, requests }: Group) {
	const [kind, labels, respondents, blocked] = await Promise.all([
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

/** What to say, and do, where Netigate does not show who its respondents are: an anonymous survey may be so. */
function contactsUnread(respondents: readonly Respondent[]) {
	const count = respondents.filter(({ Email }) => normaliseContact(Email) === null).length;
	if (count === 0) return {};
	if (count < respondents.length) {
		const which = `${count} of the ${respondents.length} respondents of the sendout`;
		return {
			unread: `Netigate shows no contact of ${which} that can be read. Somebody among them would be added once more.`,
		};
	}
	const refusal = new NetigateError(
		'Who is in the sendout already cannot be told, since Netigate does not show the contacts of its respondents',
		{
			outcome: 'notDone',
			advice:
				'To add people whether or not they are there, set "If Already in This Sendout" to "Add Again"; with Quarantine nobody is asked again too soon.',
		},
	);
	return { refusal };
}

/** A sendout's requests, all checked; the outcomes of those that are not sent are settled. */
interface Prepared extends Group {
	candidates: Candidate[];
	/** Items whose contact was in the sendout already, also by an earlier try, and left alone. */
	existing: Request[];
	/** Whether any item wants the sendout activated. */
	activate: boolean;
	before: ReadonlySet<number> | undefined;
}

/** @throws NetigateError when the sendout or the block list cannot be read */
async function prepare(
	{ client, hint }: Batch,
	frame: Frame,
	group: Group,
	once: ReadOnce,
): Promise<Prepared> {
	const { path, requests } = group;
	const { kind, labels, respondents, blocked } = await readSendout(client, once, group);
	// Netigate may show a log-in name in other capitals.
	const present = new Set(respondents?.flatMap(keysOf).map(folded));
	const { unread, refusal } = contactsUnread(respondents ?? []);
	if (unread) hint(unread);
	/** Unknown where nobody asked: what is found after a lost answer may then be old or new. */
	const before = respondents && new Set(respondents.map(({ RespondentId }) => RespondentId));
	const firstOf = new Map<string, number>();
	const candidates: Candidate[] = [];
	const existing: Request[] = [];

	function consider(request: Request): void {
		const { options, position, sendMail } = request;
		const { contact, key } = recipientFor(kind, request.contact);
		const backgroundData = dictionaryOf(request.mapping, request.fields, labels);
		const first = firstOf.get(key);
		const added = addedEarlier(request);
		const open = perhapsAdded(request);
		if (first !== undefined && options.duplicatesInInput === 'skip') {
			frame.twin(position, first, contact);
		} else if (added) {
			existing.push(request);
			frame.settle(position, { json: added });
		} else if (options.skipBlocked && isBlocked(blocked, contact)) {
			frame.skip(position, contact, 'blocked');
		} else if (request.existing === 'skip' && present.has(folded(key))) {
			existing.push(request);
			frame.skip(position, contact, 'existing');
		} else if (open) {
			frame.settle(position, open);
		} else if (request.existing === 'skip' && refusal) {
			throw refusal;
		} else {
			candidates.push({ contact, key, sendMail, backgroundData, request });
		}
		if (first === undefined) firstOf.set(key, position);
	}

	for (const request of requests) frame.check(request.position, () => consider(request));
	const items = requests.map(({ fields }) => fields);
	const unmatched = unmatchedHint(requests[0].mapping, items, labels);
	if (unmatched) hint(unmatched);
	const activate = requests.some(({ options }) => options.activate);
	return { path, requests, candidates, existing, activate, before };
}

function outcomeOf(sent: Sent, contact: string, more: IDataObject = {}): ItemOutcome {
	if ('error' in sent) {
		return { error: sent.error, json: { contact, ...invitationOf(sent.error), ...more } };
	}
	const { respondent, pairing, existing } = sent;
	if (existing) return { json: { status: 'skipped', contact, reason: 'existing', ...more } };
	const json: IDataObject = Object.assign({ status: 'added', contact }, respondent, more);
	if (pairing) json.pairing = pairing;
	return { json };
}

function groupBySendout(requests: Request[]) {
	const groups = new Map<string, Group>();
	for (const request of requests) {
		const { path } = request;
		const group = groups.get(path);
		if (group) group.requests.push(request);
		else groups.set(path, { path, requests: [request] });
	}
	return [...groups.values()];
}

/** The outcome with the item's own fields between who it was about and what Netigate answered. */
function withFields(outcome: ItemOutcome | undefined, fields: IDataObject) {
	if (!outcome || 'error' in outcome) return outcome;
	const { status, contact, ...others } = outcome.json as IDataObject;
	const known: IDataObject = { status, contact };
	return { json: { ...known, ...fields, ...others, ...known } };
}

/** `respondent.add` for all items of a run (rows 11, 15, 20, 34, then 16 or 17, then 13). */
export async function addTogether(batch: Batch): Promise<Array<ItemOutcome | undefined>> {
	const { client } = batch;
	const frame = new Frame(batch);
	const once = readOnce();
	const requests = await frame.read(
		(parameters) => {
			frame.preview ||= parameters.flag('preview');
			return readRequest(parameters);
		},
		async (first) => await readSendout(client, once, { path: first.path, requests: [first] }),
	);
	const prepared = await frame.prepare(
		groupBySendout(requests),
		async (group) => await prepare(batch, frame, group, once),
	);
	const quarantine = Quarantine.of(batch, frame, requests);
	const allowed = quarantine ? await letThrough(frame, quarantine, prepared) : prepared;
	await frame
		.send(allowed, 1, async (group) => {
			if (!frame.preview) return await sendGroup(batch, frame, group, quarantine);
			for (const { request, contact } of group.candidates) {
				const more = quarantine?.toldOf(request.position);
				frame.settle(request.position, { json: { status: 'wouldAdd', contact, ...more } });
			}
		})
		.finally(async () => await quarantine?.settleRest());
	const outcomes = frame.end();
	const invites = requests.some(({ options, sendMail }) => options.activate && sendMail);
	const really = invites ? 'invited' : 'added';
	tellSummary(batch, outcomes, { preview: frame.preview, done: 'added', really });
	for (const { position, options, fields } of requests) {
		if (options.output === 'both') outcomes[position] = withFields(outcomes[position], fields);
	}
	return outcomes;
}

/** Leaves out whom the quarantine keeps back. Nobody is sent when it cannot tell. */
async function letThrough(
	frame: Frame,
	quarantine: Quarantine,
	prepared: readonly Prepared[],
): Promise<Prepared[]> {
	const all = prepared.flatMap(({ candidates }) => candidates.map(({ request }) => request));
	return await quarantine.decide(all).then(
		(kept) =>
			prepared.map((group) => ({
				...group,
				candidates: group.candidates.filter(({ request }) => !kept.has(request.position)),
			})),
		(error: Error) => {
			for (const { position } of all) frame.settle(position, { error });
			return prepared.map((group) => ({ ...group, candidates: [] }));
		},
	);
}

async function sendGroup(
	{ client, continueOnFail, hint }: Batch,
	frame: Frame,
	{ path, candidates, existing, activate, before }: Prepared,
	quarantine: Quarantine | undefined,
): Promise<void> {
	const batchSize = candidates.reduce(
		(least, { request }) => Math.min(least, request.options.batchSize),
		1000,
	);
	// Contacts that an earlier run added may still wait for their activation, when that run was cut off.
	let due = existing.length > 0;
	const settle = ({ request, contact }: Candidate, sent: Sent) => {
		due ||= 'respondent' in sent;
		const more = quarantine?.toldOf(request.position);
		frame.settle(request.position, outcomeOf(sent, contact, more));
	};
	const options = { batchSize, before, stopAtFailure: !continueOnFail };
	await sendPeople(client, path, candidates, options, settle);
	await quarantine?.settle(candidates.map(({ request }) => request.position));
	if (!due || !activate) return;
	const failure = await activateSendout(client, path, hint);
	if (!failure) return;
	const error = activationFailure(failure);
	for (const { position } of [...candidates.map(({ request }) => request), ...existing]) {
		const outcome = frame.outcome(position)!;
		if ('error' in outcome) continue;
		const json = { ...(outcome.json as IDataObject), ...invitationOf(error) };
		frame.settle(position, { error, json });
	}
}
