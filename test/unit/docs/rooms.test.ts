import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '../../..');
const nodes = join(root, 'nodes');

interface Room {
	folder: string;
	mayImport: string[];
}

/** The marked table in docs/developing.md: the folders of `nodes/`, and what they may import from. */
function rooms(): Room[] {
	const page = readFileSync(join(root, 'docs/developing.md'), 'utf8');
	const table = /<!-- rooms -->([\s\S]*)<!-- \/rooms -->/.exec(page)![1];
	const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
	return table
		.split('\n')
		.filter((line) => line.startsWith('| `'))
		.map((line) => line.split('|'))
		.map(([, folder, , mayImport]) => ({
			folder: names(folder)[0],
			mayImport: names(mayImport),
		}));
}

const files = (readdirSync(nodes, { recursive: true }) as string[]).filter((file) =>
	file.endsWith('.ts'),
);

function within(file: string, folder: string): boolean {
	return file === folder || file.startsWith(`${folder}/`);
}

/** The room of a file is the longest folder of the table that holds it. */
function roomOf(file: string, all: readonly Room[]): Room | undefined {
	return all
		.filter(({ folder }) => within(file, folder))
		.sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** Each import that leaves its room, as `file imports file`. */
function arrows(all: readonly Room[]) {
	return files.flatMap((file) => {
		const code = readFileSync(join(nodes, file), 'utf8');
		const from = roomOf(file, all);
		return [...code.matchAll(/from '(\.[^']*)'/g)].flatMap(([, path]) => {
			const named = relative(nodes, join(nodes, dirname(file), path));
			const target = files.includes(`${named}.ts`) ? `${named}.ts` : `${named}/index.ts`;
			const to = roomOf(target, all);
			return from && from === to ? [] : [{ file, target, from, to }];
		});
	});
}

describe('the rooms of nodes/', () => {
	const all = rooms();

	test('each file is in a room that docs/developing.md lists', () => {
		expect(all.length).toBeGreaterThan(5);
		expect(files.filter((file) => !roomOf(file, all))).toEqual([]);
	});

	test('each room in the table exists', () => {
		expect(all.filter(({ folder }) => !files.some((file) => within(file, folder)))).toEqual([]);
	});

	test('a file imports only from the rooms that the table allows', () => {
		const allowed = (from: Room, to: Room) =>
			from.mayImport.some((name) =>
				name.endsWith('/*') ? within(to.folder, name.slice(0, -2)) : to.folder === name,
			);
		const wrong = arrows(all).filter(({ from, to }) => !from || !to || !allowed(from, to));
		expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
	});

	test('no two rooms import from each other, even indirectly', () => {
		const next = new Map<string, Set<string>>();
		for (const { from, to } of arrows(all)) {
			if (!from || !to) continue;
			next.set(from.folder, (next.get(from.folder) ?? new Set()).add(to.folder));
		}
		const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
			[...(next.get(from) ?? [])].some((room) => {
				if (room === to) return true;
				if (seen.has(room)) return false;
				seen.add(room);
				return reaches(room, to, seen);
			});
		expect(all.filter(({ folder }) => reaches(folder, folder)).map(({ folder }) => folder)).toEqual(
			[],
		);
	});
});
