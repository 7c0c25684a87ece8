import type { Sandbox } from '../sandbox';
import { html, time, type Html } from './html';

export interface Page {
	title: string;
	body: Html;
	status?: number;
	/** Whether the content is updated while the page is open. */
	live?: boolean;
	/** Whether to leave out the navigation and the clock, as on pages for respondents. */
	bare?: boolean;
}

export const moves = [
	['day', 'One day later', 1],
	['week', 'One week later', 7],
	// No three months are longer.
	['months', 'Three months later', 92],
] as const;

const links = [
	['/', 'Overview'],
	['/outbox', 'Outbox'],
	['/alerts', 'Alerts'],
	['/calls', 'API calls'],
	['/settings', 'Settings'],
];

const navigation = (path: string): Html => html`
	<header>
		<a class="skip" href="#content">Skip to content</a>
		<nav aria-label="Pages">
			<a class="brand" href="/"><span>Netigate</span> sandbox</a>
			${links.map(
				([href, name]) =>
					html`<a href="${href}" ${href === path && html`aria-current="page"`}>${name}</a>`,
			)}
		</nav>
	</header>
`;

const clock = (sandbox: Sandbox, path: string): Html => html`
	<form class="clock" method="post" action="/clock" aria-label="Clock">
		<input type="hidden" name="back" value="${path}" />
		<p><span>Sandbox time</span> ${time(sandbox.clock.now())} UTC</p>
		<div>
			${moves.map(([move, label]) => html`<button name="move" value="${move}">${label}</button>`)}
			<button class="quiet" name="move" value="reset">Back to now</button>
		</div>
	</form>
`;

/** A whole page. */
export const layout = (sandbox: Sandbox, path: string, page: Page): Html =>
	html`<!doctype html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<title>${page.title} · Netigate sandbox</title>
				<link rel="icon" href="/sandbox/icon.svg" />
				<link rel="stylesheet" href="/sandbox/style.css" />
				${page.live && html`<script src="/sandbox/live.js" defer></script>`}
			</head>
			<body>
				${!page.bare && navigation(path)}
				<main id="content" tabindex="-1" ${page.bare && html`class="bare"`}>
					${!page.bare && clock(sandbox, path)}
					<h1>${page.title}</h1>
					<div id="live">${page.body}</div>
				</main>
				<footer>This is a local sandbox. It sends nothing to real people or to Netigate.</footer>
			</body>
		</html>`;
