import { createServer, type Server } from 'node:http';
import { listen, stopListening } from '../sandbox/loopback';

interface Received {
	method: string;
	path: string;
	body: Record<string, unknown>;
}

/** A CRM, a directory, a chat or a mail service: returns what it has, and records what it receives. */
export class OtherSystem {
	readonly received: Received[] = [];
	/** The response to a GET. */
	has: unknown = [];
	/** The address, without a slash at its end. */
	url = '';

	private readonly server: Server = createServer((request, response) => {
		let text = '';
		request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
		request.on('end', () => {
			const { method = '', url: path = '' } = request;
			const isGet = method === 'GET';
			if (!isGet) {
				const body = JSON.parse(text) as Received['body'];
				this.received.push({ method, path, body });
			}
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(isGet ? this.has : {}));
		});
	});

	/** One member of each body it received. */
	got(member: string): unknown[] {
		return this.received.map(({ body }) => body[member]);
	}

	async start(): Promise<this> {
		this.url = `http://127.0.0.1:${await listen(this.server)}`;
		return this;
	}

	async close(): Promise<void> {
		await stopListening(this.server);
	}
}
