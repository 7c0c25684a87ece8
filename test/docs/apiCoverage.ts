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

/** docs/api-coverage.md, from docs/openapi.yaml and the actions of the node. */
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

Which action of the node makes which call of Netigate's REST API v1.2, and how each fact is known. Written by \`npm run docs\` from [openapi.yaml](openapi.yaml) and the node itself, so it is not to be edited.

Nobody who wrote this package had a live account. A fact is **documented** (by Netigate's API documentation or its samples), **seen** (in a real client's traffic), said by a **help** page, **inferred**, or **unknown**. What is inferred or unknown is coded so that either truth works. If you have a live key, you can answer many of the [open questions](#open-questions) with one click: see [below](#how-a-report-becomes-seen).

## Calls

${table(['#', 'Call', 'Actions', 'Known', 'Its answer', 'Wrapper'], calls)}

## Actions

Calls beyond the main one read what is needed beforehand, or belong to an action of several calls.

${table(['In n8n', 'Internal name', 'In the panel', 'Calls'], ofActions)}

## Open questions

The third column tells what settles a question in a real account: **Check the account** ([its page](account-check.md)), which only reads, or the write check: the example workflow [check-your-account.json](../workflows/check-your-account.json), which adds addresses of your own to a sendout made for it. The last column names the setting with which the local Netigate ([its README](../test/sandbox/README.md)) can be switched to either behaviour.

${table(['What', 'Known', 'Settled by', 'Setting'], questionRows)}

### How a report becomes "seen"

1. Run **Check the account** with your own key. Its output holds nothing of what is in your account.
2. Open an issue with the template "Account report" and paste the output.
3. Once two accounts have given the same answer, the fact is marked \`seen\` in [openapi.yaml](openapi.yaml), with the issue, and moves from this table to the other facts. Where accounts differ, it stays here, and both ways go on being tested.

## Doubts in detail

${table(
	['Doubt', 'Where'],
	[...notes()].map(([note, places]) => [note, places.join(', ')]),
)}

## Other facts

${table(['What', 'Known', 'Setting'], factRows)}
`;
}
