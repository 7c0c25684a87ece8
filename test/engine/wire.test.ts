import type { IDataObject } from 'n8n-workflow';
import { NetigateTrigger } from '../../nodes/NetigateTrigger/NetigateTrigger.node';
import { sampleIds, type Fault, type Settings } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';
import { ActiveTrigger } from './polling';
import { locator } from './sendoutParameters';

/*
 * Compressed and chunked responses, and responses that are cut off or replaced by a proxy's page.
 */

const { postEvent } = sampleIds.surveys;
const { postEventEmail } = sampleIds.sendouts;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

/** With this many long addresses, half of a list is over 64 KB, so lists arrive in several parts. */
const PEOPLE = 450;
const DOMAIN = `${'long.'.repeat(40)}example.com`;

beforeEach(() => {
	const sendout = sandbox.state.sendout(postEvent, postEventEmail);
	for (let person = 0; person < PEOPLE; person++) {
		const contact = `person${person}@${DOMAIN}`;
		const { RespondentId } = sandbox.state.addRespondent(sendout, contact, new Map());
		sandbox.state.addAnswerSet(postEvent, { respondentId: RespondentId });
	}
});

const run = async (operation: string, more: IDataObject, requestOptions: IDataObject = {}) =>
	await engine.run({
		parameters: {
			resource: 'result',
			operation,
			surveyId: locator(postEvent),
			requestOptions: { retryForSeconds: 5, ...requestOptions },
			...more,
		},
	});

const summarize = async (requestOptions?: IDataObject) =>
	await run('summarize', { filters: { sendoutIds: [postEventEmail] } }, requestOptions);

const getMany = async (requestOptions?: IDataObject) =>
	await run('getMany', { returnAll: true, options: { includeContact: true } }, requestOptions);

const contacts = (items: Array<{ json: IDataObject }>) =>
	new Set(items.map(({ json }) => json.contact));

/** Calls that return long lists. */
const lists = ['getRespondents', 'getAnswerSets', 'getAnswerSetsWithData'];

type Wire = Partial<Settings>;

const wires: Wire[] = [
	{ chunked: true },
	{ contentEncoding: 'gzip' },
	{ contentEncoding: 'br', chunked: true },
	{ contentEncoding: 'deflate' },
];

describe.each(wires)('Responses with %j', (wire) => {
	const kinds: Fault['kind'][] = ['cutBody', 'cutUnseen'];
	if (wire.contentEncoding === 'gzip') kinds.push('html', 'empty');

	beforeEach(() => sandbox.changeSettings(wire));

	test('Get Many outputs everyone', async () => {
		const { output, error } = await getMany();
		expect(error).toBeUndefined();
		expect(contacts(output).size).toBe(PEOPLE);
	});

	test('the trigger outputs new answers', async () => {
		const trigger = new ActiveTrigger(new NetigateTrigger(), sandbox, {
			surveyIds: [postEvent],
			event: 'completed',
			simplify: true,
			options: {},
		});
		await trigger.activate();
		for (let answer = 0; answer < PEOPLE; answer++) sandbox.state.addAnswerSet(postEvent, {});
		expect(await trigger.poll()).toHaveLength(PEOPLE);
	});

	test.each(kinds)('a list is read again after %s', async (kind) => {
		for (const operationId of lists) sandbox.faults.add({ kind, operationId, times: 1 });
		const { output } = await summarize();
		expect(output[0].json).toMatchObject({ invited: PEOPLE, completed: PEOPLE });
	});

	test.each(kinds)('repeated %s causes an error instead of a shorter list', async (kind) => {
		for (const operationId of lists) {
			sandbox.faults.clear();
			// Here, the first pages arrive.
			const after = operationId === 'getAnswerSetsWithData' ? 2 : 0;
			sandbox.faults.add({ kind, operationId, after });
			const { output, error, hints } = await summarize({ retryForSeconds: 0 });
			// The list of all sets only verifies the results.
			if (operationId === 'getAnswerSets')
				expect(hints[0].message).toContain("Couldn't check whether results moved");
			else {
				expect(output).toEqual([]);
				expect(error?.message).toMatch(
					/connection to Netigate was lost|cut off|web page|was empty/,
				);
			}
		}
	});
});
