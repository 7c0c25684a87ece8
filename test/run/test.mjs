/**
 * `npm test`: lint, type check, and the unit, engine and contract tests.
 *
 * `--changed` does it for uncommitted changes, or for the last commit if there are none, and `--times` lists the slowest
 * test files. Other arguments go to jest, and then nothing but jest runs: `npm test -- contact`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runCommand } from './command.mjs';
import { npm } from './npm.mjs';
import { root, toolCache } from './paths.mjs';
import { run } from './processes.mjs';
import { affectsAll, changedFiles, readImports, relatedTests } from './related.mjs';
import { lastSeconds, one, report, runJest, sumOf, table } from './results.mjs';

/** @typedef {import('./results.mjs').Counts} Counts */

const jestArguments = ['-c', 'test/jest.config.js'];

/** The test files that `--changed` runs take no longer than this together, unless the first alone takes longer. */
const secondsOfChanged = 40;

/** The number of test files that `--times` lists. */
const slowest = 30;

/**
 * Checks that only read the code. They run in parallel, and each prints its output when it has ended.
 * @param {string[]} files
 * @returns {Array<[string, () => Promise<{ code: number, output: string }>]>}
 */
const checksOf = (files) => [
	["Lint (n8n's strict rules) and format", async () => await lint(files)],
	['Types', types],
];

/**
 * In CI, n8n's own command runs without a cache. Elsewhere, the same rules run on the files that have changed since
 * the last run.
 * @param {string[]} files
 */
async function lint(files) {
	if (process.env.CI) return await npm(['run', '--silent', 'lint'], { cwd: root });
	if (files.length === 0) return { code: 0, output: '' };
	const code = files.filter((file) => /\.(ts|mjs|js)$|^package\.json$|^\.$/.test(file));
	const env = { ...process.env, ESLINT_FLAGS: 'unstable_config_lookup_from_file' };
	const cached = (/** @type {string} */ name) => [
		...['--cache', '--cache-strategy', 'content'],
		...['--cache-location', join(toolCache, name)],
	];
	const results = await Promise.all([
		code.length === 0
			? { code: 0, output: '' }
			: await tool(['eslint', ...cached('eslint'), '--no-warn-ignored', ...code], env),
		await tool(['prettier', '--check', '--ignore-unknown', ...cached('prettier'), ...files]),
	]);
	return {
		code: Math.max(...results.map(({ code }) => code)),
		output: results.map(({ output }) => output).join(''),
	};
}

/**
 * Checks the package, then the tests with the declarations that the first check writes. TypeScript rechecks only
 * files that are affected by changes since the last run.
 */
async function types() {
	const ofPackage = await tool(['tsc', '-p', 'test/types.json']);
	const ofTests = await tool(['tsc', '-p', 'test/tsconfig.json']);
	return {
		code: Math.max(ofPackage.code, ofTests.code),
		output: ofPackage.output + ofTests.output,
	};
}

/**
 * Runs a development dependency.
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} [env]
 */
async function tool([name = '', ...args], env = process.env) {
	return await run(join(root, 'node_modules', '.bin', name), args, { cwd: root, env });
}

runCommand(async () => {
	const given = process.argv.slice(2);
	const jestOnly = given.filter((one) => one !== '--changed' && one !== '--times');
	const showTimes = given.includes('--times');
	if (jestOnly.length > 0) {
		const { ok, seconds } = await runJest([...jestArguments, ...jestOnly]);
		if (showTimes) console.log(`\n${slowestOf(seconds)}`);
		return ok ? 0 : 1;
	}
	let changed = given.includes('--changed') ? await changedFiles() : undefined;
	if (changed && affectsAll(changed)) {
		console.log('Settings that affect every check have changed, so everything is checked.');
		changed = undefined;
	}
	if (changed?.length === 0) {
		console.log('Nothing has changed.');
		return 0;
	}

	const rows = await Promise.all(
		checksOf(changed?.filter(exists) ?? ['.']).map(
			async ([name, check]) =>
				await timed(name, async () => {
					const { code, output } = await check();
					console.log(`\n== ${name}\n${output}`.trimEnd());
					return one(code === 0);
				}),
		),
	);
	const chosen = changed ? await testsOfChanged(changed) : [];
	if (changed && chosen.length === 0) {
		console.log('\nNo test file depends on the change. "npm test" runs all.');
	} else {
		const tests = 'Unit, engine and contract tests';
		console.log(`\n== ${tests}`);
		const only = changed ? ['--runTestsByPath', ...chosen] : [];
		rows.push(await timed(tests, async () => await runJest([...jestArguments, ...only])));
	}
	return await summarize(rows, showTimes);
});

/** @param {string} file whether it was not deleted */
const exists = (file) => existsSync(join(root, file));

/**
 * @param {string[]} changed
 * @returns {Promise<string[]>} the test files that depend most directly on them
 */
async function testsOfChanged(changed) {
	const related = relatedTests(await readImports(), changed).filter(exists);
	const seconds = await lastSeconds();
	let sum = 0;
	const chosen = related.filter((file, index) => {
		sum += seconds[file] ?? 1;
		return index === 0 || sum <= secondsOfChanged || changed.includes(file);
	});
	const left = related.length - chosen.length;
	if (left > 0) {
		console.log(
			`\nThe change affects ${related.length} test files. The ${chosen.length} that depend on it most directly run now; "npm test" runs all.`,
		);
	}
	return chosen;
}

/**
 * @param {Array<{ name: string, counts: Counts & { seconds?: Record<string, number> }, seconds: number }>} rows
 * @param {boolean} showTimes
 * @returns {Promise<number>} the exit code
 */
async function summarize(rows, showTimes) {
	const total = sumOf(rows.map(({ counts }) => counts));
	await report('npm test', total);
	const cells = rows.map(({ name, counts: { passed, failed, skipped }, seconds }) => [
		...[name, passed, failed, skipped],
		`${seconds} s`,
	]);
	console.log(`\n${table(['', 'Passed', 'Failed', 'Skipped', 'Took'], cells)}`);
	if (showTimes) console.log(`\n${slowestOf(rows.at(-1)?.counts.seconds ?? {})}`);
	console.log(total.failed === 0 ? '\nAll is well.' : '\nSee above for what failed.');
	return total.failed === 0 ? 0 : 1;
}

/** @param {Record<string, number>} seconds */
function slowestOf(seconds) {
	const sorted = Object.entries(seconds).sort(([, a], [, b]) => b - a);
	return table(
		['Slowest test files', 'Took'],
		sorted.slice(0, slowest).map(([file, took]) => [file, `${took.toFixed(1)} s`]),
	);
}

/**
 * @param {string} name
 * @param {() => Promise<Counts>} stage
 */
async function timed(name, stage) {
	const started = Date.now();
	const counts = await stage();
	return { name, counts, seconds: Math.round((Date.now() - started) / 1000) };
}
