import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeTypeParser, searchCodeBuilderNodes } from '@n8n/ai-utilities/node-catalog';
import type { INodeTypeDescription } from 'n8n-workflow';
import { Netigate } from '../../../nodes/Netigate/Netigate.node.js';
import { NetigateQuarantine } from '../../../nodes/NetigateQuarantine/NetigateQuarantine.node.js';
import { NetigateTrigger } from '../../../nodes/NetigateTrigger/NetigateTrigger.node.js';
import { add } from '../../../nodes/Netigate/resources/respondent/add';
import addOutput from '../../../nodes/Netigate/__schema__/v1.0.0/respondent/add.json';
import nodesOfN8n from '../../versions/nodes-1.123.json';

const nodes = [Netigate, NetigateQuarantine, NetigateTrigger].map((Node) => {
	const { description } = new Node();
	const file = join(__dirname, '../../../nodes', Node.name, `${Node.name}.node.json`);
	const codex = JSON.parse(readFileSync(file, 'utf8')) as { node: string };
	return { ...description, name: codex.node, codex } as INodeTypeDescription;
});

/** n8n's own nodes with similar descriptions, as n8n's builder lists them. */
const others = [
	[
		'surveyMonkeyTrigger',
		'SurveyMonkey Trigger',
		'Starts the workflow when Survey Monkey events occur',
	],
	['emailSend', 'Send Email', 'Sends an email using SMTP protocol'],
	['eventbriteTrigger', 'Eventbrite Trigger', 'Handle Eventbrite events via webhooks'],
	['googleTasks', 'Google Tasks', 'Consume Google Tasks API'],
	['noOp', 'No Operation, do nothing', 'No Operation'],
].map(([name, displayName, description]): INodeTypeDescription => {
	const plain = { group: [], version: 1, defaults: {}, inputs: [], outputs: [], properties: [] };
	return { ...plain, name: `n8n-nodes-base.${name}`, displayName, description };
});

type Entry = Record<string, unknown>;

/** Every property, option and collection in a description. */
function entriesIn(value: unknown): Entry[] {
	if (Array.isArray(value)) return value.flatMap(entriesIn);
	if (typeof value !== 'object' || value === null) return [];
	const entry = value as Entry;
	return [
		entry,
		...entriesIn(entry.properties),
		...entriesIn(entry.options),
		...entriesIn(entry.values),
	];
}

const entries = nodes.flatMap(entriesIn);

const hinted = entries.filter(({ builderHint }) => builderHint !== undefined);

const textsIn = (value: unknown): string[] =>
	typeof value === 'object' && value !== null
		? Object.values(value).flatMap(textsIn)
		: [String(value)];

test('hints name only nodes, parameters, values and output fields that exist', () => {
	const known = new Set<unknown>([
		...entries.flatMap(({ name, value }) => [name, value]),
		...Object.keys(addOutput.properties),
		// The values of `status`, and the field of the quarantine's output.
		...['added', 'skipped', 'failed', 'quarantine.reason'],
	]);
	const named = hinted.flatMap(({ builderHint }) =>
		textsIn(builderHint).flatMap((text) =>
			[...text.matchAll(/(?<!\w)'([\w.]+)'/g)].map(([, name]) => name),
		),
	);
	expect(named.length).toBeGreaterThan(15);
	expect(named.filter((name) => !known.has(name))).toEqual([]);
	const types = [...Object.keys(nodesOfN8n), ...nodes.map(({ name }) => name)];
	const related = nodes.flatMap(({ builderHint }) => builderHint!.relatedNodes!);
	for (const { nodeType } of related) expect(types).toContain(nodeType);
});

// n8n refuses to load a node with such a hint.
test('no resource, operation or mode has a hint', () => {
	const names = hinted.filter(({ type }) => type === 'options').map(({ name }) => name);
	expect(names.filter((name) => /^(resource|operation|mode)$/.test(String(name)))).toEqual([]);
});

// Older versions of n8n have no builder.
const ifBuilder = process.env.NETIGATE_TEST_ENGINE ? describe.skip : describe;

ifBuilder("n8n's AI builder, asked for a survey of everyone who attended", () => {
	// The package has its own copy of n8n-workflow's types.
	const catalog = () => new NodeTypeParser([...others, ...nodes] as never);
	const found = (query: string) =>
		catalog()
			.searchNodeTypes(query, 5)
			.map(({ id }) => id);

	test.each(['survey attendees', 'ask everyone who attended', 'ask attendees once', 'send survey'])(
		'finds the node by "%s"',
		(query) => expect(found(query)).toContain('n8n-nodes-netigate.netigate'),
	);

	test('"ask everyone who attended, once, and tell me who got nothing" leads to Add', () => {
		const query = 'ask everyone who attended, once, and tell me who got nothing';
		expect(found(query)).toContain('n8n-nodes-netigate.netigate');
		const read = searchCodeBuilderNodes(catalog(), [query]).results;
		const ofNode = read.slice(read.indexOf('- n8n-nodes-netigate.netigate\n'));
		const steps = [
			// Ask everyone who attended.
			"'respondent' with operation 'add' once for all items",
			// Once.
			"To ask each person only once, set 'quarantineDays'",
			// Who got nothing.
			"Keeps the people who got nothing: 'status' isn't 'added'",
			"'status' is 'added', 'skipped' or 'failed'",
		];
		for (const step of steps) expect(ofNode).toContain(step);
		const { fields } = add;
		expect(fields.map(({ name }) => name)).toEqual(
			expect.arrayContaining(['contact', 'quarantineDays', 'existing', 'preview']),
		);
	});
});
