import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyMode,
	INodePropertyOptions,
} from 'n8n-workflow';
import { NetigateApi } from '../../../credentials/NetigateApi.credentials';
import { NetigateHashSecretApi } from '../../../credentials/NetigateHashSecretApi.credentials';
import { Netigate } from '../../../nodes/Netigate/Netigate.node.js';
import { NetigateQuarantine } from '../../../nodes/NetigateQuarantine/NetigateQuarantine.node.js';
import { NetigateTrigger } from '../../../nodes/NetigateTrigger/NetigateTrigger.node.js';
import { readDocument, root } from './documents';
import { filesIn, passagesOf, shipped } from './passages';

// What n8n's reviewers check, in the assembled fields. n8n's linter sees only what is written in one file.
// The names in parentheses are its rules, published or not.

const parts = {
	Netigate: new Netigate().description.properties,
	NetigateTrigger: new NetigateTrigger().description.properties,
	NetigateQuarantine: new NetigateQuarantine().description.properties,
	NetigateApi: new NetigateApi().properties,
	NetigateHashSecretApi: new NetigateHashSecretApi().properties,
};

type Entry = INodePropertyOptions | INodeProperties | INodePropertyCollection;

function withInner(field: INodeProperties): INodeProperties[] {
	const inner = ((field.options ?? []) as Entry[]).flatMap((entry) =>
		'values' in entry ? entry.values : 'type' in entry ? [entry] : [],
	);
	return [field, ...inner.flatMap(withInner)];
}

const fields = Object.entries(parts).flatMap(([node, properties]) =>
	properties.flatMap(withInner).map((field): [string, INodeProperties] => {
		const { resource, operation } = field.displayOptions?.show ?? {};
		return [[node, resource, operation, field.name].flat().filter(Boolean).join('.'), field];
	}),
);

const namesOf = ({ type, options = [] }: INodeProperties) =>
	(options as Entry[]).map((entry) =>
		type === 'options' || type === 'multiOptions'
			? (entry as INodePropertyOptions).name
			: (entry as INodeProperties).displayName,
	);

/** Fields with a deliberate order, and the reason, which is also in the code. */
const ordered: Record<string, string> = {
	'NetigateApi.server': "Netigate's own servers before one for testing",
	'NetigateQuarantine.operation': 'in the order in which they are needed',
	'NetigateQuarantine.options': 'the most common first',
	'Netigate.respondent.add.quarantine': 'the most common first',
	...Object.fromEntries(
		['Netigate', 'NetigateQuarantine'].flatMap((node) => [
			[`${node}.sendingHours`, 'the most common first'],
			[`${node}.days`, 'in the order of the week'],
		]),
	),
};

test('choices and options are in alphabetical order (options-sorted-alphabetically)', () => {
	const unsorted = fields
		.filter(([place]) => !(place in ordered))
		.map(([place, field]) => [place, namesOf(field)] as const)
		.filter(
			([, names]) =>
				names.join() !==
				names.toSorted((a, b) => a.localeCompare(b, undefined, { sensitivity: 'base' })).join(),
		);
	expect(unsorted).toEqual([]);
});

test('option names are unique and contain no star or emoji', () => {
	for (const [place, field] of fields) {
		const names = namesOf(field);
		expect({ place, names: [...new Set(names)] }).toEqual({ place, names });
		expect(names.filter((name) => /\*|\p{Extended_Pictographic}/u.test(name))).toEqual([]);
	}
});

test('resources are chosen from a list by default, except for groups', () => {
	const others = fields.filter(
		([, { type, default: preset }]) =>
			type === 'resourceLocator' && (preset as { mode: string }).mode !== 'list',
	);
	// A group can have any name, and the list needs a credential that the quarantine doesn't use.
	expect([...new Set(others.map(([, { name }]) => name))]).toEqual(['group']);
	for (const [, { modes }] of fields.filter(([, { type }]) => type === 'resourceLocator')) {
		const names = (modes as INodePropertyMode[]).map(({ displayName }) => displayName);
		expect(names).toContain('From List');
	}
});

test('every field has a default (require-param-default)', () => {
	expect(fields.filter(([, field]) => field.default === undefined)).toEqual([]);
});

test('a hint is at most 120 characters long (hint-max-length)', () => {
	const long = fields.filter(([, { hint }]) => (hint ?? '').length > 120);
	expect(long.map(([place]) => place)).toEqual([]);
});

const labels = new Set(fields.flatMap(([, field]) => [field.displayName, ...namesOf(field)]));

/** Sentences of the nodes, without labels and without the patterns that read other languages. */
const texts = shipped
	.flatMap((file) => passagesOf(file).texts)
	.filter(({ text }) => !labels.has(text) && !/^Add [A-Z]|\(\?:/.test(text));

/** Names in single quotes: n8n's, and those of parameters that can't be mistaken for other words. */
const parameterNames = [
	...new Set([
		'On Error',
		'Retry On Fail',
		'Request Options',
		...fields.map(([, { displayName }]) => displayName).filter((name) => /^[A-Z]\S* \S/.test(name)),
	]),
].sort((a, b) => b.length - a.length);

/** A text without quoted names, quoted values, and the names of n8n's output and of credentials. */
const withoutNames = (text: string) =>
	text
		.replace(/\\?"[^"]*"/g, '_')
		.replace(/\\?'(Options > )?[A-Z][^']*\\?'/g, '_')
		.replace(/Netigate Hash Secret|\berror output\b/g, '_');

test('messages and descriptions avoid the words error, problem, failure and mistake', () => {
	const found = texts.filter(({ text }) =>
		/\b(error|problem|failure|mistake)s?\b/i.test(withoutNames(text)),
	);
	expect(found).toEqual([]);
});

test('messages and descriptions put the names of parameters in single quotes', () => {
	const names = parameterNames.map((name) => name.replace(/[()]/g, '\\$&')).join('|');
	// A name before ">" is that of a resource, as in "Background Data > Create".
	const unquoted = new RegExp(`(?<!\\w)(${names})(?!\\w| >)|Options > |\\bunder [A-Z]`);
	const found = texts.filter(({ text }) => unquoted.test(withoutNames(text)));
	expect(parameterNames.length).toBeGreaterThan(40);
	expect(found).toEqual([]);
});

test("examples begin with e.g., and addresses follow n8n's guidelines", () => {
	const examples = fields
		.filter(([, { type }]) => type !== 'collection' && type !== 'fixedCollection')
		.flatMap(([, { placeholder, modes = [] }]) => [
			placeholder,
			...modes.flatMap((mode) => mode.placeholder),
		])
		.filter((placeholder) => placeholder !== undefined && placeholder !== '');
	expect(examples.filter((text) => !/^e\.g\. \S/.test(text!))).toEqual([]);
	const addresses = examples.filter((text) => text!.includes('@'));
	expect(addresses.filter((text) => !/^e\.g\. (nathan|surveys)@example\.com$/.test(text!))).toEqual(
		[],
	);
});

test('the nodes, the README and the examples are in English', () => {
	const german = /\b(und|oder|nicht|für|wenn|eine[nr]?|ist|auf|über)\b/i;
	const readme = readDocument('README.md').text;
	const notes = filesIn('workflows', '.json').flatMap((file) => {
		const { nodes } = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
			nodes: Array<{ name: string; parameters: { content?: string } }>;
		};
		return nodes.flatMap(({ name, parameters: { content = '' } }) => [name, content]);
	});
	const own = fields.flatMap(([, { displayName, description, hint, placeholder }]) => [
		displayName,
		description,
		hint,
		placeholder,
	]);
	const found = [...own, ...texts.map(({ text }) => text), readme, ...notes]
		.flatMap((text) => (text ?? '').split('\n'))
		.filter((line) => german.test(line));
	expect(found).toEqual([]);
	expect(readme.match(/[äöüß]/gi)).toBeNull();
});

test("actions are named like n8n's own: a sentence that begins with a verb", () => {
	const operations = fields
		.filter(([place, { name }]) => name === 'operation' && !place.startsWith('NetigateTrigger'))
		.flatMap(([, { options }]) => options as INodePropertyOptions[]);
	expect(operations.length).toBeGreaterThan(40);
	for (const { name, action } of operations) {
		expect(action).toMatch(/^[A-Z][a-z]+ [a-z: ]+$/);
		if (name === 'Get Many') expect(action).toMatch(/^Get many /);
	}
});

test('the editor finds the nodes in one category and only by suitable words', () => {
	for (const node of ['Netigate', 'NetigateTrigger', 'NetigateQuarantine']) {
		const codex = JSON.parse(
			readFileSync(join(root, 'nodes', node, `${node}.node.json`), 'utf8'),
		) as { categories: string[]; alias: string[] };
		expect(codex.categories).toEqual(['Marketing & Content']);
		expect(codex).not.toHaveProperty('subcategories');
		expect(codex.alias).not.toContain('deduplicate');
		expect(codex.alias).not.toContain('remove duplicates');
	}
});
