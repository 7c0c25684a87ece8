import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './documents';

export interface Passage {
	at: string;
	text: string;
}

export function filesIn(folder: string, ending: string): string[] {
	return readdirSync(join(root, folder), { recursive: true })
		.map((name) => join(folder, String(name)))
		.filter((name) => name.endsWith(ending) && !name.includes('node_modules'));
}

/** The comments of a file, and its texts of several words: labels, descriptions, hints and errors. */
export function passagesOf(file: string): { comments: Passage[]; texts: Passage[] } {
	const code = readFileSync(join(root, file), 'utf8');
	const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
	const at = (position: number) =>
		`${file}:${source.getLineAndCharacterOfPosition(position).line + 1}`;
	const comments: Passage[] = [];
	const texts: Passage[] = [];
	const visit = (node: ts.Node) => {
		for (const { pos, end } of ts.getLeadingCommentRanges(code, node.pos) ?? []) {
			const text = code.slice(pos, end).replace(/^\s*(\/\*\*?|\*\/|\*|\/\/)/gm, ' ');
			comments.push({ at: at(pos), text: text.replace(/`[^`]*`/g, 'code').replace(/\s+/g, ' ') });
		}
		if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
			const text = node
				.getText()
				.slice(1, -1)
				.replace(/\$\{[^}]*\}/g, 'value');
			// Lists of API names and output fields have no sentences.
			const isProse =
				/[a-z]+ [a-z]+ [a-z]+/i.test(text) && !/^(Access Active|error message) /.test(text);
			if (isProse) texts.push({ at: at(node.getStart()), text });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	const unique = new Map(comments.map((comment) => [`${comment.at} ${comment.text}`, comment]));
	return { comments: [...unique.values()], texts };
}

/** The source files of the package. */
export const shipped = ['nodes', 'credentials'].flatMap((folder) => filesIn(folder, '.ts'));
