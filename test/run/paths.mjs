/** Paths: the clone, and the cache folder shared by several clones. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The clone's own folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** The caches of the linter, formatter and type checker. Can be deleted at any time. */
export const toolCache = join(root, 'node_modules', '.cache', 'netigate');

/**
 * The folder for large downloads that are the same for every clone (the n8n server). `NETIGATE_TEST_CACHE` sets another
 * folder. Can be deleted at any time.
 * @returns {string}
 */
export function cacheFolder() {
	const own = process.env.NETIGATE_TEST_CACHE;
	if (own) return resolve(own);
	return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-netigate');
}
