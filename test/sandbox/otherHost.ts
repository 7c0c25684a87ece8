import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that reached the other host: whether the key came with it, never the key. */
export interface StrayRequest {
	method: string;
	path: string;
	withKey: boolean;
}

/** A server that is not Netigate, for redirects to lead to. Answers everything with an empty list. */
export class OtherHost {
	readonly requests: StrayRequest[] = [];

	url = '';

	private readonly server: Server;

	/** @param isKey whether a text holds the key */
	constructor(isKey: (text: string) => boolean) {
		this.server = createServer((request, response) => {
			const { method = '', url = '', rawHeaders } = request;
			this.requests.push({ method, path: url, withKey: [...rawHeaders, url].some(isKey) });
			request.resume();
			response.writeHead(200, { 'Content-Type': 'application/json' });
			response.end('[]');
		});
	}

	/** Listens on the loopback, on a port of its own. */
	async listen(): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject);
			this.server.listen(0, '127.0.0.1', resolve);
		});
		this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
		this.server.closeAllConnections();
		await closed;
	}
}
