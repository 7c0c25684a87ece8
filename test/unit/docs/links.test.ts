import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { documents, readDocument, root, targetOf } from './documents';

test.each(documents.map(({ path }) => path))('every link in %s works', (from) => {
	const broken = readDocument(from).links.filter((link) => {
		const target = targetOf(from, link);
		if (!target) return !/^https:\/\//.test(link);
		const { path, anchor } = target;
		if (!existsSync(join(root, path))) return true;
		if (anchor === '') return false;
		return !readDocument(path).headings.some((heading) => heading.anchor === anchor);
	});
	expect(broken).toEqual([]);
});

test('every document can be reached from the README', () => {
	const seen = new Set<string>();
	const visit = (path: string) => {
		if (seen.has(path) || !path.endsWith('.md') || !existsSync(join(root, path))) return;
		seen.add(path);
		for (const link of readDocument(path).links) {
			const target = targetOf(path, link);
			if (target) visit(target.path);
		}
	};
	visit('README.md');
	expect([...seen].sort()).toEqual(documents.map(({ path }) => path).sort());
});

test('every picture is small enough to load quickly, and is shown somewhere', () => {
	const shown = new Set(
		documents.flatMap(({ path, links }) => links.map((link) => targetOf(path, link)?.path ?? '')),
	);
	const pictures = [...shown].filter((path) => path.endsWith('.png'));
	expect(pictures.length).toBeGreaterThan(0);
	for (const path of pictures) {
		expect({ path, small: statSync(join(root, path)).size < 180_000 }).toEqual({
			path,
			small: true,
		});
	}
});
