import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { resources } from '../../nodes/Netigate/resources';

const root = resolve(__dirname, '../..');

/** The page about each resource. */
const pages: Record<string, string> = {
	respondent: 'respondents.md',
	sendout: 'sendouts.md',
	reminder: 'sendouts.md',
	result: 'results.md',
	backgroundData: 'sendouts.md',
	survey: 'surveys.md',
	respondentList: 'respondent-lists.md',
	blocklist: 'surveys.md',
	category: 'surveys.md',
	user: 'surveys.md',
	account: 'account-check.md',
};

/** The heads of the tables, by the language of the document. */
const words = {
	en: { resource: 'Resource', actions: 'Actions', action: 'Action', does: 'What it does' },
	de: { resource: 'Ressource', actions: 'Aktionen', action: 'Aktion', does: 'Was sie tut' },
};

type Words = (typeof words)[keyof typeof words];

export function table(head: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [head, head.map(() => '---'), ...rows].map(line).join('\n');
}

/** All actions, a line for each resource, with a link to its page. */
function overview({ resource: head, actions: entries }: Words): string {
	const rows = resources.map(({ resource, name, actions }) => [
		`[${name}](${pages[resource]})`,
		actions.map(({ action }) => action).join('<br>'),
	]);
	return table([head, entries], rows);
}

/** The actions of one resource, and what each does. */
function actionsOf(wanted: string, { action: head, does }: Words): string {
	const found = resources.find(({ resource }) => resource === wanted);
	if (!found)
		throw new Error(`A document asks for the actions of "${wanted}", which is no resource`);
	const rows = found.actions.map(({ name, action, description }) => [
		`**${name}**<br>${action}`,
		description,
	]);
	return table([head, does], rows);
}

const MARKED = /<!-- actions(?: of (\w+))? -->\n[\s\S]*?<!-- \/actions -->/g;

/** A document with its tables of actions written anew, between the comments that mark their places. */
function withActionTables(text: string, language: keyof typeof words): string {
	return text.replace(MARKED, (_, resource?: string) => {
		const mark = resource ? `actions of ${resource}` : 'actions';
		const made = resource ? actionsOf(resource, words[language]) : overview(words[language]);
		return `<!-- ${mark} -->\n\n${made}\n\n<!-- /actions -->`;
	});
}

/** All documents that have tables of actions, by their path in the repository. */
export function documentsWithActionTables(): Record<string, string> {
	const paths = [
		...readdirSync(root).filter((name) => name.endsWith('.md')),
		...readdirSync(join(root, 'docs'))
			.filter((name) => name.endsWith('.md'))
			.map((name) => `docs/${name}`),
	];
	const documents = paths.map((path) => {
		const text = readFileSync(join(root, path), 'utf8');
		return [path, text, withActionTables(text, path.endsWith('.de.md') ? 'de' : 'en')] as const;
	});
	return Object.fromEntries(
		documents
			.filter(([, text]) => text.includes('<!-- actions'))
			.map(([path, , made]) => [path, made]),
	);
}
