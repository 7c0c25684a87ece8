import type { ParameterReader, Parameters } from '../n8n/parameters';
import { InputError } from '../netigate/errors';
import type { Lifted } from './ledger/ledger';
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

const LONGEST_DAYS = 36_500;
const MINUTE_MS = 60_000;

/**
 * The options that apply to a whole run, read from its first item.
 *
 * @param fixed for options that the fields don't have
 * @throws InputError when they do not fit together
 */
export function optionsOf(
	options: ParameterReader,
	fixed?: Pick<Options, 'recordInTestRuns' | 'releaseOnFailure' | 'skipBlocked'>,
): Options {
	const holdMinutes = options.number('holdMinutes');
	const keepDays = options.whole('keepDays');
	const ledger = options.choice<Options['ledger']>('ledger');
	const ledgerWorkflow = options.resolvedText('ledgerWorkflow');
	const { recordInTestRuns, releaseOnFailure, skipBlocked } = fixed ?? {
		recordInTestRuns: options.flag('recordInTestRuns'),
		releaseOnFailure: options.flag('releaseOnFailure'),
		skipBlocked: options.flag('skipBlocked'),
	};
	if (ledger === 'workflow' && ledgerWorkflow === '') {
		throw new InputError(
			"'Ledger Workflow' is empty",
			'Choose the workflow that keeps the ledger, or set \'Ledger\' to "Data Table".',
		);
	}
	if (releaseOnFailure && holdMinutes === 0) {
		throw new InputError(
			"'Release on Failure' releases held reservations, but nothing is held",
			'Set Options > Hold (Minutes) longer than sending takes, e.g. 60, and confirm after sending.',
		);
	}
	return {
		foldPlusAddress: options.flag('foldPlusAddress'),
		hashSecret: options.resolvedText('hashSecret'),
		holdMs: holdMinutes === 0 ? null : holdMinutes * MINUTE_MS,
		keepDays,
		ledger,
		ledgerWorkflow,
		recordInTestRuns,
		releaseOnFailure,
		skipBlocked,
		storeContact: options.flag('storeContact'),
		whenUnavailable: options.choice('whenUnavailable'),
	};
}

export function surveyOf(parameters: Parameters): string {
	return String(parameters.id('surveyId'));
}

export function groupOf(parameters: Parameters): string {
	return parameters.storedText('group');
}

/**
 * The rules of an item.
 *
 * @throws InputError when there is none, or one that cannot be kept
 */
export function rulesOf(parameters: ParameterReader): Rule[] {
	const given = parameters.raw('rules');
	if (typeof given !== 'object' || given === null) return readRules(parameters);
	let known = rulesRead.get(given);
	if (!known) rulesRead.set(given, (known = readRules(parameters)));
	return known;
}

/** Rules without an expression are one and the same object for all items. */
const rulesRead = new WeakMap<object, Rule[]>();

function readRules(parameters: ParameterReader): Rule[] {
	const given = parameters.entries('rules', 'rule');
	if (given.length === 0) {
		throw new InputError(
			'There is no rule',
			"Add a rule under 'Rules', e.g. at most 1 invitation for this survey within 30 days.",
		);
	}
	return given.map((rule, index) => {
		const name = given.length === 1 ? 'Rule' : `Rule ${index + 1}`;
		const max = rule.whole('max');
		const days = rule.number('days');
		if (days === 0 || days > LONGEST_DAYS) {
			throw new InputError(
				`${name} isn't valid: at most ${max} within ${days} days`,
				`'Within (Days)' must be more than 0 and at most ${LONGEST_DAYS}.`,
			);
		}
		const scope = rule.choice<Scope>('scope');
		const group = scope === 'group' ? rule.storedText('group') : '';
		return {
			scope,
			...(group ? { group } : {}),
			after: rule.choice<EventKind>('after'),
			max,
			days,
			...unitOf(rule.choice('unit'), days, name),
		};
	});
}

/** Days of 24 hours are the default, so they are left out. */
function unitOf(given: 'hours24' | 'calendarDays', days: number, name: string): Pick<Rule, 'unit'> {
	if (given === 'hours24') return {};
	if (Number.isInteger(days)) return { unit: 'calendarDays' };
	throw new InputError(
		`${name} isn't valid: ${days} calendar days`,
		'Enter a whole number of calendar days, or set \'Unit\' to "24-Hour Days".',
	);
}

/**
 * Which events a lift concerns.
 *
 * @throws InputError when the group or the survey is missing
 */
export function liftedOf(parameters: Parameters): Lifted {
	const scope = parameters.choice<Scope>('liftScope');
	if (scope === 'survey') return { scope, survey: surveyOf(parameters) };
	if (scope !== 'group') return { scope: 'all' };
	const group = groupOf(parameters);
	if (group !== '') return { scope, group };
	throw new InputError("'Group' is empty", 'Enter the group for which the quarantine ends.');
}
