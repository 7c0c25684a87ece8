/** n8n's editor in a real browser, for pictures and for browser tests. */
import { chromium } from 'playwright-core';
import { atTheEnd } from './command.mjs';

/**
 * Opens a browser.
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
		// One pixel per CSS pixel is readable and loads fast.
		deviceScaleFactor: 1,
		baseURL: n8n.url,
	});
	const page = await context.newPage();
	// The editor also calls other servers, e.g. npm about community packages. Here it gets empty responses.
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
 * Opens a workflow and takes a picture of its whole canvas, as large as possible.
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
	// Waits until the canvas has finished moving.
	await page.waitForTimeout(1_500);
	await page.screenshot({ path: file, clip: await boundsOf(page, '.vue-flow__node', 40) });
}

/**
 * Opens a node in the open workflow.
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

/** Waits for the lists from Netigate. @param {import('playwright-core').Page} page */
async function untilLoaded(page) {
	await page.mouse.move(0, 0);
	await page.waitForLoadState('networkidle');
	await page.waitForTimeout(1_500);
}

/** Hides notifications, which would cover the page. @param {import('playwright-core').Page} page */
export async function hideNotifications(page) {
	const passing =
		'.el-notification, .el-popper, [role="tooltip"], [data-radix-popper-content-wrapper], [data-reka-popper-content-wrapper]';
	await page.addStyleTag({ content: `${passing} { display: none !important }` });
}

/**
 * Takes a picture of a node's fields in the open workflow.
 * @param {import('playwright-core').Page} page
 * @param {string} node its name
 * @param {string} file where the PNG goes
 */
export async function takeNode(page, node, file) {
	const panel = await openNode(page, node);
	await untilLoaded(page);
	await panel.screenshot({ path: file });
	await page.keyboard.press('Escape');
}

/**
 * Takes a picture of a node: its fields only, or with input and output after a run.
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
	await untilLoaded(page);
	await hideNotifications(page);
	if (scrollOutput > 0) {
		await page.locator('[data-test-id="output-panel"] table').evaluate((table, left) => {
			for (let at = table.parentElement; at; at = at.parentElement) at.scrollLeft = left;
		}, scrollOutput);
	}
	await (fieldsOnly ? panel.locator('.node-settings') : panel).screenshot({ path: file });
}

/**
 * Takes a picture of a semicolon-separated table, shown like a spreadsheet.
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
 * The smallest area of the page that contains all matching elements, plus a margin.
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
