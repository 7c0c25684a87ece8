import {
	dictionaryOf,
	needsLabels,
	unmatchedHint,
	type LabelMapping,
} from '../input/backgroundData';
import type { IDataObject } from 'n8n-workflow';
import { allDone, type ReadOnce } from '../basics/concurrency';
import { recipientFor, type ContactReading, type Recipient } from '../input/contact';
import { labelsIn } from '../input/labels';
import type { Batch, ItemRequest, ItemRun } from '../n8n/itemRun';
import type { ParameterReader, Parameters } from '../n8n/parameters';
import type { NetigateClient } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import type { Sendout } from '../netigate/types';
import { quarantineSettings, type QuarantineSettings } from './quarantine';
import { listRespondents, Members, toMember, type Person } from './respondents';
import {
	blockedFor,
	hiddenError,
	readSharedOptions,
	Screening,
	type InviteRequest,
} from './screen';

/** An item's parameters, not yet checked against the sendout. */
interface AddRequest extends InviteRequest {
	surveyId: number;
	sendoutId: number;
	contact: string;
	defaultCountry: string;
	/** Read once the sendout's type is known. */
	recipient?: Recipient;
	sendMail: boolean;
	mapping?: LabelMapping;
	fields: IDataObject;
	quarantine?: QuarantineSettings;
	options: InviteRequest['options'] & { activate: boolean; output: 'netigate' | 'both' };
}

interface Group {
	requests: AddRequest[];
}

/** A sendout's items, already checked. The outcomes of items that won't be sent are settled. */
export interface Prepared extends Group {
	path: string;
	/** How the sendout's contacts are read. */
	reading: ContactReading;
	candidates: Array<Person & { request: AddRequest }>;
	/** Items whose contact was already in the sendout, or was added by an earlier try. */
	existing: AddRequest[];
	/** Ids of the respondents who were there before, if the list was read. */
	before?: ReadonlySet<number>;
}

const readOptions = (options: ParameterReader) => ({
	...readSharedOptions(options),
	activate: options.flag('activate'),
	output: options.choice<'netigate' | 'both'>('output'),
});

/** @throws InputError for an invalid parameter */
export function readRequest(parameters: Parameters): Omit<AddRequest, keyof ItemRequest> {
	const quarantine = quarantineSettings(parameters);
	const existing = parameters.choice<'add' | 'skip' | 'skipAlways'>('existing');
	return {
		quarantine,
		surveyId: parameters.id('surveyId'),
		sendoutId: parameters.id('sendoutId'),
		contact: parameters.contact('contact'),
		defaultCountry: parameters.defaultCountry,
		sendMail: parameters.flag('sendInvitation'),
		mapping: parameters.mapping('backgroundData'),
		fields: parameters.item,
		options: {
			// "skip" may only be the default, so with a quarantine, the quarantine decides instead.
			existing: existing === 'add' || (existing === 'skip' && quarantine) ? 'add' : 'skip',
			...parameters.collection('options', readOptions),
		},
	};
}

export const pathOf = ({ surveyId, sendoutId }: AddRequest) =>
	`/surveys/${surveyId}/sendouts/${sendoutId}`;

/** @throws NetigateError without a type, because two spellings of an address could then count as two people */
function typeOf(sendout: Partial<Sendout> | null): string {
	const type: unknown = sendout?.Primary?.DispatchType;
	if (typeof type === 'string' && type !== '') return type;
	throw new NetigateError("Netigate doesn't show the sendout's type", {
		outcome: 'notDone',
		advice: 'No one was added. Check the sendout in Netigate and run this again.',
	});
}

/** Reads everything needed to add people to a sendout (calls 11, 15, 20 and 34). */
export async function readSendout(client: NetigateClient, once: ReadOnce, { requests }: Group) {
	const [{ sendoutId, defaultCountry }] = requests;
	const path = pathOf(requests[0]);
	const [type, labels, listed, blocked] = await allDone([
		once(path, async () => typeOf((await client.get(path)) as Partial<Sendout> | null)),
		requests.some(({ mapping }) => needsLabels(mapping))
			? once(`${path}/labels`, async () => labelsIn(await client.get(`${path}/labels`)))
			: [],
		// With "add", the list isn't needed, and reading a long one takes longer than everything else.
		requests.some(({ options }) => options.existing === 'skip')
			? once(
					`${path}/respondents`,
					async () => await listRespondents(client, path, toMember(sendoutId)),
				)
			: undefined,
		blockedFor(client, once, requests),
	]);
	const reading: ContactReading = { type, defaultCountry };
	return { path, reading, labels, members: listed && new Members(listed, reading), blocked };
}

const HIDDEN =
	"To add people anyway, set 'If Already in This Sendout' to \"Add Again\". To avoid asking people again too soon, use 'Quarantine'.";

/** @throws NetigateError if the sendout or the block list can't be read */
export async function prepare(
	{ client, hint }: Batch,
	run: ItemRun,
	group: Group,
	once: ReadOnce,
): Promise<Prepared> {
	const { requests } = group;
	const { path, reading, labels, members, blocked } = await readSendout(client, once, group);
	const lists = {
		has: (recipient: Recipient) => members !== undefined && members.matching(recipient).length > 0,
		hidden: members && hiddenError(members.countHidden(), members.all.length, HIDDEN),
	};
	const screening = new Screening(run, blocked, false);
	const candidates: Prepared['candidates'] = [];
	const existing: AddRequest[] = [];
	const consider = (request: AddRequest) => {
		const recipient = recipientFor(reading, request.contact);
		request.recipient = recipient;
		const backgroundData = dictionaryOf(request.mapping, request.fields, labels);
		let verdict = screening.byInput(request, recipient, reading);
		if (verdict === 'invite') {
			verdict = screening.byLists(request, recipient, lists);
			if (verdict === 'existing') run.skip(request.position, recipient.contact, 'existing');
		}
		if (verdict === 'existing') existing.push(request);
		else if (verdict === 'invite')
			candidates.push({ ...recipient, sendMail: request.sendMail, backgroundData, request });
	};
	for (const request of requests) run.check(request.position, () => consider(request));
	const items = requests.map(({ fields }) => fields);
	const unmatched = unmatchedHint(requests[0].mapping, items, labels);
	if (unmatched) hint(unmatched);
	const before = members && new Set(members.all.map(({ respondentId }) => respondentId));
	return { path, reading, requests, candidates, existing, before };
}
