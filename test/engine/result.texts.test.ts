import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import type { Settings } from '../sandbox/settings';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const run = async (operation: string, more: IDataObject) => {
	const surveyId = { __rl: true, mode: 'id', value: sampleIds.surveys.support };
	const parameters = { resource: 'result', operation, surveyId, ...more };
	const { output, error } = await engine.run({ parameters });
	expect(error).toBeUndefined();
	return output.map(({ json }) => json);
};

const people = { includeContact: true, includeBackgroundData: true };

/** Everything that the actions for results say about the support survey. */
async function readings() {
	return [
		await run('getMany', { returnAll: true, options: people }),
		await run('getMany', { returnAll: true, options: { ...people, shape: 'flat' } }),
		await run('summarize', { groupBy: 'region' }),
	];
}

test.each<Settings['texts']>(['html', 'htmlInTree', 'htmlInAnswers'])(
	'results, rows and summaries are the same with texts "%s" as with plain texts',
	async (texts) => {
		const plain = await readings();
		sandbox.changeSettings({ texts });
		expect(await readings()).toEqual(plain);
		expect(JSON.stringify(plain)).not.toMatch(/<|&nbsp/);
	},
);
