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
import { root } from './documents';

// What n8n's reviewers look at, in the fields as they are put together: n8n's lint sees only what is
// written out within one file. The names in parentheses are those of its rules, published or not.

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

/** Where the order says something, why; the reason stands beside it in the code too. */
const ordered: Record<string, string> = {
	'NetigateApi.server': "Netigate's own servers before one for trying things out",
	'NetigateQuarantine.operation': 'in the order in which they are needed',
	'NetigateQuarantine.options': 'the most common first',
	'Netigate.respondent.add.quarantine': 'the most common first',
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

test('nothing can be chosen twice, and no name has a star or an emoji in it', () => {
	for (const [place, field] of fields) {
		const names = namesOf(field);
		expect({ place, names: [...new Set(names)] }).toEqual({ place, names });
		expect(names.filter((name) => /\*|\p{Extended_Pictographic}/u.test(name))).toEqual([]);
	}
});

test('what is in the account is chosen from a list, unless it is told otherwise', () => {
	const others = fields.filter(
		([, { type, default: preset }]) =>
			type === 'resourceLocator' && (preset as { mode: string }).mode !== 'list',
	);
	// The name of a group is any name, and the list needs a credential that the quarantine does without.
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

test("actions are named as n8n's own are: a sentence that begins with what is done", () => {
	const operations = fields
		.filter(([place, { name }]) => name === 'operation' && !place.startsWith('NetigateTrigger'))
		.flatMap(([, { options }]) => options as INodePropertyOptions[]);
	expect(operations.length).toBeGreaterThan(40);
	for (const { name, action } of operations) {
		expect(action).toMatch(/^[A-Z][a-z]+ [a-z: ]+$/);
		if (name === 'Get Many') expect(action).toMatch(/^Get many /);
	}
});

test('the editor finds the nodes under one category and by words that fit them only', () => {
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
