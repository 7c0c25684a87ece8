import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import axios from 'axios';
import { demoKey } from '../sandbox';

const command = resolve(__dirname, '../run/sandbox.mjs');
const children: ChildProcess[] = [];

afterEach(() => {
	for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

function run(args: string[], file = command) {
	const child = spawn(process.execPath, [...(file === command ? [file] : []), ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
		cwd: resolve(__dirname, '../..'),
	});
	children.push(child);
	const lines: string[] = [];
	const errors: string[] = [];
	child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
	const ready = new Promise<string>((resolveReady, reject) => {
		createInterface(child.stdout).on('line', (line) => {
			lines.push(line);
			const [, url] = /^Netigate sandbox ready at (\S+)$/.exec(line) ?? [];
			if (url) resolveReady(url);
		});
		child.once('exit', () => reject(new Error(`Ended early: ${errors.join('')}`)));
	});
	// Some tests expect the process to end early.
	ready.catch(() => undefined);
	const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
	return { child, ready, lines, errors, ended };
}

describe('npm run sandbox', () => {
	it('prints its URL, accepts the demo key, and ends on Ctrl-C', async () => {
		const sandbox = run(['--port', '0']);
		const url = await sandbox.ready;
		expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1\.2$/);
		const { data } = await axios.get(`${url}/surveys`, { headers: { 'X-API-KEY': demoKey } });
		expect(data).toHaveLength(7);
		sandbox.child.kill('SIGINT');
		expect(await sandbox.ended).toEqual([0, null]);
		const said = sandbox.lines.join('\n');
		expect(said).toContain(demoKey);
		expect(said).toContain('/admin/faults');
		expect(said).toContain('7001 email');
		await expect(axios.get(`${url}/surveys`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
	});

	it('uses a free port if the requested one is taken, and says so', async () => {
		const other = createServer().listen(0, '127.0.0.1');
		await once(other, 'listening');
		const { port } = other.address() as AddressInfo;
		const sandbox = run(['--port', String(port)]);
		try {
			const url = await sandbox.ready;
			expect(url).not.toContain(`:${port}/`);
			expect(sandbox.lines[0]).toBe(`Port ${port} is taken, so the sandbox takes a free one.`);
			sandbox.child.kill('SIGTERM');
			expect(await sandbox.ended).toEqual([0, null]);
		} finally {
			other.close();
		}
	});

	it('refuses an invalid port in one sentence', async () => {
		const sandbox = run(['--port', 'x']);
		expect(await sandbox.ended).toEqual([1, null]);
		expect(sandbox.errors.join('')).toBe('--port is a whole number from 0 to 65535, not "x".\n');
	});
});

describe('a sandbox in another program', () => {
	it('does not keep the process alive after closing, even with calls in flight', async () => {
		const script = `
			const { startSandbox } = require('./test/sandbox');
			const http = require('node:http');
			(async () => {
				const sandbox = await startSandbox({ latencyMs: 600000 });
				const agent = new http.Agent({ keepAlive: true });
				const failed = new Promise((resolve) => {
					const headers = { 'X-API-KEY': sandbox.apiKey };
					http.get(sandbox.url + '/surveys', { agent, headers }).on('error', resolve);
				});
				while (sandbox.calls.length === 0) await new Promise(setImmediate);
				await sandbox.close();
				await failed;
				console.log('closed');
			})();`;
		const child = run(['--require', 'tsx/cjs', '--eval', script], 'node');
		expect(await child.ended).toEqual([0, null]);
		expect(child.errors.join('')).toBe('');
		expect(child.lines).toEqual(['closed']);
	});
});
