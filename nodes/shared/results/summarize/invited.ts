import { forEachLimited } from '../../basics/concurrency';
import type { NetigateClient } from '../../netigate/client';
import { InputError } from '../../netigate/errors';
import type { BackgroundDataLabel } from '../../netigate/types';
import { labelsIn } from '../../input/labels';
import { foldReadable, foldText, readableText } from '../../input/text';
import { listRespondentsOrNone, listSendouts, readCells } from '../people';
import { Group } from './groups';

export const NOTHING = 0;
export const STARTED = 1;
export const COMPLETED = 2;

/** An invited person, without any information that identifies them. */
export interface Invitee {
	sendout: Group;
	/** The group of people with the same label value. Present only if people are grouped by a background label. */
	value?: Group;
	progress: number;
}

type Invited = Awaited<ReturnType<typeof readInvited>>;

/**
 * Reads who was invited in these sendouts or, if no sendouts are given, in all of the survey's sendouts (calls 10 and
 * 15). Keeps only ids, because there may be 100,000 people.
 * @returns one group for each sendout, and the invited people by respondent id
 * @throws InputError for a sendout that isn't in the survey
 */
export async function readInvited(
	client: NetigateClient,
	surveyId: number,
	sendoutIds: readonly number[],
) {
	const all = await listSendouts(client, surveyId);
	const byId = new Map(all.map((sendout) => [sendout.SendoutId, sendout]));
	const unknown = sendoutIds.find((id) => !byId.has(id));
	if (unknown !== undefined) {
		throw new InputError(
			`Survey ${surveyId} has no sendout ${unknown}`,
			"Choose the sendouts again under 'Filters', or check what the expression returns for this item.",
		);
	}
	const chosen = sendoutIds.length === 0 ? all : sendoutIds.map((id) => byId.get(id)!);
	const sendouts = chosen.map(
		(sendout) =>
			new Group(
				readableText(sendout.Primary?.Name) || `Sendout ${sendout.SendoutId}`,
				'value',
				sendout,
			),
	);
	const people = new Map<number, Invitee>();
	await forEachLimited(sendouts, client.maxInFlight, async (sendout) => {
		const path = `/surveys/${surveyId}/sendouts/${sendout.sendout!.SendoutId}`;
		for (const id of await listRespondentsOrNone(client, path, (one) => one.RespondentId))
			if (!people.has(id)) people.set(id, { sendout, progress: NOTHING });
	});
	return { sendouts, people };
}

function labelCalled(name: string, labels: readonly BackgroundDataLabel[]) {
	const exact = labels.filter(({ Name }) => Name.trim() === name);
	const found =
		exact.length > 0 ? exact : labels.filter(({ Name }) => foldText(Name) === foldReadable(name));
	if (found.length < 2) return found.at(0);
	throw new InputError(
		`Several background labels are called "${name}"`,
		'Give them different names in Netigate, or choose another label to group by.',
	);
}

/**
 * Finds the label with this name in each sendout that has one (call 20).
 * @throws InputError if no sendout has a label with this name
 */
async function labelsCalled(
	client: NetigateClient,
	surveyId: number,
	{ sendouts }: Invited,
	name: string,
) {
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
		`No sendout in this survey has background data called "${name}"`,
		others.size > 0
			? `Set 'Group By' to one of these labels: ${[...others].slice(0, 20).join(', ')}.`
			: "The survey's sendouts have no background data, perhaps due to Netigate's Partial Delete. Leave 'Group By' empty.",
	);
}

/**
 * Groups invited people by their values for the label with this name (call 30). The case of the name doesn't matter.
 * @returns a group for each value: first the label's options in Netigate's order, then other values in alphabetical
 * order
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
	const groups = new Map(
		options.map(({ Option }) => [foldReadable(Option), new Group(readableText(Option))]),
	);
	const optionCount = groups.size;
	await forEachLimited([...invited.people], client.maxInFlight, async ([id, person]) => {
		const label = labels.get(person.sendout);
		if (!label) return;
		const { Document, BGDataLabelId } = label;
		const cells = await readCells(client, Document, id, [BGDataLabelId]);
		const cell = cells.find(([labelId]) => labelId === BGDataLabelId);
		const value = String(cell?.[1] ?? '').trim();
		if (value === '') return;
		const key = foldReadable(value);
		person.value = groups.get(key) ?? new Group(value);
		groups.set(key, person.value);
	});
	const all = [...groups.values()];
	// These groups are sorted, because they were created in the order in which responses arrived, which varies.
	const others = all.splice(optionCount).sort((a, b) => a.name.localeCompare(b.name));
	return [...all, ...others];
}
