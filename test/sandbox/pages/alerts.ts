import type { Sandbox } from '../sandbox';
import { count, html, time } from './html';
import type { Page } from './layout';

export function alerts({ alerts: all, url }: Sandbox): Page {
	const body =
		all.length === 0
			? html`<p class="empty">
					No alerts yet. This page takes the place of a team’s chat. Workflows post alerts to
					<code>${new URL('/alerts', url).href}</code>.
				</p>`
			: html`<p class="lead">${count(all.length, 'alert')}, newest first.</p>
					${all.map(
						({ at, text }) => html`
							<article>
								<p class="meta"><span class="tag warm">Alert</span> ${time(at)}</p>
								<p class="text">${text}</p>
							</article>
						`,
					)}`;
	return { title: 'Alerts', body, live: true };
}

/** Accepts what a workflow posts to a chat. */
export function addAlert(sandbox: Sandbox, form: URLSearchParams): string {
	const text = form.get('text');
	if (!text) throw new RangeError('An alert needs a text');
	sandbox.alerts.unshift({ at: sandbox.clock.now(), text });
	return '/alerts';
}
