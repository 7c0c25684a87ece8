import { request as send, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { defaultSettings, type Settings } from '../sandbox/settings';
import { useSandbox } from '../sandbox/useSandbox';
import { html } from '../sandbox/pages/html';
import { ownPath } from '../sandbox/pages/clock';
import { topics } from '../sandbox/pages/settings';

const sandbox = useSandbox({}, { once: true });

const paths = ['/', '/outbox', '/sendouts/7001', '/answers/501', '/alerts', '/calls', '/settings'];

/** Sends a request like a browser. `fetch` would set some headers itself. */
async function browse(
	path: string,
	{ body = '', ...options }: RequestOptions & { body?: string } = {},
) {
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		const url = new URL(path, sandbox.url);
		send(url, options, resolve).on('error', reject).end(body);
	});
	return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

const post = async (path: string, body: string, headers = {}) =>
	await browse(path, { method: 'POST', body, headers });

const host = () => new URL(sandbox.url).host;
const DAY_MS = 24 * 60 * 60 * 1000;
const strange = `<img src=x onerror="alert('1')">`;

/** Fills the account with texts that would be markup if they weren't escaped, and sends messages. */
function fill() {
	const { state, people } = sandbox;
	const sendout = state.sendout(501, 7001);
	Object.assign(sendout.primary, { Name: strange });
	Object.assign(state.survey(501), { Name: strange });
	const message = `Hello [your placeholder for the background data First name], ${strange}`;
	const texts = { sender: strange, subject: strange, message };
	sendout.texts.set(sendout.primary.DispatchId, texts);
	const cells = new Map([[4001, strange]]);
	const respondent = state.addRespondent(sendout, `${strange}@example.com`, cells);
	people.activate(sendout);
	people.answerNow(respondent, true);
	sandbox.alerts.push({ at: sandbox.clock.now(), text: strange });
}

test('templates escape values and keep markup', () => {
	const part = html`<b title="${`"'&`}">${strange}</b>`;
	expect(html`${[part, null, false, undefined, 0]}`.markup).toBe(
		'<b title="&quot;&#39;&amp;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;</b>0',
	);
});

test.each(paths)(
	'%s escapes everything, loads nothing from other sites, and hides the key',
	async (path) => {
		fill();
		const page = await browse(path);
		expect(page.status).toBe(200);
		expect(page.text).not.toContain('<img');
		expect(page.text.match(/<h1>/g)).toHaveLength(1);
		expect(page.text).toMatch(/<title>.+ · Netigate sandbox<\/title>/);
		expect(page.text).not.toMatch(/<(link|script|img|iframe)[^>]+(src|href)="(?!\/sandbox\/)/);
		expect(page.text).not.toMatch(/<[^>]* (style|on\w+)=/);
		expect(page.headers['content-security-policy']).toMatch(
			/^default-src 'none'; style-src 'self';/,
		);
		expect(sandbox.showsKey(page.text)).toBe(false);
	},
);

test('the outbox greets people by name and asks to run a workflow while it is empty', async () => {
	expect((await browse('/outbox')).text).toContain('Run a workflow that invites people');
	fill();
	expect((await browse('/outbox')).text).toContain('Hello &lt;img');
});

test('pages are not logged as calls, and calls with a key never return a page', async () => {
	await browse('/');
	expect(sandbox.calls).toHaveLength(0);
	const wrongBase = await browse('/', { headers: { 'X-API-KEY': sandbox.apiKey } });
	expect([wrongBase.status, wrongBase.headers['content-type']]).toEqual([
		404,
		expect.stringMatching(/json/),
	]);
});

test.each([
	['without the headers of a browser', {}, 303],
	['from the page itself', { 'Sec-Fetch-Site': 'same-origin', Origin: 'own' }, 303],
	['from another website', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://example.com' }, 403],
	['from another port', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://127.0.0.1:1' }, 403],
	['from a hidden origin', { Origin: 'null' }, 403],
	['to another name of the loopback', { Host: 'rebound.example.com' }, 403],
	['to a name that begins like an own one', { Host: 'localhost.example.com:80' }, 403],
])('a form %s', async (_, given: Record<string, string>, status) => {
	const headers = { ...given, ...(given.Origin === 'own' && { Origin: `http://${host()}` }) };
	const before = sandbox.clock.now();
	expect((await post('/clock', 'move=day&back=/outbox', headers)).status).toBe(status);
	expect(sandbox.clock.now() - before > DAY_MS / 2).toBe(status === 303);
	expect((await post('/admin/clock', '{}', headers)).status).toBe(status === 303 ? 200 : status);
});

test('pages and state are refused under other names of the loopback address', async () => {
	for (const path of ['/', '/sandbox/live.js', '/admin/state'])
		expect((await browse(path, { headers: { Host: 'rebound.example.com' } })).status).toBe(403);
});

test.each([
	['day', 1],
	['week', 7],
	['months', 92],
])('the clock moves: %s', async (move, days) => {
	const before = sandbox.clock.now();
	const { status, headers } = await post('/clock', `move=${move}&back=/outbox`);
	expect([status, headers.location]).toEqual([303, '/outbox']);
	expect(Math.round((sandbox.clock.now() - before) / DAY_MS)).toBe(days);
	await post('/clock', 'move=reset');
	expect(Math.abs(sandbox.clock.now() - Date.now())).toBeLessThan(10_000);
});

test.each(['https://example.com', '//example.com', '/\\example.com', '/a\r\nb', null])(
	'forms never lead to %j',
	(path) => expect(ownPath(path)).toBe('/'),
);

test.each(['/sendouts/1', '/answers/1'])('%s is not found', async (path) => {
	const page = await browse(path);
	expect([page.status, page.text]).toEqual([404, expect.stringContaining('<h1>Not found</h1>')]);
});

test.each([
	['/surveys?key=KEY', (key: string) => key],
	['/KEY', (key: string) => key.toUpperCase()],
	['/KEY', (key: string) => key.replaceAll('-', '')],
	['/KEY', (key: string) => key.replaceAll('-', '%2D')],
	['/KEY', (key: string) => key.replaceAll('-', '%252d').replaceAll('0', '%30')],
	['/surveys?KEY=1&KEY=2', (key: string) => key],
	['/surveys?%E0%A4%A=KEY', (key: string) => key],
])('a call to %s with the key shows no key', async (path, form) => {
	const { pathname } = new URL(sandbox.url);
	await browse(pathname + path.replaceAll('KEY', form(sandbox.apiKey)));
	const { text: page } = await browse('/calls');
	expect(page).toContain('hidden because it contains the API key');
	expect(sandbox.showsKey(decodeURIComponent(page.replace(/%(?![\da-f]{2})/gi, '')))).toBe(false);
});

test('every setting has a field with a hint', async () => {
	const { text: page } = await browse('/settings');
	const listed = topics.flatMap(({ settings }) => settings);
	expect(topics.map(({ title }) => title)).toHaveLength(5);
	expect(listed.map(([name]) => name).sort()).toEqual(Object.keys(defaultSettings).sort());
	for (const [name, hint] of listed) {
		expect(page).toContain(`<label for="${name}">`);
		expect([name, hint]).toEqual([name, expect.stringMatching(/\w/)]);
	}
});

test.each<[body: string, change: Partial<Settings>]>([
	['byteOrderMark=false&byteOrderMark=true', { byteOrderMark: true }],
	['createdStatus=201&wrapped=%22always%22', { createdStatus: 201, wrapped: 'always' }],
	['latencyMs=5', { latencyMs: 5 }],
	['answerAfterMs=5000', { answerAfterMs: 5000 }],
	['failingContacts=a@b.cc%0D%0Ac@d.ee%0D%0A', { failingContacts: ['a@b.cc', 'c@d.ee'] }],
	['answerScript={"1":"Yes"}', { answerScript: { 1: 'Yes' } }],
	['linkPlaceholder="[link]"', { linkPlaceholder: '[link]' }],
])('the form changes settings: %s', async (body, change) => {
	expect((await post('/settings', body)).status).toBe(303);
	expect(sandbox.settings).toEqual({ ...defaultSettings, ...change });
});

test.each(['wrapped="odd"', 'latencyMs=-1', 'latencyMs=x', '__proto__=1', 'texts='])(
	'the form refuses %s and names the setting',
	async (body) => {
		const page = await post('/settings', body);
		expect([page.status, page.text]).toEqual([400, expect.stringContaining(body.split('=')[0])]);
		expect(sandbox.settings).toEqual(defaultSettings);
	},
);

test('faults are added and removed', async () => {
	const body = 'kind=429&operationId=getSurveys&everyNth=3&after=&times=&ms=&retryAfterSeconds=1';
	expect((await post('/faults', body)).status).toBe(303);
	const fault = { kind: '429', operationId: 'getSurveys', everyNth: 3, retryAfterSeconds: 1 };
	expect(sandbox.faults.list()).toEqual([{ ...fault, matched: 0, struck: 0 }]);
	expect((await browse('/settings')).text).toContain('everyNth: 3');
	expect((await post('/faults', 'kind=odd')).status).toBe(400);
	expect((await post('/faults', 'kind=429&times=x')).status).toBe(400);
	await post('/faults/clear', '');
	expect(sandbox.faults.list()).toEqual([]);
});

test('a reset restores the sample account', async () => {
	fill();
	expect((await post('/reset', '')).headers.location).toBe('/');
	expect(sandbox.state.invitations).toEqual([]);
});

test('a workflow posts alerts as JSON, other websites cannot, and a reset removes them', async () => {
	const json = { 'content-type': 'application/json' };
	const sent = await post('/alerts', JSON.stringify({ text: 'Call Anna', contact: 'x' }), json);
	expect(sent.status).toBe(303);
	expect(sandbox.alerts).toMatchObject([{ text: 'Call Anna' }]);
	expect((await browse('/alerts')).text).toContain('Call Anna');
	const foreign = { ...json, origin: 'https://example.com' };
	expect((await post('/alerts', '{"text":"No"}', foreign)).status).toBe(403);
	for (const body of ['{}', '{', 'null', '[1]'])
		expect((await post('/alerts', body, json)).status).toBe(400);
	expect(sandbox.alerts).toHaveLength(1);
	sandbox.reset();
	expect(sandbox.alerts).toEqual([]);
});
