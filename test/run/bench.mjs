/**
 * `npm run bench [-- names]`: runs the measurements in test/bench one after the other: all, or those whose file names
 * begin with one of the given names.
 *
 * Each compares its contenders in a table. Slow times never make it fail.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, runCommand } from './command.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';
import { installServer } from './server-install.mjs';
import { hasPostgres, hasRedis, startPostgres, startRedis } from './services.mjs';

const folder = join(root, 'test', 'bench');
const suffix = '.bench.ts';

runCommand(async () => {
	const names = process.argv.slice(2);
	const all = (await readdir(folder)).filter((file) => file.endsWith(suffix)).sort();
	const chosen = all.filter(
		(file) => names.length === 0 || names.some((name) => file.startsWith(name)),
	);
	if (chosen.length === 0) {
		throw new Refusal(
			`There is no bench of that name. There are: ${all.map((file) => file.slice(0, -suffix.length)).join(', ')}.`,
		);
	}
	// The package is compared with n8n's own nodes, which are part of the server.
	const { folder: serverFolder, node } = await installServer();
	// If PostgreSQL and Redis are installed, the quarantine is also measured with them.
	if (hasPostgres()) process.env.NETIGATE_TEST_POSTGRES ??= await startPostgres();
	if (hasRedis()) process.env.NETIGATE_TEST_REDIS ??= await startRedis();
	let failed = 0;
	for (const file of chosen) {
		console.log(`\n== ${file.slice(0, -suffix.length)} ==`);
		const { code } = await run(process.execPath, ['--import', 'tsx', join(folder, file)], {
			cwd: root,
			echo: true,
			env: {
				...process.env,
				N8N_LOG_LEVEL: 'silent',
				NETIGATE_BENCH_SERVER: serverFolder,
				NETIGATE_BENCH_NODE: node,
			},
		});
		if (code !== 0) failed++;
	}
	return failed === 0 ? 0 : 1;
});
