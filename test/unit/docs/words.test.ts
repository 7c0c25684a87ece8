import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents, root } from './documents';
import { filesIn, passagesOf, shipped, type Passage } from './passages';
import { longSentences, oddWords } from './words';

/** The prose of a document by line, without code, links' targets and quoted output. */
function prose(path: string, text: string): Passage[] {
	let inCode = false;
	return text.split('\n').flatMap((line, index) => {
		if (line.startsWith('```')) inCode = !inCode;
		if (inCode || line.startsWith('```')) return [];
		const plain = line.replace(/`[^`]*`/g, 'code').replace(/\]\([^)]*\)/g, ']');
		return [{ at: `${path}:${index + 1}`, text: plain }];
	});
}

const english = documents.filter(
	({ path }) => !path.startsWith('docs/de/') && path !== 'docs/internals/api-coverage.md',
);

/** `file:line  "what it says" → what to write` for each wording that a native speaker would change. */
const findings = (passages: readonly Passage[]) =>
	passages.flatMap(({ at, text }) =>
		oddWords(text).map(({ found, better }) => `${at}  "${found}" → ${better}`),
	);

test.each(english.map(({ path, text }) => ({ path, text })))(
	'$path is written as a native speaker would write it',
	({ path, text }) => {
		expect(findings(prose(path, text))).toEqual([]);
	},
);

test('labels, descriptions, hints and errors are written as a native speaker would write them', () => {
	expect(findings(shipped.flatMap((file) => passagesOf(file).texts))).toEqual([]);
});

test('comments are written as a native speaker would write them', () => {
	expect(findings(shipped.flatMap((file) => passagesOf(file).comments))).toEqual([]);
});

test('sticky notes are written as a native speaker would write them', () => {
	const notes = filesIn('workflows', '.json').flatMap((file) => {
		const { nodes } = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
			nodes: Array<{ type: string; parameters: { content?: string } }>;
		};
		return nodes
			.filter(({ type }) => type === 'n8n-nodes-base.stickyNote')
			.map(({ parameters: { content = '' } }) => ({ at: file, text: content }));
	});
	expect(notes.length).toBeGreaterThan(19);
	expect(findings(notes)).toEqual([]);
});

test('no sentence of README, docs or field texts has more than 30 words', () => {
	const pages = english
		.filter(({ path }) => path === 'README.md' || path.startsWith('docs/'))
		.flatMap(({ path, text }) => prose(path, text));
	const fields = shipped.flatMap((file) => passagesOf(file).texts);
	const long = [...pages, ...fields].flatMap(({ at, text }) =>
		longSentences(text).map((sentence) => `${at}  ${sentence.slice(0, 80)}`),
	);
	expect(long).toEqual([]);
});

const firstPages = documents.filter(({ path }) =>
	/^(README|docs\/(quarantine|respondents|requirements-sheet)|docs\/de\/[\w-]+)\.md$/.test(path),
);

test.each(firstPages)('$path explains a sendout and the ledger or links to them', ({ text }) => {
	// Names in the editor, code and pictures don't explain anything.
	const own = text
		.replace(/\[(sendout|ledger)\]\(.*?\)/gi, '_$1_')
		.replace(/```.*?```|`[^`]*`|\*\*.*?\*\*|!?\[[^\]]*\]\(.*?\)/gs, '');
	for (const term of ['sendout', 'ledger'])
		expect(new RegExp(`.${term}`, 'i').exec(own)?.[0] ?? '_').toMatch(/^_/);
});

test('README has at most 800 words, the user docs 10,000', () => {
	const countOf = ({ text }: { text: string }) =>
		text
			.replace(/```.*?```|<!--.*?-->/gs, '')
			.replace(/\]\([^)]*\)/g, ']')
			.split(/[\s|]+/)
			.filter((word) => /\w/.test(word)).length;
	const [readme] = documents.filter(({ path }) => path === 'README.md');
	const userDocs = documents.filter(
		({ path }) => /^docs\/[\w-]+\.md$/.test(path) && path !== 'docs/developing.md',
	);
	expect(countOf(readme)).toBeLessThanOrEqual(800);
	expect(userDocs.reduce((sum, page) => sum + countOf(page), 0)).toBeLessThanOrEqual(10_000);
});

test('finds unwanted wording', () => {
	expect(oddWords('Nobody is told anew').map(({ better }) => better)).toEqual([
		'again',
		'someone, anyone, everyone, no one',
	]);
	expect(longSentences(`${'word '.repeat(31)}.`)).toHaveLength(1);
});
