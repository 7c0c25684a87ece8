/**
 * One install at a time in a clone. This runs before any library is installed; what runs later locks with
 * proper-lockfile.
 */
import { rmSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Runs `work` while holding the lock file; waits while another live process holds it.
 * @template T
 * @param {string} file made and removed here
 * @param {() => Promise<T>} work
 * @param {() => void} onWait called once when it has to wait
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
	await mkdir(dirname(file), { recursive: true });
	for (let told = false; !(await take(file)); ) {
		if (await breakDead(file)) continue;
		if (!told) onWait();
		told = true;
		await wait(500);
	}
	const release = () => rmSync(file, { force: true });
	process.once('exit', release);
	try {
		return await work();
	} finally {
		process.off('exit', release);
		release();
	}
}

/** @param {string} file */
async function take(file) {
	try {
		await writeFile(file, `${hostname()} ${process.pid}`, { flag: 'wx' });
		return true;
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
		throw error;
	}
}

/**
 * @param {string} file
 * @returns {Promise<boolean>} whether the lock of a process that is gone was taken away
 */
async function breakDead(file) {
	const holder = await read(file);
	const [host, pid] = holder.split(' ');
	if (host !== hostname() || isAlive(Number(pid))) return false;
	const aside = `${file}.${process.pid}`;
	try {
		await rename(file, aside);
	} catch {
		return false;
	}
	// If another process has broken and taken it since it was read, it is put back.
	const same = (await read(aside)) === holder;
	if (!same) await link(aside, file).catch(() => {});
	await rm(aside, { force: true });
	return same;
}

/** @param {string} file */
async function read(file) {
	return await readFile(file, 'utf8').catch(() => '');
}

/** @param {number} pid */
function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
	}
}
