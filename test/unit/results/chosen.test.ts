import type { AnswerSet } from '../../../nodes/shared/netigate/types';
import { readHeads } from '../../../nodes/shared/results/answerSets';
import { readChosen } from '../../../nodes/shared/results/pages';
import { DirectSandbox } from '../../sandbox/directSandbox';
import type { Settings } from '../../sandbox/settings';

const range = (first: number, last: number) =>
	Array.from({ length: last - first + 1 }, (_, index) => first + index);

const timeOf = (minute: number) =>
	new Date(Date.UTC(2026, 8, 27, 12, minute)).toISOString().replace('.000', '');

/** A survey with answer sets 1 to `count`, created one minute apart. */
class Survey extends DirectSandbox {
	constructor(count: number, settings: Partial<Settings> = {}) {
		super({ pageSizeOver: 'clamp', ...settings });
		this.state.addSurvey({ SurveyId: 501, Name: '' });
		for (const id of range(1, count))
			this.state.addAnswerSet(501, { created: timeOf(id), updated: timeOf(id) }, id);
	}

	remove(): void {
		for (const { AnswerSetId } of [...this.state.answerSetsOf(501)])
			this.state.removeAnswerSet(AnswerSetId);
	}
}

interface ChooseOptions {
	pageSize?: number;
	completed?: boolean;
	stop?: () => boolean;
	change?: (head: AnswerSet) => void;
	before?: (request: string) => void;
}

/** Returns the ids that are output, by batch, and the requests made, e.g. `page 2 of 10`. */
async function choose(survey: Survey, ids: number[], options: ChooseOptions = {}) {
	const { change = () => {}, before, pageSize = 10, completed = false, ...more } = options;
	const heads = await readHeads(survey.client, 501, {});
	const chosen = heads.filter(({ AnswerSetId }) => ids.includes(AnswerSetId));
	chosen.forEach(change);
	const requests: string[] = [];
	survey.beforeCall = (_, { path, query = {} }) => {
		const { page, pagesize, ...filter } = query;
		const what = page ? `page ${page} of ${pagesize}` : path.split('/').at(-1)!;
		const request = [what, ...Object.values(filter)].join(' ');
		before?.(request);
		requests.push(request);
	};
	const batches: number[][] = [];
	const choice = { surveyId: 501, chosen, completed, pageSize, ...more };
	for await (const sets of readChosen(survey.client, choice))
		batches.push(sets.map(({ AnswerSetId }) => AnswerSetId));
	return { batches, requests };
}

/** The filter: from a second before the first set to a second after the last one. */
const dates = (first: number, last: number) =>
	`${timeOf(first - 1).replace(':00Z', ':59Z')} ${timeOf(last).replace(':00Z', ':01Z')}`;

const oneByOne = (ids: number[]) => ids.map(String);

describe('Reading chosen answer sets', () => {
	it('reads a few one by one', async () => {
		expect(await choose(new Survey(30), range(5, 14))).toEqual({
			batches: [range(5, 8), range(9, 12), range(13, 14)],
			requests: oneByOne(range(5, 14)),
		});
	});

	it.each([
		[false, ''],
		[true, ' true'],
	])(
		'reads a larger number from pages with the same filter, completed: %s',
		async (completed, also) => {
			const filter = `${dates(5, 16)}${also}`;
			expect(await choose(new Survey(30), range(5, 16), { completed })).toEqual({
				batches: [range(5, 14), [15, 16]],
				requests: [`answers ${filter}`, `page 1 of 10 ${filter}`, `page 2 of 10 ${filter}`],
			});
		},
	);

	it('reads them one by one if that takes no more calls than the pages that contain them', async () => {
		const ids = range(0, 10).map((index) => 1 + index * 5);
		const { batches, requests } = await choose(new Survey(51), ids, { pageSize: 5 });
		expect([batches.flat(), requests]).toEqual([
			ids,
			[`answers ${dates(1, 51)}`, ...oneByOne(ids)],
		]);
	});

	it.each([
		['only one set is left', 11, 1000],
		['Netigate returns one set per page', 20, 1],
	])('reads the rest one by one if %s', async (_, count, largestPageSize) => {
		const survey = new Survey(30, { largestPageSize });
		const { batches, requests } = await choose(survey, range(1, count));
		expect(batches.flat()).toEqual(range(1, count));
		const left = range(Math.min(10, largestPageSize) + 1, count);
		expect(requests.slice(1)).toEqual([`page 1 of 10 ${dates(1, count)}`, ...oneByOne(left)]);
	});

	it('reads them one by one if one has no creation date', async () => {
		const change = (head: AnswerSet) => {
			if (head.AnswerSetId === 7) head.Created = null as never;
		};
		const { batches, requests } = await choose(new Survey(30), range(1, 20), { change });
		expect([batches.flat(), requests]).toEqual([range(1, 20), oneByOne(range(1, 20))]);
	});

	it.each([
		['they are listed', 'answers', ['answers']],
		[
			'the first page is read',
			'page 1 of 10',
			['answers', ...[1, 1, 2].map((page) => `page ${page} of 10`)],
		],
	])('returns nothing if all are deleted before %s', async (_, at, expected) => {
		const survey = new Survey(30);
		const before = (request: string) => {
			if (request.startsWith(`${at} `)) survey.remove();
		};
		const { batches, requests } = await choose(survey, range(1, 20), { before });
		const filter = dates(1, 20);
		expect(batches.flat()).toEqual([]);
		expect(requests).toEqual([
			...expected.map((request) => `${request} ${filter}`),
			...oneByOne(range(1, 20)),
		]);
	});

	it('uses the actual page size if Netigate cuts off a page before the last one', async () => {
		const survey = new Survey(30, { largestPageSize: 8 });
		const { batches, requests } = await choose(survey, range(1, 20));
		expect(batches.flat()).toEqual(range(1, 20));
		const pages = ['page 1 of 10', 'page 2 of 8', 'page 3 of 8'];
		expect(requests.slice(1)).toEqual(pages.map((page) => `${page} ${dates(1, 20)}`));
	});

	/** The second of two pages has 15 sets, including the first and the last one created. */
	const onLastPage = (settings: Partial<Settings> = {}) => {
		const survey = new Survey(35, { answerOrder: 'updatedAsc', ...settings });
		survey.state.answerSet(501, 25).Created = timeOf(0);
		return survey;
	};

	it.each([
		['is short', 1000, ['page 2 of 20']],
		['was cut off', 10, ['page 2 of 20', 'page 3 of 10', 'page 4 of 10']],
	])(
		'recognizes that the last page %s if it reads that page first',
		async (_, largestPageSize, expected) => {
			const { batches, requests } = await choose(onLastPage({ largestPageSize }), range(21, 35), {
				pageSize: 20,
			});
			expect(batches.flat()).toEqual(range(21, 35));
			const pages = requests.slice(1).map((request) => request.split(' 2026')[0]);
			expect(pages).toEqual(expected);
		},
	);

	it.each([
		['after a batch of four if there are only a few', range(1, 9), [range(1, 4)]],
		['after the first page, even if only one set was on it', [1, ...range(11, 20)], [[1]]],
	])('stops on request %s', async (_, ids, expected) => {
		const { batches } = await choose(new Survey(30), ids, { stop: () => true });
		expect(batches).toEqual(expected);
	});

	it('stops on request between single sets', async () => {
		let calls = 0;
		const stop = () => ++calls > 2;
		const { batches } = await choose(new Survey(30), range(1, 10), { stop });
		expect(batches).toEqual([range(1, 4), range(5, 8)]);
	});
});
