import type { CallRecord } from '../exchange';
import type { Sandbox } from '../sandbox';
import { count, html, MOST, table, time } from './html';
import type { Page } from './layout';

/** Undoes percent-encoding, even if it was applied several times. */
function decoded(text: string): string {
	for (let times = 0; times < 5; times += 1) {
		const once = text.replace(/%([\da-f]{2})/gi, (_, code: string) =>
			String.fromCharCode(parseInt(code, 16)),
		);
		if (once === text) break;
		text = once;
	}
	return text;
}

/** The path and query of a call. A caller may have put the key there by mistake. */
function pathOf({ path, query }: CallRecord, sandbox: Sandbox): string {
	const search = Object.entries(query).flatMap(([name, values]) =>
		[values].flat().map((value) => `${name}=${value}`),
	);
	const whole = search.length > 0 ? `${path}?${search.join('&')}` : path;
	return sandbox.showsKey(decoded(whole)) ? '(hidden because it contains the API key)' : whole;
}

export function calls(sandbox: Sandbox): Page {
	const newest = sandbox.calls.slice(-MOST).reverse();
	const body = html`
		<p class="lead">
			${count(sandbox.calls.length, 'call')}, newest first. At most ${sandbox.maxInFlight} at the
			same time.
		</p>
		${newest.length === 0
			? html`<p class="empty">No calls yet. Test the credential in n8n to see the first one.</p>`
			: table(
					'API calls',
					['Time', 'Call', 'Status', 'Duration', 'Faults'],
					newest.map((call) => [
						time(call.startedAt),
						html`<code>${call.method} ${pathOf(call, sandbox)}</code>
							<small>${call.operationId ?? 'Not a call of the API'}</small>`,
						html`<span class="tag ${(call.status ?? 500) < 400 ? 'good' : 'warm'}"
							>${call.status ?? (call.finishedAt === null ? 'Open' : 'None')}</span
						>`,
						call.finishedAt === null ? '–' : `${call.finishedAt - call.startedAt} ms`,
						call.faults.join(', ') || '–',
					]),
				)}
	`;
	return { title: 'API calls', body, live: true };
}
