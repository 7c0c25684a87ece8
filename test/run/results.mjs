/** Counts how many checks passed and failed, for whoever runs several commands in a row (.ci/run). */
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { atTheEnd } from './command.mjs';
import { root } from './paths.mjs';
import { start } from './processes.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Appends a command's counts to the file that `NETIGATE_TEST_RESULTS` names, if it names one.
 * @param {string} command
 * @param {Counts} counts
 */
export async function report(command, counts) {
	const file = process.env.NETIGATE_TEST_RESULTS;
	if (file) await appendFile(file, `${JSON.stringify({ command, ...counts })}\n`);
}

/**
 * Runs jest, with its output on the screen.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] the whole environment
 * @returns {Promise<Counts & { ok: boolean }>} the tests by outcome; a test file that could not run
 * counts as one failed test
 */
export async function runJest(args, env = process.env) {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-jest-'));
	atTheEnd(() => rm(folder, { recursive: true, force: true }));
	const file = join(folder, 'results.json');
	const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const colour = process.stdout.isTTY ? ['--colors'] : [];
	const program = start(
		process.execPath,
		[jest, '--json', `--outputFile=${file}`, ...colour, ...args],
		{
			cwd: root,
			env,
			onOutput: (text) => process.stdout.write(withoutJson(text)),
		},
	);
	const code = await program.exited;
	const results = await readResults(file);
	return { ...results, ok: code === 0 && results.failed === 0 };
}

/**
 * @param {string} file
 * @returns {Promise<Counts>}
 */
async function readResults(file) {
	try {
		const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } =
			JSON.parse(await readFile(file, 'utf8'));
		return {
			passed: numPassedTests,
			failed: numFailedTests + numRuntimeErrorTestSuites,
			skipped: numPendingTests,
		};
	} catch {
		return { passed: 0, failed: 1, skipped: 0 };
	}
}

/**
 * Leaves out where jest wrote its output file: nobody needs to know.
 * @param {string} text
 */
function withoutJson(text) {
	return text.replace(/^Test results written to: .*\n/gm, '');
}
