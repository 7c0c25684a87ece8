/** Free ports on the loopback address. */
import { randomInt } from 'node:crypto';
import getPort from 'get-port';
import { Refusal } from './command.mjs';

const host = '127.0.0.1';

/**
 * Chooses a port below 32768. Systems use higher ports for outgoing connections, which could take the port before n8n
 * restarts.
 * @returns {Promise<number>} a free port that is returned only once in this process
 */
export async function freePort() {
	const port = Array.from({ length: 20 }, () => randomInt(11_000, 32_000));
	return await getPort({ host, port });
}

/**
 * Refuses a port that is not free, with what to do.
 * @param {number} port
 * @param {string} how how to choose another, e.g. `--port 5680`
 */
export async function requireFreePort(port, how) {
	if ((await getPort({ host, port })) === port) return;
	throw new Refusal(
		`Port ${port} is taken by another program, or this user may not listen on it. End that program, or choose another port: ${how}.`,
	);
}
