import type { IDataObject } from 'n8n-workflow';
import {
	dictionaryOf,
	needsLabels,
	type LabelMapping,
} from '../../../shared/values/backgroundData';
import { isBlocked, readBlocklist } from '../../../shared/respondents/blocklist';
import { recipientFor } from '../../../shared/values/channel';
import { asList, type NetigateClient } from '../../../shared/api/client';
import { NetigateError } from '../../../shared/api/errors';
import { invitationOf } from '../../../shared/respondents/invitation';
import { keysOf, listRespondents } from '../../../shared/respondents/readBack';
import { sendPeople, type Sent } from '../../../shared/respondents/send';
import type { Person } from '../../../shared/respondents/requests';
import type { BackgroundDataLabel, Sendout } from '../../../shared/api/types';
import type { Batch, ItemOutcome } from '../../actions/action';
import { toId, type Parameters } from '../../../shared/n8n/parameters';
import { activationFailure, activateSendout } from '../../../shared/respondents/activate';

interface Options {
	activate: boolean;
	batchSize: number;
	duplicatesInInput: 'skip' | 'add';
	existing: 'add' | 'skip';
	skipBlocked: boolean;
}

/** An item as the user gave it, read but not yet checked against the sendout. */
interface Request {
	/** Its place among the items of the run. */
	position: number;
	surveyId: number;
	sendoutId: number;
	contact: unknown;
	sendMail: boolean;
	mapping?: LabelMapping;
	fields: IDataObject;
	options: Options;
	/** What an earlier try of this run made of it. */
	earlier?: ItemOutcome;
}

type Outcomes = ItemOutcome[];

function readRequest(position: number, parameters: Parameters, earlier?: ItemOutcome): Request {
	const given = parameters.collection<Options>('options');
	return {
		position,
		earlier,
		surveyId: parameters.id('surveyId'),
		sendoutId: parameters.id('sendoutId'),
		contact: parameters.raw('contact', ''),
		sendMail: parameters.raw('sendInvitation', true) !== false,
		mapping: parameters.raw('backgroundData', undefined) as LabelMapping | undefined,
		fields: parameters.item,
		options: {
			activate: given.activate ?? true,
			batchSize: toId(given.batchSize ?? 100, 'Batch Size'),
			duplicatesInInput: given.duplicatesInInput ?? 'skip',
			existing: given.existing ?? 'add',
			skipBlocked: given.skipBlocked ?? true,
		},
	};
}

function skipped(reason: string, more: IDataObject = {}): ItemOutcome {
	return { json: { status: 'skipped', reason, ...more } };
}

/** The respondent that an earlier try of this run added, whether or not it could be activated. */
function addedEarlier({ earlier }: Request): IDataObject | undefined {
	const json = earlier?.json as IDataObject | undefined;
	return json?.status === 'added' ? json : undefined;
}

/**
 * What an earlier try of this run told of a person who may have been added by it. They are not sent again: a
 * request that timed out may still be under way, and with "add" nobody can tell theirs from others.
 */
function perhapsAdded({ earlier, options }: Request): ItemOutcome | undefined {
	if (!earlier || !('error' in earlier)) return undefined;
	const late = earlier.error instanceof NetigateError && earlier.error.late;
	return late || options.existing === 'add' ? earlier : undefined;
}

/** A person who is to be sent, and the item that asked for it. */
interface Candidate extends Person {
	request: Request;
}

/** Which of a sendout's requests are to be sent; the outcomes of all others are set. */
class Selection {
	readonly candidates: Candidate[] = [];

	/** Items that wait for what becomes of the first item with the same contact. */
	readonly twins: Array<{ request: Request; first: number }> = [];

	/** Items whose contact was in the sendout already, also by an earlier try, and left alone. */
	readonly existing: Request[] = [];

	/** Whether any item wants the sendout activated. */
	activate = false;

	private readonly firstOf = new Map<string, number>();

	constructor(
		private readonly sendout: Sendout,
		private readonly labels: BackgroundDataLabel[],
		private readonly blocked: ReadonlySet<string>,
		private readonly present: ReadonlySet<string>,
		private readonly outcomes: Outcomes,
	) {}

	/** @throws InputError when the item cannot be sent as it is */
	consider(request: Request): void {
		const { options, position } = request;
		const recipient = recipientFor(this.sendout.Primary?.DispatchType ?? '', request.contact);
		const backgroundData = dictionaryOf(request.mapping, request.fields, this.labels);
		this.activate ||= options.activate;
		const first = this.firstOf.get(recipient.key);
		const added = addedEarlier(request);
		const open = perhapsAdded(request);
		if (first !== undefined && options.duplicatesInInput === 'skip') {
			this.twins.push({ request, first });
		} else if (added) {
			this.existing.push(request);
			this.outcomes[position] = { json: added };
		} else if (options.skipBlocked && isBlocked(this.blocked, recipient.contact)) {
			this.outcomes[position] = skipped('blocked', { contact: recipient.contact });
		} else if (options.existing === 'skip' && this.present.has(recipient.key)) {
			this.existing.push(request);
			this.outcomes[position] = skipped('existing', { contact: recipient.contact });
		} else if (open) {
			this.outcomes[position] = open;
		} else {
			this.candidates.push({ ...recipient, sendMail: request.sendMail, backgroundData, request });
		}
		if (first === undefined) this.firstOf.set(recipient.key, position);
	}
}

function outcomeOf(sent: Sent, contact: string): ItemOutcome {
	return 'error' in sent
		? { error: sent.error, json: { contact, ...invitationOf(sent.error) } }
		: { json: { ...(sent.respondent as unknown as IDataObject), status: 'added' } };
}

function groupBySendout(requests: Request[]): Map<string, Request[]> {
	const groups = new Map<string, Request[]>();
	for (const request of requests) {
		const path = `/surveys/${request.surveyId}/sendouts/${request.sendoutId}`;
		const group = groups.get(path);
		if (group) group.push(request);
		else groups.set(path, [request]);
	}
	return groups;
}

/** What has to be known about a sendout before anybody is added to it. */
async function prepare(client: NetigateClient, path: string, requests: Request[]) {
	const [sendout, labels, respondents] = await Promise.all([
		client.get(path) as Promise<Sendout>,
		requests.some(({ mapping }) => needsLabels(mapping))
			? client.get(`${path}/labels`).then((answer) => asList<BackgroundDataLabel>(answer))
			: [],
		// Needed for `existing: skip`, and to tell what this run added when an answer gets lost.
		listRespondents(client, path),
	]);
	return {
		sendout,
		labels,
		present: new Set(respondents.flatMap(keysOf)),
		before: new Set(respondents.map(({ RespondentId }) => RespondentId)),
	};
}

type Prepared = Awaited<ReturnType<typeof prepare>> & { selection: Selection };

/**
 * `respondent.add` for all items of a run (rows 11, 15, 20, 34, then 16 or 17, then 13).
 *
 * Every item is checked before anything is sent. Unless failures are to be continued, one bad item keeps
 * the whole run from sending, so that it can be put right and run again.
 */
export async function addTogether({
	items,
	client,
	continueOnFail,
}: Batch): Promise<ItemOutcome[]> {
	const outcomes = new Array<ItemOutcome>(items.length);
	const requests: Request[] = [];
	let refused = false;
	const check = (position: number, step: () => void) => {
		try {
			step();
		} catch (error) {
			refused = true;
			outcomes[position] = { error: error as Error };
		}
	};
	for (const [position, { parameters, earlier }] of items.entries()) {
		check(position, () => requests.push(readRequest(position, parameters(), earlier)));
	}
	if (refused && !continueOnFail) return outcomes;

	const blocked = requests.some(({ options }) => options.skipBlocked)
		? await readBlocklist(client)
		: new Set<string>();
	const groups: Array<{ path: string; prepared: Prepared }> = [];
	for (const [path, group] of groupBySendout(requests)) {
		const result = await prepare(client, path, group).then(
			(known) => ({ known }),
			(error: Error) => ({ error }),
		);
		if ('error' in result) {
			refused = true;
			// What an earlier try has done stays done, though this one came to nothing.
			for (const { position, earlier } of group) {
				outcomes[position] = earlier ?? { error: result.error };
			}
			continue;
		}
		const { sendout, labels, present } = result.known;
		const selection = new Selection(sendout, labels, blocked, present, outcomes);
		for (const request of group) check(request.position, () => selection.consider(request));
		groups.push({ path, prepared: { ...result.known, selection } });
	}
	if (refused && !continueOnFail) return outcomes.map((outcome) => outcome ?? skipped('notSent'));

	for (const { path, prepared } of groups) {
		await sendGroup(client, path, prepared, outcomes, !continueOnFail);
	}
	return outcomes;
}

async function sendGroup(
	client: NetigateClient,
	path: string,
	{ selection, before }: Prepared,
	outcomes: Outcomes,
	stopAtFailure: boolean,
): Promise<void> {
	const { candidates, twins } = selection;
	const batchSize = candidates.reduce(
		(least, { request }) => Math.min(least, request.options.batchSize),
		1000,
	);
	const sent = await sendPeople(client, path, candidates, {
		batchSize,
		before,
		stopAtFailure,
	});
	let added = 0;
	for (const [index, { request, contact }] of candidates.entries()) {
		if ('respondent' in sent[index]) added++;
		outcomes[request.position] = outcomeOf(sent[index], contact);
	}
	for (const { request, first } of twins) {
		const outcome = outcomes[first];
		outcomes[request.position] =
			outcome && 'error' in outcome
				? outcome
				: skipped('duplicateInInput', { duplicateOfItem: first });
	}
	// Contacts that an earlier run added may still wait for their activation, when that run was cut off.
	const due = added > 0 || selection.existing.length > 0;
	if (!due || !selection.activate) return;
	const failure = await activateSendout(client, path);
	if (!failure) return;
	const waiting = [...candidates.map(({ request }) => request), ...selection.existing];
	for (const { position } of waiting) {
		const outcome = outcomes[position];
		if ('error' in outcome) continue;
		const error = activationFailure(failure);
		outcomes[position] = {
			error,
			json: { ...(outcome.json as IDataObject), ...invitationOf(error) },
		};
	}
}
