import type { IDataObject } from 'n8n-workflow';
import { sampleIds, startSandbox } from '../sandbox';
import { measure, oneDecimal, table, type Contender, type Measurement } from './contender';

/*
 * Memory of result.summarize as the results grow, each of somebody who was invited, 20 ms a call, beside
 * Get Many. What Summarize reads is garbage at once, but V8 lets garbage lie as long as there is room: so both
 * run once with all the room they want, and once with a heap in which whoever holds every result has no place.
 */

const COUNTS = [5_000, 50_000];
const LATENCY_MS = 20;
const HEAP_MB = 112;
const { postEvent } = sampleIds.surveys;

const contenders: Record<string, IDataObject> = {
	'Result > Summarize': { operation: 'summarize' },
	'Result > Get Many': { operation: 'getMany', returnAll: true, simplify: true },
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
		const surveyId = { __rl: true, mode: 'id', value: String(postEvent) };
		for (const [name, more] of Object.entries(contenders)) {
			const node = {
				name: 'Results',
				type: 'n8n-nodes-netigate.netigate',
				typeVersion: 1,
				parameters: { resource: 'result', surveyId, ...more },
			};
			const contender: Contender = {
				name,
				url: sandbox.url,
				apiKey: sandbox.apiKey,
				type: '',
				script: 'run-results.ts',
				parameters: { nodes: [node] },
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
			if (more.operation === 'summarize' && tight.output !== 1) process.exitCode = 1;
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
