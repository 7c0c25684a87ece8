import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/* Limits that keep the code easy to read. */

const root = join(__dirname, '../../..');
const codeOf = (file: string) => readFileSync(join(root, file), 'utf8');

const files = ['nodes', 'credentials'].flatMap((folder) =>
	(readdirSync(join(root, folder), { recursive: true }) as string[])
		.filter((file) => file.endsWith('.ts'))
		.map((file) => `${folder}/${file}`),
);

test('no file is longer than 300 lines', () => {
	const lengths = files.map((file) => ({ file, lines: codeOf(file).split('\n').length - 1 }));
	expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
});

test('no function is longer than 60 lines', () => {
	const long: string[] = [];
	for (const file of files) {
		const source = ts.createSourceFile(file, codeOf(file), ts.ScriptTarget.Latest, true);
		const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
		const visit = (node: ts.Node) => {
			const [from, to] = [lineAt(node.getStart()), lineAt(node.end)];
			if (ts.isFunctionLike(node) && to - from >= 60) long.push(`${file}:${from} to ${to}`);
			ts.forEachChild(node, visit);
		};
		visit(source);
	}
	expect(long).toEqual([]);
});

test('a simple read reaches fewer than 25 files', () => {
	const reached = new Set<string>();
	const follow = (file: string) => {
		if (reached.has(file)) return;
		reached.add(file);
		for (const [, path] of codeOf(file).matchAll(/from '(\.[^']*)'/g)) {
			const named = relative(root, join(root, dirname(file), path));
			follow(files.includes(`${named}.ts`) ? `${named}.ts` : `${named}/index.ts`);
		}
	};
	follow('nodes/Netigate/resources/category/get.ts');
	expect(reached.size).toBeGreaterThan(5);
	expect(reached.size).toBeLessThan(25);
});
