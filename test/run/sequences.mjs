/**
 * `npm run test:sequences [-- number]`: tests random sequences of people, options, faults and odd responses, different
 * each time and 1,000 by default. Every test with random cases draws proportionally more. `npm test` always runs the
 * same 120.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, runCommand } from './command.mjs';
import { root } from './paths.mjs';
import { readImports, relatedTests } from './related.mjs';
import { report, runJest } from './results.mjs';

runCommand(async () => {
	const [number = process.env.NETIGATE_SEQUENCES ?? '1000'] = process.argv.slice(2);
	if (!/^[1-9]\d*$/.test(number)) {
		throw new Refusal(`The number of sequences is a whole number from 1, not "${number}".`);
	}
	const counts = await runJest(
		['-c', 'test/jest.config.js', '--runTestsByPath', ...(await testsWithRandomCases())],
		{ ...process.env, NETIGATE_SEQUENCES: number },
	);
	await report(`npm run test:sequences -- ${number}`, counts);
	return counts.ok ? 0 : 1;
});

/** @returns {Promise<string[]>} the test files that use fast-check, directly or through a test helper */
async function testsWithRandomCases() {
	const imports = await readImports();
	const inTests = imports.files.filter((file) => /^test\/.+\.ts$/.test(file));
	const texts = await Promise.all(
		inTests.map(async (file) => await readFile(join(root, file), 'utf8')),
	);
	const random = inTests.filter((_, index) => texts[index]?.includes("from 'fast-check'"));
	return relatedTests(imports, random);
}
