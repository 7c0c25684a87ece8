import { createServer, type Server } from 'node:http';
import { listen, stopListening } from './loopback';

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

	async listen(): Promise<void> {
		this.url = `http://127.0.0.1:${await listen(this.server)}`;
	}

	async close(): Promise<void> {
		await stopListening(this.server);
	}
}
