import { getOrAdd } from '../basics/lists';
import { addedNumber } from '../n8n/addedOptions';
import type { ParameterReader, Parameters } from '../n8n/parameters';
import { SettingError } from '../netigate/errors';
import type { ContactKey } from './ledger/contactKey';
import type { Lifted } from './ledger/ledger';
import { sendingHoursOf } from './readSendingHours';
import {
	needsGroup,
	surveyAt,
	surveyIdIn,
	type CountedKind,
	type Rule,
	type Scope,
} from './rules/rules';

export type Options = ReturnType<typeof optionsOf>;

const MAX_DAYS = 36_500;
const MINUTE_MS = 60_000;

/** The options for a whole run. @throws InputError if the options can't be combined */
export function optionsOf(options: ParameterReader) {
	const holdMinutes = options.number('holdMinutes');
	const read = {
		/** Null if reservations are final immediately. */
		holdMs: holdMinutes === 0 ? null : holdMinutes * MINUTE_MS,
		/** 0 to keep events 30 days longer than the rules need them. */
		keepDays: options.whole('keepDays'),
		ledger: options.choice<'dataTable' | 'workflow'>('ledger'),
		ledgerWorkflow: options.resolvedText('ledgerWorkflow'),
		foldPlusAddress: options.flag('foldPlusAddress'),
		storeContact: options.flag('storeContact'),
		whenUnavailable: options.choice<'stop' | 'allow'>('whenUnavailable'),
	};
	if (read.ledger === 'workflow' && read.ledgerWorkflow === '') {
		throw new SettingError(
			"'Ledger Workflow' is empty",
			'Choose the workflow that keeps the ledger, or set \'Ledger\' to "Data Table".',
		);
	}
	return read;
}

export type NodeOptions = ReturnType<typeof nodeOptionsOf>;

/** Like `optionsOf`, including the options that only the quarantine node has. */
export function nodeOptionsOf(options: ParameterReader) {
	const read = {
		...optionsOf(options),
		keepOptOut: options.flag('keepOptOut'),
		recordInTestRuns: options.flag('recordInTestRuns'),
		releaseOnFailure: options.flag('releaseOnFailure'),
		skipBlocked: options.flag('skipBlocked'),
	};
	if (read.releaseOnFailure && read.holdMs === null) {
		throw new SettingError(
			"'Release on Failure' releases held reservations, but no reservations are held",
			"Set 'Options > Hold (Minutes)' to more minutes than sending takes, e.g. 60, and confirm after sending.",
		);
	}
	return read;
}

/** Conditions that apply in addition to the rules. @throws InputError if a condition isn't valid */
export const conditionsOf = (options: ParameterReader) => ({
	exempt: options.flag('exempt'),
	/** From 0 to 100; undefined if everyone is asked. */
	samplePercent: addedNumber(options, 'samplePercent'),
	/** Undefined if people may be asked at any time. */
	hours: sendingHoursOf(options),
});

/** Whether this contact is in the sample; undefined if there is none. Raising the percentage keeps everyone who is already in the sample. */
export function isSampled(
	key: ContactKey,
	contact: string,
	survey: string,
	percent: number | undefined,
): boolean | undefined {
	return percent === undefined ? undefined : key.share(contact, surveyIdIn(survey)) < percent / 100;
}

/** @param place see `surveyAt` */
export function surveyOf(parameters: Parameters, place: string): string {
	return surveyAt(String(parameters.id('surveyId')), place);
}

export function groupOf(parameters: ParameterReader): string {
	return parameters.storedText('group');
}

/**
 * The group and the rules for one item.
 * @param defaults the rules to use if the user hasn't added any
 * @throws InputError if a rule isn't valid or needs a group that isn't specified
 */
export function groupAndRules(parameters: ParameterReader, defaults?: Rule[]) {
	const group = groupOf(parameters);
	const rules = defaults ?? rulesOf(parameters);
	if (group === '' && needsGroup(rules)) {
		throw new SettingError(
			'A rule counts contacts for a group, but no group is specified',
			"Enter a group in the rule, or in 'Group' if the rule should count this survey's own group.",
		);
	}
	return { group, rules };
}

/** @throws InputError if there is no rule or a rule isn't valid */
export function rulesOf(parameters: ParameterReader): Rule[] {
	// `readRules` refuses anything but an object.
	const given = parameters.raw('rules') as object;
	return getOrAdd(rulesRead, given, () => readRules(parameters));
}

/** Rules without an expression are the same object for every item, so they are read only once. */
const rulesRead = new WeakMap<object, Rule[]>();

function readRules(parameters: ParameterReader): Rule[] {
	const given = parameters.entries('rules', 'rule');
	if (given.length === 0) {
		throw new SettingError(
			'There are no rules',
			"Add a rule under 'Rules', e.g. at most 1 invitation for this survey within 30 days.",
		);
	}
	return given.map((rule, index) => {
		const name = given.length === 1 ? 'Rule' : `Rule ${index + 1}`;
		const max = rule.whole('max');
		const days = rule.number('days');
		if (days === 0 || days > MAX_DAYS) {
			throw new SettingError(
				`${name} isn't valid: at most ${max} within ${days} days`,
				`'Within (Days)' must be more than 0 and at most ${MAX_DAYS}.`,
			);
		}
		const scope = rule.choice<Scope>('scope');
		const group = scope === 'group' ? groupOf(rule) : '';
		return {
			scope,
			...(group ? { group } : {}),
			after: rule.choice<CountedKind>('after'),
			max,
			days,
			...unitOf(rule.choice('unit'), days, name),
		};
	});
}

function unitOf(given: 'hours24' | 'calendarDays', days: number, name: string): Pick<Rule, 'unit'> {
	if (given === 'hours24') return {};
	if (Number.isInteger(days)) return { unit: 'calendarDays' };
	throw new SettingError(
		`${name} isn't valid: ${days} calendar days`,
		'Enter a whole number of calendar days, or set \'Unit\' to "24-Hour Days".',
	);
}

/** @throws InputError if the group or the survey is missing */
export function liftedOf(parameters: Parameters, place: string): Lifted {
	return surveysIn(parameters, place, 'liftScope', 'whose quarantine should end');
}

/**
 * The survey and group of an opt-out; both are empty for all surveys.
 * @throws InputError if the group or the survey is missing
 */
export function optOutOf(parameters: Parameters, place: string) {
	const surveys = surveysIn(parameters, place, 'optOutFor', 'that the person opted out of');
	return { survey: '', group: '', ...surveys };
}

function surveysIn(parameters: Parameters, place: string, name: string, purpose: string): Lifted {
	const scope = parameters.choice<Scope>(name);
	if (scope === 'survey') return { scope, survey: surveyOf(parameters, place) };
	if (scope !== 'group') return { scope: 'all' };
	const group = groupOf(parameters);
	if (group !== '') return { scope, group };
	throw new SettingError("'Group' is empty", `Enter the group ${purpose}.`);
}
