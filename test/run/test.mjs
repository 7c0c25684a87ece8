/**
 * `npm test`: lint, type check, and the unit, engine and contract tests.
 *
 * Arguments go to jest, and then nothing but jest runs: `npm test -- contact`.
 */
import process from 'node:process';
import { runCommand } from './command.mjs';
import { npm } from './npm.mjs';
import { root } from './paths.mjs';
import { one, report, runJest, sumOf, table } from './results.mjs';

/** @typedef {import('./results.mjs').Counts} Counts */

const jestArguments = ['-c', 'test/jest.config.js'];

const tsc = ['exec', '--', 'tsc', '--noEmit', '-p'];

/**
 * Checks that only read the code, with npm's arguments. They run in parallel, and each prints its output when it
 * has ended.
 * @type {Array<[string, string[]]>}
 */
const checks = [
	["Lint (n8n's strict rules) and format", ['run', '--silent', 'lint']],
	['Types of the package', [...tsc, 'tsconfig.json']],
	['Types of the tests', [...tsc, 'test/tsconfig.json']],
];

runCommand(async () => {
	const given = process.argv.slice(2);
	if (given.length > 0) return (await runJest([...jestArguments, ...given])).ok ? 0 : 1;

	const rows = await Promise.all(
		checks.map(
			async ([name, args]) =>
				await timed(name, async () => {
					const { code, output } = await npm(args, { cwd: root });
					console.log(`\n== ${name}\n${output}`.trimEnd());
					return one(code === 0);
				}),
		),
	);
	const tests = 'Unit, engine and contract tests';
	console.log(`\n== ${tests}`);
	rows.push(await timed(tests, async () => await runJest(jestArguments)));

	const total = sumOf(rows.map(({ counts }) => counts));
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
