/**
 * `npm run test:mutants [-- number] [seed] [part of a path]`: tests the tests. It puts small faults into the core, one at
 * a time in a copy of the clone, runs the tests that the changed file affects, and lists the faults that no test finds.
 * The same seed draws the same faults from the same code. Faults in `equivalent-mutants.json` aren't tested, because they
 * are known to change no result.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd, runCommand } from './command.mjs';
import { mutationsOf } from './mutations.mjs';
import { root } from './paths.mjs';
import { start } from './processes.mjs';
import { readImports, relatedTests } from './related.mjs';
import { report } from './results.mjs';

/** What decides who is asked, what is sent and what is read. */
const core = [
	/^nodes\/shared\/quarantine\/(rules|ledger)\//,
	/^nodes\/shared\/quarantine\/\w+\.ts$/,
	/^nodes\/shared\/tables\//,
	/^nodes\/shared\/invite\//,
	/^nodes\/shared\/(input|results)\//,
	/^nodes\/shared\/netigate\/(client|lists|members|responses)\.ts$/,
	/^nodes\/NetigateTrigger\/(changes|collect|gone|memory|poll)\.ts$/,
];

/** Data and fields, whose faults other tests find. */
const notCore = /(fields|Fields|numberingPlanData|PlanData)\.ts$/;

/** The numbers of test files that run one after the other, nearest first, until one finds the fault. */
const rounds = [6, 30, Infinity];

/** A fault can make a loop endless. */
const minutesPerRound = 10;

/** The share of the faults that must be found. */
const goal = 0.95;

/** @typedef {import('./mutations.mjs').Mutation & { file: string, code: string }} Mutant */

/**
 * Faults in one line that change no result.
 * @typedef {{ file: string, code: string, becomes: string[], reason: string }} Equivalent
 */

runCommand(async () => {
	const { number, seed, part } = readArguments(process.argv.slice(2));
	const imports = await readImports();
	const mutants = await allMutants(imports.files.filter((file) => file.includes(part)));
	const equivalents = await readEquivalents(mutants, part);
	const all = shuffled(mutants, seed).slice(0, number);
	const drawn = all.filter((mutant) => !equivalents.has(mutant));
	const copy = await copyOf(imports.files);
	console.log(`${all.length} of ${mutants.length} possible faults, seed ${seed}`);
	for (const mutant of all) {
		const reason = equivalents.get(mutant);
		if (reason) console.log(`equivalent  ${describe(mutant)}  (${reason})`);
	}
	const testsOf = (/** @type {Mutant} */ { file }) =>
		relatedTests(imports, [file]).filter((test) => !test.includes('/docs/'));
	const nearest = new Set(drawn.flatMap((mutant) => testsOf(mutant).slice(0, rounds[0])));
	if (nearest.size > 0 && (await fails(copy, [...nearest]))) {
		throw new Refusal(
			'Tests fail although the code is unchanged. Run "npm test" and fix that first.',
		);
	}
	const survivors = [];
	for (const [index, mutant] of drawn.entries()) {
		const found = await isFound(copy, mutant, testsOf(mutant));
		if (!found) survivors.push(mutant);
		console.log(`${index + 1} ${found ? 'found' : 'SURVIVED'}  ${describe(mutant)}`);
	}
	const found = drawn.length - survivors.length;
	console.log(`\n${found} of ${drawn.length} faults were found by a test.`);
	for (const mutant of survivors) console.log(`Not found: ${describe(mutant)}`);
	await report('npm run test:mutants', { passed: found, failed: survivors.length, skipped: 0 });
	return found >= drawn.length * goal ? 0 : 1;
});

/** @param {string[]} given */
function readArguments([number = '40', seed = String(Date.now() % 100_000), part = '']) {
	if (!/^[1-9]\d*$/.test(number) || !/^\d+$/.test(seed)) {
		throw new Refusal('Usage: npm run test:mutants -- [number] [seed] [part of a path]');
	}
	return { number: Number(number), seed: Number(seed), part };
}

/**
 * @param {string[]} files
 * @returns {Promise<Mutant[]>}
 */
async function allMutants(files) {
	const chosen = files.filter(
		(file) => file.endsWith('.ts') && !notCore.test(file) && core.some((one) => one.test(file)),
	);
	const lists = chosen.map(async (file) => {
		const code = await readFile(join(root, file), 'utf8');
		return mutationsOf(code).map((mutation) => ({ ...mutation, file, code }));
	});
	return (await Promise.all(lists)).flat();
}

/**
 * @param {Mutant[]} mutants
 * @param {string} part
 * @returns {Promise<Map<Mutant, string>>} the faults that no test can find, each with the reason
 */
async function readEquivalents(mutants, part) {
	const text = await readFile(join(root, 'test/run/equivalent-mutants.json'), 'utf8');
	/** @type {Equivalent[]} */
	const list = JSON.parse(text);
	/** @type {Map<Mutant, string>} */
	const found = new Map();
	for (const { file, code, becomes, reason } of list.filter((one) => one.file.includes(part))) {
		for (const changed of becomes) {
			const same = mutants.filter(
				(one) => one.file === file && lineOf(one) === code && lineOf(one, true) === changed,
			);
			// An entry that matches several faults could hide one that was never examined.
			if (same.length !== 1)
				throw new Refusal(
					`Each entry in equivalent-mutants.json must match one fault, but this one matches ${same.length}: ${file}: ${changed}`,
				);
			found.set(same[0], reason);
		}
	}
	return found;
}

/**
 * @param {Mutant} mutant
 * @param {boolean} [changed] whether to return the line with the fault
 */
function lineOf({ code, start: from, end, text }, changed = false) {
	const middle = changed ? text : code.slice(from, end);
	const before = code.slice(code.lastIndexOf('\n', from) + 1, from);
	return `${before}${middle}${code.slice(end, code.indexOf('\n', end))}`.trim();
}

/**
 * @template T
 * @param {T[]} list
 * @param {number} seed
 * @returns {T[]} in an order that only depends on the seed
 */
function shuffled(list, seed) {
	let state = seed | 0;
	const random = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return (mixed ^ (mixed >>> 14)) >>> 0;
	};
	const keyed = list.map((one) => ({ one, key: random() }));
	return keyed.sort((a, b) => a.key - b.key).map(({ one }) => one);
}

/**
 * @param {string[]} files
 * @returns {Promise<string>} the folder of a copy of the clone, which is removed at the end
 */
async function copyOf(files) {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-mutants-'));
	atTheEnd(() => rm(folder, { recursive: true, force: true }));
	for (const file of files) {
		await mkdir(dirname(join(folder, file)), { recursive: true });
		// A file that was deleted, but not yet in git, isn't there.
		await copyFile(join(root, file), join(folder, file)).catch(() => {});
	}
	await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
	return folder;
}

/**
 * @param {string} folder
 * @param {Mutant} mutant
 * @param {string[]} tests
 * @returns {Promise<boolean>} whether a test fails, or does not end
 */
async function isFound(folder, { file, code, start: from, end, text }, tests) {
	await writeFile(join(folder, file), code.slice(0, from) + text + code.slice(end));
	try {
		let done = 0;
		for (const round of rounds) {
			const next = tests.slice(done, round);
			if (next.length > 0 && (await fails(folder, next))) return true;
			done += next.length;
		}
		return false;
	} finally {
		await writeFile(join(folder, file), code);
	}
}

/**
 * @param {string} folder
 * @param {string[]} tests
 */
async function fails(folder, tests) {
	const jest = join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
	const args = [jest, '-c', 'test/jest.config.js', '--bail', '--silent', '--runTestsByPath'];
	const program = start(process.execPath, [...args, ...tests], { cwd: folder });
	const timer = setTimeout(() => void program.kill9(), minutesPerRound * 60_000);
	const code = await program.exited;
	clearTimeout(timer);
	return code !== 0;
}

/** @param {Mutant} mutant */
function describe({ file, code, start: from, end, text }) {
	const line = code.slice(0, from).split('\n').length;
	const old = code.slice(from, end).replace(/\s+/g, ' ');
	return `${file}:${line}  ${old}  ->  ${text === ';' ? 'removed' : text.replace(/\s+/g, ' ')}`;
}
