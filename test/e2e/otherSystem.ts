import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
	method: string;
	path: string;
	body: Record<string, unknown>;
}

/** A CRM, a directory, a chat or a mail service beside n8n: gives what it has, and keeps what it is sent. */
export class OtherSystem {
	readonly received: Received[] = [];

	/** What it answers a GET with. */
	has: unknown = [];

	/** The address, without a slash at its end. */
	url = '';

	private readonly server: Server = createServer((request, response) => {
		let text = '';
		request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
		request.on('end', () => {
			const { method = '', url: path = '' } = request;
			const asked = method === 'GET';
			if (!asked) {
				const body = JSON.parse(text) as Received['body'];
				this.received.push({ method, path, body });
			}
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(asked ? this.has : {}));
		});
	});

	/** What it was sent, each by one member. */
	told(member: string): unknown[] {
		return this.received.map(({ body }) => body[member]);
	}

	async start(): Promise<this> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
		return this;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}
