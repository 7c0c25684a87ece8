/**
 * `npm run docs [-- --check]`: writes what is generated from the node and docs/internals/openapi.yaml (the table of the
 * API's coverage, the output schemas, the list of internal names), or checks that it is current.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import { register } from 'tsx/cjs/api';
import { Refusal, runCommand } from './command.mjs';
import { root } from './paths.mjs';

const schemaFolder = 'nodes/Netigate/__schema__';

/** @returns {Promise<Record<string, string>>} the files as they should be, by their path in the clone */
async function wanted() {
	register();
	const { generatedFiles } = createRequire(import.meta.url)('../docs/index.ts');
	const files = Object.entries(generatedFiles()).map(async ([path, text]) => {
		const filepath = join(root, path);
		return [path, await format(text, { ...(await resolveConfig(filepath)), filepath })];
	});
	return Object.fromEntries(await Promise.all(files));
}

/** @returns {Promise<string[]>} the existing schemas, including those of removed actions */
async function schemasThere() {
	const entries = await readdir(join(root, schemaFolder), { recursive: true }).catch(() => []);
	return entries
		.filter((entry) => entry.endsWith('.json'))
		.map((entry) => `${schemaFolder}/${entry.replaceAll('\\', '/')}`);
}

/** @param {string} path */
async function textOf(path) {
	return await readFile(join(root, path), 'utf8').catch(() => undefined);
}

runCommand(async () => {
	const checking = process.argv.includes('--check');
	const files = await wanted().catch((error) => {
		throw new Refusal(error.message);
	});
	const stale = [];
	for (const [path, text] of Object.entries(files)) {
		if ((await textOf(path)) === text) continue;
		stale.push(path);
		if (checking) continue;
		await mkdir(dirname(join(root, path)), { recursive: true });
		await writeFile(join(root, path), text);
	}
	for (const path of await schemasThere()) {
		if (path in files) continue;
		stale.push(path);
		if (!checking) await rm(join(root, path));
	}
	if (checking && stale.length > 0) {
		throw new Refusal(`Not current: ${stale.join(', ')}. Run "npm run docs" and commit them.`);
	}
	console.log(stale.length > 0 ? `Written: ${stale.join(', ')}` : 'All current.');
	return 0;
});
