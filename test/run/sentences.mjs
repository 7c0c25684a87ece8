/**
 * `node test/run/sentences.mjs [count] [seed]`: prints random sentences from docs, field texts, errors and comments for a
 * review of the English. The same seed prints the same sentences.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import ts from 'typescript';
import { root } from './paths.mjs';

const [count = 200, seed = 1] = process.argv.slice(2).map(Number);

/** @param {string} text */
const sentencesOf = (text) =>
	text
		.replace(/\s+/g, ' ')
		.split(/(?<=[.!?])\s+(?=[A-Z`"'*])/)
		.map((sentence) => sentence.trim())
		.filter((sentence) => sentence.split(' ').length >= 4);

/** @param {string} folder @param {string} ending */
const filesIn = (folder, ending) =>
	readdirSync(join(root, folder), { recursive: true })
		.map((name) => join(folder, String(name)))
		.filter((name) => name.endsWith(ending) && !/\/de\/|api-coverage/.test(name));

/** @returns {Array<{ from: string, text: string }>} */
function fromDocs() {
	return ['README.md', ...filesIn('docs', '.md'), 'workflows/README.md'].flatMap((file) => {
		const plain = readFileSync(join(root, file), 'utf8')
			.replace(/```[\s\S]*?```|<!--.*?-->/g, '')
			.replace(/^#.*$/gm, '');
		const cells = plain.split(/\n\n|\n(?=[-|\d])|\|/);
		return cells.flatMap(sentencesOf).map((text) => ({ from: file, text }));
	});
}

/** @returns {Array<{ from: string, text: string }>} */
function fromCode() {
	return [...filesIn('nodes', '.ts'), ...filesIn('credentials', '.ts')].flatMap((file) => {
		const code = readFileSync(join(root, file), 'utf8');
		const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
		/** @type {Set<string>} */
		const found = new Set();
		/** @param {ts.Node} node */
		const visit = (node) => {
			for (const { pos, end } of ts.getLeadingCommentRanges(code, node.pos) ?? []) {
				const text = code.slice(pos, end).replace(/^\s*(\/\*\*?|\*\/|\*|\/\/)|\*\/$/gm, ' ');
				sentencesOf(text).forEach((sentence) => found.add(sentence));
			}
			if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))
				sentencesOf(node.getText().slice(1, -1)).forEach((sentence) => found.add(sentence));
			ts.forEachChild(node, visit);
		};
		visit(source);
		return [...found].map((text) => ({ from: file, text }));
	});
}

/** @param {{ text: string }} sentence */
const lot = ({ text }) => createHash('sha256').update(`${seed} ${text}`).digest('hex');

const all = [...fromDocs(), ...fromCode()].sort((a, b) => (lot(a) < lot(b) ? -1 : 1));
for (const [at, { from, text }] of all.slice(0, count).entries())
	console.log(`${at + 1}. ${text}  (${from})`);
