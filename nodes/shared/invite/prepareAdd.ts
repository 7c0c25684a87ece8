import type { IDataObject } from 'n8n-workflow';
import { allDone, forEachInTurns, type ReadOnce } from '../basics/concurrency';
import { jointKey } from '../basics/lists';
import { recipientFor, type ContactReading, type Recipient } from '../input/contact';
import { dictionaryOf, needsLabels, matchHint } from '../input/backgroundData';
import type { LabelMapping } from '../input/labelMapping';
import { labelsIn } from '../input/labels';
import type { Batch, ItemOutcome, ItemRequest, ItemRun } from '../n8n/itemRun';
import type { ParameterReader, Parameters } from '../n8n/parameters';
import type { NetigateClient } from '../netigate/client';
import { NetigateError, SettingError } from '../netigate/errors';
import { isInactive } from '../netigate/sendouts';
import type { Sendout } from '../netigate/types';
import type { Ended } from './alone';
import { quarantineSettings, type QuarantineSettings } from './quarantineSettings';
import { readMembers, type Person } from './respondents';
import {
	blockedFor,
	hiddenError,
	readSharedOptions,
	Screening,
	type InviteRequest,
} from './screen';

/** An item's parameters before they are checked against the sendout. */
export interface AddRequest extends InviteRequest {
	surveyId: number;
	sendoutId: number;
	contact: string;
	defaultCountry: string;
	/** The sendout's type; empty until it is known. */
	type: string;
	/** Set as soon as the type is known. An item without a recipient isn't sent. */
	recipient?: Recipient;
	sendMail: boolean;
	mapping?: LabelMapping;
	fields: IDataObject;
	quarantine?: QuarantineSettings;
	/** For `whenAllowed`, the outcome for a person who isn't in the ledger: already in the sendout, or an error. */
	unlessKnown?: 'existing' | NetigateError;
	options: InviteRequest['options'] & { activate: boolean };
}

interface Group {
	requests: AddRequest[];
}

/** A sendout's items after they have been checked. Items that won't be sent already have an outcome. */
export interface Prepared extends Group {
	path: string;
	/** How to interpret the sendout's contacts. */
	reading: ContactReading;
	/** Whether Netigate shows that the sendout isn't active. */
	isInactive: boolean;
	candidates: Array<Person & { request: AddRequest }>;
	/** Items whose contacts were already in the sendout, or were added by an earlier attempt. */
	existing: AddRequest[];
	/** Whether an interrupted run added some of `existing`, so that the sendout may still need to be activated. */
	isDue: boolean;
	/** Ids of the respondents who were already in the sendout. Absent if the list wasn't read. */
	before?: ReadonlySet<number>;
}

const readOptions = (options: ParameterReader) => ({
	...readSharedOptions(options),
	activate: options.flag('activate'),
});

/** @throws InputError for an invalid parameter */
export function readRequest(parameters: Parameters): Omit<AddRequest, keyof ItemRequest> {
	const quarantine = quarantineSettings(parameters);
	const existing = parameters.choice<InviteRequest['options']['existing']>('existing');
	if (existing === 'whenAllowed' && !quarantine) {
		throw new SettingError(
			'\'If Already in This Sendout\' is set to "Invite Again When the Quarantine Allows", but there is no quarantine',
			'Enter the days in \'Not Again Within (Days)\', or choose "Never Invite Again".',
		);
	}
	return {
		quarantine,
		surveyId: parameters.id('surveyId'),
		sendoutId: parameters.id('sendoutId'),
		contact: parameters.contact('contact'),
		defaultCountry: parameters.defaultCountry,
		type: '',
		sendMail: parameters.flag('sendInvitation'),
		mapping: parameters.mapping('backgroundData'),
		fields: parameters.item,
		options: {
			existing,
			...parameters.collection('options', readOptions),
		},
	};
}

export const pathOf = ({ surveyId, sendoutId }: AddRequest) =>
	`/surveys/${surveyId}/sendouts/${sendoutId}`;

/**
 * Call 11.
 * @throws NetigateError if the sendout has no type. Without a type, two spellings of an address could count as two
 * people
 */
export async function readSendout(client: NetigateClient, path: string) {
	const sendout = (await client.get(path)) as Partial<Sendout> | null;
	const type: unknown = sendout?.Primary?.DispatchType;
	if (typeof type === 'string' && type !== '')
		return { type, isInactive: isInactive(sendout ?? {}) };
	throw new NetigateError("Netigate doesn't show the sendout's type", {
		outcome: 'notDone',
		advice: 'No one was added. Check the sendout in Netigate and run this again.',
	});
}

/** Reads everything that other runs don't change (calls 11, 20 and 34). */
export async function readSettings(client: NetigateClient, once: ReadOnce, { requests }: Group) {
	const path = pathOf(requests[0]);
	const [{ type, isInactive }, labels, blocked] = await allDone([
		once(path, async () => await readSendout(client, path)),
		requests.some(({ mapping }) => needsLabels(mapping))
			? once(`${path}/labels`, async () => labelsIn(await client.get(`${path}/labels`)))
			: [],
		blockedFor(client, once, requests),
	]);
	const reading: ContactReading = { type, defaultCountry: requests[0].defaultCountry };
	return { path, reading, isInactive, labels, blocked };
}

/** Reads who is in the sendout (calls 11 and 15). */
export async function readExisting(client: NetigateClient, once: ReadOnce, request: AddRequest) {
	const { surveyId, sendoutId, defaultCountry } = request;
	const path = pathOf(request);
	return await once(`${path}/respondents`, async () => {
		const { type } = await once(path, async () => await readSendout(client, path));
		return await readMembers(client, surveyId, sendoutId, { type, defaultCountry });
	});
}

/** For each position, the recipient's sendout and key. Contacts that can't be read are left out. */
export async function recipientsOf(
	client: NetigateClient,
	once: ReadOnce,
	groups: readonly Group[],
): Promise<Map<number, string>> {
	const recipients = new Map<number, string>();
	for (const { requests } of groups) {
		const path = pathOf(requests[0]);
		// The error is ignored here, because it is thrown again when the group is prepared.
		const sendout = await once(path, async () => await readSendout(client, path)).catch(() => null);
		for (const { position, contact, defaultCountry } of sendout ? requests : []) {
			try {
				const { key } = recipientFor({ type: sendout!.type, defaultCountry }, contact);
				recipients.set(position, jointKey(path, key));
			} catch {
				// The item will fail later, when its group is prepared.
			}
		}
	}
	return recipients;
}

/** Whether the person was added, or may have been added, by an earlier attempt. */
const isAddition = (earlier: ItemOutcome) =>
	'error' in earlier || (earlier.json as IDataObject).status === 'added';

const HIDDEN =
	"To add people anyway, set 'If Already in This Sendout' to \"Always Invite Again\". To avoid asking people again too soon, use 'Not Again Within (Days)'.";

/** @throws NetigateError if the sendout or the block list can't be read */
export async function prepare(
	{ client, hint }: Batch,
	run: ItemRun,
	group: Group,
	once: ReadOnce,
	ended: Ended,
): Promise<Prepared> {
	const { requests } = group;
	const skips = requests.find(({ options }) => options.existing !== 'add');
	const [{ path, reading, isInactive, labels, blocked }, members] = await allDone([
		readSettings(client, once, group),
		// If all items use "add", the list isn't read, because reading a long list takes longer than everything else.
		skips && readExisting(client, once, skips),
	]);
	const items = requests.map(({ fields }) => fields);
	const unmatched = matchHint(requests[0].mapping, items, labels);
	if (unmatched) hint(unmatched);
	const lists = {
		has: (recipient: Recipient) => members !== undefined && members.matching(recipient).length > 0,
		ended: ({ key }: Recipient) => ended.get(jointKey(path, key)) ?? [],
		hidden: members && hiddenError(members.countHidden(), members.all.length, HIDDEN),
	};
	const screening = new Screening(run, blocked, false);
	const candidates: Prepared['candidates'] = [];
	const existing: AddRequest[] = [];
	const consider = (request: AddRequest) => {
		request.type = reading.type;
		const recipient = recipientFor(reading, request.contact);
		request.recipient = recipient;
		const backgroundData = dictionaryOf(request.mapping, request.fields, labels);
		let verdict = screening.byInput(request, recipient, reading);
		if (verdict === 'invite') {
			verdict = screening.byLists(request, recipient, lists);
			if (request.options.existing === 'whenAllowed' && verdict !== 'settled') {
				request.unlessKnown = verdict === 'existing' ? verdict : lists.hidden;
				verdict = 'invite';
			}
			if (verdict === 'existing') run.skip(request.position, recipient.contact, 'existing');
		}
		if (verdict === 'existing') existing.push(request);
		else if (verdict === 'invite')
			candidates.push({ ...recipient, sendMail: request.sendMail, backgroundData, request });
	};
	await forEachInTurns(requests, (request) => run.check(request.position, () => consider(request)));
	const before = members && new Set(members.all.map(({ respondentId }) => respondentId));
	const isDue = existing.some(({ earlier }) => earlier && isAddition(earlier));
	return { path, reading, isInactive, requests, candidates, existing, isDue, before };
}
