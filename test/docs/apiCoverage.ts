import { callsOf, type Action } from '../../nodes/Netigate/action';
import { resources } from '../../nodes/Netigate/resources';
import { factsOf, operationsOf, readDocument, type Fact } from '../sandbox/document';
import { table as tableOf } from './actionTables';

const document = readDocument();
const operations = operationsOf(document).sort((a, b) => a['x-call'] - b['x-call']);
const facts = factsOf(document);

const actions = resources.flatMap(({ resource, name, actions: ofResource }) =>
	ofResource.map((action) => ({ key: `${resource}.${action.operation}`, resource: name, action })),
);

const rowsOf = (action: Action) => [...callsOf(action)].sort((a, b) => a - b);

/** Every `x-note` of the document, with the calls and members about which it is. */
function notes(): Map<string, string[]> {
	const found = new Map<string, string[]>();
	const visit = (node: unknown, place: string, members: boolean, inProperties = false) => {
		if (typeof node !== 'object' || node === null) return;
		const { 'x-note': note } = node as { 'x-note'?: string };
		if (note && !inProperties) {
			const places = found.get(note) ?? [];
			if (!places.includes(place)) found.set(note, [...places, place]);
		}
		for (const [name, child] of Object.entries(node)) {
			const inside = inProperties && members ? `${place}.${name}` : place;
			visit(child, inside, members, name === 'properties' && !inProperties);
		}
	};
	for (const operation of operations) visit(operation, `call ${operation['x-call']}`, false);
	for (const [name, schema] of Object.entries(document.components!.schemas!)) {
		visit(schema, name, true);
	}
	return found;
}

const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ').trim();

const table = (head: string[], rows: string[][]) =>
	tableOf(
		head,
		rows.map((row) => row.map(cell)),
	);

function answerStanding(responses: Record<string, unknown>): string {
	const { 'x-standing': standing, 'x-note': note } = responses['200'] as Record<string, string>;
	return note ? `${standing}. ${note}` : standing;
}

/** docs/internals/api-coverage.md, from docs/internals/openapi.yaml and the actions of the node. */
export function apiCoverage(): string {
	const calls = operations.map((operation) => {
		const row = operation['x-call'];
		const wrapper = operation['x-wrapper'];
		const serving = actions.filter(({ action }) => rowsOf(action).includes(row));
		return [
			String(row),
			`\`${operation.method} ${operation.path}\``,
			serving.map(({ key }) => `\`${key}\``).join(', '),
			operation['x-standing'],
			answerStanding(operation.responses),
			wrapper ? `\`${wrapper.name}\` (${wrapper.standing})` : '',
		];
	});
	const ofActions = actions.map(({ key, resource, action }) => [
		`${resource} > ${action.name}`,
		`\`${key}\``,
		action.action,
		rowsOf(action).join(', '),
	]);
	const unsettled = facts.filter(({ standing }) => ['inferred', 'unknown'].includes(standing));
	const settled = facts.filter((fact) => !unsettled.includes(fact));
	const settingOf = ({ setting }: Fact) => (setting ? `\`${setting}\`` : '');
	const settledBy = { read: 'the check', write: 'the write check' };
	const questionRows = unsettled.map((fact) => [
		fact.fact,
		fact.standing,
		fact['settled-by'] ? settledBy[fact['settled-by']] : 'nothing yet',
		settingOf(fact),
	]);
	const factRows = settled.map((fact) => [fact.fact, fact.standing, settingOf(fact)]);
	return `# API coverage

This page shows which action makes which call to Netigate's REST API v1.2, and how each fact is known. \`npm run docs\` writes this page from [openapi.yaml](openapi.yaml) and the node itself, so don't edit it.

None of this package's authors had a live account. A fact is **documented** (in Netigate's API documentation or its samples), **seen** (in a real client's traffic), from a **help** page, **inferred**, or **unknown**. If a fact is inferred or unknown, the code works either way. If you have a live key, you can answer many of the [open questions](#open-questions) with [one click](#how-a-report-becomes-seen).

## Calls

${table(['#', 'Call', 'Actions', 'Known', 'Response', 'Wrapper'], calls)}

## Actions

Additional calls read what the main call needs, or belong to an action that makes several calls.

${table(['In n8n', 'Internal name', 'In the panel', 'Calls'], ofActions)}

## Open questions

The third column shows what can answer a question in a real account. "The check" is [**Check account**](../account-check.md), which only reads. "The write check" is the example workflow [check-your-account.json](../../workflows/check-your-account.json), which adds your own addresses to a new sendout. The last column names the setting that switches the [local Netigate sandbox](../../test/sandbox/README.md) between the possible behaviors.

${table(['Question', 'Known', 'Answered by', 'Setting'], questionRows)}

### How a report becomes "seen"

1. Run **Check account** with your own key. Its output contains no data from your account.
2. Open an issue with the template "Account report" and paste the output.
3. When reports from two accounts agree, the fact is marked \`seen\` in [openapi.yaml](openapi.yaml) and moves from this table to the other facts. If accounts differ, the fact stays here, and both behaviors are still tested.

## Doubts in detail

${table(
	['Doubt', 'Where'],
	[...notes()].map(([note, places]) => [note, places.join(', ')]),
)}

## Other facts

${table(['Fact', 'Known', 'Setting'], factRows)}
`;
}
