/** One at a time: a lock between processes, that a crashed holder does not keep. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

const heartbeatMs = 5_000;
const silentForMs = 60_000;

/**
 * Runs `work` while holding the lock folder at `path`; waits while another process holds it.
 * @template T
 * @param {string} path the lock's own folder; made and removed here
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (holder: string) => void }} [options] `onWait` is told once who holds it
 * @returns {Promise<T>}
 */
export async function withLock(path, work, { onWait } = {}) {
	const token = randomUUID();
	await mkdir(dirname(path), { recursive: true });
	for (let told = false; !(await take(path, token)); told = true) {
		const holder = await readHolder(path);
		if (holder && (await isStale(path, holder))) {
			await breakLock(path, holder.token);
			continue;
		}
		if (!told) onWait?.(holder ? `process ${holder.pid} on ${holder.host}` : 'another process');
		await wait(500);
	}
	const heartbeat = setInterval(() => {
		const now = new Date();
		utimes(path, now, now).catch(() => {});
	}, heartbeatMs);
	const release = () => rmSync(path, { recursive: true, force: true });
	process.once('exit', release);
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		process.off('exit', release);
		const holder = await readHolder(path);
		if (holder?.token === token) release();
	}
}

/**
 * @param {string} path
 * @param {string} token
 */
async function take(path, token) {
	// The holder's file is written aside and moved in with its folder, so a lock always names one.
	const aside = `${path}.${token}`;
	await mkdir(aside);
	await writeFile(
		join(aside, 'holder.json'),
		JSON.stringify({ token, pid: process.pid, host: hostname() }),
	);
	try {
		await rename(aside, path);
		return true;
	} catch (error) {
		await rm(aside, { recursive: true, force: true });
		const code = /** @type {NodeJS.ErrnoException} */ (error).code ?? '';
		if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(code)) return false;
		throw error;
	}
}

/** @typedef {{ token: string, pid: number, host: string }} Holder */

/**
 * @param {string} path
 * @returns {Promise<Holder | undefined>}
 */
async function readHolder(path) {
	try {
		return JSON.parse(await readFile(join(path, 'holder.json'), 'utf8'));
	} catch {
		return undefined;
	}
}

/**
 * @param {string} path
 * @param {Holder} holder
 */
async function isStale(path, holder) {
	if (holder.host === hostname() && !isAlive(holder.pid)) return true;
	try {
		return Date.now() - (await stat(path)).mtimeMs > silentForMs;
	} catch {
		return false;
	}
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

/**
 * @param {string} path
 * @param {string} staleToken
 */
async function breakLock(path, staleToken) {
	const aside = `${path}.broken-${randomUUID()}`;
	try {
		await rename(path, aside);
	} catch {
		return;
	}
	const taken = await readHolder(aside);
	if (taken && taken.token !== staleToken) {
		// Another process broke it first and holds it now: give it back.
		await rename(aside, path).catch(() => {});
		return;
	}
	await rm(aside, { recursive: true, force: true });
}
