import type { IDataObject } from 'n8n-workflow';
import { node, own } from '../e2e/workflows';
import type { WorkflowNode } from '../run/n8n-api.mjs';
import { sampleIds, startSandbox } from '../sandbox';
import { byId, measure, oneDecimal, type Measurement } from './contender';
import { table } from '../run/results.mjs';

/*
 * Reads and simplifies 50,000 answer sets of a survey with a question of every type, at 20 ms per call. Compares
 * result.getMany (Return All) with n8n's HTTP Request node, which reads the same pages, followed by a Code node that
 * simplifies them with the same function. Each runs through the engine in a new process with the same sandbox. n8n
 * copies all items to a separate process to run code. Here the code runs in the same process, which helps the Code
 * node.
 *
 * The last rows show n8n's own needs: a node that outputs the same number of results without any call, and one that
 * outputs a single result.
 */

const COUNT = 50_000;
const LATENCY_MS = 20;
const PAGE_SIZE = 100;
const ROUNDS = 3;
const survey = sampleIds.surveys.support;

/** The code contains the questions, so it needs one call less than our node. */
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

/** A node that outputs results without any call. */
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
		making('n8n: same number of results, no call', COUNT, sets, questions),
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
	// Contenders alternate, so that other load affects all of them.
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
		`${COUNT} answer sets, ${PAGE_SIZE} per page, ${LATENCY_MS} ms per call, Node ${process.version}, medians of ${ROUNDS}`,
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
		`n8n itself uses ${oneDecimal(of(none, 'peakMb'))} MB, and ${oneDecimal(of(items, 'peakMb'))} MB with the same number of results. Above the first, Netigate uses ${part(none)} % of what HTTP Request with Code uses, and above the second ${part(items)} %.`,
	);
	if (!same || ours.figures[0].output !== COUNT) process.exitCode = 1;
}

void main();
