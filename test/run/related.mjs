/** Finds the tests that a change affects, based on the imports of all files. */
import { readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { Refusal } from './command.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';

const testFile = /^test\/(unit|engine|contract)\/.+\.test\.ts$/;

/** Files that every check depends on. */
const settings =
	/^(package(-lock)?|tsconfig)\.json$|^test\/[^/]+\.(js|json)$|(^|\/)eslint\.config\.mjs$|^\.prettier/;

/** Tests that read files instead of importing them. A change to a file that matches `reads` affects `tests`. */
const readers = [
	{
		reads: /\.md$|^workflows\/|^\.(ci|github)\//,
		tests: /^test\/unit\/docs\/|^test\/engine\/(docs|actions\/generated)\.test/,
	},
	{
		reads: /^(nodes|credentials)\//,
		tests:
			/^test\/unit\/(docs\/(conventions|errors|names|release|rooms|sizes|words)|n8n\/builderHints)\.test/,
	},
	{ reads: /^test\/sandbox\//, tests: /^test\/unit\/docs\/names\.test/ },
	{ reads: /^test\/sandbox\/README\.md$/, tests: /^test\/contract\/settings\.test/ },
	{ reads: /^test\/run\/install\.mjs$/, tests: /^test\/contract\/install\.test/ },
	{ reads: /^test\/run\/related\.mjs$/, tests: /^test\/contract\/changed\.test/ },
	{ reads: /^docs\/internals\/openapi\.yaml$/, tests: /^test\/contract\// },
];

/**
 * @param {...string} args
 * @returns {Promise<string[]>} the lines of git's output
 */
async function git(...args) {
	const { code, output } = await run('git', args, { cwd: root });
	if (code !== 0) throw new Refusal('git failed with the lines above.', output);
	return output.split('\n').filter(Boolean);
}

/**
 * @returns {Promise<string[]>} files with uncommitted changes, or those of the last commit if there are none. They
 * include deleted files
 */
export async function changedFiles() {
	const uncommitted = [
		...(await git('diff', '--name-only', '--no-renames', 'HEAD')),
		...(await git('ls-files', '--others', '--exclude-standard')),
	];
	if (uncommitted.length > 0) return uncommitted;
	return await git('diff', '--name-only', '--no-renames', 'HEAD~1', 'HEAD');
}

/** @type {(changed: string[]) => boolean} whether every check must run */
export const affectsAll = (changed) => changed.some((file) => settings.test(file));

/** @typedef {{ files: string[], importers: Map<string, string[]> }} Imports */

/** @returns {Promise<Imports>} all files, and by file those that import it */
export async function readImports() {
	const files = await git('ls-files', '--cached', '--others', '--exclude-standard');
	const known = new Set(files);
	/** @type {Map<string, string[]>} */
	const importers = new Map();
	const readOne = async (/** @type {string} */ file) => {
		const text = await readFile(join(root, file), 'utf8').catch(() => '');
		for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
			if (!fileName.startsWith('.')) continue;
			const path = posix.join(dirname(file), fileName);
			const found = [path, `${path}.ts`, `${path}/index.ts`, path.replace(/\.js$/, '.ts')].find(
				(one) => known.has(one),
			);
			if (found) importers.set(found, [...(importers.get(found) ?? []), file]);
		}
	};
	await Promise.all(files.filter((file) => /\.(ts|mjs)$/.test(file)).map(readOne));
	return { files, importers };
}

/**
 * @param {Imports} imports
 * @param {string[]} changed
 * @returns {string[]} the test files that a change to these files affects, closest first. A test file is close if it
 * imports the changed files through few other files. Each word that their names share counts as two files fewer
 */
export function relatedTests({ files, importers }, changed) {
	/** @type {Map<string, number>} */
	const distances = new Map(changed.map((file) => [file, 0]));
	for (const [file, distance] of distances) {
		for (const importer of importers.get(file) ?? []) {
			if (!distances.has(importer)) distances.set(importer, distance + 1);
		}
	}
	const affected = [...distances.keys()];
	for (const { reads, tests } of readers) {
		if (!affected.some((file) => reads.test(file))) continue;
		for (const file of files) {
			if (tests.test(file) && !distances.has(file)) distances.set(file, 1);
		}
	}
	const words = new Set(changed.flatMap(wordsOf));
	const scores = new Map(
		[...distances].map(([file, distance]) => [
			file,
			distance - 2 * wordsOf(file).filter((word) => words.has(word)).length,
		]),
	);
	const scoreOf = (/** @type {string} */ file) => scores.get(file) ?? 0;
	return [...scores.keys()]
		.filter((file) => testFile.test(file))
		.sort((near, far) => scoreOf(near) - scoreOf(far));
}

/**
 * @param {string[]} related test files, closest first
 * @param {{ secondsOf: (file: string) => number, limit: number, always: string[] }} options
 * @returns {string[]} the closest that together fit within the time limit. The first and `always` are chosen anyway
 */
export function chooseTests(related, { secondsOf, limit, always }) {
	let left = limit;
	return related.filter((file, index) => {
		const seconds = secondsOf(file);
		if (seconds > left && index > 0 && !always.includes(file)) return false;
		left -= seconds;
		return true;
	});
}

/** @type {(file: string) => string[]} */
const wordsOf = (file) =>
	file
		.replace(/^nodes\/|\.ts$|\.test/g, '')
		.split(/[/.]|(?=[A-Z])/)
		.map((word) => word.toLowerCase());
