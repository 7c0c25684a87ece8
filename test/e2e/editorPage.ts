import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { openEditor } from '../run/editor.mjs';
import type { N8nServer } from '../run/n8n-server.mjs';
import { root } from '../run/paths.mjs';
import { chromiumPath } from '../run/services.mjs';
import { until } from '../run/until.mjs';

export const screenshots = join(root, 'test', 'e2e', 'screenshots');

/** n8n's own messages before login and about nodes without output schemas. */
const OF_N8N = /status of 401 .*\/rest\/login$|status of 404 .*\/schemas\/n8n-nodes-base\./;

/** n8n's editor, used like a person does. */
export class EditorPage {
	/** Errors in the browser's console. */
	readonly errors: string[] = [];
	page!: Page;

	/** Uses this page from now on. */
	use(page: Page): void {
		this.page = page;
		mkdirSync(screenshots, { recursive: true });
		page.setDefaultTimeout(60_000);
		page.on('console', (message) => {
			const text = `${message.text()} ${message.location().url}`;
			if (message.type() === 'error' && !OF_N8N.test(text)) this.errors.push(text);
		});
		page.on('pageerror', (error) => this.errors.push(error.message));
	}

	/** An element by its test ID in n8n. */
	part(id: string, within: Page | Locator = this.page): Locator {
		return within.locator(`[data-test-id="${id}"]`);
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`/workflow/${id}`);
		await this.part('canvas-node').first().waitFor();
	}

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.part('ndv').waitFor();
	}

	async closeNode(): Promise<void> {
		await this.part('ndv-close-button').click();
		await this.part('ndv').waitFor({ state: 'hidden' });
	}

	/** Searches the node panel. */
	async searchNodes(words: string): Promise<string[]> {
		await this.part('node-creator-plus-button').click();
		await this.part('node-creator-search-bar').fill(words);
		await this.part('item-iterator-item')
			.filter({ hasText: new RegExp(words, 'i') })
			.first()
			.waitFor();
		const found = await this.part('item-iterator-item').allInnerTexts();
		return found.map((text) => text.split('\n')[0]);
	}

	/** Chooses from a searchable list. @returns the entries without a search */
	async chooseFromList(parameter: string, search: string, entry: string): Promise<string[]> {
		const items = this.part('rlc-item');
		await this.part('rlc-input', this.part(`resource-locator-${parameter}`)).click();
		await items.first().waitFor();
		const all = await items.allInnerTexts();
		await this.part('rlc-search').fill(search);
		await until(`the search for "${search}" to leave less`, 120_000, async () => {
			const found = await items.allInnerTexts();
			return found.length > 0 && found.length < all.length;
		});
		await items.filter({ hasText: entry }).click();
		return all;
	}

	/** Chooses from a simple list. @returns its entries */
	async choose(field: Locator, entry: string): Promise<string[]> {
		const option = this.page.getByRole('option').filter({ visible: true });
		// A list that is still loading does not open.
		await until(`"${entry}" to be in the list`, 120_000, async () => {
			await field.click();
			return await option
				.filter({ hasText: entry })
				.first()
				.waitFor({ timeout: 5_000 })
				.then(() => true)
				.catch(async () => {
					await this.page.keyboard.press('Escape');
					return false;
				});
		});
		const all = await option.allInnerTexts();
		await option.filter({ hasText: entry }).first().click();
		return all;
	}

	/** Clicks a field and types into it, like a person. */
	async typeInto(parameter: string, text: string, within?: Locator): Promise<void> {
		const field = this.part(`parameter-input-${parameter}`, within).locator('input').first();
		await field.click();
		await field.fill(text);
	}

	/** Counts mouse clicks from now on. A double click counts as two. */
	async countClicks(): Promise<() => number> {
		let clicks = 0;
		await this.page.exposeFunction('countClick', () => void clicks++);
		await this.page.evaluate(() =>
			window.addEventListener(
				'pointerdown',
				() => (window as unknown as { countClick: () => void }).countClick(),
				true,
			),
		);
		return () => clicks;
	}

	/** Opens the form for a new Netigate credential. */
	async newCredential(): Promise<Locator> {
		await this.page.getByRole('button', { name: 'Connect to Netigate', exact: true }).click();
		const modal = this.part('editCredential-modal');
		await modal.waitFor();
		return modal;
	}

	/** Fills in a credential. @returns the servers that the form offers */
	async fillCredential(modal: Locator, { url, apiKey }: { url: string; apiKey: string }) {
		const servers = await this.choose(this.part('parameter-input-server', modal), 'Custom');
		for (const [parameter, text] of Object.entries({ apiKey, baseUrl: url }))
			await this.typeInto(parameter, text, modal);
		return servers;
	}

	/** Saves a credential that passes n8n's test. */
	async saveCredential(modal: Locator): Promise<void> {
		await this.part('credential-save-button', modal).click();
		await modal.waitFor({ state: 'hidden' });
	}

	/** Returns the text in a parameter. Expressions aren't evaluated. */
	async textIn(parameter: string): Promise<string> {
		return (await this.part(`parameter-input-${parameter}`).innerText()).trim();
	}

	/** Drags an input field to a parameter. Tries again, like a person, if the panel moved under the mouse. */
	async dragField(name: string, parameter: string): Promise<void> {
		const field = this.part('ndv-input-panel').locator(`[data-name="${name}"]`);
		const target = this.part(`parameter-input-${parameter}`);
		const dropped = async () => {
			// An expression shows that the field was dropped, even if its text appears later.
			if ((await target.locator('.cm-editor').count()) === 0)
				await field.dragTo(target, { steps: 10 });
			return (await this.textIn(parameter)).includes('$json');
		};
		await until(`"${name}" to be in ${parameter}`, 120_000, dropped, 1_000);
	}

	/** Saves a screenshot for people to look at. */
	async picture(name: string, page = this.page): Promise<void> {
		await page.screenshot({ path: join(screenshots, `${name}.png`) });
	}
}

/** An editor page for all tests of a `describe`, each of which fails if the browser's console shows an error. */
export function useEditor(n8n: N8nServer, options: { height?: number } = {}): EditorPage {
	const editor = new EditorPage();
	beforeAll(async () => editor.use(await openEditor(n8n, chromiumPath()!, options)));
	afterAll(async () => await editor.page?.context().browser()?.close());
	afterEach(() => expect(editor.errors.splice(0)).toEqual([]));
	return editor;
}
