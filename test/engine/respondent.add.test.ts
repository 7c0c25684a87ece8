import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine, type RunRequest } from './harness';
import { adding, locator } from './sendoutParameters';

const survey = sampleIds.surveys.postEvent;
const { postEventEmail, postEventSms } = sampleIds.sendouts;
const { firstName, region } = sampleIds.labels;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const parameters = (more: IDataObject = {}): IDataObject =>
	adding({ requestOptions: { settleSeconds: 0.02 }, ...more });

const add = async (items: IDataObject[], more: IDataObject = {}, rest: Partial<RunRequest> = {}) =>
	await engine.run({ items, parameters: parameters(more), ...rest });

/** Adds the items to the sendout that each names. */
const toEach = { sendoutId: locator('={{ $json.sendout }}') };

const NO_QUARANTINE =
	'No quarantine was active in this node, so other sendouts may ask the same people at any time.';

const withErrors = { onError: 'continueErrorOutput' } as const;

const calls = (operationId: string) =>
	sandbox.calls.filter((call) => call.operationId === operationId);

const respondentsIn = (sendout: number) =>
	[...sandbox.state.respondents.values()].filter(({ sendoutId }) => sendoutId === sendout);

const people = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ email: `person${index}@example.com` }));

const invited = () => sandbox.state.invitations.map(({ contact }) => contact).sort();

const failures = (items: INodeExecutionData[]) =>
	items.flatMap(({ json }) =>
		json.error ? [[json.email, json.error, json.errorDescription]] : [],
	);

describe('adding people', () => {
	test('invites everyone once in one batch, and activates the sendout once', async () => {
		const before = respondentsIn(postEventEmail).length;
		const { output, error } = await add(people(30));
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => [json.Email, json.status])).toEqual(
			people(30).map(({ email }) => [email, 'added']),
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			people(30).map((_, item) => ({ item })),
		);
		expect(respondentsIn(postEventEmail)).toHaveLength(before + 30);
		expect(calls('addRespondents')).toHaveLength(1);
		expect(calls('activateSendout')).toHaveLength(1);
		expect(invited()).toEqual(
			people(30)
				.map(({ email }) => email)
				.sort(),
		);
	});

	test('adds 2,000 people in batches of 100, with at most 4 requests at once', async () => {
		const { output } = await add(people(2000));
		expect(output.filter(({ json }) => json.status === 'added')).toHaveLength(2000);
		expect(calls('addRespondents')).toHaveLength(20);
		expect(sandbox.maxInFlight).toBeLessThanOrEqual(4);
		expect(new Set(invited()).size).toBe(2000);
	});

	test('invites no one without activation', async () => {
		await add(people(2), { options: { activate: false } });
		expect(calls('activateSendout')).toHaveLength(0);
		expect(invited()).toEqual([]);
	});

	test('sends no invitation without "Send Invitation", and outputs the link', async () => {
		const { output } = await add(people(2), { sendInvitation: false });
		expect(output.every(({ json }) => typeof json.SurveyURL === 'string')).toBe(true);
		expect(invited()).toEqual([]);
	});

	test('adds to several sendouts and activates each', async () => {
		const { output } = await add(
			[
				{ email: 'a@example.com', sendout: postEventEmail },
				{ email: '46735123456', sendout: postEventSms },
				{ email: 'b@example.com', sendout: postEventEmail },
			],
			toEach,
		);
		expect(output.map(({ json }) => json.Email)).toEqual([
			'a@example.com',
			'46735123456',
			'b@example.com',
		]);
		expect(
			calls('activateSendout')
				.map(({ path }) => path)
				.sort(),
		).toEqual([
			`/surveys/${survey}/sendouts/${postEventEmail}/activate`,
			`/surveys/${survey}/sendouts/${postEventSms}/activate`,
		]);
	});
});

describe('background data', () => {
	const cellsOf = (contact: string) => {
		const { RespondentId } = respondentsIn(postEventEmail).find(({ Email }) => Email === contact)!;
		return Object.fromEntries(sandbox.state.rows.get(RespondentId)!.cells);
	};
	const mapped = (value: IDataObject) => ({
		backgroundData: { mappingMode: 'defineBelow', value },
	});
	const byName = { backgroundData: { mappingMode: 'autoMapInputData', value: null } };

	test.each([1, 2])('sends mapped fields (%d items), except empty ones', async (count) => {
		const items = [
			{ email: 'anna.new@example.com', name: 'Anna', region: 'north' },
			{ email: 'ben.new@example.com', name: '', region: 'South' },
		].slice(0, count);
		const { error } = await add(
			items,
			mapped({ [firstName]: '={{ $json.name }}', [region]: '={{ $json.region }}' }),
		);
		expect(error).toBeUndefined();
		expect(cellsOf('anna.new@example.com')).toEqual({ [firstName]: 'Anna', [region]: 'North' });
		if (count === 2) expect(cellsOf('ben.new@example.com')).toEqual({ [region]: 'South' });
	});

	test('with "Map Automatically", sends fields that are named after a label', async () => {
		await add(
			[{ email: 'anna.new@example.com', 'first name': 'Anna', Region: 'East', other: 'x' }],
			byName,
		);
		expect(cellsOf('anna.new@example.com')).toEqual({ [firstName]: 'Anna', [region]: 'East' });
	});

	test.each([false, true])(
		'with "Map Automatically", sends nothing if no field is named after a label (preview: %s)',
		async (preview) => {
			const items = people(2).map((person) => ({ ...person, Vorname: 'Anna' }));
			const run = async (more: IDataObject) =>
				await add(
					items.map((item) => ({ ...item, ...more })),
					{ ...byName, preview },
					withErrors,
				);
			const { error } = await run({});
			expect(error?.message).toBe(
				'No field is named after a label. The fields are "email", "Vorname", and the labels are "First name", "Last name", "Company", "Language", "Region"',
			);
			expect(sandbox.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
			const { hints } = await run({ region: '' });
			expect(hints.map(({ message }) => message)).toContain(
				'No field is named after these labels, so they stay empty: "First name", "Last name", "Company", "Language".',
			);
		},
	);
});

describe('people who are left out', () => {
	test.each([0, null, {}, { Primary: {} }])(
		"no one is added if the response (%j) doesn't show the sendout's type",
		async (value) => {
			sandbox.faults.add({
				kind: 'answer',
				operationId: 'getSendout',
				changes: [{ do: 'replace', value }],
				times: 9,
			});
			const { error } = await add([{ email: 'eva@example.com' }, { email: 'EVA@EXAMPLE.COM' }]);
			expect(error?.message).toContain("doesn't show the sendout's type");
			expect(invited()).toEqual([]);
			expect(calls('addRespondents')).toHaveLength(0);
		},
	);

	test('blocked contacts are added if the user chose that', async () => {
		await add([{ email: 'blocked@example.com' }], { options: { skipBlocked: false } });
		expect(respondentsIn(postEventEmail).map(({ Email }) => Email)).toContain(
			'blocked@example.com',
		);
	});

	test('with "Always Invite Again", the list of respondents is not read', async () => {
		await add(people(3), { existing: 'add' });
		expect(calls('getRespondents')).toEqual([]);
	});

	test('with "Always Invite Again" and a lost response, no one is sent again or reported as added', async () => {
		await add([{ email: 'old@example.com' }]);
		sandbox.faults.add({ operationId: 'addRespondents', kind: 'dropAfter', times: 1 });
		const { errorOutput } = await add(
			[{ email: 'old@example.com' }, { email: 'new@example.com' }],
			{ existing: 'add' },
			withErrors,
		);
		expect(errorOutput.map(({ json }) => json.message)).toEqual([
			{ contact: 'old@example.com', mayBeInvited: true },
			{ contact: 'new@example.com', mayBeInvited: true },
		]);
		expect(calls('addRespondents')).toHaveLength(1);
		expect(
			respondentsIn(postEventEmail).filter(({ Email }) => Email === 'new@example.com'),
		).toHaveLength(1);
	});
});

describe('the output', () => {
	const nina = { email: 'nina@example.com', name: 'Nina', status: 'attended' };

	test('begins with the status and contact', async () => {
		const { output } = await add([nina, nina]);
		for (const { json } of output)
			expect(Object.entries(json).slice(0, 2)).toEqual([
				['status', expect.stringMatching(/^(added|skipped)$/)],
				['contact', 'nina@example.com'],
			]);
	});

	test("contains the item's own fields and Netigate's, unless the user excludes the item's", async () => {
		const { output } = await add([nina]);
		expect(output[0].json).toMatchObject({
			status: 'added',
			name: 'Nina',
			email: 'nina@example.com',
			SurveyURL: expect.stringContaining('/a/s.aspx?s='),
		});
		const { output: without } = await add([{ email: 'b@example.com', name: 'Bo' }], {
			options: { output: 'netigate' },
		});
		expect(without[0].json).not.toHaveProperty('name');
	});

	test("puts the item's own fields in `item` if they look like the outcome", async () => {
		const own = {
			status: 'skipped',
			reason: 'asked before',
			RespondentId: 1,
			item: 7,
			contact: 'x',
		};
		const { output } = await add(
			[
				{ ...nina, ...own },
				{ ...nina, contact: 'nina@example.com' },
			],
			{ options: { output: 'both' } },
		);
		const [added, skipped] = output.map(({ json }) => json);
		expect(added).toMatchObject({ status: 'added', contact: 'nina@example.com', item: own });
		expect(added.RespondentId).toBeGreaterThan(1);
		expect(added.reason).toBe('invited');
		expect(skipped).toMatchObject({ status: 'skipped', reason: 'duplicateInInput', name: 'Nina' });
		expect(skipped.item).toEqual({ status: 'attended' });
	});

	test('is summarized in a hint', async () => {
		await add(people(2));
		const items = [...people(3), { email: 'blocked@example.com' }, { email: 'nobody' }];
		const { hints } = await add(items, {}, withErrors);
		expect(hints.map(({ message }) => message)).toEqual([
			`1 added, 3 skipped (2 existing, 1 blocked), 1 failed. ${NO_QUARANTINE}`,
		]);
	});

	test('says after a test run that people were really invited', async () => {
		const { hints } = await add(people(2), {}, { mode: 'manual' });
		expect(hints.map(({ message }) => message)).toEqual([
			`2 added. ${NO_QUARANTINE}`,
			expect.stringContaining('really invited these people'),
		]);
		expect((await add(people(2), {}, { mode: 'manual' })).hints).toHaveLength(1);
		const off = { options: { activate: false } };
		const { hints: added } = await add([{ email: 'c@example.com' }], off, { mode: 'manual' });
		expect(JSON.stringify(added)).toContain('really added these people');
	});
});

describe('a preview', () => {
	const items = [
		{ email: 'a@example.com' },
		{ email: 'nobody' },
		{ email: 'a@example.com' },
		{ email: 'blocked@example.com' },
	];
	const writes = () => sandbox.calls.filter(({ method }) => method !== 'GET');

	test('shows the outcome of each item, and sends nothing', async () => {
		const { output, error, hints } = await add(items, { preview: true });
		expect(error).toBeUndefined();
		expect(
			output.map(({ json, pairedItem }) => [pairedItem, json.status, json.contact, json.reason]),
		).toEqual([
			[{ item: 0 }, 'wouldAdd', 'a@example.com', 'invited'],
			[{ item: 1 }, 'refused', 'nobody', 'invalidContact'],
			[{ item: 2 }, 'skipped', 'a@example.com', 'duplicateInInput'],
			[{ item: 3 }, 'skipped', 'blocked@example.com', 'blocked'],
		]);
		expect(hints.map(({ message }) => message)).toEqual([
			`Preview: would invite 1, skip 2, refuse 1 (first: item 1). Nothing was sent. ${NO_QUARANTINE}`,
		]);
		expect(writes()).toEqual([]);
	});

	test('sends refused items to the error output if there is one', async () => {
		const { output, errorOutput } = await add(items, { preview: true }, withErrors);
		expect([output.length, errorOutput.length]).toEqual([3, 1]);
		expect(writes()).toEqual([]);
	});

	test('applies to all items if one item turns it on', async () => {
		await add(people(2), { preview: '={{ $json.email.startsWith("person1") }}' });
		expect(writes()).toEqual([]);
	});
});

describe('when a sendout fails', () => {
	const two = [
		{ email: 'a@example.com', sendout: postEventEmail },
		{ email: '46735123456', sendout: postEventSms },
	];

	test.each<[string, Partial<RunRequest>, string[]]>([
		['the next sendout stays unchanged with "On Error: Stop"', {}, []],
		['the next sendout is still sent with the error output', withErrors, ['46735123456']],
	])('%s', async (_, rest, sent) => {
		sandbox.faults.add({ operationId: 'addRespondent', kind: '400', times: 1 });
		const before = respondentsIn(postEventSms).length;
		const { output, errorOutput, error } = await add(two, toEach, rest);
		expect(output.map(({ json }) => json.Email)).toEqual(sent);
		expect(error?.message ?? errorOutput[0].json.error).toContain('[item 0]');
		expect(respondentsIn(postEventSms)).toHaveLength(before + sent.length);
		expect(calls('activateSendout')).toHaveLength(sent.length);
	});
});

describe('more items than are read at once', () => {
	const many = (bad: number) =>
		people(1500).map((one, index) => (index === bad ? { email: '' } : one));
	const methods = () => new Set(sandbox.calls.map(({ method }) => method));

	test('lists are still read once', async () => {
		await add(people(2));
		const reads = sandbox.calls.filter(({ method }) => method === 'GET');
		sandbox.reset();
		const { output } = await add(people(1500));
		expect(output.every(({ json }) => json.status === 'added')).toBe(true);
		const paths = (all: typeof reads) => all.map(({ path }) => path).sort();
		expect(paths(sandbox.calls.filter(({ method }) => method === 'GET'))).toEqual(paths(reads));
	});

	test('an invalid early item stops the run before anything is read, and a later one before anything is sent', async () => {
		await add(many(500));
		expect(sandbox.calls).toEqual([]);
		const { error } = await add(many(1200));
		expect(error?.message).toContain('[item 1200]');
		expect([...methods()]).toEqual(['GET']);
	});

	test('a refused read is reported for each item, without an unhandled rejection', async () => {
		const lost: unknown[] = [];
		const keep = (reason: unknown) => void lost.push(reason);
		process.on('unhandledRejection', keep);
		sandbox.faults.add({ operationId: 'getBlocklist', kind: '400', times: 1 });
		const { output } = await add(people(1500), {}, { onError: 'continueRegularOutput' });
		process.off('unhandledRejection', keep);
		expect(output.filter(({ json }) => json.error)).toHaveLength(1500);
		expect(lost).toEqual([]);
		expect([...methods()]).toEqual(['GET']);
	});
});

describe('Request Options', () => {
	test("n8n's batching spaces the requests", async () => {
		const batching = { batch: { batchSize: 1, batchInterval: 150 } };
		const begun = Date.now();
		await add(people(3), {
			options: { batchSize: 1 },
			requestOptions: { settleSeconds: 0.02, batching },
		});
		expect(calls('addRespondent')).toHaveLength(3);
		// A slow machine takes longer, but never less than the pauses.
		expect(Date.now() - begun).toBeGreaterThanOrEqual((sandbox.calls.length - 1) * 150 - 5);
	});

	test.each([0, -1, 'many', '={{ null }}', 2.5, 17])(
		'%p concurrent requests are refused',
		async (maxInFlight) => {
			const { error } = await add(people(2), { requestOptions: { maxInFlight } });
			expect(error?.message).toMatch(
				/^'Concurrent Requests' (?:isn't a whole number from 1 to 16|is empty): /,
			);
			expect(error?.description).toContain("under 'Request Options'");
			expect(sandbox.calls).toEqual([]);
		},
	);
});

describe('bad input', () => {
	const bad: Array<[string, unknown, string]> = [
		['not an email address', 'anna', '"anna" isn\'t a valid email address: it has no @'],
		['empty', '', 'The contact is empty'],
		['undefined', undefined, 'The contact is empty'],
		['a number', 12345, '"12345" isn\'t a valid email address: it has no @'],
		[
			'10,000 characters',
			`${'a'.repeat(9990)}@example.com`,
			'has 10002 characters, but at most 254 are allowed',
		],
		[
			'a@b',
			'a@b',
			'"a@b" isn\'t a valid email address: the part after the @ has no dot, e.g. example.com',
		],
		['an umlaut', 'jürgen@example.com', "Netigate doesn't accept letters such as å, ä, ö or ü"],
		['two addresses', 'a@example.com, b@example.com', 'it has more than one @'],
		['a space', 'a b@example.com', 'it contains a space'],
		['an object', { mail: 'a@example.com' }, 'The contact must be text, not an object'],
		['a list', ['a@example.com'], 'The contact must be text, not a list'],
		['true', true, 'The contact must be text, not "true"'],
	];

	test.each(bad)(
		'%s: the error names the item, and the others are added',
		async (_, value, message) => {
			const items = [
				{ email: 'good1@example.com' },
				{ email: value },
				{ email: 'good2@example.com' },
			];
			const { output, errorOutput, run } = await add(items as IDataObject[], {}, withErrors);
			expect(output.map(({ json }) => json.Email)).toEqual([
				'good1@example.com',
				'good2@example.com',
			]);
			expect(errorOutput).toHaveLength(1);
			expect(errorOutput[0].json.error).toContain(message);
			expect(errorOutput[0].json.error).toContain('[item 1]');
			expect(errorOutput[0].json.email).toEqual(value);
			expect(run.data.resultData.runData.Node[0].data?.main[1]?.[0].pairedItem).toEqual({
				item: 1,
			});
			expect(invited()).toEqual(['good1@example.com', 'good2@example.com']);
		},
	);

	test('with "On Error: Stop", one invalid contact stops the run before anything is sent', async () => {
		const { error } = await add([...people(3), { email: 'nobody' }]);
		expect(error?.message).toBe('"nobody" isn\'t a valid email address: it has no @ [item 3]');
		expect(error?.context?.itemIndex).toBe(3);
		expect(error?.description).toContain('No one was invited.');
		expect(error?.description).toContain('"Continue (using error output)"');
		expect(calls('addRespondents')).toHaveLength(0);
	});

	test('an unknown sendout fails only its own items', async () => {
		const { output, errorOutput } = await add(
			[
				{ email: 'a@example.com', sendout: 999999 },
				{ email: 'b@example.com', sendout: postEventEmail },
			],
			toEach,
			withErrors,
		);
		expect(output.map(({ json }) => json.Email)).toEqual(['b@example.com']);
		expect(failures(errorOutput)).toEqual([
			['a@example.com', expect.stringMatching(/^Netigate refused: .*\[item 0\]\. Check the IDs/)],
		]);
	});

	test("an inactive survey: each item shows Netigate's message, and few requests are made", async () => {
		const { errorOutput } = await add(
			people(300),
			{
				surveyId: locator(sampleIds.surveys.inactive),
				sendoutId: locator(sampleIds.sendouts.inactiveEmail),
			},
			withErrors,
		);
		expect(errorOutput).toHaveLength(300);
		expect(errorOutput.every(({ json }) => String(json.error).includes('Netigate refused: '))).toBe(
			true,
		);
		expect(calls('addRespondents').length + calls('addRespondent').length).toBeLessThan(40);
	});

	test.each([
		['a wrong key', undefined, /Netigate refused/, 'Check the API key'],
		[
			'an unreachable Netigate',
			'http://127.0.0.1:1/api/v1.2',
			/^Netigate can't be reached \(ECONNREFUSED\) \[item 0\]$/,
			'Nothing was sent',
		],
	])('%s is reported, and the key appears nowhere', async (_, url, message, advice) => {
		const apiKey = '11111111-2222-4333-8444-555555555555';
		const { error, run } = await createEngine({ url: url ?? sandbox.url, apiKey }).run({
			items: people(2),
			parameters: parameters({ requestOptions: { retryForSeconds: 0 } }),
		});
		expect(error?.message).toMatch(message);
		expect(error?.description).toContain(advice);
		expect(JSON.stringify(run)).not.toContain(apiKey);
	});
});
