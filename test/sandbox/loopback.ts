import type { AddressInfo, Server } from 'node:net';

/** Makes a server listen on loopback, by default on a free port. @returns the port */
export async function listen(server: Server, port = 0): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	return (server.address() as AddressInfo).port;
}

/** Stops a server and destroys its connections, if it keeps track of them. */
export async function stopListening(
	server: Server & { closeAllConnections?: () => void },
): Promise<void> {
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	server.closeAllConnections?.();
	await closed;
}
