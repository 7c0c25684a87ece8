import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { readBody } from '../exchange';
import { Refusal } from '../refusal';
import type { Sandbox } from '../sandbox';
import { actions, pages } from './index';
import { html } from './html';
import { layout, type Page } from './layout';

/** Everything comes from the sandbox itself, and no other site may show its pages in a frame. */
const headers = {
	'Content-Security-Policy':
		"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	'X-Content-Type-Options': 'nosniff',
	// With no-referrer, browsers would send forms with the Origin `null`.
	'Referrer-Policy': 'same-origin',
	'Cache-Control': 'no-store',
};

const types: Record<string, string> = {
	css: 'text/css',
	js: 'text/javascript',
	svg: 'image/svg+xml',
};

const ownNames = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Says why a request may come from another website, or returns undefined. A website can point its own name to the
 * loopback address (DNS rebinding), and it can send forms to any address.
 */
export function foreign({ method, headers: given }: IncomingMessage): string | undefined {
	const host = given.host ?? '';
	if (!ownNames.includes(host.replace(/:\d+$/, '')))
		return 'Open the sandbox at http://127.0.0.1 or http://localhost, with its port.';
	if (method === 'GET' || method === 'HEAD') return undefined;
	const site = given['sec-fetch-site'];
	const { origin } = given;
	const own =
		(site === undefined || site === 'same-origin') &&
		(origin === undefined || origin === `http://${host}`);
	return own ? undefined : "Another website sent this form, so the sandbox didn't accept it.";
}

/** The fields of a form, or of the JSON that a workflow sends. */
const formOf = ({ headers: given }: IncomingMessage, body = '') =>
	new URLSearchParams(
		given['content-type']?.startsWith('application/json')
			? Object.entries<string>(Object(JSON.parse(body)) as Record<string, string>)
			: body,
	);

/** Serves a page, a form or a file of the pages. @returns false if the request isn't for one of them */
export async function servePage(
	sandbox: Sandbox,
	request: IncomingMessage,
	response: ServerResponse,
	url: URL,
): Promise<boolean> {
	const { pathname: path } = url;
	const file = /^\/sandbox\/((?:style|live|icon)\.(css|js|svg))$/.exec(path);
	const routes = request.method === 'POST' ? actions : request.method === 'GET' ? pages : [];
	const route = routes.find(([pattern]) => pattern.test(path));
	if (!route && !file) return false;

	const send = (status: number, text: string, more: Record<string, string>) => {
		response.writeHead(status, { ...headers, ...more }).end(text);
		return true;
	};
	const sendPage = (page: Page) =>
		send(page.status ?? 200, layout(sandbox, path, page).markup, {
			'Content-Type': 'text/html; charset=utf-8',
		});
	const sendProblem = (status: number, title: string, text: string) =>
		sendPage({ title, status, bare: status === 403, body: html`<p>${text}</p>` });

	const problem = foreign(request);
	if (problem) return sendProblem(403, 'Not accepted', problem);
	if (file) {
		const text = readFileSync(join(__dirname, file[1]), 'utf8');
		return send(200, text, { 'Content-Type': `${types[file[2]]}; charset=utf-8` });
	}
	try {
		const [pattern, run] = route!;
		const id = Number(pattern.exec(path)?.[1]);
		const form =
			request.method === 'POST'
				? formOf(request, await readBody(request))
				: new URLSearchParams(url.search);
		const result = run(sandbox, form, id);
		return typeof result === 'string' ? send(303, '', { Location: result }) : sendPage(result);
	} catch (error) {
		if (error instanceof Refusal && error.status === 404)
			return sendProblem(404, 'Not found', 'It may have been deleted, or the sandbox was reset.');
		if (error instanceof Refusal || error instanceof RangeError || error instanceof SyntaxError)
			return sendProblem(400, 'Not accepted', `${error.message}. Go back and correct it.`);
		throw error;
	}
}
