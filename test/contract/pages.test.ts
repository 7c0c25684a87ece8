import { request as send, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { useSandbox } from '../sandbox/useSandbox';
import { html } from '../sandbox/pages/html';
import { ownPath } from '../sandbox/pages/clock';

const sandbox = useSandbox({}, { once: true });

const paths = ['/', '/outbox'];

/** Sends a request as a browser does. `fetch` would set some headers itself. */
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
}

test('values in templates are escaped, and markup stays', () => {
	const part = html`<b title="${`"'&`}">${strange}</b>`;
	expect(html`${[part, null, false, undefined, 0]}`.markup).toBe(
		'<b title="&quot;&#39;&amp;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;</b>0',
	);
});

test.each(paths)(
	'%s escapes everything, loads nothing from elsewhere, hides the key',
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

test('pages are no calls, and calls with a key never get a page', async () => {
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

test('other names of the loopback address read no pages and no state', async () => {
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
