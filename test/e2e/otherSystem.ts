import { createServer, type Server } from 'node:http';
import { listen, stopListening } from '../sandbox/loopback';

interface Received {
	method: string;
	path: string;
	body: Record<string, unknown>;
}

/** A CRM, directory, chat or mail service that returns `has` and records requests. */
export class OtherSystem {
	readonly received: Received[] = [];
	/** The response to a GET. */
	has: unknown = [];
	/** The URL, without a trailing slash. */
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

	/** One member of each received body. */
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
