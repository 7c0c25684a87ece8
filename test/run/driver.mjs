/**
 * Installs the native module of `sqlite3`, n8n's database driver, into the cache folder. Uses the authors' prebuilt
 * module if it can be downloaded and loaded, otherwise compiles it. It doesn't depend on n8n, so it is installed
 * during n8n's download, and several n8n versions share it.
 */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { installIntoCache } from './cache.mjs';
import { Refusal, withProgress } from './command.mjs';
import { lastLines, npm } from './npm.mjs';
import { run } from './processes.mjs';

/** The path of the native module in the package `sqlite3`. */
export const nativeModule = join('build', 'Release', 'node_sqlite3.node');

/** The download from GitHub is about 1 MB. A firewall may block it without responding. */
const downloadLimitMs = 20_000;

/** @typedef {{ version?: string, dependencies?: Record<string, string>, optionalDependencies?: object }} Entry */

/**
 * @param {Record<string, string>} server the package.json, package-lock.json and .npmrc of an n8n server
 * @returns {Promise<string>} the path of the native module
 * @throws {Refusal} saying what to do
 */
export async function installDriver(server) {
	const lock = JSON.parse(server['package-lock.json'] ?? '');
	const headers = ownHeaders();
	// The module uses Node-API, so the headers of any Node version work. This Node may have no headers.
	const nodePackage = `node-${process.platform}-${process.arch}`;
	const names = ['sqlite3', ...(!headers && find(lock, '', nodePackage) ? [nodePackage] : [])];
	const folder = await installIntoCache({
		files: { ...partOf(lock, names), '.npmrc': server['.npmrc'] ?? '' },
		name: 'sqlite3',
		what: "the source of n8n's database driver",
		size: headers ? '3 MB to download' : '60 MB to download',
		finish: async (unpacked) => {
			const modules = join(unpacked, 'node_modules');
			const built = join(unpacked, 'node_sqlite3.node');
			if (!existsSync(built)) {
				await build(unpacked, headers ?? join(modules, nodePackage));
				await rename(join(modules, 'sqlite3', nativeModule), built);
			}
			await rm(modules, { recursive: true, force: true });
		},
	});
	return join(folder, 'node_sqlite3.node');
}

/** @returns {string | undefined} the folder with the header files of the Node that runs this */
function ownHeaders() {
	const place = dirname(dirname(process.execPath));
	return existsSync(join(place, 'include', 'node', 'node_api.h')) ? place : undefined;
}

/**
 * The part of a lock file that some packages need.
 * @param {{ packages: Record<string, Entry> }} lock
 * @param {string[]} names of packages
 * @returns {Record<'package.json' | 'package-lock.json', string>}
 */
export function partOf(lock, names) {
	/** @type {Record<string, Entry>} */
	const packages = {};
	const add = (/** @type {string} */ from, /** @type {string} */ name) => {
		const place = find(lock, from, name);
		if (!place) throw new Error(`${name} is not in the lock file`);
		if (packages[place]) return;
		// Leaves out the optional node-gyp, so that npm's newer one is used, which supports newer versions of Python.
		const { optionalDependencies: _, ...entry } = lock.packages[place] ?? {};
		packages[place] = entry;
		for (const dependency of Object.keys(entry.dependencies ?? {})) add(place, dependency);
	};
	for (const name of names) add('', name);
	const dependencies = Object.fromEntries(
		names.map((name) => [name, packages[`node_modules/${name}`]?.version]),
	);
	const description = { name: 'database-driver', private: true, dependencies };
	return {
		'package.json': JSON.stringify(description),
		'package-lock.json': JSON.stringify({
			...{ name: 'database-driver', lockfileVersion: 3, requires: true },
			packages: { '': description, ...packages },
		}),
	};
}

/**
 * Finds a package as Node does: in the package's own node_modules, then in those of the folders above it.
 * @param {{ packages: Record<string, Entry> }} lock
 * @param {string} from the place of the package that needs it
 * @param {string} name
 * @returns {string | undefined} its place
 */
function find(lock, from, name) {
	const place = `${from}${from && '/'}node_modules/${name}`;
	if (lock.packages[place]) return place;
	if (from === '') return undefined;
	return find(lock, from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1)), name);
}

/**
 * @param {string} folder where npm has installed the package `sqlite3`
 * @param {string} headers a folder with `include/node`
 */
async function build(folder, headers) {
	const cwd = join(folder, 'node_modules', 'sqlite3');
	const works = async () =>
		existsSync(join(cwd, nativeModule)) &&
		(await run(process.execPath, ['-e', 'require(".")'], { cwd })).code === 0;
	if (await works()) return;
	await withProgress(
		"Building n8n's database driver (about a minute if it is compiled)",
		async () => {
			await npm(['explore', 'sqlite3', '--', 'prebuild-install', '--runtime', 'napi'], {
				cwd: folder,
				limitMs: downloadLimitMs,
			});
			if (await works()) return;
			const { output } = await npm(
				['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts'],
				{
					cwd: folder,
					env: {
						...process.env,
						npm_config_build_from_source: 'true',
						npm_config_jobs: 'max',
						...(existsSync(join(headers, 'include')) ? { npm_config_nodedir: headers } : {}),
					},
				},
			);
			if (await works()) return;
			throw new Refusal(
				/No space left/i.test(output)
					? `The disk that holds ${folder} is full. Make room, then run the same command again.`
					: 'The database driver sqlite3 could not be built; see the end of its output above. It needs python3, make and a C++ compiler (Debian: apt-get install python3 make g++; macOS: xcode-select --install). Then run the same command again.',
				lastLines(output, 25),
			);
		},
	);
}
