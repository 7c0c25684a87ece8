import type { IDataObject, INode } from 'n8n-workflow';
import { sampleIds, startSandbox } from '../sandbox';
import { byId, measure, oneDecimal, type Contender, type Measurement } from './contender';
import { table } from '../run/results.mjs';

/*
 * Compares the memory of result.summarize with Get Many for more and more results of invited people, at 20 ms per
 * call. Summarize keeps no results, but V8 collects garbage late if there is room. So both run once without a limit,
 * and once with a heap that is too small for all results.
 *
 * The last rows show n8n's own needs: without any call, and for reading the two lists without pages (respondents and
 * results) as text.
 */

const COUNTS = [5_000, 50_000];
const LATENCY_MS = 20;
const HEAP_MB = 96;
const { postEvent } = sampleIds.surveys;

const contenders = (url: string): Record<string, Pick<INode, 'type' | 'parameters'>> => {
	const surveyId = byId(postEvent);
	const own = (parameters: IDataObject) => ({
		type: 'n8n-nodes-netigate.netigate',
		parameters: { resource: 'result', surveyId, ...parameters } as INode['parameters'],
	});
	const { postEventEmail } = sampleIds.sendouts;
	const lists = [`sendouts/${postEventEmail}/respondents`, 'answers'];
	const reads = (paths: string[]) => ({
		type: 'bench.reads',
		parameters: {
			given: JSON.stringify(paths.map((path) => `${url}/surveys/${postEvent}/${path}`)),
		},
	});
	return {
		'Result > Summarize': own({ operation: 'summarize' }),
		'Result > Get Many': own({ operation: 'getMany', returnAll: true, simplify: true }),
		'n8n: no call': reads([]),
		'n8n: the two lists, as text': reads(lists),
	};
};

async function main() {
	const rows: Array<Array<string | number>> = [];
	for (const count of COUNTS) {
		const sandbox = await startSandbox({ latencyMs: LATENCY_MS });
		const { state } = sandbox;
		const sendout = state.sendout(postEvent, sampleIds.sendouts.postEventEmail);
		const people = Array.from(
			{ length: count },
			(_, at) => state.addRespondent(sendout, `person${at}@example.com`).RespondentId,
		);
		state.addAnswerSets(postEvent, count, (at) => ({ respondentId: people[at] }));
		for (const [name, one] of Object.entries(contenders(sandbox.url))) {
			const node = { name: 'Results', typeVersion: 1, ...one };
			const contender: Contender = {
				name,
				url: sandbox.url,
				apiKey: sandbox.apiKey,
				type: '',
				script: 'run-results.ts',
				parameters: { nodes: [node] as unknown as IDataObject[] },
				items: { count: 0, fields: {} },
			};
			sandbox.clearCalls();
			const free = await measure(contender);
			const calls = sandbox.calls.length;
			const tight: Partial<Measurement> = await measure({
				...contender,
				heapMb: HEAP_MB,
			}).catch(() => ({}));
			rows.push([
				name,
				count,
				calls,
				oneDecimal(free.ms / 1000),
				oneDecimal(free.peakMb),
				tight.ms === undefined ? 'too small' : oneDecimal(tight.ms / 1000),
				tight.peakMb === undefined ? '' : oneDecimal(tight.peakMb),
			]);
			if (name.endsWith('Summarize') && tight.output !== 1) process.exitCode = 1;
		}
		await sandbox.close();
	}
	console.log(
		`${LATENCY_MS} ms per call, Node ${process.version}. The figures are for whole processes, the last two with a heap of ${HEAP_MB} MB`,
	);
	console.log(
		table(
			['', 'results', 'calls', 'seconds', 'peak MB', 'seconds, small heap', 'peak MB, small heap'],
			rows,
		),
	);
}

void main();
