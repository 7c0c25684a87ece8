import { createRequire } from 'node:module';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Credential, N8nApi } from '../run/n8n-api.mjs';
import { installServer } from '../run/server-install.mjs';
import { listen, stopListening } from '../sandbox/loopback';

interface Mail {
	from: string;
	to: string[];
	subject: string;
	/** The page, or the text. */
	body: string;
}

type Parse = (message: Buffer) => Promise<{ subject: string; html: string | false; text: string }>;

/** A local mail server that accepts every email and delivers none. It supports the parts of RFC 5321 that n8n uses. */
export class MailServer {
	readonly mails: Mail[] = [];
	port = 0;
	private parse!: Parse;
	private readonly sockets = new Set<Socket>();

	private readonly server: Server = createServer((socket) => this.serve(socket));

	private serve(socket: Socket): void {
		this.sockets.add(socket);
		socket.on('close', () => this.sockets.delete(socket)).on('error', () => {});
		const say = (line: string) => socket.write(`${line}\r\n`);
		let text = '';
		let data = false;
		let mail = { from: '', to: [] as string[] };
		say('220 mail.example.com');
		socket.setEncoding('latin1').on('data', (chunk: string) => {
			text += chunk;
			for (;;) {
				const end = data ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
				if (end < 0) return;
				const read = text.slice(0, end);
				text = text.slice(end + (data ? 5 : 2));
				if (data) {
					void this.receive(mail, read.replace(/^\.\./gm, '.'));
					mail = { from: '', to: [] };
					data = false;
					say('250 taken');
					continue;
				}
				const address = /<([^>]*)>/.exec(read)?.[1] ?? '';
				if (/^MAIL FROM/i.test(read)) mail.from = address;
				if (/^RCPT TO/i.test(read)) mail.to.push(address);
				data = /^DATA/i.test(read);
				say(data ? '354 go on' : /^QUIT/i.test(read) ? '221 bye' : '250 ok');
			}
		});
	}

	private async receive(envelope: Pick<Mail, 'from' | 'to'>, message: string): Promise<void> {
		const { subject, html, text } = await this.parse(Buffer.from(message, 'latin1'));
		this.mails.push({ ...envelope, subject, body: html || text });
	}

	async start(): Promise<this> {
		const { folder } = await installServer();
		// n8n includes an email parser.
		const { simpleParser } = createRequire(join(folder, 'package.json'))('mailparser') as {
			simpleParser: Parse;
		};
		this.parse = simpleParser;
		this.port = await listen(this.server);
		return this;
	}

	async close(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		await stopListening(this.server);
	}
}

/** n8n's credential for the mail server. */
export async function createMailCredential(api: N8nApi, { port }: MailServer): Promise<Credential> {
	return await api.createCredential({
		name: 'Mail (local)',
		type: 'smtp',
		data: {
			...{ host: '127.0.0.1', port, secure: false, disableStartTls: true },
			...{ user: '', password: '', hostName: '' },
		},
	});
}
