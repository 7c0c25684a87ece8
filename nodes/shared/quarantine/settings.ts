import type { IDataObject } from 'n8n-workflow';
import { toId, toText, type Parameters } from '../n8n/parameters';
import { normaliseContact } from '../values/contact';
import { describeValue } from '../values/dates';
import { InputError } from '../api/errors';
import type { Lifted } from './ledger/entries';
import type { EventKind, Rule, Scope } from './rules/rules';

export interface Options {
	foldPlusAddress: boolean;
	hashSecret: string;
	/** Null: reservations are final at once. */
	holdMs: number | null;
	keepDays: number;
	ledger: 'dataTable' | 'workflow';
	ledgerWorkflow: string;
	recordInTestRuns: boolean;
	releaseOnFailure: boolean;
	skipBlocked: boolean;
	storeContact: boolean;
	whenUnavailable: 'stop' | 'allow';
}

const KEEP_DAYS = 400;
const MINUTE_MS = 60_000;

/**
 * The options that hold for a whole run, taken from its first item.
 *
 * @throws InputError when they do not fit together
 */
export function optionsOf(given: IDataObject): Options {
	const holdMinutes = numberOf(given.holdMinutes ?? 0, 'Hold Minutes', 0);
	const keepDays = wholeOf(given.keepDays ?? KEEP_DAYS, 'Keep Days');
	const ledger = given.ledger === 'workflow' ? 'workflow' : 'dataTable';
	const ledgerWorkflow = toText(withoutLocator(given.ledgerWorkflow), 'Ledger Workflow').trim();
	if (ledger === 'workflow' && ledgerWorkflow === '') {
		throw new InputError(
			'"Ledger Workflow" is empty',
			'Choose the workflow that keeps the ledger, or set the ledger to "Data Table of n8n".',
		);
	}
	if (given.releaseOnFailure === true && holdMinutes === 0) {
		throw new InputError(
			'"Release on Failure" gives back held reservations, but none are held',
			'Set Options, Hold Minutes to longer than sending takes, e.g. 60, and confirm after sending.',
		);
	}
	return {
		foldPlusAddress: given.foldPlusAddress === true,
		hashSecret: toText(given.hashSecret, 'Hash Secret').trim(),
		holdMs: holdMinutes === 0 ? null : holdMinutes * MINUTE_MS,
		keepDays,
		ledger,
		ledgerWorkflow,
		recordInTestRuns: given.recordInTestRuns === true,
		releaseOnFailure: given.releaseOnFailure === true,
		skipBlocked: given.skipBlocked !== false,
		storeContact: given.storeContact === true,
		whenUnavailable: given.whenUnavailable === 'allow' ? 'allow' : 'stop',
	};
}

function withoutLocator(value: unknown): unknown {
	return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}

function numberOf(value: unknown, label: string, atLeast: number): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && Number.isFinite(number) && number >= atLeast) return number;
	throw new InputError(
		`"${label}" is no number of at least ${atLeast}: ${describeValue(value)}`,
		`Enter a number such as ${Math.max(atLeast, 30)}, or check what the expression gives.`,
	);
}

/** A whole number from 1 on. */
function wholeOf(value: unknown, label: string): number {
	const number = numberOf(value, label, 1);
	if (Number.isInteger(number)) return number;
	throw new InputError(
		`"${label}" is no whole number: ${describeValue(value)}`,
		`Enter a whole number such as ${Math.ceil(number)}, or check what the expression gives.`,
	);
}

/**
 * The contact of an item, normalised.
 *
 * @throws InputError when there is none
 */
export function contactOf(parameters: Parameters, foldPlusAddress: boolean): string {
	const value = parameters.raw('contact', '');
	const contact = normaliseContact(value, { foldPlusAddress });
	if (contact !== null) return contact;
	throw new InputError(
		`"Contact" holds no contact: ${describeValue(value)}`,
		'It has to be one e-mail address, phone number or login name. Check what the expression gives for this item.',
	);
}

export function surveyOf(parameters: Parameters): string {
	return String(toId(parameters.raw('surveyId', ''), 'Survey'));
}

export function groupOf(parameters: Parameters): string {
	return toText(parameters.raw('group', ''), 'Group').trim();
}

const SCOPES = new Set<unknown>(['survey', 'group', 'all']);

/**
 * The rules of an item.
 *
 * @throws InputError when there is none, or one that cannot be kept
 */
export function rulesOf(given: { rule?: IDataObject[] }): Rule[] {
	const known = rulesRead.get(given);
	if (known) return known;
	const rules = readRules(given);
	rulesRead.set(given, rules);
	return rules;
}

/** Rules without an expression are one and the same object for all items. */
const rulesRead = new WeakMap<object, Rule[]>();

function readRules({ rule }: { rule?: IDataObject[] }): Rule[] {
	if (!Array.isArray(rule) || rule.length === 0) {
		throw new InputError(
			'There is no rule',
			'Add a rule under Rules, e.g. at most 1 invitation of this survey within 30 days.',
		);
	}
	return rule.map((given, index) => {
		const name = rule.length === 1 ? 'Rule' : `Rule ${index + 1}`;
		const max = numberOf(given.max ?? 1, `${name}: At Most`, 1);
		const days = numberOf(given.days ?? 30, `${name}: Days`, 0);
		if (!Number.isInteger(max) || days === 0 || days > 36_500) {
			throw new InputError(
				`${name} cannot be kept: at most ${max} within ${days} days`,
				'"At Most" is a whole number from 1 on, "Days" more than 0 and at most 36500.',
			);
		}
		const scope = (SCOPES.has(given.scope) ? given.scope : 'survey') as Scope;
		const after: EventKind = given.after === 'responded' ? 'responded' : 'invited';
		const group = toText(withoutLocator(given.group), 'Group').trim();
		const unit = unitOf(given.unit, days, name);
		return { scope, ...(scope === 'group' && group ? { group } : {}), after, max, days, ...unit };
	});
}

/** Days of 24 hours are not told, since they are what rules always had. */
function unitOf(given: unknown, days: number, name: string): Pick<Rule, 'unit'> {
	if (given === undefined || given === '' || given === 'hours24') return {};
	if (given !== 'calendarDays') {
		throw new InputError(
			`${name}: Unit cannot be ${describeValue(given)}`,
			'It is "hours24" or "calendarDays".',
		);
	}
	if (Number.isInteger(days)) return { unit: 'calendarDays' };
	throw new InputError(
		`${name} cannot be kept: ${days} days of the calendar`,
		'Days of the calendar are whole ones. Enter a whole number, or set Unit to days of 24 hours.',
	);
}

/**
 * Which events a lift concerns.
 *
 * @throws InputError when the group or the survey is missing
 */
export function liftedOf(parameters: Parameters): Lifted {
	const scope = parameters.raw('liftScope', 'all');
	if (scope === 'survey') return { scope, survey: surveyOf(parameters) };
	if (scope !== 'group') return { scope: 'all' };
	const group = groupOf(parameters);
	if (group !== '') return { scope, group };
	throw new InputError('"Group" is empty', 'Enter the group for which the quarantine ends.');
}
