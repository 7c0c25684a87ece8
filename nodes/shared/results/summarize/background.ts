import { asList, type NetigateClient } from '../../netigate/client';
import { forEachLimited } from '../../basics/concurrency';
import { InputError, NetigateError } from '../../netigate/errors';
import type { BackgroundDataLabel, Row } from '../../netigate/types';
import { foldText } from '../../input/text';
import { labelsIn } from '../../input/labels';
import { Group } from './groups';
import type { Invited } from './invited';

/** The values of one background label: a group for each, in order, and which one each person has. */
interface BackgroundValues {
	groups: Group[];
	/** The place of a person's value, by the person's place; undefined where they have none. */
	valueOf: (place: number) => number | undefined;
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

/** The label of this name in each sendout (row 20). @throws InputError when none has it */
async function labelsCalled(
	client: NetigateClient,
	surveyId: number,
	{ sendouts }: Invited,
	name: string,
): Promise<Array<BackgroundDataLabel | undefined>> {
	const labels = new Array<BackgroundDataLabel | undefined>(sendouts.length);
	const others = new Set<string>();
	await forEachLimited(sendouts, client.maxInFlight, async ({ SendoutId }, at) => {
		const path = `/surveys/${surveyId}/sendouts/${SendoutId}/labels`;
		const all = labelsIn(await client.get(path));
		labels[at] = labelCalled(name, all);
		for (const { Name } of all) others.add(Name);
	});
	if (labels.some((label) => label !== undefined)) return labels;
	throw new InputError(
		`No sendout of this survey has background data called "${name}"`,
		others.size > 0
			? `"Group By" can be: ${[...others].slice(0, 20).join(', ')}.`
			: 'Its sendouts have no background data. Leave "Group By" empty.',
	);
}

/** One cell of a respondent's row (row 30); undefined where it is empty. */
async function readCell(
	client: NetigateClient,
	{ Document, BGDataLabelId }: BackgroundDataLabel,
	respondentId: number,
): Promise<string | undefined> {
	const row = (await client
		.send({
			method: 'POST',
			path: `/bgdata/bgdocuments/${Document}/rows/${respondentId}`,
			body: { labels: [BGDataLabelId] },
			repeatable: true,
			reads: true,
		})
		.catch((error: unknown) => {
			// Nothing documents that every respondent has a row.
			if (error instanceof NetigateError && error.status === 404) return undefined;
			throw error;
		})) as Row | undefined;
	const cells = asList<{ labelId: number; value: unknown }>(row?.Cells);
	const value = cells.find(({ labelId }) => labelId === BGDataLabelId)?.value;
	return value === null || value === undefined ? undefined : String(value as string).trim();
}

/**
 * Reads the value of a label for everybody who was invited: one request per person (row 30).
 *
 * @param name as the user gave it, in any capitals
 */
export async function readBackground(
	client: NetigateClient,
	surveyId: number,
	invited: Invited,
	name: string,
): Promise<BackgroundValues> {
	const labels = await labelsCalled(client, surveyId, invited, name);
	const options = labels.flatMap((label) => label?.Options ?? []);
	options.sort((a, b) => a.Order - b.Order);
	const names = new Map(options.map(({ Option }) => [foldText(Option), Option]));
	const ofOptions = names.size;
	const places = new Map([...names.keys()].map((key, place) => [key, place]));
	const values: Array<number | undefined> = [];
	await forEachLimited(invited.ids(), client.maxInFlight, async (id, person) => {
		const label = labels[invited.sendoutOf(person)];
		const value = label && (await readCell(client, label, id));
		if (!value) return;
		const key = foldText(value);
		if (!places.has(key)) {
			places.set(key, places.size);
			names.set(key, value);
		}
		values[person] = places.get(key);
	});
	return inOrder([...names.values()], ofOptions, values);
}

/** Options in Netigate's order, then other values by name: the order in which they came is random. */
function inOrder(
	names: string[],
	ofOptions: number,
	values: Array<number | undefined>,
): BackgroundValues {
	const rest = names.map((_, place) => place).slice(ofOptions);
	rest.sort((a, b) => names[a].localeCompare(names[b]));
	const order = [...names.keys()].slice(0, ofOptions).concat(rest);
	const at = new Map(order.map((place, position) => [place, position]));
	return {
		groups: order.map((place) => new Group(names[place])),
		valueOf: (person) => {
			const place = values[person];
			return place === undefined ? undefined : at.get(place);
		},
	};
}
