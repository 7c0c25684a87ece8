import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '../run/n8n-api.mjs';
import { root } from '../run/paths.mjs';
import { useN8n } from './server';

const n8n = useN8n();

test('n8n imports every example, and has all of its nodes in the required versions', async () => {
	const versions = new Map<string, number[]>();
	for (const { name, version } of await n8n.api.nodeTypes())
		versions.set(name, [...(versions.get(name) ?? []), ...[version].flat()]);
	const folder = join(root, 'workflows');
	const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
	expect(files.length).toBeGreaterThan(10);
	for (const file of files) {
		const text = await readFile(join(folder, file), 'utf8');
		const example = JSON.parse(text) as Workflow;
		const { id } = await n8n.api.importWorkflow(example);
		const { nodes, connections } = await n8n.api.workflow(id!);
		expect({ file, connections }).toEqual({ file, connections: example.connections });
		expect(nodes.map(({ name }) => name)).toEqual(example.nodes.map(({ name }) => name));
		for (const { type, typeVersion } of nodes)
			expect({ file, type, has: versions.get(type) }).toEqual({
				file,
				type,
				has: expect.arrayContaining([typeVersion]),
			});
	}
});
