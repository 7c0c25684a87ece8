import type { NetigateClient } from '../../../../nodes/shared/netigate/client';
import type { Sendout } from '../../../../nodes/shared/netigate/types';
import { Group } from '../../../../nodes/shared/results/summarize/groups';
import { groupByLabel } from '../../../../nodes/shared/results/summarize/invited';

/**
 * The names of the groups by region. Each sendout has labels with these names. Each of its people has one of the values.
 */
async function regions(
	...sendouts: Array<{ labels: string[]; options?: string[]; values?: string[] }>
) {
	const groups = sendouts.map((_, at) => {
		return new Group('', 'value', { SendoutId: at } as Sendout);
	});
	const values = sendouts.flatMap((one) => one.values ?? []);
	const people = sendouts.flatMap((one, at) =>
		(one.values ?? []).map(() => ({ sendout: groups[at], progress: 0 })),
	);
	const labelsOf = ({ labels, options = [] }: (typeof sendouts)[number]) =>
		labels.map((Name, at) => {
			const Options = options.map((Option, place) => ({ Option, Order: options.length - place }));
			return { BGDataLabelId: 51 + at, Document: 301, Name, Options };
		});
	const client = {
		maxInFlight: 2,
		get: async (path: string) => labelsOf(sendouts[Number(path.split('/').at(-2))]),
		send: async ({ path }: { path: string }) => {
			return { Cells: [{ labelId: 51, value: values[Number(path.split('/').at(-1))] }] };
		},
	} as unknown as NetigateClient;
	const invited = { sendouts: groups, people: new Map(people.entries()) };
	return (await groupByLabel(client, 501, invited, 'Region')).map(({ name }) => name);
}

test('puts options in order of their position, then other values in alphabetical order', async () => {
	const values = ['Overseas', 'north', ' Abroad', 'overseas'];
	const options = ['North', 'South', 'East'];
	expect(
		await regions({ labels: ['Name'], values: ['North'] }, { labels: ['Region'], options, values }),
	).toEqual(['East', 'South', 'North', 'Abroad', 'Overseas']);
});

test('has no group for blank values', async () => {
	expect(await regions({ labels: ['Region'], values: ['North', ' '] })).toEqual(['North']);
});

test('prefers the label with the same case', async () => {
	expect(await regions({ labels: ['Region', 'region'], values: ['North'] })).toEqual(['North']);
});

const letters = [...'ABCDEFGHIJKLMNOPQRSTU'];

test.each([
	['several labels', ['Region', 'Region'], 'Give them different names in Netigate, or choose'],
	[
		'labels in a different case',
		['region', 'REGION'],
		'Give them different names in Netigate, or choose',
	],
	['one other label', ['Name'], "Set 'Group By' to one of these labels: Name."],
	['21 other labels', letters, `these labels: ${letters.slice(0, 20).join(', ')}.`],
	['no labels', [], "Leave 'Group By' empty."],
])('with %s, the error says what to do', async (_, labels, advice) => {
	await expect(regions({ labels })).rejects.toMatchObject({
		advice: expect.stringContaining(advice),
	});
});
