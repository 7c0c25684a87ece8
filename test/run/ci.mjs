/**
 * The last part of `.ci/run`: starts PostgreSQL and Redis on loopback, runs the same commands as a contributor, and
 * adds up passed and failed tests.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { atTheEnd, runCommand } from './command.mjs';
import { npm } from './npm.mjs';
import { root } from './paths.mjs';
import { startPostgres, startRedis } from './services.mjs';

/** Each writes its counts to the file in NETIGATE_TEST_RESULTS. */
const commands = [
	{ name: 'npm test', args: ['test', '--silent'] },
	{ name: 'npm run test:e2e', args: ['run', '--silent', 'test:e2e'] },
	{
		name: 'npm run test:versions',
		args: ['run', '--silent', 'test:versions', '--', 'engine-1.123', '--short'],
	},
	{ name: 'npm start -- --once', args: ['start', '--silent', '--', '--once'] },
];

runCommand(async () => {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-ci-'));
	atTheEnd(() => rm(folder, { recursive: true, force: true }));
	const results = join(folder, 'results');
	process.env.NETIGATE_TEST_RESULTS = results;
	process.env.NETIGATE_TEST_POSTGRES = await startPostgres();
	process.env.NETIGATE_TEST_REDIS = await startRedis();

	let passed = 0;
	let failed = 0;
	for (const { name, args } of commands) {
		console.log(`\n==== ${name}\n`);
		const { code } = await npm(args, { cwd: root, echo: true });
		const counted = (await read(results)).filter(({ command }) => command === name);
		const failures = counted.reduce((sum, counts) => sum + counts.failed, 0);
		passed += counted.reduce((sum, counts) => sum + counts.passed, 0);
		failed += failures;
		// A command without counts, or one that failed although its tests passed, counts as a failure.
		if ((code !== 0 && failures === 0) || counted.length === 0) failed += 1;
	}
	console.log(`\n${passed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
});

/**
 * @param {string} file
 * @returns {Promise<Array<{ command: string, passed: number, failed: number }>>}
 */
async function read(file) {
	try {
		const lines = (await readFile(file, 'utf8')).trim().split('\n');
		return lines.map((line) => JSON.parse(line));
	} catch {
		return [];
	}
}
