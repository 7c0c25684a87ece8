import type { N8nServer } from '../run/n8n-server.mjs';
import { until } from '../run/until.mjs';
import { latest } from './server';

/** Opens the page after a submitted form, like the form itself. @returns the page's HTML */
export async function nextPage(
	n8n: N8nServer,
	response: Response,
	workflowId: string,
): Promise<string> {
	const { formWaitingUrl } = (await response.json()) as { formWaitingUrl: string };
	const at = new URL(formWaitingUrl);
	const page = new URL(at.pathname + at.search, n8n.url);
	const status = new URL(page);
	status.pathname += '/n8n-execution-status';
	await until('the page to be ready', 60_000, async () => {
		const text = await (await fetch(status)).text();
		if (text.trim() === 'error') throw (await latest(n8n, workflowId)).data.resultData.error;
		return text.trim() === 'form-waiting';
	});
	const html = await (await fetch(page)).text();
	// In a browser, the page's script sends this request to continue the workflow.
	await fetch(page, { method: 'POST' });
	return html;
}
