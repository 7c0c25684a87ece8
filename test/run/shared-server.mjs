/** An n8n server that the end-to-end test files of one process share, one after the other. */
import { startN8n } from './n8n-server.mjs';

/** @type {Promise<import('./n8n-server.mjs').N8nServer> | undefined} */
let server;

let isTaken = false;

/** @returns an empty server, which is started if there is none */
export async function takeServer() {
	isTaken = true;
	server ??= startN8n({ keepsProcessAlive: false });
	return await server;
}

/**
 * Empties the server for the next file, or stops it if that fails.
 * @param {{ reusable: boolean }} options whether the next file may use it
 */
export async function returnServer({ reusable }) {
	if (!isTaken) return;
	isTaken = false;
	const taken = server;
	server = undefined;
	const used = await taken?.catch(() => undefined);
	if (!used) return;
	try {
		if (!reusable) throw new Error('A test failed');
		await used.api.removeEverything();
		server = taken;
	} catch {
		await used.stop();
	}
}
