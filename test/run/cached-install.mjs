/**
 * Installs what is too big for this package's node_modules into the cache folder, once per lock file.
 *
 * The files grow in a folder beside their final place and are moved there when all is complete. So a folder of
 * that name is always complete, whatever was interrupted before.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { lock } from 'proper-lockfile';
import { Refusal, atTheEnd } from './command.mjs';
import { freeMegabytes, npmCi, requireRegistry } from './npm.mjs';
import { cacheFolder } from './paths.mjs';
import { withProgress } from './progress.mjs';

const files = ['package.json', 'package-lock.json', '.npmrc'];

/**
 * @typedef {object} Wanted
 * @property {string} source the folder with package.json, package-lock.json and .npmrc
 * @property {string} name the beginning of the folder's name in the cache
 * @property {string} what it is, for people: `the n8n server`
 * @property {number} megabytes on disk
 * @property {(folder: string) => Promise<void>} [finish] what has to be done after npm's part; if it fails,
 * the next run tries it again without the download
 */

/**
 * Installs it if it is not there yet.
 * @param {Wanted} wanted
 * @returns {Promise<string>} its folder
 * @throws {Refusal} saying what to do
 */
export async function installIntoCache(wanted) {
	const hash = createHash('sha256');
	for (const file of files) hash.update(await readFile(join(wanted.source, file)));
	const key = `${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`;
	const folder = join(cacheFolder(), `${wanted.name}-${key}`);
	if (existsSync(folder)) return folder;
	await makeCacheFolder(wanted);
	const release = await lockFolder(folder, wanted.what);
	try {
		if (!existsSync(folder)) await installInto(folder, wanted);
	} finally {
		await release();
	}
	return folder;
}

/** @param {Wanted} wanted */
async function makeCacheFolder({ what, megabytes }) {
	const folder = cacheFolder();
	try {
		await mkdir(folder, { recursive: true });
	} catch (error) {
		throw new Refusal(
			`The cache folder ${folder} cannot be made (${/** @type {Error} */ (error).message}). Set NETIGATE_TEST_CACHE to a folder that this user may write to.`,
		);
	}
	// During the installation some files are there twice.
	const needed = Math.round(megabytes * 1.6);
	const free = await freeMegabytes(folder);
	if (free < needed) {
		throw new Refusal(
			`Installing ${what} needs ${needed} MB, and the disk that holds ${folder} has ${free} MB free. Make room, or set NETIGATE_TEST_CACHE to a folder on another disk.`,
		);
	}
}

/**
 * @param {string} folder
 * @param {string} what
 */
async function lockFolder(folder, what) {
	const options = { realpath: false, stale: 60_000 };
	try {
		return await lock(folder, options);
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ELOCKED') throw error;
		console.log(`Waiting for another process, which is installing ${what}.`);
		const retries = { forever: true, minTimeout: 500, maxTimeout: 500 };
		return await lock(folder, { ...options, retries });
	}
}

/**
 * @param {string} folder its final place
 * @param {Wanted} wanted
 */
async function installInto(folder, wanted) {
	await removeLeftovers(folder);
	const unpacked = `${folder}.unpacked`;
	if (!existsSync(unpacked)) await unpackInto(unpacked, folder, wanted);
	await wanted.finish?.(unpacked);
	await rename(unpacked, folder);
}

/**
 * @param {string} unpacked where it goes when it is complete
 * @param {string} folder its final place
 * @param {Wanted} wanted
 */
async function unpackInto(unpacked, folder, { source, what, megabytes }) {
	const growing = `${folder}.growing-${randomUUID()}`;
	atTheEnd(() => rm(growing, { recursive: true, force: true }));
	await mkdir(growing, { recursive: true });
	for (const file of files) await copyFile(join(source, file), join(growing, file));
	const { dependencies } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
	const [[name, version] = ['npm', 'latest']] = Object.entries(dependencies);
	console.log(
		`Installed once, into ${dirname(folder)}: ${what}, ${megabytes} MB on disk, several minutes.`,
	);
	await withProgress(`Downloading and unpacking ${what}`, async () => {
		await requireRegistry(growing, what, `${name}@${version}`);
		await npmCi(growing, what, ['--omit=dev']);
	});
	await rename(growing, unpacked);
}

/**
 * Removes what interrupted runs left. Only the holder of the lock installs, so it belongs to nobody.
 * @param {string} folder
 */
async function removeLeftovers(folder) {
	const prefix = `${basename(folder)}.growing-`;
	for (const name of await readdir(dirname(folder))) {
		if (name.startsWith(prefix)) {
			// A process that wrote there may just be ending, hence the retries.
			await rm(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 10 });
		}
	}
}
