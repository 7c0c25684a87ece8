import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
	NodeHelpers,
	type INodeParameters,
	type INodeProperties,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { Netigate } from '../../../nodes/Netigate/Netigate.node.js';
import { NetigateQuarantine } from '../../../nodes/NetigateQuarantine/NetigateQuarantine.node.js';
import { NetigateTrigger } from '../../../nodes/NetigateTrigger/NetigateTrigger.node.js';
import { readDocument, root } from './documents';

interface Workflow {
	name: string;
	nodes: Array<{
		id: string;
		name: string;
		type: string;
		typeVersion: number;
		parameters: INodeParameters;
		credentials?: object;
		position: [number, number];
	}>;
	connections: Record<string, Record<string, Array<Array<{ node: string }> | null>>>;
}

const files = readdirSync(join(root, 'workflows')).filter((name) => name.endsWith('.json'));
const textOf = (file: string) => readFileSync(join(root, 'workflows', file), 'utf8');
const read = (file: string) => JSON.parse(textOf(file)) as Workflow;

const ours: Record<string, INodeTypeDescription> = Object.fromEntries(
	[new Netigate(), new NetigateTrigger(), new NetigateQuarantine()].map(({ description }) => [
		`n8n-nodes-netigate.${description.name}`,
		description,
	]),
);

/** Every node that can be an agent's tool is there a second time, as that. */
const descriptionOf = (type: string) => ours[type] ?? ours[type.replace(/Tool$/, '')];

/** What n8n itself adds: polling times, and what an agent is told about a tool. */
const ofN8n = ['pollTimes', 'descriptionType', 'toolDescription', 'requestOptions'];

/** The versions of n8n's nodes in n8n 1.123; test/versions/README.md says where they come from. */
const oldestNodes = JSON.parse(
	readFileSync(join(root, 'test/versions/nodes-1.123.json'), 'utf8'),
) as Record<string, number[]>;

const index = readDocument('workflows/README.md');

describe.each(files)('workflows/%s', (file) => {
	const { nodes, connections } = read(file);
	const ownNodes = nodes.filter(({ type }) => descriptionOf(type));

	test('lets its quarantine decide about people who are already in the sendout', () => {
		const adding = ownNodes.filter(({ parameters }) => parameters.operation === 'add');
		for (const { parameters } of adding) {
			const { rules } = (parameters.quarantine ?? {}) as INodeParameters;
			if (rules || parameters.quarantineDays)
				expect(['add', 'whenAllowed']).toContain(parameters.existing);
		}
	});

	test('uses parameters and choices that the nodes have', () => {
		for (const { type, typeVersion, parameters, name: node } of ownNodes) {
			const description = descriptionOf(type);
			expect({ node, typeVersion }).toEqual({ node, typeVersion: description.version });
			const problems = problemsWith(parameters, description);
			expect({ node, problems }).toEqual({ node, problems: [] });
		}
	});

	test('uses versions of nodes that the oldest supported n8n has', () => {
		const strangers = nodes
			.filter((node) => !descriptionOf(node.type))
			.filter(({ type, typeVersion }) => !oldestNodes[type]?.includes(typeVersion));
		expect(strangers.map(({ type, typeVersion }) => `${type} ${typeVersion}`)).toEqual([]);
	});

	test('has no expression that spreads one object into another, which comes to nothing in n8n 2.30 and older', () => {
		const spreading = nodes.flatMap(({ name, parameters }) =>
			Object.values(parameters)
				.flatMap((value) => JSON.stringify(value).match(/"=(\\.|[^"\\])*"/g) ?? [])
				.filter((expression) => /\{(\s|\\n)*\.\.\./.test(expression))
				.map((expression) => `${name}: ${expression}`),
		);
		expect(spreading).toEqual([]);
	});

	test('connects nodes that are there, and leaves none aside', () => {
		const names = nodes.map((node) => node.name);
		expect(new Set(names).size).toBe(names.length);
		expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
		const targets = Object.values(connections)
			.flatMap((outputs) => Object.values(outputs))
			.flat(2)
			.map((target) => target?.node);
		expect(names).toEqual(
			expect.arrayContaining([...Object.keys(connections), ...new Set(targets)]),
		);
		const alone = nodes.filter(
			(node) =>
				!node.type.endsWith('.stickyNote') &&
				!connections[node.name] &&
				!targets.includes(node.name),
		);
		expect(alone).toEqual([]);
	});

	test('says on its canvas what to change', () => {
		const notes = nodes
			.filter(({ type }) => type.endsWith('.stickyNote'))
			.map(({ parameters }) => String(parameters.content));
		expect(notes.join('\n')).toMatch(/To make it yours|### Set it up|To set it up/i);
	});

	test('has notes that cover no node, nor the name below it', () => {
		// n8n draws a node 96 pixels wide and high, and its name below.
		const size = { width: 96, height: 130 };
		const boxOf = (node: Workflow['nodes'][number]) => {
			const { width, height } = node.type.endsWith('.stickyNote')
				? (node.parameters as { width: number; height: number })
				: size;
			const [x, y] = node.position;
			return { x, y, width, height };
		};
		const touch = (a: ReturnType<typeof boxOf>, b: ReturnType<typeof boxOf>) =>
			a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
		const notes = nodes.filter(({ type }) => type.endsWith('.stickyNote'));
		const others = nodes.filter((node) => !notes.includes(node));
		const touching = notes.flatMap((note) =>
			others
				.filter((node) => touch(boxOf(note), boxOf(node)))
				.map((node) => `${note.name} covers ${node.name}`),
		);
		expect(touching).toEqual([]);
	});

	test('brings no credential, no address of somebody real and no secret along', () => {
		expect(nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
		const hosts = [...textOf(file).matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host);
		expect(hosts.filter((host) => !/(^|\.)example\.(com|org|net)$/.test(host))).toEqual([]);
		const addresses = [...textOf(file).matchAll(/[\w.+-]+@([\w-]+\.[\w.-]+)/g)];
		expect(addresses.filter(([, host]) => !/example\.(com|org|net)$/.test(host))).toEqual([]);
	});

	test('stands in the index with its picture', () => {
		expect(index.links).toContain(file);
		const picture = `../docs/images/${file.replace('.json', '.png')}`;
		expect(index.links).toContain(picture);
		expect(existsSync(join(root, 'workflows', picture))).toBe(true);
	});
});

/** Parameters that the node does not show for this action, and choices that it does not have. */
function problemsWith(parameters: INodeParameters, { properties }: INodeTypeDescription): string[] {
	return Object.entries(parameters).flatMap(([name, value]) => {
		if (ofN8n.includes(name)) return [];
		const field = properties.find(
			(property) =>
				property.name === name && NodeHelpers.displayParameter(parameters, property, null, null),
		);
		if (!field) return [`"${name}" is not shown for these settings`];
		return problemsWithValue(value, field, name);
	});
}

const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('=');

function problemsWithValue(value: unknown, field: INodeProperties, at: string): string[] {
	if (value === undefined || isExpression(value)) return [];
	const options = (field.options ?? []) as Array<
		INodeProperties & { value?: unknown; values?: INodeProperties[] }
	>;
	if (field.type === 'options' && !field.typeOptions?.loadOptionsMethod) {
		return options.some((option) => option.value === value)
			? []
			: [`"${at}" has no choice ${JSON.stringify(value)}`];
	}
	if (field.type !== 'collection' && field.type !== 'fixedCollection') return [];
	return Object.entries(value as object).flatMap(([name, inner]: [string, unknown]) => {
		const option = options.find((one) => one.name === name);
		if (!option) return [`"${at}.${name}" is not there`];
		if (field.type === 'collection') return problemsWithValue(inner, option, `${at}.${name}`);
		return [inner].flat().flatMap((entry) =>
			Object.entries(entry as object).flatMap(([key, one]: [string, unknown]) => {
				const known = option.values?.find((candidate) => candidate.name === key);
				return known
					? problemsWithValue(one, known, `${at}.${name}.${key}`)
					: [`"${at}.${name}.${key}" is not there`];
			}),
		);
	});
}
