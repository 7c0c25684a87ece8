import { useSandbox } from '../../sandbox/useSandbox';
import { createEngine } from '../harness';
import { byId } from './cases';
import { itemOf } from './run';

const sandbox = useSandbox({ manySurveys: 1000, latencyMs: 10 });

test('completes 1,000 reads, four at a time, if Netigate is busy at every tenth call', async () => {
	sandbox.faults.add({ kind: '429', everyNth: 10 });
	const items = Array.from({ length: 1000 }, (_, index) => ({ survey: 100_001 + index }));
	const { output, error } = await createEngine(sandbox).run({
		items,
		parameters: {
			resource: 'survey',
			operation: 'get',
			surveyId: byId('={{ $json.survey }}'),
		},
	});
	expect(error).toBeUndefined();
	expect(output.map(({ json }) => json.SurveyId)).toEqual(items.map(({ survey }) => survey));
	expect(output.map(itemOf)).toEqual(items.map((_, index) => index));
	expect(sandbox.maxInFlight).toBe(4);
	const busy = sandbox.calls.filter(({ status }) => status === 429);
	expect(busy.length).toBeGreaterThanOrEqual(100);
	expect(sandbox.calls).toHaveLength(1000 + busy.length);
});
