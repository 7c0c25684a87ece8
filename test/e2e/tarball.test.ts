import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { packPackage, putIntoUserFolder } from '../run/packed.mjs';
import { root } from '../run/paths.mjs';
import { run } from '../run/processes.mjs';

/** Files that npm packs in addition to "files" in package.json. */
const ALWAYS = ['LICENSE', 'README.md', 'index.js', 'package.json'];

let folder: string;
let unpacked: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-tarball-'));
	await putIntoUserFolder(await packPackage(), folder);
	unpacked = join(folder, '.n8n/nodes/node_modules/n8n-nodes-netigate');
});

afterAll(async () => {
	await rm(folder, { recursive: true, force: true });
});

async function filesIn(path: string): Promise<string[]> {
	const entries = await readdir(path, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

test('contains only the compiled nodes and credentials', async () => {
	const sources = await Promise.all(
		['nodes', 'credentials'].map(async (part) =>
			(await filesIn(join(root, part))).map((file) => `dist/${part}/${file}`),
		),
	);
	const expected = [...ALWAYS, ...sources.flat().map((file) => file.replace(/\.ts$/, '.js'))];
	expect((await filesIn(unpacked)).sort()).toEqual(expected.sort());
});

test('has no dependencies and runs no installation scripts', async () => {
	const { dependencies, scripts } = JSON.parse(
		await readFile(join(unpacked, 'package.json'), 'utf8'),
	) as { dependencies?: object; scripts: Record<string, string> };
	expect(dependencies).toBeUndefined();
	expect(Object.keys(scripts).filter((name) => /install|prepare|publish/.test(name))).toEqual([]);
});

test("n8n's scanner and all rules of its plugins find nothing in it or its sources", async () => {
	const { code, output } = await run(
		process.execPath,
		[join(root, 'test/run/scan.mjs'), unpacked],
		// In test mode, the linter also checks files that it normally ignores.
		{ env: { ...process.env, NODE_ENV: '' } },
	);
	expect({ code, found: output.trim() }).toEqual({ code: 0, found: '' });
});
