import fc from 'fast-check';
import { readAnswerSet } from '../../../nodes/shared/results/answerSets';
import { NetigateError } from '../../../nodes/shared/netigate/errors';
import {
	answerSetPages,
	withTakenSize,
	type PageRequest,
} from '../../../nodes/shared/results/pages';
import { toApiDate } from '../../sandbox/clock';
import { clientOf, DirectSandbox, responded } from '../../sandbox/directSandbox';
import { Refusal } from '../../sandbox/refusal';
import type { Settings } from '../../sandbox/settings';

const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const secondsAfterStart = (seconds: number) =>
	toApiDate(Date.parse('2026-09-27T12:00:00Z') + seconds * 1000);

/** Answer sets 1 to `count`, listed by the date of their last change. */
class Survey extends DirectSandbox {
	private earliest = 0;
	private latest = 0;
	private newest = 1000;

	constructor(count: number, settings: Partial<Settings> = {}) {
		super({ answerOrder: 'updatedAsc', ...settings });
		this.state.addSurvey({ SurveyId: 501, Name: '' });
		for (const id of oneTo(count)) this.add('end', id);
	}

	get ids(): number[] {
		return this.state.answerSetsOf(501).map(({ AnswerSetId }) => AnswerSetId);
	}

	add(place: 'front' | 'end', id = ++this.newest): void {
		this.state.addAnswerSet(501, { updated: this.dateFor(place) }, id);
	}

	move(place: 'front' | 'end', id: number): void {
		this.state.changeAnswerSet(id, { updated: this.dateFor(place) });
	}

	/** Refuses pages after the last one with a status. */
	refuseAfter(lastPage: () => number, status: number): void {
		this.beforeCall = (_, { query }) => {
			const page = Number(query?.page);
			if (page < 1 || page > lastPage()) throw new Refusal(status, 'No such page');
		};
	}

	private dateFor(place: 'front' | 'end'): string {
		return secondsAfterStart(place === 'front' ? --this.earliest : ++this.latest);
	}
}

const pagesOf = ({ client }: Survey, request: Partial<PageRequest> = {}) =>
	answerSetPages(client, { surveyId: 501, filter: {}, pageSize: 10, ...request });

async function idsOf(survey: Survey, request: Partial<PageRequest> = {}) {
	const ids: number[] = [];
	for await (const sets of pagesOf(survey, request))
		ids.push(...sets.map(({ AnswerSetId }) => AnswerSetId));
	return ids;
}

const countOf = ({ calls }: Survey, operation: string) =>
	calls.filter((call) => call === operation).length;

describe('Reading all answer sets', () => {
	it.each([
		['are followed by empty ones', 25, Infinity],
		['end with a full one', 30, Infinity],
		['are followed by refusals', 25, 3],
	])("reads on if Netigate doesn't count pages, and they %s", async (_, count, last) => {
		const survey = new Survey(count, { totalPages: 'omitted' });
		survey.refuseAfter(() => last, 404);
		expect(await idsOf(survey)).toEqual(oneTo(count));
	});

	it.each([401, 403, 407])(
		"doesn't treat HTTP %s as the end of pages that aren't counted",
		async (status) => {
			const survey = new Survey(25, { totalPages: 'omitted' });
			survey.refuseAfter(() => 1, status);
			await expect(idsOf(survey)).rejects.toThrow('No such page');
		},
	);

	it('requests nothing more after a failure', async () => {
		const survey = new Survey(60);
		let busy = 20;
		survey.beforeCall = (_, { query }) => {
			if (query?.page === 2) throw new Refusal(401, 'No');
			if (Number(query?.page) > 2 && busy-- > 0) throw new Refusal(503, 'Busy');
		};
		await expect(idsOf(survey)).rejects.toThrow('No');
		const { length } = survey.calls;
		for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
		expect(survey.calls).toHaveLength(length);
	});

	it('ends if Netigate returns the same page again and again', async () => {
		const survey = new Survey(10, { totalPages: 'omitted' });
		survey.beforeCall = (_, { query }) => {
			if (query?.page) query.page = 1;
		};
		expect(await idsOf(survey)).toEqual(oneTo(10));
	});

	it('returns none if there are none', async () => {
		const survey = new Survey(0);
		expect(await idsOf(survey)).toEqual([]);
		expect(survey.calls).toHaveLength(1);
		survey.refuseAfter(() => 0, 404);
		expect(await idsOf(survey)).toEqual([]);
	});

	it("takes one call per page and one to check, in Netigate's order, at most four at a time", async () => {
		const survey = new Survey(95);
		expect(await idsOf(survey)).toEqual(oneTo(95));
		expect(survey.calls).toEqual([...Array(10).fill('getAnswerSetsWithData'), 'getAnswerSets']);
		expect(survey.maxInFlight).toBe(4);
	});

	it.each([
		[5, 2, 0],
		[25, 4, 1],
		[30, 4, 1],
	])('of %i sets takes one more call if pages are not counted', async (count, pages, checks) => {
		const survey = new Survey(count, { totalPages: 'omitted' });
		expect(await idsOf(survey)).toEqual(oneTo(count));
		const counts = ['getAnswerSetsWithData', 'getAnswerSets'].map((call) => countOf(survey, call));
		expect(counts).toEqual([pages, checks]);
	});

	it('passes each page on before the rest is read', async () => {
		const survey = new Survey(200);
		const pages = pagesOf(survey);
		await pages.next();
		await pages.next();
		expect(survey.calls.length).toBeLessThanOrEqual(5);
		await pages.return(undefined);
	});

	it('passes the filter to every call', async () => {
		const survey = new Survey(25);
		const queries: unknown[] = [];
		survey.beforeCall = (_, { query }) => queries.push(query?.completed);
		await idsOf(survey, { filter: { completed: true } });
		expect(queries).toEqual([true, true, true, true]);
	});

	it('accepts pages that are smaller than requested', async () => {
		const survey = new Survey(30, { largestPageSize: 5, pageSizeOver: 'clamp' });
		expect(await idsOf(survey)).toEqual(oneTo(30));
	});

	it('reads only as many smaller pages at a time as the limit needs', async () => {
		const survey = new Survey(100, { largestPageSize: 5, pageSizeOver: 'clamp' });
		expect(await idsOf(survey, { limit: 20 })).toEqual(oneTo(20));
		expect([survey.calls.length, survey.maxInFlight]).toEqual([4, 3]);
	});

	it.each([
		['all pages again with their actual size', 20, 7, 0],
		['the missing sets one by one if that size is not a round number', 21, 2, 53],
	])('of pages that Netigate cuts off reads %s', async (_, size, pages, single) => {
		const cut = { pageSizeOver: 'clamp', totalPages: 'asked' } as const;
		const survey = new Survey(95, { ...cut, largestPageSize: size });
		expect((await idsOf(survey, { pageSize: 50 })).sort((a, b) => a - b)).toEqual(oneTo(95));
		const counts = ['getAnswerSetsWithData', 'getAnswerSet'].map((call) => countOf(survey, call));
		expect(counts).toEqual([pages, single]);
	});

	/** Every page has the same ten sets, so all others are missing. */
	const withoutOthers = (count: number) => {
		const survey = new Survey(count);
		survey.beforeCall = (_, { query }) => {
			if (query?.page) query.page = 1;
		};
		return survey;
	};

	it.each([
		['one by one if they fit on two pages', 30, Infinity, [3, 1, 20]],
		['one by one after reading all pages three times', 50, Infinity, [15, 3, 40]],
		['one by one, up to the limit', 30, 25, [3, 1, 20]],
	])('reads missing sets %s', async (_, count, limit, expected) => {
		const survey = withoutOthers(count);
		expect(await idsOf(survey, { limit })).toEqual(oneTo(Math.min(count, limit)));
		const names = ['getAnswerSetsWithData', 'getAnswerSets', 'getAnswerSet'];
		expect(names.map((name) => countOf(survey, name))).toEqual(expected);
	});

	it.each([
		[22, [1, 1, 2]],
		[23, [3, 2, 0]],
	])(
		'reads up to two missing sets one by one if pages are cut off (%i sets)',
		async (count, expected) => {
			const survey = new Survey(count, {
				pageSizeOver: 'clamp',
				totalPages: 'asked',
				largestPageSize: 20,
			});
			expect(await idsOf(survey, { pageSize: 50 })).toEqual(oneTo(count));
			const names = ['getAnswerSetsWithData', 'getAnswerSets', 'getAnswerSet'];
			expect(names.map((name) => countOf(survey, name))).toEqual(expected);
		},
	);

	it('fails if the run is canceled while missing sets are looked for', async () => {
		const survey = new Survey(30);
		let cancelled = false;
		jest.spyOn(survey.client, 'cancelled').mockImplementation(() => cancelled);
		survey.beforeCall = (_, { path }) => {
			cancelled = path.endsWith('/answers');
			if (cancelled) throw new Refusal(400, 'Stopped');
		};
		await expect(idsOf(survey)).rejects.toThrow('Stopped');
	});

	it('leaves no unhandled rejection if the caller stops before a failed page', async () => {
		const lost: unknown[] = [];
		const keep = (reason: unknown) => void lost.push(reason);
		process.on('unhandledRejection', keep);
		const survey = new Survey(60);
		survey.refuseAfter(() => 2, 401);
		const pages = pagesOf(survey);
		await pages.next();
		await pages.next();
		await pages.return(undefined);
		for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
		process.off('unhandledRejection', keep);
		expect([survey.calls.length, lost]).toEqual([5, []]);
	});

	it('fails with the message from Netigate if a page is refused', async () => {
		await expect(idsOf(new Survey(9, { largestPageSize: 0 }))).rejects.toThrow(
			'pagesize is at most 0',
		);
	});

	it.each([2, 3])('fails if page %i of 3 is refused', async (page) => {
		const survey = new Survey(25);
		survey.refuseAfter(() => page - 1, 404);
		await expect(idsOf(survey)).rejects.toThrow('No such page');
	});
});

it('a response without an answer set is an error, not an empty result', async () => {
	const client = { get: async () => await Promise.resolve(true) } as never;
	await expect(readAnswerSet(client, 501, 90001)).rejects.toThrow(
		"Netigate's response doesn't contain answer set 90001",
	);
});

describe('A page size that Netigate refuses', () => {
	async function sizesFor(pageSize: number, largest: number, status = 400) {
		const sizes: number[] = [];
		const asked = await withTakenSize(pageSize, async (size) => {
			sizes.push(size);
			if (size <= largest) return await Promise.resolve({});
			throw new NetigateError(`${size} is too much`, { outcome: 'refused', status, advice: '' });
		}).catch(({ message }: Error) => ({ message }));
		return [sizes, asked];
	}

	it.each([
		[200, 200, [200]],
		[200, 30, [200, 100, 50, 25]],
		[3, 1, [3, 1]],
	])('is halved until it is accepted: %i, at most %i', async (pageSize, largest, sizes) => {
		const [response, size] = [{}, sizes.at(-1)];
		expect(await sizesFor(pageSize, largest)).toEqual([sizes, { response, pageSize: size }]);
	});

	it.each([
		[200, 400, [200, 100, 50, 25, 12, 6]],
		[3, 400, [3, 1]],
		[200, 401, [200]],
	])('at last is an error about the first size: %i, HTTP %i', async (pageSize, status, sizes) => {
		const error = { message: `${pageSize} is too much` };
		expect(await sizesFor(pageSize, 0, status)).toEqual([sizes, error]);
	});

	it('is not halved after another error', async () => {
		const ask = jest.fn(async () => await Promise.reject(new Error('other')));
		await expect(withTakenSize(200, ask)).rejects.toThrow('other');
		expect(ask).toHaveBeenCalledTimes(1);
	});
});

describe('A limit', () => {
	it('is used as the page size if it is smaller', async () => {
		const survey = new Survey(95);
		const sizes: unknown[] = [];
		survey.beforeCall = (_, { query }) => sizes.push(query?.pagesize);
		expect(await idsOf(survey, { limit: 3 })).toEqual([1, 2, 3]);
		expect(sizes).toEqual([3]);
	});

	it.each(['given', 'omitted'] as const)(
		'is reached without reading further pages, with TotalPages %s',
		async (totalPages) => {
			const survey = new Survey(95, { totalPages });
			expect(await idsOf(survey, { limit: 20 })).toEqual(oneTo(20));
			expect(survey.calls).toEqual(['getAnswerSetsWithData', 'getAnswerSetsWithData']);
		},
	);

	it('and no page size mean 100 sets per page', async () => {
		const survey = new Survey(250);
		const sizes: unknown[] = [];
		survey.beforeCall = (_, { query }) => sizes.push(query?.pagesize);
		const ids = await idsOf(survey, { pageSize: undefined, limit: 101 });
		expect([ids, sizes]).toEqual([oneTo(101), [100, 100]]);
	});

	it('above the number of sets returns all', async () => {
		expect(await idsOf(new Survey(12), { limit: 50 })).toEqual(oneTo(12));
	});
});

describe('Answer sets that move between pages while they are read', () => {
	/** Makes a change once, before this call. */
	function changeAt(survey: Survey, atCall: number, change: () => void) {
		const { beforeCall } = survey;
		survey.beforeCall = (call, request) => {
			if (call === atCall) change();
			beforeCall(call, request);
		};
	}

	const sorted = (ids: number[]) => [...ids].sort((a, b) => a - b);

	it('include a new one on a page already read', async () => {
		const survey = new Survey(50);
		changeAt(survey, 3, () => survey.add('front'));
		expect(sorted(await idsOf(survey))).toEqual([...oneTo(50), 1001]);
	});

	it('are read by paging again if many have moved', async () => {
		const survey = new Survey(100);
		changeAt(survey, 4, () => (survey.settings.answerOrder = 'updatedDesc'));
		expect(sorted(await idsOf(survey))).toEqual(oneTo(100));
		expect(countOf(survey, 'getAnswerSet')).toBeLessThan(21);
	});

	it('end without an error if the list gets shorter and Netigate refuses later pages', async () => {
		const survey = new Survey(50);
		survey.refuseAfter(() => Math.ceil(survey.ids.length / 10), 404);
		changeAt(survey, 2, () =>
			survey.ids.slice(25).forEach((id) => survey.state.removeAnswerSet(id)),
		);
		expect(sorted(await idsOf(survey))).toEqual(oneTo(25));
	});

	it("are still output if Netigate can't list them for the check, and that is reported", async () => {
		const survey = new Survey(30);
		survey.beforeCall = (_, { path }) => {
			if (path.endsWith('/answers')) throw new Refusal(400, 'too many');
		};
		const reported: string[] = [];
		const ids = await idsOf(survey, { unchecked: ({ message }) => reported.push(message) });
		expect(ids).toEqual(oneTo(30));
		expect(reported).toEqual(['Netigate refused: too many']);
	});

	it('are neither lost nor output twice, whatever happens to the list meanwhile', async () => {
		const step = fc.record({
			at: fc.integer({ min: 1, max: 9 }),
			change: fc.constantFrom('add', 'move', 'remove'),
			place: fc.constantFrom('front', 'end'),
			index: fc.nat({ max: 59 }),
		});
		const steps = fc.array(step, { maxLength: 6 });
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 0, max: 60 }), steps, async (count, changes) => {
				const survey = new Survey(count);
				for (const { at, change, place, index } of changes)
					changeAt(survey, at, () => {
						const id = survey.ids[index % survey.ids.length];
						if (change === 'add') survey.add(place);
						else if (id !== undefined && change === 'move') survey.move(place, id);
						else if (id !== undefined) survey.state.removeAnswerSet(id);
					});
				const ids = await idsOf(survey);
				expect(new Set(ids).size).toBe(ids.length);
				const stayed = oneTo(count).filter((id) => survey.ids.includes(id));
				expect(stayed.filter((id) => !ids.includes(id))).toEqual([]);
			}),
			{ numRuns: 400 },
		);
	});
});

test('stops reading an endless series of pages', async () => {
	let calls = 0;
	const client = clientOf(async () => {
		calls++;
		const page = { TotalPages: calls + 10, Page: calls, AnswerSets: [{ AnswerSetId: calls }] };
		return await Promise.resolve(responded(200, page));
	});
	const reading = async () => {
		for await (const sets of answerSetPages(client, { surveyId: 501, filter: {} })) void sets;
	};
	await expect(reading()).rejects.toThrow('has more than 20000 pages');
	expect(calls).toBe(20_004);
});
