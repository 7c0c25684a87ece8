/**
 * `npm test`: lint, type check, and the unit, engine and contract tests.
 *
 * Arguments go to jest, and then nothing but jest runs: `npm test -- contact`.
 */
import process from 'node:process';
import { runCommand } from './command.mjs';
import { installDependencies } from './install.mjs';
import { npm } from './npm.mjs';
import { root } from './paths.mjs';
import { report, runJest } from './results.mjs';
import { table } from './table.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const jestArguments = ['-c', 'test/jest.config.js'];

/** @type {Array<[string, () => Promise<Counts>]>} */
const stages = [
	["Lint (n8n's strict rules) and format", async () => await npmRun('lint')],
	['Types of the package', async () => await tsc('tsconfig.json')],
	['Types of the tests', async () => await tsc('test/tsconfig.json')],
	['Unit, engine and contract tests', async () => await runJest(jestArguments)],
];

runCommand(async () => {
	await installDependencies();
	const given = process.argv.slice(2);
	if (given.length > 0) return (await runJest([...jestArguments, ...given])).ok ? 0 : 1;

	const rows = [];
	/** @type {Counts} */
	const total = { passed: 0, failed: 0, skipped: 0 };
	for (const [name, stage] of stages) {
		console.log(`\n== ${name}`);
		const started = Date.now();
		const counts = await stage();
		for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) {
			total[key] += counts[key];
		}
		const seconds = Math.round((Date.now() - started) / 1000);
		rows.push([name, counts.passed, counts.failed, counts.skipped, `${seconds} s`]);
	}
	await report('npm test', total);
	console.log(`\n${table(['', 'Passed', 'Failed', 'Skipped', 'Took'], rows)}`);
	console.log(total.failed === 0 ? '\nAll is well.' : '\nSee above for what failed.');
	return total.failed === 0 ? 0 : 1;
});

/**
 * @param {boolean} ok
 * @returns {Counts}
 */
function one(ok) {
	return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** @param {string} script */
async function npmRun(script) {
	const { code } = await npm(['run', '--silent', script], { cwd: root, echo: true });
	return one(code === 0);
}

/** @param {string} project */
async function tsc(project) {
	const { code } = await npm(['exec', '--', 'tsc', '--noEmit', '-p', project], {
		cwd: root,
		echo: true,
	});
	return one(code === 0);
}
