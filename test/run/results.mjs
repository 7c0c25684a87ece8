/** Counts of passed and failed checks, for people and for commands that run others (.ci/run). */
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { atTheEnd } from './command.mjs';
import { root, toolCache } from './paths.mjs';
import { start } from './processes.mjs';
import { until } from './until.mjs';

const secondsFile = join(toolCache, 'seconds.json');

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {Record<string, number>} Seconds by test file
 */

/**
 * Appends a command's counts to the file in `NETIGATE_TEST_RESULTS`, if it is set.
 * @param {string} command
 * @param {Counts} counts
 */
export async function report(command, counts) {
	const file = process.env.NETIGATE_TEST_RESULTS;
	if (file) await appendFile(file, `${JSON.stringify({ command, ...counts })}\n`);
}

/**
 * @param {Counts[]} all
 * @returns {Counts}
 */
export function sumOf(all) {
	const sum = { passed: 0, failed: 0, skipped: 0 };
	for (const { passed, failed, skipped } of all) {
		sum.passed += passed;
		sum.failed += failed;
		sum.skipped += skipped;
	}
	return sum;
}

/**
 * The counts of one check.
 * @param {boolean} ok
 * @returns {Counts}
 */
export const one = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

/**
 * Runs jest, with its output on the screen.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] the whole environment
 * @returns {Promise<Counts & { ok: boolean, seconds: Seconds }>} the tests by outcome; a test file that could not run
 * counts as one failed test
 */
export async function runJest(args, env = process.env) {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-jest-'));
	atTheEnd(() => rm(folder, { recursive: true, force: true }));
	const file = join(folder, 'results.json');
	const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const color = process.stdout.isTTY ? ['--colors'] : [];
	const program = start(
		process.execPath,
		[jest, '--json', `--outputFile=${file}`, ...color, ...args],
		{
			cwd: root,
			env,
			onOutput: (text) =>
				process.stdout.write(text.replace(/^Test results written to: .*\n/gm, '')),
		},
	);
	const code = await program.exited;
	const results = await readResults(file);
	// For example, an interrupted run has no failed tests.
	const failed = code === 0 ? results.failed : Math.max(results.failed, 1);
	return { ...results, failed, ok: failed === 0 };
}

/**
 * Runs end-to-end tests, and waits until the n8n servers that its processes shared have ended.
 * @param {string[]} args for jest
 * @param {NodeJS.ProcessEnv} env
 */
export async function runEndToEnd(args, env) {
	const servers = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-servers-'));
	atTheEnd(() => rm(servers, { recursive: true, force: true, maxRetries: 10 }));
	const counts = await runJest(['-c', 'test/e2e/jest.config.js', ...args], {
		...env,
		NETIGATE_TEST_SERVERS: servers,
	});
	// Each server's folder is removed once it has ended.
	await until('n8n to end', 60_000, async () => {
		const left = (await readdir(servers)).filter((name) => name.includes('netigate-n8n-'));
		return left.length === 0 || left;
	});
	return counts;
}

/**
 * @param {string} file
 * @returns {Promise<Counts & { seconds: Seconds }>}
 */
async function readResults(file) {
	try {
		const {
			numPassedTests,
			numFailedTests,
			numPendingTests,
			numRuntimeErrorTestSuites,
			testResults,
		} = JSON.parse(await readFile(file, 'utf8'));
		return {
			passed: numPassedTests,
			failed: numFailedTests + numRuntimeErrorTestSuites,
			skipped: numPendingTests,
			seconds: secondsOf(testResults),
		};
	} catch {
		return { ...one(false), seconds: {} };
	}
}

/**
 * @param {Array<{ name: string, startTime: number, endTime: number }>} results
 * @returns {Seconds}
 */
const secondsOf = (results) =>
	Object.fromEntries(
		results.map(({ name, startTime, endTime }) => [
			relative(root, name),
			Math.max(0, endTime - startTime) / 1000,
		]),
	);

/**
 * Records how long test files took. A few tests run alongside other checks take longer, so they can only lower a known
 * time. Otherwise, each such run would leave less time for the next.
 * @param {Seconds} seconds
 * @param {{ ofAllTests: boolean }} options
 */
export async function keepSeconds(seconds, { ofAllTests }) {
	const all = await lastSeconds();
	for (const [file, took] of Object.entries(seconds)) {
		all[file] = ofAllTests ? took : Math.min(took, all[file] ?? took);
	}
	await mkdir(toolCache, { recursive: true });
	await writeFile(secondsFile, JSON.stringify(all, null, '\t'));
}

/** @returns {Promise<Seconds>} how long each test file took */
export async function lastSeconds() {
	try {
		return JSON.parse(await readFile(secondsFile, 'utf8'));
	} catch {
		return {};
	}
}

/**
 * Formats a table for a terminal.
 * @param {string[]} head
 * @param {Array<Array<string | number | null | undefined>>} rows
 */
export function table(head, rows) {
	const cells = [head, ...rows].map((row) => row.map((cell) => String(cell ?? '')));
	const widths = head.map((_, column) =>
		Math.max(...cells.map((row) => [...(row[column] ?? '')].length)),
	);
	// The last column can contain long sentences, so it has no padding and a short line.
	widths.splice(-1, 1, Math.min(widths.at(-1) ?? 0, 40));
	cells.splice(
		1,
		0,
		widths.map((width) => '-'.repeat(width)),
	);
	const padded = (/** @type {string} */ cell, /** @type {number} */ column) =>
		cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length));
	return cells.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}
