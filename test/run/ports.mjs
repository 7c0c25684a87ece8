/** Free ports on the loopback address. */
import { randomInt } from 'node:crypto';
import getPort from 'get-port';
import { Refusal } from './command.mjs';

const host = '127.0.0.1';

/**
 * Whoever takes a port long after it was chosen, as n8n does when it starts again, must find it free still. So it is
 * none of those (from 32768 on) that systems give to whatever connects to something.
 * @returns {Promise<number>} a port that is free now, and that is given out only once in this process
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
