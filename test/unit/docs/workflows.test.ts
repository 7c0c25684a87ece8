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

/** Every node that can be an agent's tool also exists as a tool. */
function descriptionOf(type: string): INodeTypeDescription | undefined {
	const node = ours[type.replace(/Tool$/, '')];
	return node && type.endsWith('Tool') ? { ...node, name: `${node.name}Tool` } : node;
}

/** Parameters that n8n adds: polling times, a tool's description and request options. */
const ofN8n = ['pollTimes', 'descriptionType', 'toolDescription', 'requestOptions'];

/** The versions of n8n's nodes in n8n 1.123. test/versions/README.md describes their source. */
const oldestNodes = JSON.parse(
	readFileSync(join(root, 'test/versions/nodes-1.123.json'), 'utf8'),
) as Record<string, number[]>;

const index = readDocument('workflows/README.md');

describe.each(files)('workflows/%s', (file) => {
	const { nodes, connections } = read(file);
	const ownNodes = nodes.filter(({ type }) => descriptionOf(type));

	test('uses parameters and choices that the nodes have', () => {
		for (const { type, typeVersion, parameters, name: node } of ownNodes) {
			const description = descriptionOf(type)!;
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

	test('has no expression that spreads one object into another, which n8n 2.30 and older ignore', () => {
		const spreading = nodes.flatMap(({ name, parameters }) =>
			Object.values(parameters)
				.flatMap((value) => JSON.stringify(value).match(/"=(\\.|[^"\\])*"/g) ?? [])
				.filter((expression) => /\{(\s|\\n)*\.\.\./.test(expression))
				.map((expression) => `${name}: ${expression}`),
		);
		expect(spreading).toEqual([]);
	});

	test('connects only existing nodes, and leaves none unconnected', () => {
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

	test('can be started only with a key or a password, and no caller can misuse it', () => {
		expect(unsafeEntries(read(file))).toEqual([]);
	});

	test('invites no one in a test run, and needs neither Try It nor its sample', () => {
		expect(textOf(file)).not.toMatch(/\$\('(Try It|Sample)'\)/);
		for (const { name, parameters } of nodes.filter(invites))
			expect([name, parameters.preview]).toEqual([name, expect.stringMatching(/^=\{\{ /)]);
	});

	test('lets users choose surveys and sendouts from lists', () => {
		const chosen = nodes.flatMap(({ name, parameters }) =>
			['surveyId', 'sendoutId', 'listId'].flatMap((field) => {
				const locator = parameters[field] as { mode: string; value: string } | undefined;
				return locator?.mode ? [{ name, field, ...locator }] : [];
			}),
		);
		for (const { name, field, mode, value } of chosen) {
			if (mode === 'list') continue;
			// Other nodes reuse that choice.
			const [, node] = /^=\{\{ \$\('([^']+)'\)\.params\.\w+\.value \}\}$/.exec(value) ?? [];
			const source = chosen.find((one) => one.name === node && one.field === field);
			if (/\$fromAI|\$json/.test(value)) continue;
			expect({ name, field, mode: source?.mode }).toEqual({ name, field, mode: 'list' });
		}
	});

	test('explains on its canvas what to change', () => {
		const notes = nodes
			.filter(({ type }) => type.endsWith('.stickyNote'))
			.map(({ parameters }) => String(parameters.content));
		expect(notes.join('\n')).toMatch(/To make it yours|### Set it up|To set it up/i);
	});

	test('has notes that cover no node, no name below it, and no wire', () => {
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
		const byName = new Map(nodes.map((node) => [node.name, node]));
		// n8n draws a wire as a curve from the right side of one node to the left side of the next.
		const wires = linksOf(connections).flatMap(([source, target]) => {
			const [from, to] = [byName.get(source)!.position, byName.get(target)!.position];
			const width = to[0] - from[0] - 96;
			return Array.from({ length: 21 }, (_, step) => {
				const t = step / 20;
				const [before, after] = [3 * (1 - t) * (1 - t) * t, 3 * (1 - t) * t * t];
				const x = from[0] + 96 + width * ((before + after) / 2 + t ** 3);
				const y = from[1] + 48 + (to[1] - from[1]) * (after + t ** 3);
				return { name: `${source} → ${target}`, box: { x, y, width: 1, height: 1 } };
			});
		});
		const drawn = [...others.map((node) => ({ name: node.name, box: boxOf(node) })), ...wires];
		const touching = notes.flatMap((note) =>
			drawn
				.filter(({ box }) => touch(boxOf(note), box))
				.map(({ name }) => `${note.name} covers ${name}`),
		);
		expect(touching).toEqual([]);
	});

	test('contains no credential, real address or secret', () => {
		expect(nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
		const hosts = [...textOf(file).matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host);
		expect(hosts.filter((host) => !/(^|\.)example\.(com|org|net)$/.test(host))).toEqual([]);
		const addresses = [...textOf(file).matchAll(/[\w.+-]+@([\w-]+\.[\w.-]+)/g)];
		expect(addresses.filter(([, host]) => !/example\.(com|org|net)$/.test(host))).toEqual([]);
	});

	test('is in the index with its picture', () => {
		expect(index.links).toContain(file);
		const picture = `../docs/images/${file.replace('.json', '.png')}`;
		expect(index.links).toContain(picture);
		expect(existsSync(join(root, 'workflows', picture))).toBe(true);
	});
});

test.each<[string, string, INodeParameters, string]>([
	['post-event-survey.json', 'Event Over', { authentication: 'none' }, 'is open to everyone'],
	['post-event-survey.json', 'Event Over', { responseMode: 'lastNode' }, 'returns items'],
	['post-event-survey.json', 'Attendees', { jsCode: 'return body' }, 'has no limit'],
	['post-event-survey.json', 'Invite Attendees', { quarantineDays: 0 }, 'has no quarantine'],
	[
		'post-event-survey.json',
		'Return the Number',
		{ responseBody: '={{ $json }}' },
		'sends the caller more',
	],
	[
		'sales-call-with-reminder.json',
		'Ask the Prospect',
		{ sender: '={{ $json.email }}' },
		'as sender',
	],
	[
		'sales-call-with-reminder.json',
		'Ask the Prospect',
		{ subject: '=Hi {{ $json.firstName }}' },
		'as subject',
	],
	[
		'sales-call-with-reminder.json',
		'Ask the Prospect',
		{ message: "={{ $('Prospect').item.json['company'] }}" },
		'as message',
	],
	[
		'sales-call-with-reminder.json',
		'Ask the Prospect',
		{ message: '={{ JSON.stringify($json) }}' },
		'as message',
	],
	[
		'post-event-report.json',
		'Mail the Organizer',
		{ toEmail: '={{ $json.body.to }}' },
		'as toEmail',
	],
	[
		'placement-follow-up.json',
		'Ask the HR Department',
		{ reminders: { reminder: [{ subject: '={{ $json.candidate }}' }] } },
		'as subject',
	],
	['opt-out.json', 'Record Form', { event: 'invited' }, 'Opt-Out Form is open to everyone'],
])('finds an unsafe entry in %s: %s with %j', (file, name, parameters, problem) => {
	const workflow = read(file);
	Object.assign(workflow.nodes.find((node) => node.name === name)!.parameters, parameters);
	expect(unsafeEntries(workflow)).toContainEqual(expect.stringContaining(problem));
});

/** Every wire, as the names of the two nodes. */
const linksOf = (connections: Workflow['connections']) =>
	Object.entries(connections).flatMap(([source, outputs]) =>
		Object.values(outputs)
			.flat(2)
			.flatMap((target) => (target ? [[source, target.node] as const] : [])),
	);

type Node = Workflow['nodes'][number];

/** All nodes that run before this one. */
function before({ nodes, connections }: Workflow, name: string): Node[] {
	const found = new Set<string>();
	const visit = (at: string) => {
		for (const [source, target] of linksOf(connections)) {
			if (target !== at || found.has(source)) continue;
			found.add(source);
			visit(source);
		}
	};
	visit(name);
	return nodes.filter((node) => found.has(node.name));
}

const isOurs = ({ type }: Node) => type in ours;
const invites = (node: Node) =>
	descriptionOf(node.type) !== undefined &&
	['add', 'launch'].includes(String(node.parameters.operation));

/** All texts in a node's parameters, with the names of the parameters that contain them. */
const textsIn = (value: unknown, name = ''): Array<[name: string, text: string]> =>
	typeof value === 'string'
		? [[name, value]]
		: Object.entries((value ?? {}) as object).flatMap(([key, inner]) =>
				textsIn(inner, Array.isArray(value) ? name : key),
			);

/** The names of fields that contain what a caller sent, followed through the nodes that set fields. */
function fieldsFromCaller(nodes: Node[]): Set<string> {
	const names = new Set(['body', 'query', 'headers', 'params']);
	const sets = nodes
		.flatMap(({ parameters }) => (parameters.assignments as INodeParameters)?.assignments ?? [])
		.map((one) => one as { name: string; value: unknown });
	for (let size = 0; size !== names.size; ) {
		size = names.size;
		for (const { name, value } of sets) if (mentions(String(value), names)) names.add(name);
	}
	return names;
}

/** Whether an expression reads one of these fields, or a whole item. */
const mentions = (text: string, names: ReadonlySet<string>) =>
	text.startsWith('=') &&
	(/\$(json|input)\b(?![.?[])/.test(text.replace(/\$input\.all\(\)\.length/g, '')) ||
		[...names].some((name) => new RegExp(`[.'"\\]]${name}\\b`).test(text)));

/** Whether all this package's nodes record opt-outs or list blocked contacts. */
const onlyOptsOut = (nodes: Node[]) =>
	nodes
		.filter(isOurs)
		.every(({ parameters: { operation, event, resource } }) =>
			resource === 'blocklist'
				? operation === 'getMany'
				: operation === 'record' && event === 'optedOut',
		);

/** What is wrong with a workflow that outsiders can start. */
function unsafeEntries(workflow: Workflow): string[] {
	const { nodes } = workflow;
	// Anyone may opt out, so a form that only records opt-outs is open to everyone.
	const isOpen = ({ type }: Node) => type.endsWith('.formTrigger') && onlyOptsOut(nodes);
	const entries = nodes
		.filter(({ type }) => /\.(webhook|formTrigger|mcpTrigger)$/.test(type))
		.filter((node) => !isOpen(node));
	if (entries.length === 0) return [];
	const about = nodes.find(({ name }) => name === 'About')!;
	const [, first = ''] = /^1\. (.*)$/m.exec(String(about.parameters.content)) ?? [];
	const fromCaller = fieldsFromCaller(nodes);
	const splits = nodes.filter(
		({ type, parameters }) =>
			/\.(splitOut|code|extractFromFile)$/.test(type) &&
			/\bbody\b/.test(JSON.stringify(parameters)),
	);
	const hasLimit = ({ parameters }: Node) =>
		/\.length > (limit\) throw|MAX_ROWS\) stop)/.test(String(parameters.jsCode));
	const files = nodes.filter(({ type }) => type.endsWith('.extractFromFile'));
	return [
		...entries.flatMap(({ name, type, parameters }) => {
			const [choice, credential] = /\.(webhook|mcpTrigger)$/.test(type)
				? ['headerAuth', '*Header Auth* credential']
				: ['basicAuth', 'a user and a password'];
			return [
				...(parameters.authentication === choice ? [] : [`${name} is open to everyone`]),
				...(first.includes(credential) ? [] : [`step 1 doesn't explain ${credential}`]),
				...(parameters.responseMode === 'lastNode' ? [`${name} returns items`] : []),
			];
		}),
		...[...splits, ...(nodes.some(hasLimit) ? [] : files)]
			.filter((node) => !hasLimit(node))
			.map(({ name }) => `${name} has no limit on the number of items per call`),
		...nodes
			.filter(({ type }) => type.endsWith('.respondToWebhook'))
			.flatMap(({ name, parameters }) => [
				...(parameters.responseBody === '={{ { received: $input.all().length } }}'
					? []
					: [`${name} sends the caller more than a number`]),
				...(before(workflow, name).some(isOurs) ? [`${name} responds after a decision`] : []),
			]),
		...nodes.flatMap(({ name, parameters }) =>
			textsIn(parameters)
				.filter(([field]) => /^(subject|sender|fromEmail|toEmail|message|text|html)$/.test(field))
				.filter(([, text]) => mentions(text, fromCaller))
				.map(([field]) => `${name} sends the caller's text as ${field}`),
		),
		...nodes
			.filter(invites)
			.filter(({ name, type, parameters }) => {
				const isTool = type.endsWith('Tool');
				const { rules } = (parameters.quarantine ?? {}) as INodeParameters;
				const reserves = before(workflow, name).some(
					(node) => isOurs(node) && node.parameters.operation === 'reserve',
				);
				// A tool can't use the quarantine.
				const skips = isTool && parameters.existing === 'skip';
				return !rules && !parameters.quarantineDays && !reserves && !skips;
			})
			.map(({ name }) => `${name} has no quarantine`),
	];
}

/** Parameters that the node does not show for this action, and choices that it does not have. */
function problemsWith(parameters: INodeParameters, description: INodeTypeDescription): string[] {
	return Object.entries(parameters).flatMap(([name, value]) => {
		if (ofN8n.includes(name)) return [];
		const field = description.properties.find(
			(property) =>
				property.name === name &&
				NodeHelpers.displayParameter(parameters, property, null, description),
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
