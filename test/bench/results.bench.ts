import type { IDataObject } from 'n8n-workflow';
import { node, own } from '../e2e/workflows';
import type { WorkflowNode } from '../run/n8n-api.mjs';
import { sampleIds, startSandbox } from '../sandbox';
import { byId, measure, oneDecimal, type Measurement } from './contender';
import { table } from '../run/results.mjs';

/*
 * 50,000 answer sets of a survey with a question of every type, 20 ms a call, simplified: result.getMany with
 * Return All against n8n's HTTP Request node, which reads the same pages with its pagination, and a Code node
 * that simplifies them with the same function. Both through the engine, each in fresh processes, at the same
 * local Netigate. n8n runs code in a process of its own, to which all items are copied; here it runs in
 * place, which spares the Code node that.
 *
 * What n8n takes itself stands below: a node that makes as many results without any call, and one that makes a
 * single one.
 */

const COUNT = 50_000;
const LATENCY_MS = 20;
const PAGE_SIZE = 100;
const ROUNDS = 3;
const survey = sampleIds.surveys.support;

/** The tree of questions stands in the code: one call less than ours. */
const codeFor = (tree: unknown) => `
const questions = new Questions(${JSON.stringify(tree)});
return $input.all().flatMap(({ json }) =>
	json.AnswerSets.map((set) => ({ json: simplify(set, questions, 'text') })),
);
`;

type Figures = Measurement & { print: string };

interface Nodes {
	name: string;
	nodes: WorkflowNode[];
}

/** A node that makes results without a call. */
const making = (name: string, count: number, sets: unknown, tree: unknown): Nodes => {
	const parameters = { given: JSON.stringify({ count, sets, tree }) };
	return { name, nodes: [{ name: 'Made', type: 'bench.items', typeVersion: 1, parameters }] };
};

function contenders(url: string, apiKey: string, questions: unknown, sets: unknown): Nodes[] {
	const everyPage = {
		paginationMode: 'updateAParameterInEachRequest',
		parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }] },
		paginationCompleteWhen: 'other',
		completeExpression: '={{ $response.body.Page >= $response.body.TotalPages }}',
		limitPagesFetched: false,
		requestInterval: 0,
	};
	const paging = node('Pages', 'httpRequest', 4.2, {
		...{ method: 'GET', url: `${url}/surveys/${survey}/answersWithData`, authentication: 'none' },
		sendQuery: true,
		queryParameters: { parameters: [{ name: 'pagesize', value: String(PAGE_SIZE) }] },
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'X-API-KEY', value: apiKey }] },
		options: { pagination: { pagination: everyPage } },
	});
	const jsCode = codeFor(questions);
	const code = node('Simplify', 'code', 2, {
		...{ language: 'javaScript', mode: 'runOnceForAllItems', jsCode },
	});
	const getMany = own('Results', 'netigate', {
		...{ resource: 'result', operation: 'getMany', surveyId: byId(survey) },
		...{ includeAnswers: true, returnAll: true, simplify: true, filters: {} },
		options: { pageSize: PAGE_SIZE },
	});
	return [
		{ name: 'Netigate: Result > Get Many', nodes: [getMany] },
		{ name: 'HTTP Request + Code', nodes: [paging, code] },
		{ name: 'HTTP Request alone, not simplified', nodes: [paging] },
		making('n8n: as many results, no call', COUNT, sets, questions),
		making('n8n: one result, no call', 1, sets, questions),
	];
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function main() {
	const sandbox = await startSandbox({ latencyMs: LATENCY_MS });
	sandbox.state.addAnswerSets(survey, COUNT - sandbox.state.answerSetsOf(survey).length);
	const { url, apiKey } = sandbox;
	const { state } = sandbox;
	const sets = state
		.answerSetsOf(survey)
		.slice(-PAGE_SIZE)
		.map((set) => ({ ...state.headOf(set), Answers: state.answersOf(set) }));
	const measured = contenders(url, apiKey, state.questions.get(survey), sets).map((one) => ({
		...one,
		figures: [] as Figures[],
		calls: 0,
		atOnce: 0,
	}));
	// By turns, so that whatever else the machine does meets all of them.
	for (let round = 0; round < ROUNDS; round++) {
		for (const one of measured) {
			sandbox.clearCalls();
			const figures = await measure({
				name: one.name,
				url,
				apiKey,
				type: '',
				script: 'run-results.ts',
				parameters: { nodes: one.nodes as unknown as IDataObject[] },
				items: { count: 0, fields: {} },
			});
			one.figures.push(figures as Figures);
			one.calls = sandbox.calls.length;
			one.atOnce = sandbox.maxInFlight;
		}
	}
	await sandbox.close();
	const of = (one: (typeof measured)[number], member: 'ms' | 'peakMb') =>
		median(one.figures.map((figures) => figures[member]));
	console.log(
		`${COUNT} answer sets, ${PAGE_SIZE} a page, ${LATENCY_MS} ms a call, Node ${process.version}, medians of ${ROUNDS}`,
	);
	console.log(
		table(
			['', 'seconds', 'peak MB', 'calls', 'at once', 'items'],
			measured.map((one) => [
				one.name,
				oneDecimal(of(one, 'ms') / 1000),
				oneDecimal(of(one, 'peakMb')),
				one.calls,
				one.atOnce,
				one.figures[0].output,
			]),
		),
	);
	const [ours, other, raw, items, none] = measured;
	const same = ours.figures[0].print === other.figures[0].print;
	console.log(`The results are ${same ? 'the same' : 'NOT the same'}.`);
	const times = (one: typeof ours) => oneDecimal(of(one, 'ms') / of(ours, 'ms'));
	const share = (one: typeof ours) => oneDecimal((of(ours, 'peakMb') / of(one, 'peakMb')) * 100);
	console.log(
		`Netigate is ${times(other)} times as fast as HTTP Request with Code, with ${share(other)} % of its memory, and ${times(raw)} times as fast as raw paging, with ${share(raw)} %.`,
	);
	const above = (one: typeof ours, floor: typeof ours) => of(one, 'peakMb') - of(floor, 'peakMb');
	const part = (floor: typeof ours) => oneDecimal((above(ours, floor) / above(other, floor)) * 100);
	console.log(
		`n8n takes ${oneDecimal(of(none, 'peakMb'))} MB itself, and with as many results ${oneDecimal(of(items, 'peakMb'))} MB. Above the first Netigate takes ${part(none)} % of what HTTP Request with Code takes, above the second ${part(items)} %.`,
	);
	if (!same || ours.figures[0].output !== COUNT) process.exitCode = 1;
}

void main();
