/** Free ports on the loopback address. */
import { createServer } from 'node:net';
import { Refusal } from './command.mjs';

/**
 * @param {number} port 0 for any
 * @returns {Promise<import('node:net').Server>}
 */
function listen(port) {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(server));
	});
}

/**
 * Ports that are free now, all different.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
	const servers = [];
	for (let i = 0; i < count; i++) servers.push(await listen(0));
	const ports = servers.map(
		(server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port,
	);
	await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
	return ports;
}

/** @returns {Promise<number>} a port that is free now */
export async function freePort() {
	const [port] = await freePorts(1);
	return /** @type {number} */ (port);
}

/**
 * Refuses a port that is not free, with what to do.
 * @param {number} port
 * @param {string} how how to choose another, e.g. `--port 5680`
 */
export async function requireFreePort(port, how) {
	try {
		const server = await listen(port);
		await new Promise((done) => server.close(done));
	} catch (error) {
		const code = /** @type {NodeJS.ErrnoException} */ (error).code;
		if (code === 'EACCES') {
			throw new Refusal(`This user may not listen on port ${port}. Choose another: ${how}.`);
		}
		if (code !== 'EADDRINUSE') throw error;
		throw new Refusal(
			`Port ${port} is taken by another program. End that program, or choose another port: ${how}.`,
		);
	}
}
