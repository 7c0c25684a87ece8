import { createServer, type Server, type Socket } from 'node:net';
import type { Credential, N8nApi } from '../run/n8n-api.mjs';
import { listen, stopListening } from '../sandbox/loopback';

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
