import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../run/editor.mjs';
import { chromiumPath } from '../run/services.mjs';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { screenshots } from './editorPage';
import { describeWith } from './needs';

/* The sandbox's own pages in a browser. No n8n is needed. */

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const strange = `<img src=x onerror="alert('1')">`;
const long = `person.with.a.very.long.address.and.no.space@${'subdomain.'.repeat(5)}example.com`;
const { surveys, sendouts } = sampleIds;

interface Case {
	path: () => string;
	prepare?: () => void;
	/** A person's actions on the open page. */
	act?: (page: Page) => Promise<unknown>;
	shows: string;
	status?: number;
}

describeWith(['chromium'])("the sandbox's pages", () => {
	const sandbox = useSandbox({}, { once: true });
	let browser: Browser;
	let page: Page;
	let problems: string[];

	beforeAll(async () => {
		browser = await openBrowser(chromiumPath()!);
	});
	afterAll(async () => await browser?.close());
	beforeEach(async () => {
		problems = [];
		page = await browser.newPage({ baseURL: new URL(sandbox.url).origin });
		page.setDefaultTimeout(20_000);
		page.on('pageerror', ({ message }) => problems.push(message));
		page.on('dialog', (dialog) => {
			problems.push(`dialog: ${dialog.message()}`);
			void dialog.dismiss();
		});
		page.on('console', (message) => {
			// Chromium also reports the status of error pages.
			if (
				message.type() === 'error' &&
				!/the server responded with a status of/.test(message.text())
			)
				problems.push(message.text());
		});
	});
	afterEach(async () => {
		await page.close();
		expect(problems).toEqual([]);
	});

	/** Invites someone with texts that would be markup without escaping. @returns the personal link */
	function invite(contact = 'anna@example.com', surveyId: number = surveys.postEvent): string {
		const { state, people } = sandbox;
		const sendout = state.sendout(surveyId, sendouts.postEventEmail);
		Object.assign(sendout.primary, { Name: strange });
		Object.assign(state.survey(surveyId), { Name: strange });
		const message = `Hello [your placeholder for the background data First name], ${strange}`;
		const texts = { sender: strange, subject: strange, message };
		sendout.texts.set(sendout.primary.DispatchId, texts);
		const cells = new Map([[4001, strange]]);
		const { SurveyURL } = state.addRespondent(sendout, contact, cells);
		people.activate(sendout);
		return SurveyURL;
	}

	/** Fills the account so that every page has hostile and long texts, answers, calls and faults. */
	function fill(): void {
		invite(`${strange}@example.com`);
		invite(long);
		const [respondent] = [...sandbox.state.respondents.values()].slice(-1);
		sandbox.people.answerNow(respondent, true);
		sandbox.faults.add({ kind: '429', everyNth: 3, path: `/${strange}` });
		sandbox.changeSettings({ failingContacts: [strange, long], latencyMs: 5 });
	}

	/** The link of someone in the support survey, whose questions have all types. */
	function supportLink(): string {
		const sendout = sandbox.state.sendout(surveys.support, sendouts.supportEmail);
		Object.assign(sandbox.state.survey(surveys.support), { Name: strange });
		return sandbox.state.addRespondent(sendout, long).SurveyURL;
	}

	function empty(): void {
		const { state } = sandbox;
		for (const sendout of state.sendouts.values()) sendout.respondentIds.length = 0;
		state.answerSets.clear();
	}

	const nothing = () => {
		empty();
		sandbox.state.sendouts.clear();
		sandbox.state.surveys.clear();
	};

	const alert = () => void sandbox.alerts.unshift({ at: 0, text: `${strange} ${long}` });

	const sendout = `/sendouts/${sendouts.postEventEmail}`;
	const answers = `/answers/${surveys.postEvent}`;
	const unsubscribePage = () => supportLink().replace('s.aspx', 'unsubscribe.aspx');
	const button = (name: string) => async () => await page.getByRole('button', { name }).click();

	test.each<[string, Case]>([
		['overview', { path: () => '/', prepare: fill, shows: strange }],
		['empty-overview', { path: () => '/', prepare: nothing, shows: 'No surveys yet' }],
		['outbox', { path: () => '/outbox', prepare: fill, shows: `Hello ${strange}` }],
		['empty-outbox', { path: () => '/outbox', shows: 'No messages yet' }],
		['people', { path: () => sendout, prepare: fill, shows: `${strange}@example.com` }],
		['empty-people', { path: () => sendout, shows: 'Nobody is in this sendout' }],
		['answers', { path: () => answers, prepare: fill, shows: long }],
		['empty-answers', { path: () => answers, prepare: empty, shows: 'No answers yet' }],
		[
			'calls',
			{
				path: () => '/calls',
				act: async () => {
					await fetch(`${sandbox.url}/${encodeURIComponent(strange)}?x=${long}`);
					await page.reload();
				},
				shows: long,
			},
		],
		['empty-calls', { path: () => '/calls', shows: 'No calls yet' }],
		['settings', { path: () => '/settings', prepare: fill, shows: '1 changed' }],
		['default-settings', { path: () => '/settings', shows: 'Nothing goes wrong' }],
		[
			'rejected-setting',
			{
				path: () => '/settings',
				prepare: () => sandbox.changeSettings({ latencyMs: 5 }),
				act: async () => {
					await page.getByLabel('latencyMs').fill('-1');
					await button('Save settings')();
				},
				shows: 'Setting latencyMs is',
			},
		],
		['alerts', { path: () => '/alerts', prepare: alert, shows: strange }],
		['empty-alerts', { path: () => '/alerts', shows: 'No alerts yet' }],
		['missing-sendout', { path: () => '/sendouts/1', shows: 'Not found', status: 404 }],
		['survey', { path: supportLink, shows: strange }],
		['survey-with-errors', { path: supportLink, act: button('Send answers'), shows: 'Correct' }],
		['survey-saved', { path: supportLink, act: button('Save'), shows: 'were saved' }],
		[
			'survey-answered',
			{
				path: supportLink,
				act: async () => {
					await page.getByLabel('Very satisfied').first().check();
					await button('Send answers')();
				},
				shows: 'Your answers were sent',
			},
		],
		[
			'survey-closed',
			{
				path: supportLink,
				prepare: () => sandbox.changeSettings({ surveys: 'ended' }),
				shows: 'Survey closed',
				status: 410,
			},
		],
		['survey-missing', { path: () => `${supportLink()}1`, shows: 'isn’t valid', status: 404 }],
		['unsubscribe', { path: unsubscribePage, shows: 'Stop all survey messages' }],
		[
			'unsubscribed',
			{ path: unsubscribePage, act: button('Unsubscribe'), shows: 'won’t get any more' },
		],
	])('%s', async (name, { path, prepare, act, shows, status = 200 }) => {
		prepare?.();
		const response = await page.goto(path());
		expect(response!.status()).toBe(status);
		await act?.(page);
		await page.locator('body', { hasText: shows }).waitFor();
		for (const width of [375, 1280]) {
			await page.setViewportSize({ width, height: 800 });
			for (const colorScheme of ['light', 'dark'] as const) {
				await page.emulateMedia({ colorScheme });
				expect({ width, colorScheme, ...(await check(page)) }).toEqual({
					...{ width, colorScheme },
					...{ violations: [], wider: 0, markup: 0 },
				});
			}
			await page.screenshot({ path: `${screenshots}/sandbox-${name}-${width}.png` });
		}
	});

	test('a page shows new messages automatically and keeps the focus', async () => {
		await page.clock.install();
		await page.goto('/outbox');
		const link = page.getByRole('link', { name: 'Outbox' });
		await link.focus();
		invite('first@example.com');
		await page.clock.runFor(3_000);
		await page.getByText('first@example.com').first().waitFor();
		expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);

		// The content isn't replaced while it has the focus.
		const survey = page.getByRole('link', { name: 'Open the survey' });
		await survey.focus();
		let requests = 0;
		page.on('request', () => (requests += 1));
		invite('second@example.com');
		await page.clock.runFor(9_000);
		expect(requests).toBe(0);
		expect(await survey.evaluate((element) => element === document.activeElement)).toBe(true);

		await link.focus();
		await page.clock.runFor(3_000);
		await page.getByText('second@example.com').first().waitFor();
	});
});

/** A page's faults: what axe finds, how much wider it is than the window, and unescaped markup. */
async function check(page: Page) {
	if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
	return await page.evaluate(async () => {
		const { run } = (window as unknown as { axe: typeof import('axe-core') }).axe;
		// Only the colors depend on the scheme.
		const dark = matchMedia('(prefers-color-scheme: dark)').matches;
		const { violations } = await run(document, {
			resultTypes: ['violations'],
			...(dark && { runOnly: ['color-contrast'] }),
		});
		return {
			violations: violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]),
			wider: Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
			markup: document.querySelectorAll('img, [onerror]').length,
		};
	});
}
