import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { byId } from './actions/cases';
import { createEngine } from './harness';

const { surveys, sendouts } = sampleIds;

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const run = async (parameters: IDataObject, items: IDataObject[] = [{}]) =>
	await engine.run({
		items,
		parameters: { requestOptions: { settleSeconds: 0.01 }, ...parameters },
	});

describe('adapting to what Netigate accepts', () => {
	test.each([
		['refuses', 'reject', 500],
		['refuses', 'reject', undefined],
		['cuts', 'clamp', 500],
	] as const)('returns all results if Netigate %s large pages', async (_, pageSizeOver, size) => {
		sandbox.changeSettings({ largestPageSize: 30, pageSizeOver });
		sandbox.state.addAnswerSets(surveys.postEvent, 200);
		const { output, error } = await run({
			resource: 'result',
			operation: 'getMany',
			surveyId: byId(surveys.postEvent),
			returnAll: true,
			...(size ? { options: { pageSize: size } } : {}),
		});
		expect(error).toBeUndefined();
		expect(new Set(output.map(({ json }) => json.answerSetId)).size).toBe(200);
		const refused = sandbox.calls.filter(({ status }) => status === 400);
		expect(refused.length).toBeLessThanOrEqual(5);
	});

	test('adds everyone once if Netigate refuses large batches', async () => {
		sandbox.changeSettings({ largestBatch: 20 });
		const items = Array.from({ length: 400 }, (_, index) => ({ email: `p${index}@example.com` }));
		const { output, error } = await run(
			{
				resource: 'respondent',
				operation: 'add',
				surveyId: byId(surveys.postEvent),
				sendoutId: byId(sendouts.postEventEmail),
				contact: '={{ $json.email }}',
				options: { batchSize: 50 },
			},
			items,
		);
		expect(error).toBeUndefined();
		expect(output.every(({ json }) => json.status === 'added')).toBe(true);
		expect(sandbox.state.invitations).toHaveLength(400);
		// Only batches sent at the same time are halved. Later ones start small.
		const refused = sandbox.calls.filter(({ status }) => status === 400);
		expect(refused.length).toBeLessThanOrEqual(4 * 3);
	});
});
