import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { packPackage, putIntoUserFolder } from '../run/packed.mjs';
import { root } from '../run/paths.mjs';
import { run } from '../run/processes.mjs';

/** Files that npm packs in addition to "files" of package.json. */
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

test('only the compiled nodes and credential are published', async () => {
	const sources = await Promise.all(
		['nodes', 'credentials'].map(async (part) =>
			(await filesIn(join(root, part))).map((file) => `dist/${part}/${file}`),
		),
	);
	const expected = [...ALWAYS, ...sources.flat().map((file) => file.replace(/\.ts$/, '.js'))];
	expect((await filesIn(unpacked)).sort()).toEqual(expected.sort());
});

test('it has no dependencies and runs nothing on installation', async () => {
	const { dependencies, scripts } = JSON.parse(
		await readFile(join(unpacked, 'package.json'), 'utf8'),
	) as { dependencies?: object; scripts: Record<string, string> };
	expect(dependencies).toBeUndefined();
	expect(Object.keys(scripts).filter((name) => /install|prepare|publish/.test(name))).toEqual([]);
});

test("n8n's scanner and every rule of its plugins find nothing in it and its sources", async () => {
	const { code, output } = await run(
		process.execPath,
		[join(root, 'test/run/scan.mjs'), unpacked],
		// In its test mode, the lint also checks files that it otherwise ignores.
		{ env: { ...process.env, NODE_ENV: '' } },
	);
	expect({ code, found: output.trim() }).toEqual({ code: 0, found: '' });
});
