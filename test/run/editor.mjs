/** n8n's editor in a real browser, for pictures and for browser tests. */
import { chromium } from 'playwright-core';
import { atTheEnd } from './command.mjs';

/**
 * Opens a browser, with a window if it should be visible.
 * @param {string} executablePath of Chromium
 */
export async function openBrowser(executablePath, visible = false) {
	const browser = await chromium.launch({
		executablePath,
		headless: !visible,
		// On Ctrl-C, Playwright would end this process before everything else is stopped and removed.
		handleSIGINT: false,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
	atTheEnd(() => browser.close());
	return browser;
}

/**
 * Opens a browser and logs in to the editor.
 * @param {import('./n8n-server.mjs').N8nServer} n8n
 * @param {string} executablePath of Chromium
 * @param {{ width?: number, height?: number, dark?: boolean, visible?: boolean }} [options]
 * @returns {Promise<import('playwright-core').Page>} the editor's start page
 */
export async function openEditor(n8n, executablePath, options = {}) {
	const { width = 1600, height = 900, dark = false, visible = false } = options;
	const browser = await openBrowser(executablePath, visible);
	const context = await browser.newContext({
		viewport: { width, height },
		colorScheme: dark ? 'dark' : 'light',
		// One pixel per CSS pixel: enough to read, and quick to load.
		deviceScaleFactor: 1,
		baseURL: n8n.url,
	});
	const page = await context.newPage();
	// The editor asks other servers too, such as npm about community packages; here it gets empty answers.
	await page.route(
		({ protocol, hostname }) => protocol.startsWith('http') && hostname !== '127.0.0.1',
		async (route) => await route.fulfill({ json: {} }),
	);
	await page.goto('/signin');
	await page.locator('input[name="emailOrLdapLoginId"]').fill(n8n.owner.email);
	await page.locator('input[name="password"]').fill(n8n.owner.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL((url) => !url.pathname.includes('signin'));
	return page;
}

/**
 * Opens a workflow and takes a picture of its canvas, as close as all of it fits.
 * @param {import('playwright-core').Page} page
 * @param {string} workflowId
 * @param {string} file where the PNG goes
 */
export async function takeCanvas(page, workflowId, file) {
	await page.goto(`/workflow/${workflowId}`);
	await page.locator('[data-test-id="canvas-node"]').first().waitFor();
	await page.locator('[data-test-id="zoom-to-fit"]').click();
	// n8n's buttons would cover nodes.
	const buttons =
		'[class*="executionButtons"], .vue-flow__panel, [data-test-id^="execute-workflow"]';
	await page.addStyleTag({ content: `${buttons} { visibility: hidden !important }` });
	await page.mouse.move(0, 0);
	// The canvas moves to its new place.
	await page.waitForTimeout(1_500);
	await page.screenshot({ path: file, clip: await boundsOf(page, '.vue-flow__node', 40) });
}

/**
 * Opens a node of the workflow that is shown.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @returns its panel
 */
async function openNode(page, name) {
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
	const panel = page.locator('[data-test-id="ndv"]');
	await panel.waitFor();
	return panel;
}

/** @param {import('playwright-core').Page} page until the lists from Netigate are there */
async function untilCalm(page) {
	await page.mouse.move(0, 0);
	await page.waitForLoadState('networkidle');
	await page.waitForTimeout(1_500);
}

/** @param {import('playwright-core').Page} page without notifications and the like, which cover it for a moment */
export async function hidePassing(page) {
	const passing =
		'.el-notification, .el-popper, [role="tooltip"], [data-radix-popper-content-wrapper], [data-reka-popper-content-wrapper]';
	await page.addStyleTag({ content: `${passing} { display: none !important }` });
}

/**
 * Takes a picture of the fields of a node of the workflow that is shown.
 * @param {import('playwright-core').Page} page
 * @param {string} node its name
 * @param {string} file where the PNG goes
 */
export async function takeNode(page, node, file) {
	const panel = await openNode(page, node);
	await untilCalm(page);
	await panel.screenshot({ path: file });
	await page.keyboard.press('Escape');
}

/**
 * Takes a picture of a node of a workflow: run, with its input and output, or only its fields.
 * @param {import('playwright-core').Page} page
 * @param {string} workflowId
 * @param {import('./node-pictures.mjs').NodePicture} node
 * @param {string} file where the PNG goes
 */
export async function takeNodeOf(page, workflowId, node, file) {
	const { name, height = 900, fieldsOnly = false, scrollOutput = 0 } = node;
	await page.setViewportSize({ width: 1600, height });
	await page.goto(`/workflow/${workflowId}`);
	const panel = await openNode(page, name);
	if (!fieldsOnly) {
		await page.locator('[data-test-id="node-execute-button"]').first().click();
		await page.locator('[data-test-id="output-panel"] td').first().waitFor();
	}
	await untilCalm(page);
	await hidePassing(page);
	if (scrollOutput > 0) {
		await page.locator('[data-test-id="output-panel"] table').evaluate((table, left) => {
			for (let at = table.parentElement; at; at = at.parentElement) at.scrollLeft = left;
		}, scrollOutput);
	}
	await (fieldsOnly ? panel.locator('.node-settings') : panel).screenshot({ path: file });
}

/**
 * Takes a picture of a table with semicolons between its cells, as a spreadsheet shows it.
 * @param {import('playwright-core').Page} page
 * @param {string} text
 * @param {string} file where the PNG goes
 */
export async function takeSheet(page, text, file) {
	const rows = text
		.replace(/^\uFEFF/, '')
		.trim()
		.split(/\r?\n/)
		.map((row) => row.split(';').map((cell) => cell.replace(/^"|"$/g, '').replace(/""/g, '"')));
	await page.goto('about:blank');
	await page.setContent(`<style>
		table { border-collapse: collapse; font: 14px sans-serif; }
		td { border: 1px solid #c8ccd4; padding: 5px 10px; }
		tr:first-child td { background: #eef1f6; font-weight: 600; }
	</style><table></table>`);
	await page.locator('table').evaluate((table, all) => {
		for (const cells of all) {
			const row = document.createElement('tr');
			for (const cell of cells) row.appendChild(document.createElement('td')).textContent = cell;
			table.append(row);
		}
	}, rows);
	await page.locator('table').screenshot({ path: file });
}

/**
 * The smallest part of the page that holds all elements of a kind, and a margin.
 * @param {import('playwright-core').Page} page
 * @param {string} selector
 * @param {number} margin in CSS pixels
 */
async function boundsOf(page, selector, margin) {
	const boxes = await page
		.locator(selector)
		.evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().toJSON()));
	const left = Math.min(...boxes.map((box) => box.left)) - margin;
	const top = Math.min(...boxes.map((box) => box.top)) - margin;
	return {
		x: left,
		y: top,
		width: Math.max(...boxes.map((box) => box.right)) + margin - left,
		// A node's name is below its box.
		height: Math.max(...boxes.map((box) => box.bottom)) + margin - top,
	};
}
