import type { IDataObject } from 'n8n-workflow';
import { getOrAdd } from '../basics/lists';
import { counted } from '../basics/plainText';
import { addedFlag } from '../n8n/addedOptions';
import type { ParameterReader, Parameters } from '../n8n/parameters';
import { SettingError } from '../netigate/errors';
import type { Rule } from '../quarantine/rules/rules';
import { conditionsOf, groupAndRules, optionsOf } from '../quarantine/settings';

export type QuarantineSettings = NonNullable<ReturnType<typeof quarantineSettings>>;

const NO_RULES: Rule[] = [];

const readAdvanced = (settings: ParameterReader) => ({
	// In the editor, Rules is empty until someone adds a rule.
	...groupAndRules(settings, settings.entries('rules', 'rule').length === 0 ? NO_RULES : undefined),
	...conditionsOf(settings),
	options: optionsOf(settings),
});

/** An expression can return different days in every run, so only this number of lists is kept. */
const MAX_LISTS = 1000;

/** The rules for each combination of advanced rules and days. Most items share one. */
const rulesByDays = new WeakMap<Rule[], Map<number, Rule[]>>();

function withDays(advanced: Rule[], days: number): Rule[] {
	if (days === 0) return advanced;
	const byDays = getOrAdd(rulesByDays, advanced, () => new Map<number, Rule[]>());
	return getOrAdd(byDays, days, () => {
		if (byDays.size >= MAX_LISTS) byDays.clear();
		return [{ scope: 'survey', after: 'invited', max: 1, days }, ...advanced];
	});
}

/** @returns undefined if no quarantine is set. @throws InputError for an invalid setting */
export function quarantineSettings(parameters: Parameters) {
	const days = parameters.number('quarantineDays');
	const settings = parameters.collection('quarantine');
	const advanced = parameters.collection('quarantine', readAdvanced);
	if (days === 0 && settings.isEmpty) return undefined;
	const rules = withDays(advanced.rules, days);
	const consent = addedFlag(settings, 'consent');
	const { samplePercent, hours } = advanced;
	const decides = [consent, samplePercent, hours].some((condition) => condition !== undefined);
	if (rules.length === 0 && !decides) {
		throw new SettingError(
			"'Advanced Quarantine Settings' contains settings but no rule, so no one would be quarantined",
			"Enter the days in 'Not Again Within (Days)', or add a rule under 'Rules'. If you don't want a quarantine, remove the settings.",
		);
	}
	const survey = String(parameters.id('surveyId'));
	return { ...advanced, consent, survey, days, rules, timeZone: parameters.timeZone };
}

interface Described {
	quarantine?: QuarantineSettings;
	/** The item's own fields. */
	fields: IDataObject;
	options: { existing: string };
}

const isChecked = ({ fields }: Described) =>
	(fields.quarantine as IDataObject | null | undefined)?.status === 'allowed';

const inWords = (parts: readonly string[]) =>
	[parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ');

/** Describes the quarantine that applied in a run, e.g. "Quarantine: not again within 30 days." */
export function quarantineNote(items: readonly Described[]): string {
	if (items.length === 0) return '';
	const active = items.flatMap(({ quarantine }) => quarantine ?? []);
	if (active.length === 0) {
		if (items.every(isChecked)) return 'The quarantine was checked before this node.';
		return items.every(({ options }) => options.existing === 'skip')
			? 'No quarantine was active in this node, so other sendouts may ask the same people at any time.'
			: 'No quarantine was active in this node, so the same people may be asked again at any time.';
	}
	const days = [...new Set(active.map((settings) => settings.days))].sort((a, b) => a - b);
	const [least, ...longer] = days.filter((some) => some > 0);
	const most = longer.at(-1);
	const within = most === undefined ? counted(least, 'day') : `${least} to ${most} days`;
	const advanced = Math.max(
		...new Set(active.map(({ rules, days }) => rules.length - Math.sign(days))),
	);
	const share = [...new Set(active.flatMap(({ samplePercent = [] }) => samplePercent))];
	const parts = [
		...(least ? [`not again within ${within}`] : []),
		...(advanced > 0 ? [counted(advanced, 'advanced rule')] : []),
		...(share.length > 0 ? [share.length === 1 ? `a sample of ${share[0]}%` : 'samples'] : []),
		...(active.some(({ hours }) => hours) ? ['sending hours'] : []),
		...(active.some(({ consent }) => consent !== undefined) ? ['consent'] : []),
	];
	const off = items.length - active.length;
	return `Quarantine: ${inWords(parts)}${off > 0 ? `, off for ${counted(off, 'item')}` : ''}.`;
}
