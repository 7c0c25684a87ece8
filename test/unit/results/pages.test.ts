import fc from 'fast-check';
import { readAnswerSet } from '../../../nodes/shared/results/answerSets';
import { answerSetPages, type PageRequest } from '../../../nodes/shared/results/pages';
import type { AnswerSet, AnswerSetPage } from '../../../nodes/shared/netigate/types';
import { FakeNetigate, refusal, someSets } from './fakeNetigate';

async function idsOf(netigate: FakeNetigate, request: Partial<PageRequest> = {}) {
	const ids: number[] = [];
	const pages = answerSetPages(netigate.client, {
		surveyId: 501,
		filter: {},
		pageSize: 10,
		...request,
	});
	for await (const sets of pages) ids.push(...sets.map(({ AnswerSetId }) => AnswerSetId));
	return ids;
}

const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const pageCalls = (netigate: FakeNetigate) =>
	netigate.calls.filter((call) => call.includes(' page '));

/** Netigate without the number of pages; pages after the last that there is are refused with a status. */
function uncounted(sets: AnswerSet[], last = Infinity, status = 404): FakeNetigate {
	const netigate = new FakeNetigate(sets);
	netigate.respond = (request) => {
		if (Number(request.query?.page) > last) return { status, body: '<html>No</html>' };
		const answer = netigate.answer(request);
		delete (answer.body as Partial<AnswerSetPage>).TotalPages;
		return answer;
	};
	return netigate;
}

describe('Reading all answer sets', () => {
	it.each([
		['are followed by empty ones', 25, undefined],
		['end with a full one', 30, undefined],
		['are followed by refusals', 25, 3],
	])('reads on if Netigate does not count pages, and they %s', async (_, count, last) => {
		expect(await idsOf(uncounted(someSets(count), last))).toEqual(oneTo(count));
	});

	it.each([401, 403, 407])(
		'does not take HTTP %s for the end of pages that are not counted',
		async (status) => {
			const reading = idsOf(uncounted(someSets(25), 1, status));
			await expect(reading).rejects.toThrow(`refused the request (HTTP ${status})`);
		},
	);

	it('asks for nothing more once it has failed', async () => {
		const netigate = new FakeNetigate(someSets(60));
		let busy = 20;
		netigate.respond = (request) => {
			const page = Number(request.query?.page);
			if (page === 2) return { status: 401, body: { StatusCode: 401, Message: 'No' } };
			if (page > 2 && busy-- > 0) return { status: 503, body: '' };
			return netigate.answer(request);
		};
		await expect(idsOf(netigate)).rejects.toThrow('No');
		const { length } = netigate.calls;
		for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
		expect(netigate.calls).toHaveLength(length);
	});

	it('ends if Netigate gives the same page again and again', async () => {
		const netigate = new FakeNetigate(someSets(10));
		netigate.respond = (request) =>
			request.path.endsWith('WithData')
				? { status: 200, body: { AnswerSets: netigate.sets } }
				: netigate.answer(request);
		expect(await idsOf(netigate)).toEqual(oneTo(10));
	});

	it('gives none if there are none', async () => {
		const netigate = new FakeNetigate([]);
		expect(await idsOf(netigate)).toEqual([]);
		expect(netigate.calls).toHaveLength(1);
	});

	it("takes one call per page and one to check, in Netigate's order, at most four at a time", async () => {
		const netigate = new FakeNetigate(someSets(95));
		expect(await idsOf(netigate)).toEqual(oneTo(95));
		expect(pageCalls(netigate)).toHaveLength(10);
		expect(netigate.calls).toHaveLength(11);
		expect(netigate.calls.at(-1)).toBe('GET /answers');
		expect(netigate.maxInFlight).toBe(4);
	});

	it('passes each page on before the rest is read', async () => {
		const netigate = new FakeNetigate(someSets(200));
		const pages = answerSetPages(netigate.client, { surveyId: 501, filter: {}, pageSize: 10 });
		await pages.next();
		await pages.next();
		expect(netigate.calls.length).toBeLessThanOrEqual(5);
		await pages.return(undefined);
	});

	it('hands the filter to every call', async () => {
		const netigate = new FakeNetigate(someSets(25));
		const queries: unknown[] = [];
		netigate.beforeAnswer = (_, { query }) => queries.push(query?.completed);
		await idsOf(netigate, { filter: { completed: true } });
		expect(queries).toEqual([true, true, true, true]);
	});

	it('goes by the pages that Netigate makes if they are smaller than requested', async () => {
		const netigate = new FakeNetigate(someSets(30));
		const sets = netigate.sets;
		let page = 0;
		netigate.answers['/answersWithData'] = () => {
			page++;
			return { Page: page, TotalPages: 6, AnswerSets: sets.slice((page - 1) * 5, page * 5) };
		};
		expect(await idsOf(netigate)).toEqual(oneTo(30));
	});

	it('fails with what Netigate says if a page is refused', async () => {
		const netigate = new FakeNetigate([]);
		netigate.answers['/answersWithData'] = () => refusal(400, 'pagesize is at most 50');
		await expect(idsOf(netigate)).rejects.toThrow('pagesize is at most 50');
	});
});

it('a response without an answer set is an error, not an empty result', async () => {
	const client = { get: async () => await Promise.resolve(true) } as never;
	await expect(readAnswerSet(client, 501, 90001)).rejects.toThrow(
		"Netigate's response doesn't contain answer set 90001",
	);
});

describe('A limit', () => {
	it('below the page size asks for no more than that', async () => {
		const netigate = new FakeNetigate(someSets(95));
		const sizes: unknown[] = [];
		netigate.beforeAnswer = (_, { query }) => sizes.push(query?.pagesize);
		expect(await idsOf(netigate, { limit: 3 })).toEqual([1, 2, 3]);
		expect(sizes).toEqual([3]);
	});

	it('beyond what there is gives all', async () => {
		expect(await idsOf(new FakeNetigate(someSets(12)), { limit: 50 })).toEqual(oneTo(12));
	});
});

describe('Answer sets that move between pages while they are read', () => {
	/** Answers and changes: `change` is done once, before this call is answered. */
	function changing(netigate: FakeNetigate, atCall: number, change: () => void) {
		netigate.beforeAnswer = (call) => {
			if (call === atCall) change();
		};
	}

	const sorted = (ids: number[]) => [...ids].sort((a, b) => a - b);

	const extra = { ...someSets(1)[0], AnswerSetId: 99 };
	it.each<[string, (sets: AnswerSet[]) => unknown, number[]]>([
		['one before them is deleted', (sets) => sets.shift(), oneTo(50)],
		['one is answered at the front', (sets) => sets.unshift(extra), [...oneTo(50), 99]],
		['one moves to the end', (sets) => sets.push(sets.shift()!), oneTo(50)],
		['one moves to the front', (sets) => sets.unshift(sets.pop()!), oneTo(50)],
	])('are neither lost nor doubled when %s', async (_, change, expected) => {
		const netigate = new FakeNetigate(someSets(50));
		changing(netigate, 3, () => change(netigate.sets));
		expect(sorted(await idsOf(netigate))).toEqual(expected);
	});

	it('are read by paging again if many have moved', async () => {
		const netigate = new FakeNetigate(someSets(100));
		changing(netigate, 4, () => netigate.sets.reverse());
		expect(sorted(await idsOf(netigate))).toEqual(oneTo(100));
		expect(netigate.calls.filter((call) => /^GET \/answers\/\d+$/.test(call)).length).toBeLessThan(
			21,
		);
	});

	it('come to an end if the list got shorter, and Netigate refuses pages beyond it', async () => {
		const netigate = new FakeNetigate(someSets(50));
		netigate.respond = (asked) => {
			const last = Math.ceil(netigate.sets.length / 10);
			return Number(asked.query?.page ?? 1) > last
				? { status: 404, body: { StatusCode: 404, Message: 'No such page' } }
				: netigate.answer(asked);
		};
		changing(netigate, 2, () => netigate.sets.splice(25));
		expect(sorted(await idsOf(netigate))).toEqual(oneTo(25));
	});

	it('are still output if Netigate cannot list them for the check, and that is reported', async () => {
		const netigate = new FakeNetigate(someSets(30));
		netigate.answers['/answers'] = () => refusal(400, 'too many');
		const reported: string[] = [];
		const ids = await idsOf(netigate, { unchecked: ({ message }) => reported.push(message) });
		expect(ids).toEqual(oneTo(30));
		expect(reported).toEqual(['Netigate refused: too many']);
	});

	it('are neither lost nor doubled, whatever happens to the list meanwhile', async () => {
		const step = fc.record({
			at: fc.integer({ min: 1, max: 9 }),
			type: fc.constantFrom('delete', 'front', 'end', 'toEnd', 'toFront'),
			place: fc.nat({ max: 59 }),
		});
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 0, max: 60 }),
				fc.array(step, { maxLength: 6 }),
				async (count, steps) => {
					const netigate = new FakeNetigate(someSets(count));
					let newest = 1000;
					const change = ({ type, place }: { type: string; place: number }) => {
						const { sets } = netigate;
						const fresh = { ...someSets(1)[0], AnswerSetId: ++newest };
						if (type === 'front') sets.unshift(fresh);
						else if (type === 'end') sets.push(fresh);
						else {
							const moved = sets.splice(place % Math.max(1, sets.length), 1);
							if (type === 'toEnd') sets.push(...moved);
							else if (type === 'toFront') sets.unshift(...moved);
						}
					};
					netigate.beforeAnswer = (call) => steps.filter(({ at }) => at === call).forEach(change);
					const before = netigate.sets.map(({ AnswerSetId }) => AnswerSetId);
					const ids = await idsOf(netigate);
					expect(new Set(ids).size).toBe(ids.length);
					const after = new Set(netigate.sets.map(({ AnswerSetId }) => AnswerSetId));
					const lost = before.filter((id) => after.has(id) && !ids.includes(id));
					expect(lost).toEqual([]);
				},
			),
			{ numRuns: 400 },
		);
	});
});
