import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { NetigateApi } from '../../../credentials/NetigateApi.credentials';
import { NetigateHashSecretApi } from '../../../credentials/NetigateHashSecretApi.credentials';
import { Netigate } from '../../../nodes/Netigate/Netigate.node.js';
import { NetigateQuarantine } from '../../../nodes/NetigateQuarantine/NetigateQuarantine.node.js';
import { NetigateTrigger } from '../../../nodes/NetigateTrigger/NetigateTrigger.node.js';
import { documents, root } from './documents';

/** n8n's own words that the documents use: its nodes, settings and buttons. */
const ofN8n = [
	'+',
	'Settings > Community nodes',
	'Install',
	'Actions',
	'Execute step',
	'Execute workflow',
	'Credential',
	'Options',
	'Settings',
	'Request Options',
	'Ignore SSL Issues (Insecure)',
	'Timeout',
	'Poll Times',
	'On Error',
	'Stop Workflow',
	'Continue',
	'Continue (using error output)',
	'Retry On Fail',
	'Map Automatically',
	'Map Each Column Manually',
	'Save successful production executions',
	'Trigger manually',
	'Edit Fields',
	'Filter',
	'Split Out',
	'Switch',
	'Wait',
	'Webhook',
	'Schedule Trigger',
];

/** Bold for emphasis, not for a name: whole sentences and the rows of the guarantees. */
const isSentence = (text: string) => /[.:]$/.test(text) || text.split(' ').length > 7;

/** Bold for emphasis in the README. */
const prose = [
	'Netigate account manager',
	'Account Manager bei Netigate',
	'A contact twice in one run',
	'The same list run again',
	'"Not again within 30 days"',
	'Each answer starts a workflow once',
	'At most four requests at once',
	'An answer of Netigate that gets lost',
	'Ein Kontakt zweimal in einem Lauf',
	'Dieselbe Liste noch einmal',
	'Jede Antwort startet einen Workflow einmal',
	'Geht eine Antwort von Netigate verloren',
];

function namesIn(fields: readonly unknown[]): string[] {
	return (fields as INodeProperties[]).flatMap((field) => {
		const {
			displayName,
			name,
			action,
			placeholder = '',
		} = field as INodeProperties & {
			action?: string;
		};
		const inside = [
			...((field.options as unknown[]) ?? []),
			...((field as unknown as { values?: unknown[] }).values ?? []),
		];
		return [displayName ?? name, action ?? '', placeholder, ...namesIn(inside)];
	});
}

const descriptions: INodeTypeDescription[] = [
	new Netigate().description,
	new NetigateTrigger().description,
	new NetigateQuarantine().description,
];
const shown = new Set([
	...ofN8n,
	...descriptions.flatMap(({ displayName, outputs, properties }) => [
		displayName,
		// If the outputs depend on the operation, they are an expression that contains their names.
		...[...String(outputs).matchAll(/displayName: "([^"]+)"/g)].map(([, name]) => name),
		...namesIn(properties),
	]),
	...[new NetigateApi(), new NetigateHashSecretApi()].flatMap(({ displayName, properties }) => [
		displayName,
		...namesIn(properties),
	]),
]);

/** `Existing Contacts: Skip` names a field and its value. */
const isShown = (text: string) =>
	shown.has(text) || text.split(': ').every((part) => shown.has(part));

/** Documents in which bold text is what the editor shows. */
const inConvention = documents.filter(
	({ path }) =>
		!['CHANGELOG.md', 'docs/internals/api-coverage.md', 'test/sandbox/README.md'].includes(path),
);

test.each(inConvention.map(({ path, bold }) => ({ path, bold })))(
	'bold text in $path is what the editor shows',
	({ path, bold }) => {
		const german = path.startsWith('docs/de/');
		const names = bold.filter((text) => !isSentence(text) && !(german && /[äöüß„]/i.test(text)));
		expect(names.filter((text) => !isShown(text) && !prose.includes(text))).toEqual([]);
	},
);

const sources = ['nodes', 'credentials', 'test/sandbox']
	.flatMap((folder) =>
		readdirSync(join(root, folder), { recursive: true })
			.map(String)
			.filter((name) => name.endsWith('.ts'))
			.map((name) => join(root, folder, name)),
	)
	.map((path) => readFileSync(path, 'utf8'))
	.join('\n');

test('every internal name in the documents is one that the nodes use', () => {
	const unknown = inConvention.flatMap(({ path, inlineCode }) =>
		inlineCode
			.filter((code) => /^[a-z]+([A-Z][a-z]+)+$/.test(code))
			.filter((code) => !new RegExp(`\\b${code}\\b`).test(sources))
			.map((code) => `${path}: ${code}`),
	);
	expect(unknown).toEqual([]);
});
