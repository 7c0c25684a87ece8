import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Credential, N8nApi } from '../run/n8n-api.mjs';
import { startN8n, type N8nServer } from '../run/n8n-server.mjs';
import { startSandbox, type Sandbox } from '../sandbox';

interface Mail {
	from: string;
	to: string[];
	subject: string;
	/** The page, or the text. */
	body: string;
}

/** A mail server on this machine that accepts every email and delivers none (the parts of RFC 5321 n8n uses). */
export class MailServer {
	readonly mails: Mail[] = [];

	port = 0;

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
					this.mails.push({ ...mail, ...contentOf(read.replace(/^\.\./gm, '.')) });
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

	async start(): Promise<this> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		this.port = (this.server.address() as AddressInfo).port;
		return this;
	}

	async close(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

export interface WithMail {
	n8n: N8nServer;
	sandbox: Sandbox;
	mailServer: MailServer;
	stop: () => Promise<void>;
}

/** Starts n8n, the Netigate sandbox and a mail server. */
export async function startWithMail(): Promise<WithMail> {
	// If n8n doesn't start, nothing else is left open.
	const n8n = await startN8n();
	const [sandbox, mailServer] = await Promise.all([startSandbox(), new MailServer().start()]);
	const stop = async () => {
		await n8n.stop();
		await sandbox.close();
		await mailServer.close();
	};
	return { n8n, sandbox, mailServer, stop };
}

/** n8n's credential for the mail server. */
export async function createMailCredential(api: N8nApi, { port }: MailServer): Promise<Credential> {
	return await api.createCredential({
		name: 'Mail (local)',
		type: 'smtp',
		data: {
			user: '',
			password: '',
			host: '127.0.0.1',
			port,
			secure: false,
			disableStartTls: true,
			hostName: '',
		},
	});
}

function decoded(text: string, encoding: string): string {
	if (/base64/i.test(encoding)) return Buffer.from(text, 'base64').toString('utf8');
	const plain = /quoted/i.test(encoding)
		? text
				.replace(/=\r\n/g, '')
				.replace(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
		: text;
	return Buffer.from(plain, 'latin1').toString('utf8');
}

/** The subject and the only part of an email. */
function contentOf(message: string): Pick<Mail, 'subject' | 'body'> {
	const [head, ...rest] = message.split('\r\n\r\n');
	const headers = head.replace(/\r\n[ \t]+/g, ' ');
	const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1] ?? '';
	const subject = header('Subject')
		.replace(/\?= =\?/g, '?==?')
		.replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, words: string) =>
			/b/i.test(kind) ? decoded(words, 'base64') : decoded(words.replace(/_/g, ' '), 'quoted'),
		);
	return { subject, body: decoded(rest.join('\r\n\r\n'), header('Content-Transfer-Encoding')) };
}
