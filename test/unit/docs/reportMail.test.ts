import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workflow, type INode, type INodeTypes } from 'n8n-workflow';
import { root } from './documents';

/* The report by email, with texts in several languages and scripts. To see it in a browser, see test/e2e/mails.test.ts. */

const example = join(root, 'workflows/post-event-report.json');
const { nodes } = JSON.parse(readFileSync(example, 'utf8')) as { nodes: INode[] };
const parameterOf = (name: string, parameter: string) =>
	nodes.find((node) => node.name === name)!.parameters[parameter] as string;

const node: INode = {
	...{ id: '1', name: 'Mail', type: 'test.mail', typeVersion: 1 },
	...{ position: [0, 0], parameters: {} },
};
const nodeTypes = { getByNameAndVersion: () => ({ description: { properties: [] } }) };
const workflow = new Workflow({
	nodes: [node],
	connections: {},
	active: false,
	nodeTypes: nodeTypes as unknown as INodeTypes,
});

/** The result of an expression with this item in n8n. */
function evaluated(expression: string, item: object, event = ''): unknown {
	const text = expression.replaceAll("$('Settings').item.json", '$settings');
	return workflow.expression.getSimpleParameterValue(
		node,
		`=${text.replace(/^=/, '').replaceAll('$json', '$given')}`,
		'internal',
		{ $given: item, $settings: { event, comments: 20 } } as never,
	);
}

const QUESTION = 'ما مدى احتمال أن توصي بنا؟ (0–10)';
const EVENT = 'קיץ 2026 🎉';

const question = (more: object) => ({
	...{ questionItemId: 1, question: QUESTION, row: null, type: 'RADIOBUTTON', answered: 3 },
	...{ distribution: [{ answer: '<10 = مرجح', score: 10, count: 3, share: 100 }], nps: 40 },
	...{ mean: 9, scoreBy: 'number', topTwoShare: null, comments: [], tooFew: false },
	...{ promoters: 3, passives: 0, detractors: 0, ...more },
});

const summary = {
	...{ invited: 5, started: 3, completed: 3, responseRate: 60, withoutInvitation: 0, results: 3 },
	...{ minGroupSize: 5, groupBy: 'אזור' },
	groups: [{ name: 'צפון (North)', invited: 5, completed: 3, responseRate: 60, questions: [] }],
	questions: [
		question({}),
		question({ question: 'Speed', row: 'سرعة (SLA)' }),
		question({ distribution: [], comments: ['תודה רבה! <b>', '👍🏽'] }),
	],
};

test('a mail keeps right-to-left texts apart from the words around them', () => {
	const words = evaluated(parameterOf('Words', 'jsonOutput'), summary, EVENT) as {
		subject: string;
	};
	expect(words.subject).toMatch(`\u2068${EVENT}\u2069: 3 people finished`);
	const html = String(evaluated(parameterOf('Report', 'html'), words));
	expect(html).toContain(`Net promoter score: \u2068${QUESTION}\u2069</div>`);
	expect(html).toContain('>Speed: \u2068سرعة (SLA)\u2069</h2>');
	for (const text of [
		EVENT,
		QUESTION,
		'&lt;10 = مرجح',
		'אזור',
		'צפון (North)',
		'תודה רבה! &lt;b&gt;',
		'👍🏽',
	])
		expect(html).toMatch(new RegExp(`dir="auto"[^>]*>${text.replace(/[()]/g, '\\$&')}</`));
	expect(html).not.toMatch(/undefined|\[object|\{\{/);
});
