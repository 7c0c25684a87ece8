import {
	dictionaryOf,
	needsLabels,
	unmatchedHint,
	type LabelMapping,
} from '../input/backgroundData';
import type { IDataObject } from 'n8n-workflow';
import { allDone, type ReadOnce } from '../basics/concurrency';
import { recipientFor } from '../input/contact';
import { labelsIn } from '../input/labels';
import type { Batch, ItemRequest, ItemRun } from '../n8n/itemRun';
import type { ParameterReader, Parameters } from '../n8n/parameters';
import type { NetigateClient } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import type { Sendout } from '../netigate/types';
import { People } from './people';
import { quarantineSettings, type QuarantineSettings } from './quarantine';
import type { Person } from './respondents';
import { blockedFor, hiddenError, Screening, type InviteRequest } from './screen';

/** An item as the user gave it, not yet checked against the sendout. */
export interface AddRequest extends InviteRequest {
	surveyId: number;
	sendoutId: number;
	contact: string;
	sendMail: boolean;
	mapping?: LabelMapping;
	/** All of the item. */
	fields: IDataObject;
	quarantine?: QuarantineSettings;
	options: InviteRequest['options'] & { activate: boolean; output: 'netigate' | 'both' };
}

/** The items for one sendout. */
export interface Group {
	requests: AddRequest[];
}

/** Someone who is to be added, and the item that asks for it. */
export interface Candidate extends Person {
	request: AddRequest;
}

/** A sendout's requests, all checked. The outcomes of those that aren't sent are settled. */
export interface Prepared extends Group {
	path: string;
	/** Of the sendout. */
	type: string;
	candidates: Candidate[];
	/** Items whose contact was in the sendout already, or was added by an earlier try. */
	existing: AddRequest[];
	/** Ids of the respondents that were there before, if they were read. */
	before?: ReadonlySet<number>;
}

const readOptions = (options: ParameterReader) => ({
	activate: options.flag('activate'),
	batchSize: options.whole('batchSize'),
	duplicatesInInput: options.choice<'skip' | 'add'>('duplicatesInInput'),
	skipBlocked: options.flag('skipBlocked'),
	output: options.choice<'netigate' | 'both'>('output'),
});

/**
 * What happens to people who are there already. With a quarantine, "skip" leaves it to the quarantine: n8n doesn't
 * tell whether "skip" was chosen or is the default, and a sendout with a quarantine is used for months.
 */
function toExisting(
	chosen: 'add' | 'skip' | 'skipAlways',
	quarantine: QuarantineSettings | undefined,
): 'add' | 'skip' {
	if (chosen === 'skip') return quarantine ? 'add' : 'skip';
	return chosen === 'add' ? 'add' : 'skip';
}

/** @throws InputError for a parameter that can't be used */
export function readRequest(parameters: Parameters): Omit<AddRequest, keyof ItemRequest> {
	const quarantine = quarantineSettings(parameters);
	return {
		quarantine,
		surveyId: parameters.id('surveyId'),
		sendoutId: parameters.id('sendoutId'),
		contact: parameters.contact('contact'),
		sendMail: parameters.flag('sendInvitation'),
		mapping: parameters.mapping('backgroundData'),
		fields: parameters.item,
		options: {
			existing: toExisting(parameters.choice('existing'), quarantine),
			...parameters.collection('options', readOptions),
		},
	};
}

export const pathOf = ({ surveyId, sendoutId }: AddRequest) =>
	`/surveys/${surveyId}/sendouts/${sendoutId}`;

/**
 * The type of a sendout, by which its contacts are read.
 *
 * @throws NetigateError when it is missing: two spellings of an address could then pass for two people
 */
function typeOf(sendout: Partial<Sendout> | null): string {
	const type: unknown = sendout?.Primary?.DispatchType;
	if (typeof type === 'string' && type !== '') return type;
	throw new NetigateError("Netigate doesn't show the sendout's type", {
		outcome: 'notDone',
		advice: 'No one was added. Check the sendout in Netigate and run this again.',
	});
}

/** Reads what has to be known about a sendout before anyone is added to it (calls 11, 15, 20 and 34). */
export async function readSendout(client: NetigateClient, once: ReadOnce, { requests }: Group) {
	const [{ surveyId, sendoutId }] = requests;
	const path = pathOf(requests[0]);
	const [type, labels, members, blocked] = await allDone([
		once(path, async () => typeOf((await client.get(path)) as Partial<Sendout> | null)),
		requests.some(({ mapping }) => needsLabels(mapping))
			? once(`${path}/labels`, async () => labelsIn(await client.get(`${path}/labels`)))
			: [],
		// With "add again" no one has to be known beforehand, and a long list takes longer than all the rest.
		requests.some(({ options }) => options.existing === 'skip')
			? once(
					`${path}/respondents`,
					async () => await new People(client, surveyId, true).members(sendoutId),
				)
			: undefined,
		blockedFor(client, once, requests),
	]);
	return { path, type, labels, members, blocked };
}

const HIDDEN =
	"To add people either way, set 'If Already in This Sendout' to \"Add Again\". 'Quarantine' prevents asking again too soon.";

/** @throws NetigateError when the sendout or the block list can't be read */
export async function prepare(
	{ client, hint }: Batch,
	run: ItemRun,
	group: Group,
	once: ReadOnce,
): Promise<Prepared> {
	const { requests } = group;
	const { path, type, labels, members, blocked } = await readSendout(client, once, group);
	const lists = {
		has: (key: string) => members !== undefined && members.has(key),
		hidden: members && hiddenError(members.countHidden(type), members.all.length, HIDDEN),
	};
	const screening = new Screening(run, blocked, false);
	const candidates: Candidate[] = [];
	const existing: AddRequest[] = [];
	const consider = (request: AddRequest) => {
		const recipient = recipientFor(type, request.contact);
		const backgroundData = dictionaryOf(request.mapping, request.fields, labels);
		let verdict = screening.byInput(request, recipient);
		if (verdict === 'invite') {
			verdict = screening.byLists(request, recipient, lists);
			if (verdict === 'existing') run.skip(request.position, recipient.contact, 'existing');
		}
		if (verdict === 'existing') existing.push(request);
		else if (verdict === 'invite') {
			const { sendMail } = request;
			candidates.push({ ...recipient, sendMail, backgroundData, request });
		}
	};
	for (const request of requests) run.check(request.position, () => consider(request));
	const items = requests.map(({ fields }) => fields);
	const unmatched = unmatchedHint(requests[0].mapping, items, labels);
	if (unmatched) hint(unmatched);
	const before = members && new Set(members.all.map(({ respondentId }) => respondentId));
	return { path, type, requests, candidates, existing, before };
}
