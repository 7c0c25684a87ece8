import { createServer, type Server } from 'node:http';
import { listen, stopListening } from './loopback';

/** A request that reached the other host, and whether it had the key. */
export interface StrayRequest {
	method: string;
	path: string;
	withKey: boolean;
}

/** Another server, to which redirects lead. It returns an empty list for everything. */
export class OtherHost {
	readonly requests: StrayRequest[] = [];
	url = '';
	private readonly server: Server;

	/** @param isKey whether a text contains the key */
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
