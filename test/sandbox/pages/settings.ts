import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '../api';
import { faultKinds, type Fault } from '../faults';
import type { Sandbox } from '../sandbox';
import { choices, defaultSettings, type Settings } from '../settings';
import { count, html, table, type Html } from './html';
import type { Page } from './layout';

type Name = keyof Settings;

const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');

/** The settings by topic, each with its hint, as README.md lists them. */
export const topics = readme.split(/^#{2,3} /m).flatMap((section) => {
	const rows = [...section.matchAll(/^\| (`[^|]+?) +\| (.+?) +\|$/gm)];
	const hints = rows.flatMap(([, names, hint]) =>
		[...names.matchAll(/`(\w+)`/g)].map(
			([, name]) => [name as Name, hint.replaceAll('`', '')] as const,
		),
	);
	const known = hints.filter(([name]) => name in defaultSettings);
	// Other tables have only a few names in common with the settings.
	return known.length > hints.length / 2
		? [{ title: section.split('\n', 1)[0], settings: known }]
		: [];
});

const isSwitch = (name: Name) =>
	typeof defaultSettings[name] === 'boolean' && optionsOf(name)?.length === 2;

const optionsOf = (name: Name): readonly unknown[] | undefined =>
	choices[name as keyof typeof choices];

/** A value as its field contains it. Fields without options contain JSON, except for lists. */
function textOf(value: unknown): string {
	return Array.isArray(value) ? value.join('\n') : JSON.stringify(value);
}

/** @throws SyntaxError if it isn't JSON */
function valueOf(name: Name, text: string): unknown {
	if (Array.isArray(defaultSettings[name]))
		return text.split(/\r?\n/).filter((line) => line.trim() !== '');
	try {
		return JSON.parse(text);
	} catch {
		throw new SyntaxError(`'${name}' isn't JSON: ${text}`);
	}
}

function control(name: Name, value: unknown): Html {
	const common = html`id="${name}" name="${name}" aria-describedby="${name}-hint"`;
	const text = textOf(value);
	if (isSwitch(name))
		return html`<input type="hidden" name="${name}" value="false" />
			<input type="checkbox" ${common} value="true" ${value === true && html`checked`} />`;
	const options = optionsOf(name);
	if (options)
		return html`<select ${common}>
			${options.map(
				(option) =>
					html`<option value="${textOf(option)}" ${option === value && html`selected`}>
						${String(option)}
					</option>`,
			)}
		</select>`;
	if (typeof value === 'number' && typeof defaultSettings[name] === 'number')
		return html`<input type="number" min="0" step="any" ${common} value="${text}" />`;
	return html`<textarea rows="2" ${common}>${text}</textarea>`;
}

const faultNumbers = ['after', 'everyNth', 'times', 'retryAfterSeconds', 'ms'] as const;

const faultForm = (): Html => html`
	<form method="post" action="/faults">
		<fieldset class="fault">
			<legend>Add a fault</legend>
			<label
				>Kind
				<select name="kind">
					${faultKinds.map((kind) => html`<option>${kind}</option>`)}
				</select></label
			>
			<label
				>Call
				<select name="operationId">
					<option value="">every call</option>
					${[...operations.keys()].map((name) => html`<option>${name}</option>`)}
				</select></label
			>
			${faultNumbers.map(
				(name) => html`<label>${name} <input type="number" min="0" name="${name}" /></label>`,
			)}
			<button class="main">Add fault</button>
		</fieldset>
	</form>
`;

function topicFields(
	sandbox: Sandbox,
	{ title, settings: fields }: (typeof topics)[number],
	changed: readonly Name[],
): Html {
	const { length } = fields.filter(([name]) => changed.includes(name));
	return html`
		<details ${length > 0 && html`open`}>
			<summary>
				${title}
				<span class="tag ${length > 0 && 'warm'}"
					>${length > 0 ? `${length} changed` : count(fields.length, 'setting')}</span
				>
			</summary>
			<div class="fields">
				${fields.map(
					([name, hint]) => html`
						<div>
							<label for="${name}">${name}</label>
							<p class="hint" id="${name}-hint">${hint}</p>
							${control(name, sandbox.settings[name])}
						</div>
					`,
				)}
			</div>
		</details>
	`;
}

export function settings(sandbox: Sandbox): Page {
	const names = Object.keys(defaultSettings) as Name[];
	const changed = names.filter(
		(name) => textOf(sandbox.settings[name]) !== textOf(defaultSettings[name]),
	);
	const faults = sandbox.faults.list();
	const body = html`
		<p class="lead">How the sandbox behaves, and what goes wrong.</p>
		<h2>Faults</h2>
		${faults.length === 0
			? html`<p class="empty">Nothing goes wrong. Add a fault to see how a workflow handles it.</p>`
			: html`${table(
						'Faults',
						['Kind', 'Conditions', 'Matched', 'Happened'],
						faults.map(({ kind, matched, struck, ...rest }) => [
							kind,
							Object.entries(rest)
								.map(([name, value]) => `${name}: ${textOf(value)}`)
								.join(', ') || 'every call',
							...[matched, struck],
						]),
					)}
					<form method="post" action="/faults/clear"><button>Remove all faults</button></form>`}
		${faultForm()}
		<h2>Settings</h2>
		<p>
			${changed.length === 0
				? 'All settings have their defaults.'
				: `Changed: ${changed.join(', ')}.`}
		</p>
		<form method="post" action="/settings" class="settings" novalidate>
			${topics.map((topic) => topicFields(sandbox, topic, changed))}
			<button class="main">Save settings</button>
		</form>
		<h2>Start over</h2>
		<form method="post" action="/reset">
			<p>
				Restores the sample account, all settings and the clock. Removes faults, calls and messages.
			</p>
			<button>Reset the sandbox</button>
		</form>
	`;
	return { title: 'Settings', body };
}

/** Changes the settings that differ from the current ones, so that others can be changed in the meantime. */
export function saveSettings(sandbox: Sandbox, form: URLSearchParams): string {
	const change: Record<string, unknown> = {};
	// The last value of a name counts. A switch sends `true` after its `false` while it is on.
	for (const [name, text] of new Map(form)) {
		if (!Object.hasOwn(defaultSettings, name)) throw new RangeError(`Unknown setting: ${name}`);
		const value = valueOf(name as Name, text);
		if (textOf(value) !== textOf(sandbox.settings[name as Name])) change[name] = value;
	}
	sandbox.changeSettings(change);
	return '/settings';
}

export function addFault(sandbox: Sandbox, form: URLSearchParams): string {
	const fault: Record<string, unknown> = {};
	for (const [name, text] of form) {
		if (text === '') continue;
		fault[name] = (faultNumbers as readonly string[]).includes(name) ? Number(text) : text;
	}
	sandbox.faults.add(fault as unknown as Fault);
	return '/settings';
}

export function clearFaults(sandbox: Sandbox): string {
	sandbox.faults.clear();
	return '/settings';
}

export function reset(sandbox: Sandbox): string {
	sandbox.reset();
	return '/';
}
