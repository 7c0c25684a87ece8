import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

export const root = resolve(__dirname, '../../..');

interface CodeBlock {
	language: string;
	code: string;
	line: number;
}

/** A document of the project, as its readers see it. */
interface Document {
	/** In the repository, e.g. `docs/credential.md`. */
	path: string;
	text: string;
	headings: Array<{ level: number; text: string; anchor: string }>;
	/** Links and pictures. */
	links: string[];
	codeBlocks: CodeBlock[];
	/** The text between backticks. */
	inlineCode: string[];
	/** The bold text: by convention, the words that n8n's editor shows. */
	bold: string[];
}

const parser = new MarkdownIt({ html: true });

type Token = ReturnType<typeof parser.parse>[number];

/** The words of a heading or of a bold part, without their markup. */
function words(tokens: readonly Token[]): string {
	return tokens.map(({ content }) => content).join('');
}

function boldIn(tokens: readonly Token[]): string[] {
	const found: string[] = [];
	let from = -1;
	for (const [index, { type }] of tokens.entries()) {
		if (type === 'strong_open') from = index;
		if (type === 'strong_close') found.push(words(tokens.slice(from, index)));
	}
	return found;
}

export function readDocument(path: string): Document {
	const text = readFileSync(join(root, path), 'utf8');
	const slugger = new GithubSlugger();
	const document: Document = {
		path,
		text,
		headings: [],
		links: [],
		codeBlocks: [],
		inlineCode: [],
		bold: [],
	};
	const tokens = parser.parse(text, {});
	for (const [index, token] of tokens.entries()) {
		if (token.type === 'fence' || token.type === 'code_block') {
			const [language = ''] = token.info.trim().split(/\s+/);
			document.codeBlocks.push({ language, code: token.content, line: (token.map?.[0] ?? 0) + 1 });
		}
		if (token.type !== 'inline') continue;
		const children = token.children ?? [];
		const opening = tokens[index - 1];
		if (opening.type === 'heading_open') {
			const heading = words(children);
			const level = Number(opening.tag.slice(1));
			document.headings.push({ level, text: heading, anchor: slugger.slug(heading) });
		}
		for (const child of children) {
			const target = child.attrGet('href') ?? child.attrGet('src');
			if (target) document.links.push(decodeURI(target));
			if (child.type === 'code_inline') document.inlineCode.push(child.content);
		}
		document.bold.push(...boldIn(children));
	}
	return document;
}

function markdownIn(folder: string): string[] {
	return readdirSync(join(root, folder))
		.filter((name) => name.endsWith('.md'))
		.map((name) => join(folder, name));
}

/** All documents that people read. */
export const documents: Document[] = [
	...markdownIn('.'),
	...markdownIn('docs'),
	...markdownIn('docs/de'),
	...markdownIn('docs/internals'),
	...markdownIn('workflows'),
	'test/sandbox/README.md',
].map(readDocument);

/** The target of a document's link in the repository. Undefined for links to other sites. */
export function targetOf(from: string, link: string): { path: string; anchor: string } | undefined {
	if (/^[a-z]+:/i.test(link)) return undefined;
	const [path, anchor = ''] = link.split('#');
	return { path: path === '' ? from : join(dirname(from), path), anchor };
}
