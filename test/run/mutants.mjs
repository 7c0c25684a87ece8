/**
 * `npm run test:mutants [-- number] [seed] [part of a path]`: tests the tests. It puts small faults into a copy of the
 * core, turns on one at a time, runs the test files that reach it, and lists the faults that no test finds.
 * The same seed draws the same faults from the same code. Faults in `equivalent-mutants.json` aren't tested, because they
 * are known to change no result.
 */
import {
	copyFile,
	mkdir,
	mkdtemp,
	readFile,
	readdir,
	realpath,
	rm,
	symlink,
	writeFile,
} from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd, runCommand } from './command.mjs';
import { REMOVED, mutationsOf, withSwitches } from './mutations.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';
import { readImports, relatedTests } from './related.mjs';
import { report } from './results.mjs';

/** The core: files that decide who is asked, what is sent and what is read. */
const core = [
	/^nodes\/shared\/quarantine\/(rules|ledger)\//,
	/^nodes\/shared\/quarantine\/\w+\.ts$/,
	/^nodes\/shared\/tables\//,
	/^nodes\/shared\/invite\//,
	/^nodes\/shared\/(input|results)\//,
	/^nodes\/shared\/netigate\/(client|lists|members|responses)\.ts$/,
	/^nodes\/NetigateTrigger\/(changes|collect|gone|memory|poll)\.ts$/,
];

/** Not part of the core: data and fields, whose faults other tests find. */
const notCore = /(fields|Fields|numberingPlanData|PlanData)\.ts$/;

/** The test files closest to a fault run first, in groups that take about this number of seconds. */
const roundSeconds = [8, 40, Infinity];

/** The time limit, in case a fault causes an endless loop: the usual time multiplied by `times`, plus `seconds`. */
const patience = { times: 4, seconds: 60 };

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
	console.log(`${all.length} of ${mutants.length} possible faults, seed ${seed}`);
	for (const mutant of all) {
		const reason = equivalents.get(mutant);
		if (reason) console.log(`equivalent  ${describe(mutant)}  (${reason})`);
	}
	const copy = await copyOf(imports.files, drawn);
	// Tests of the code's text would fail because of the switches.
	const related = relatedTests(
		imports,
		drawn.map(({ file }) => file),
	).filter((test) => !test.includes('/docs/'));
	const testFiles = related.length > 0 ? await runUnchanged(copy, related) : [];
	/** @type {Mutant[]} */
	const survivors = [];
	let done = 0;
	const judge = async (/** @type {Mutant} */ mutant, /** @type {number} */ id) => {
		const near = relatedTests(imports, [mutant.file]);
		const reaching = testFiles
			.filter(({ reached }) => reached.includes(id))
			.sort((one, other) => near.indexOf(one.file) - near.indexOf(other.file));
		const found = await isFound(copy, id, reaching);
		if (!found) survivors.push(mutant);
		const outcome = found ? 'found' : `SURVIVED ${reaching.length} test files`;
		console.log(`${++done} ${outcome}  ${describe(mutant)}`);
	};
	const queue = drawn.entries();
	const work = async () => {
		for (const [id, mutant] of queue) await judge(mutant, id);
	};
	await Promise.all(Array.from({ length: availableParallelism() }, work));
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
			// An entry that matches several faults could hide one that no one has examined.
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
 * @param {Mutant[]} drawn their indexes are the IDs of their switches
 * @returns {Promise<string>} the folder of a copy of the clone that contains all drawn faults; removed at the end
 */
async function copyOf(files, drawn) {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-mutants-'));
	atTheEnd(() => rm(folder, { recursive: true, force: true }));
	for (const file of files) {
		await mkdir(dirname(join(folder, file)), { recursive: true });
		// A file that was deleted, but not yet in git, isn't there.
		await copyFile(join(root, file), join(folder, file)).catch(() => {});
	}
	for (const { file, code } of drawn) {
		const here = drawn.flatMap((one, id) => (one.file === file ? [{ ...one, id }] : []));
		await writeFile(join(folder, file), withSwitches(code, here));
	}
	await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
	return folder;
}

/** @typedef {{ file: string, reached: number[], seconds: number }} TestFile with the IDs of the faults it reaches */

/**
 * Runs tests with no fault.
 * @param {string} folder
 * @param {string[]} tests
 * @returns {Promise<TestFile[]>}
 */
async function runUnchanged(folder, tests) {
	const reached = join(folder, 'reached');
	await mkdir(reached);
	const env = { NETIGATE_MUTANTS_REACHED: reached };
	if ((await jest(folder, ['--runTestsByPath', ...tests], env)) !== 0) {
		throw new Refusal(
			'Tests fail although the code is unchanged. Run "npm test" and fix them first.',
		);
	}
	const results = (await readdir(reached)).map(async (name) => {
		const { testPath, ms, ...rest } = JSON.parse(await readFile(join(reached, name), 'utf8'));
		return { ...rest, file: relative(await realpath(folder), testPath), seconds: ms / 1000 };
	});
	return await Promise.all(results);
}

/**
 * @param {string} folder
 * @param {number} id
 * @param {TestFile[]} testFiles that reach the fault, in order
 * @returns {Promise<boolean>} whether a test fails or doesn't end
 */
async function isFound(folder, id, testFiles) {
	let done = 0;
	for (const limit of roundSeconds) {
		/** @type {string[]} */
		const files = [];
		let seconds = 0;
		for (const testFile of testFiles.slice(done)) {
			if (files.length > 0 && seconds + testFile.seconds > limit) break;
			files.push(testFile.file);
			seconds += testFile.seconds;
		}
		if (files.length === 0) return false;
		done += files.length;
		const limitMs = Math.round((seconds * patience.times + patience.seconds) * 1000);
		const args = ['--bail', '-i', `--testTimeout=${limitMs}`, '--runTestsByPath', ...files];
		const code = await jest(folder, args, { NETIGATE_MUTANT: String(id) }, limitMs);
		if (code !== 0) return true;
	}
	return false;
}

/**
 * @param {string} folder
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @param {number} [limitMs]
 * @returns {Promise<number>} the exit code
 */
async function jest(folder, args, env, limitMs) {
	const program = join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
	const { code } = await run(
		process.execPath,
		[program, '-c', 'test/mutants.config.js', '--silent', ...args],
		{ cwd: folder, env: { ...process.env, ...env }, limitMs },
	);
	return code;
}

/** @param {Mutant} mutant */
function describe({ file, code, start: from, end, text }) {
	const line = code.slice(0, from).split('\n').length;
	const old = code.slice(from, end).replace(/\s+/g, ' ');
	return `${file}:${line}  ${old}  ->  ${text === REMOVED ? 'removed' : text.replace(/\s+/g, ' ')}`;
}
