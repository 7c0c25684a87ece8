/**
 * `npm test`: lint, type check, and the unit, engine and contract tests.
 *
 * Arguments go to jest, and then nothing but jest runs: `npm test -- contact`.
 */
import process from 'node:process';
import { runCommand } from './command.mjs';
import { npm } from './npm.mjs';
import { root } from './paths.mjs';
import { report, runJest } from './results.mjs';
import { table } from './table.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const jestArguments = ['-c', 'test/jest.config.js'];

/**
 * Checks that only read the code. They run side by side, each printing its output when it has ended.
 * @type {Array<[string, () => Promise<{ code: number | null, output: string }>]>}
 */
const checks = [
	["Lint (n8n's strict rules) and format", async () => await run(['run', '--silent', 'lint'])],
	['Types of the package', async () => await tsc('tsconfig.json')],
	['Types of the tests', async () => await tsc('test/tsconfig.json')],
];

runCommand(async () => {
	const given = process.argv.slice(2);
	if (given.length > 0) return (await runJest([...jestArguments, ...given])).ok ? 0 : 1;

	const rows = await Promise.all(
		checks.map(
			async ([name, check]) =>
				await timed(name, async () => {
					const { code, output } = await check();
					console.log(`\n== ${name}\n${output}`.trimEnd());
					return one(code === 0);
				}),
		),
	);
	const tests = 'Unit, engine and contract tests';
	console.log(`\n== ${tests}`);
	rows.push(await timed(tests, async () => await runJest(jestArguments)));

	const sum = (/** @type {keyof Counts} */ key) =>
		rows.reduce((total, { counts }) => total + counts[key], 0);
	const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
	await report('npm test', total);
	const cells = rows.map(({ name, counts: { passed, failed, skipped }, seconds }) => [
		name,
		passed,
		failed,
		skipped,
		`${seconds} s`,
	]);
	console.log(`\n${table(['', 'Passed', 'Failed', 'Skipped', 'Took'], cells)}`);
	console.log(total.failed === 0 ? '\nAll is well.' : '\nSee above for what failed.');
	return total.failed === 0 ? 0 : 1;
});

/**
 * @param {string} name
 * @param {() => Promise<Counts>} stage
 */
async function timed(name, stage) {
	const started = Date.now();
	const counts = await stage();
	return { name, counts, seconds: Math.round((Date.now() - started) / 1000) };
}

/**
 * @param {boolean} ok
 * @returns {Counts}
 */
function one(ok) {
	return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** @param {string[]} args npm's */
async function run(args) {
	return await npm(args, { cwd: root });
}

/** @param {string} project */
async function tsc(project) {
	return await run(['exec', '--', 'tsc', '--noEmit', '-p', project]);
}
