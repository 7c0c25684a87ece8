/**
 * Installs packages that are too big for this package's node_modules into the cache folder, once per lock file.
 *
 * The files are written to a temporary folder, which is renamed when it is complete. So a folder with the final name
 * is always complete, even if an earlier run was interrupted. Uses no library, because it may run before any is
 * installed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal, atTheEnd, withProgress } from './command.mjs';
import { npmInstall } from './npm.mjs';
import { cacheFolder } from './paths.mjs';

/**
 * @typedef {object} Wanted
 * @property {Record<string, string>} files package.json, package-lock.json and .npmrc
 * @property {string} name the beginning of the folder's name in the cache
 * @property {string} what its name in messages: `the n8n server`
 * @property {string} size in messages
 * @property {(folder: string) => Promise<void>} [finish] the steps after npm; if they fail, the next
 * run repeats them without the download
 */

/**
 * Reads the files that npm needs to install a folder's lock file.
 * @param {string} folder
 * @returns {Promise<Record<string, string>>}
 */
export async function readSource(folder) {
	/** @param {string} file */
	const read = async (file) => [file, await readFile(join(folder, file), 'utf8')];
	const files = ['package.json', 'package-lock.json', '.npmrc'];
	return Object.fromEntries(await Promise.all(files.map(read)));
}

/**
 * The folder in the cache that `installIntoCache` creates.
 * @param {Pick<Wanted, 'files' | 'name'>} wanted
 */
export function placeInCache({ files, name }) {
	const hash = createHash('sha256');
	for (const text of Object.values(files)) hash.update(text);
	const key = `${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`;
	return join(cacheFolder(), `${name}-${key}`);
}

/**
 * Installs it if it isn't in the cache yet.
 * @param {Wanted} wanted
 * @returns {Promise<string>} its folder
 * @throws {Refusal} saying what to do
 */
export async function installIntoCache(wanted) {
	const folder = placeInCache(wanted);
	if (existsSync(folder)) return folder;
	await makeCacheFolder();
	const release = await lockFolder(folder, wanted.what);
	try {
		if (!existsSync(folder)) await installInto(folder, wanted);
	} finally {
		await release();
	}
	return folder;
}

async function makeCacheFolder() {
	const folder = cacheFolder();
	await mkdir(folder, { recursive: true }).catch((/** @type {Error} */ { message }) => {
		throw new Refusal(
			`Couldn't create the cache folder ${folder} (${message}). Set NETIGATE_TEST_CACHE to a folder that this user may write to.`,
		);
	});
}

/** The holder of a lock renews it. If it was not renewed for this long, its holder was killed. */
const staleMs = 60_000;

/**
 * Waits until no other process is installing this folder.
 * @param {string} folder
 * @param {string} what its name in messages
 * @returns {Promise<() => Promise<void>>} releases the lock
 */
async function lockFolder(folder, what) {
	const lock = `${folder}.lock`;
	if (!(await takeLock(lock))) {
		await withProgress(`Waiting for another process that is installing ${what}`, async () => {
			while (!(await takeLock(lock))) await wait(500);
		});
	}
	const renewal = setInterval(() => {
		const now = new Date();
		utimes(lock, now, now).catch(() => {});
	}, staleMs / 6);
	const release = async () => {
		clearInterval(renewal);
		await rm(lock, { recursive: true, force: true });
	};
	const atEnd = atTheEnd(release);
	return async () => {
		atEnd();
		await release();
	};
}

/** @param {string} lock */
async function takeLock(lock) {
	try {
		await mkdir(lock);
		return true;
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
	}
	const renewed = await stat(lock).catch(() => undefined);
	if (renewed && Date.now() - renewed.mtimeMs > staleMs) {
		await rm(lock, { recursive: true, force: true });
	}
	return false;
}

/**
 * @param {string} folder its final place
 * @param {Wanted} wanted
 */
async function installInto(folder, { finish, size, ...wanted }) {
	const parent = dirname(folder);
	// Only the lock holder installs, so interrupted runs left these folders.
	for (const name of await readdir(parent)) {
		if (!name.startsWith(`${basename(folder)}.growing-`)) continue;
		// Retry, because a process that wrote there may still be ending.
		await rm(join(parent, name), { recursive: true, force: true, maxRetries: 10 });
	}
	const unpacked = `${folder}.unpacked`;
	if (!existsSync(unpacked)) {
		const growing = `${folder}.growing-${randomUUID()}`;
		const [probe = 'npm'] = Object.keys(
			JSON.parse(wanted.files['package.json'] ?? '{}').dependencies,
		);
		await withProgress(
			`Installing ${wanted.what} (${size})`,
			async () => await npmInstall(growing, { ...wanted, probe }, ['--omit=dev']),
		);
		await rename(growing, unpacked);
	}
	await finish?.(unpacked);
	await rename(unpacked, folder);
}
