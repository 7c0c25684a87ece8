import type { IDataObject, INode } from 'n8n-workflow';
import { sampleIds, startSandbox } from '../sandbox';
import { byId, measure, oneDecimal, type Contender, type Measurement } from './contender';
import { table } from '../run/results.mjs';

/*
 * Memory of result.summarize as the results grow, each of somebody who was invited, 20 ms a call, beside
 * Get Many. What Summarize reads is garbage at once, but V8 lets garbage lie as long as there is room: so both
 * run once with all the room they want, and once with a heap in which whoever holds every result has no place.
 *
 * What n8n takes itself stands below: no call at all, and its own helper reading the two lists that have no pages
 * (who was invited, and which results there are) as texts that nobody keeps.
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
		'n8n: the two lists, as texts': reads(lists),
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
				tight.ms === undefined ? 'no room' : oneDecimal(tight.ms / 1000),
				tight.peakMb === undefined ? '' : oneDecimal(tight.peakMb),
			]);
			if (name.endsWith('Summarize') && tight.output !== 1) process.exitCode = 1;
		}
		await sandbox.close();
	}
	console.log(
		`${LATENCY_MS} ms a call, Node ${process.version}; the figures are of whole processes, the last two with a heap of ${HEAP_MB} MB`,
	);
	console.log(
		table(['', 'results', 'calls', 'seconds', 'peak MB', 'seconds, tight', 'peak MB, tight'], rows),
	);
}

void main();
