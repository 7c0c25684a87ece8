/**
 * `npm test`: lint, type check, and the unit, engine and contract tests.
 *
 * `--changed` checks only uncommitted changes, or the last commit if there are none. `--times` lists the slowest test
 * files. Other arguments are passed to jest, and only jest runs: `npm test -- contact`.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { runCommand } from './command.mjs';
import { npm } from './npm.mjs';
import { root, toolCache } from './paths.mjs';
import { run } from './processes.mjs';
import { affectsAll, changedFiles, chooseTests, readImports, relatedTests } from './related.mjs';
import { keepSeconds, lastSeconds, one, report, runJest, sumOf, table } from './results.mjs';

/** @typedef {import('./results.mjs').Counts} Counts */

const jestArguments = ['-c', 'test/jest.config.js'];

/** The time limit for the test files that `--changed` runs together, unless the first alone takes longer. */
const secondsOfChanged = 20;

/** Assumed for a test file that has not run yet. */
const secondsOfNew = 2;

/** The number of test files that `--times` lists. */
const slowest = 30;

/**
 * Runs the checks that only read the code, in parallel.
 * @param {string[]} files may include deleted ones
 */
async function check(files) {
	/** @type {Array<[string, () => Promise<{ code: number, output: string }>]>} */
	const checks = [
		["Lint (n8n's strict rules) and format", async () => await lint(files.filter(exists))],
	];
	if (files.some((file) => /\.([mc]?[tj]s|json)$|^\.$/.test(file))) checks.push(['Types', types]);
	return await Promise.all(
		checks.map(async ([name, start]) => {
			let output = '';
			const row = await timed(name, async () => {
				const result = await start();
				({ output } = result);
				return one(result.code === 0);
			});
			return { ...row, output };
		}),
	);
}

/** @param {Array<{ name: string, output: string }>} checks */
function print(checks) {
	for (const { name, output } of checks) console.log(`\n== ${name}\n${output}`.trimEnd());
}

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
 * files that are affected by changes since the last run. It doesn't notice updated libraries, so after an installation
 * all files are rechecked.
 */
async function types() {
	const installed = await modifiedAt(join(root, 'node_modules', '.package-lock.json'));
	const checked = await modifiedAt(join(toolCache, 'tests.tsbuildinfo'));
	const force = installed > checked ? ['--force'] : [];
	return await tool(['tsc', '-b', 'test/tsconfig.json', ...force]);
}

/** @param {string} file */
async function modifiedAt(file) {
	return await stat(file).then(
		({ mtimeMs }) => mtimeMs,
		() => 0,
	);
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

	const chosen = changed ? await testsOfChanged(changed) : [];
	const checking = check(changed ?? ['.']);
	// The tests of a change are few enough to run alongside the checks.
	if (!changed) print(await checking);
	/** @type {Parameters<typeof summarize>[0]} */
	const testing = [];
	if (!changed || chosen.length > 0) {
		const tests = 'Unit, engine and contract tests';
		console.log(`\n== ${tests}`);
		const only = changed ? ['--runTestsByPath', ...chosen] : [];
		const row = await timed(tests, async () => await runJest([...jestArguments, ...only]));
		testing.push(row);
		// A failing test file may end early, so its time is too short.
		if (row.counts.ok) await keepSeconds(row.counts.seconds, { ofAllTests: !changed });
	}
	if (changed) print(await checking);
	const rows = [...(await checking), ...testing];
	return await summarize(rows, showTimes);
});

/** @param {string} file whether it was not deleted */
function exists(file) {
	return existsSync(join(root, file));
}

/**
 * @param {string[]} changed
 * @returns {Promise<string[]>} the test files that depend most directly on them and together fit within the time limit
 */
async function testsOfChanged(changed) {
	const related = relatedTests(await readImports(), changed).filter(exists);
	const seconds = await lastSeconds();
	const chosen = chooseTests(related, {
		secondsOf: (file) => seconds[file] ?? secondsOfNew,
		limit: secondsOfChanged,
		always: changed,
	});
	const left = related.length - chosen.length;
	if (related.length === 0) {
		console.log('\nNo test file depends on the change. "npm test" runs all tests.');
	} else if (left > 0) {
		console.log(
			`\nThe change affects ${related.length} test files. ${chosen.length} of the closest run now, and ${left} are skipped. "npm test" runs all of them.`,
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
 * @template {Counts} T
 * @param {string} name
 * @param {() => Promise<T>} stage
 */
async function timed(name, stage) {
	const started = Date.now();
	const counts = await stage();
	return { name, counts, seconds: Math.round((Date.now() - started) / 1000) };
}
