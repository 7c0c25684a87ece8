import { forEachLimited } from '../../basics/concurrency';
import type { NetigateClient } from '../../netigate/client';
import { InputError } from '../../netigate/errors';
import type { BackgroundDataLabel, Respondent, Sendout } from '../../netigate/types';
import { labelsIn } from '../../input/labels';
import { foldText } from '../../input/text';
import { listRespondentsOrNone, listSendouts, readCells } from '../people';

import { Group } from './groups';

/** How far someone has come. */
export const NOTHING = 0;
export const STARTED = 1;
export const COMPLETED = 2;

/** Someone who was invited: nothing that says who it is. */
export interface Invitee {
	sendout: Group;
	/** Those with the same value of the background label, if people are grouped by one. */
	value?: Group;
	progress: number;
}

export interface Invited {
	/** One for each sendout of the survey, or for each chosen one. */
	sendouts: Group[];
	/** By respondent id. */
	people: Map<number, Invitee>;
}

/** @throws InputError if a chosen sendout is not in the survey */
async function chosenSendouts(
	client: NetigateClient,
	surveyId: number,
	sendoutIds: readonly number[],
): Promise<Sendout[]> {
	const sendouts = await listSendouts(client, surveyId);
	if (sendoutIds.length === 0) return sendouts;
	return sendoutIds.map((id) => {
		const sendout = sendouts.find(({ SendoutId }) => SendoutId === id);
		if (sendout) return sendout;
		throw new InputError(
			`Survey ${surveyId} has no sendout ${id}`,
			'Choose the sendouts under Filters again, or check what the expression returns for this item.',
		);
	});
}

const idOf = ({ RespondentId }: Respondent) => RespondentId;

/**
 * Reads who was invited (calls 10 and 15). Only ids are kept: `People` would keep a contact and several keys of
 * each person, and there may be 100,000.
 *
 * @param sendoutIds only these sendouts; empty for all
 */
export async function readInvited(
	client: NetigateClient,
	surveyId: number,
	sendoutIds: readonly number[],
): Promise<Invited> {
	const sendouts = (await chosenSendouts(client, surveyId, sendoutIds)).map(
		(sendout) =>
			new Group(sendout.Primary?.Name || `Sendout ${sendout.SendoutId}`, 'value', sendout),
	);
	const people = new Map<number, Invitee>();
	await forEachLimited(sendouts, client.maxInFlight, async (sendout) => {
		const path = `/surveys/${surveyId}/sendouts/${sendout.sendout!.SendoutId}`;
		for (const id of await listRespondentsOrNone(client, path, idOf))
			if (!people.has(id)) people.set(id, { sendout, progress: NOTHING });
	});
	return { sendouts, people };
}

function labelCalled(name: string, labels: readonly BackgroundDataLabel[]) {
	const exact = labels.filter(({ Name }) => Name.trim() === name);
	const found =
		exact.length > 0 ? exact : labels.filter(({ Name }) => foldText(Name) === foldText(name));
	if (found.length < 2) return found.at(0);
	throw new InputError(
		`Several background labels are called "${name}"`,
		'Give them different names in Netigate, or choose another label to group by.',
	);
}

/** The label of this name in each sendout that has it (call 20), in order. @throws InputError if none has it */
async function labelsCalled(
	client: NetigateClient,
	surveyId: number,
	{ sendouts }: Invited,
	name: string,
): Promise<Map<Group, BackgroundDataLabel>> {
	const lists = new Array<BackgroundDataLabel[]>(sendouts.length);
	await forEachLimited(sendouts, client.maxInFlight, async ({ sendout }, at) => {
		const path = `/surveys/${surveyId}/sendouts/${sendout!.SendoutId}/labels`;
		lists[at] = labelsIn(await client.get(path));
	});
	const labels = new Map<Group, BackgroundDataLabel>();
	for (const [at, sendout] of sendouts.entries()) {
		const label = labelCalled(name, lists[at]);
		if (label) labels.set(sendout, label);
	}
	if (labels.size > 0) return labels;
	const others = new Set(lists.flatMap((list) => list.map(({ Name }) => Name)));
	throw new InputError(
		`No sendout of this survey has background data called "${name}"`,
		others.size > 0
			? `'Group By' can be: ${[...others].slice(0, 20).join(', ')}.`
			: "Its sendouts have no background data. Leave 'Group By' empty.",
	);
}

/** One cell of a respondent's row (call 30); undefined if it is empty. */
async function readCell(
	client: NetigateClient,
	label: BackgroundDataLabel,
	respondentId: number,
): Promise<string | undefined> {
	const { Document, BGDataLabelId } = label;
	const cells = await readCells(client, Document, respondentId, [label]);
	const value = cells.find(({ labelId }) => labelId === BGDataLabelId)?.value;
	return value === null || value === undefined ? undefined : String(value as string).trim();
}

/**
 * Groups everyone who was invited by their value of a label: one request per person (call 30).
 *
 * @param name as the user wrote it, in any case
 * @returns a group for each value: options in Netigate's order, then other values by name
 */
export async function groupByLabel(
	client: NetigateClient,
	surveyId: number,
	invited: Invited,
	name: string,
): Promise<Group[]> {
	const labels = await labelsCalled(client, surveyId, invited, name);
	const options = [...labels.values()].flatMap(({ Options }) => Options ?? []);
	options.sort((a, b) => a.Order - b.Order);
	const groups = new Map(options.map(({ Option }) => [foldText(Option), new Group(Option)]));
	const optionCount = groups.size;
	const { people } = invited;
	await forEachLimited([...people.keys()], client.maxInFlight, async (id) => {
		const person = people.get(id)!;
		const label = labels.get(person.sendout);
		const value = label && (await readCell(client, label, id));
		if (!value) return;
		const key = foldText(value);
		person.value = groups.get(key) ?? new Group(value);
		groups.set(key, person.value);
	});
	const all = [...groups.values()];
	// They were read in a random order.
	const others = all.splice(optionCount).sort((a, b) => a.name.localeCompare(b.name));
	return [...all, ...others];
}
