import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { foldText, isBlankText } from '../input/text';
import { SettingError } from '../netigate/errors';
import type { RunItems } from './itemRun';
import type { ParameterReader, Parameters } from './parameters';

/** What an agent gets from the node. Shown only for tools, for every action. */
export const toolOutputFields: INodeProperties[] = [
	{
		displayName: 'Output',
		name: 'toolOutput',
		type: 'options',
		default: 'simplified',
		description: 'What the agent gets. Less output costs fewer tokens.',
		options: [
			{ name: 'Raw', value: 'raw', description: 'Everything, including empty fields' },
			{
				name: 'Selected Fields',
				value: 'selectedFields',
				description: 'Only the fields you name, simplified',
			},
			{ name: 'Simplified', value: 'simplified', description: 'Everything except empty fields' },
		],
		displayOptions: { show: { '@tool': [true] } },
	},
	{
		displayName: 'Fields',
		name: 'toolFields',
		type: 'string',
		default: '',
		placeholder: 'e.g. surveyId, answers',
		description:
			'The fields of the output that the agent gets, separated by commas. The status and its reason are always included.',
		displayOptions: { show: { '@tool': [true], toolOutput: ['selectedFields'] } },
	},
];

/** Whether results are simplified. For tools, Output replaces the Simplify field. */
export const isSimplified = (parameters: ParameterReader): boolean =>
	parameters.source.tool ? parameters.choice('toolOutput') !== 'raw' : parameters.flag('simplify');

/** An agent must always see what happened to a person. */
const ALWAYS = ['status', 'reason', 'explanation', 'activated', 'quarantine'];

type Shape = (items: IDataObject[]) => IDataObject[];

function isEmpty(value: unknown): boolean {
	if (value === null || value === undefined || value === '') return true;
	if (typeof value !== 'object') return false;
	return (Array.isArray(value) || isPlain(value)) && Object.keys(value).length === 0;
}

/** Removes empty values from objects at every level. Lists keep their length. */
function withoutEmpty<T>(value: T): T {
	if (Array.isArray(value)) return value.map(withoutEmpty) as T;
	// Dates and other class instances stay as they are.
	if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
	const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)] as const);
	return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner))) as T;
}

const isPlain = (value: object) =>
	[Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

/** @throws SettingError if no field is named */
function namesOf(parameters: Parameters): string[] {
	const raw = parameters.raw('toolFields');
	const names = (
		Array.isArray(raw) ? raw.map(String) : parameters.optionalText('toolFields').split(',')
	)
		.map((name) => name.trim())
		.filter((name) => !isBlankText(name));
	if (names.length > 0) return names;
	throw new SettingError(
		"'Fields' is empty",
		'Name at least one field of the output, or set \'Output\' to "Simplified".',
	);
}

/**
 * Keeps only these fields. Fields that no item has are listed in the first item, because the action may have changed
 * something, so it can't fail now.
 */
function selected(items: IDataObject[], names: readonly string[]): IDataObject[] {
	const wanted = new Set(names.map(foldText));
	const isWanted = (key: string) => ALWAYS.includes(key) || wanted.has(foldText(key));
	const known = [...new Set(items.flatMap((item) => Object.keys(item)))];
	const folded = new Set(known.map(foldText));
	const missing = names.filter((name) => !folded.has(foldText(name)));
	return items.map((item, index) => ({
		...Object.fromEntries(Object.entries(item).filter(([key]) => isWanted(key))),
		...(index === 0 && missing.length > 0
			? { missingFields: missing, availableFields: known }
			: {}),
	}));
}

/** @throws InputError if the settings are invalid */
function toolShapeOf(parameters: Parameters): Shape {
	const output = parameters.choice<'raw' | 'selectedFields' | 'simplified'>('toolOutput');
	if (output === 'raw') return (items) => items;
	if (output === 'simplified') return withoutEmpty;
	const names = namesOf(parameters);
	return (items) => withoutEmpty(selected(items, names));
}

/** Shapes the output of a tool. Settings are read first, so that an invalid one stops the run before anything is sent. */
export function withToolOutput(run: RunItems): RunItems {
	return async (batch) => {
		const [first] = batch.items;
		if (!first?.parameters().source.tool) return await run(batch);
		const shapes = batch.items.map(({ parameters }) => toolShapeOf(parameters()));
		const outcomes = await run(batch);
		return outcomes.map((outcome, index) => {
			const shape = shapes[index];
			if (!shape || !outcome || 'error' in outcome) return outcome;
			const { json } = outcome;
			return { json: Array.isArray(json) ? shape(json) : shape([json])[0] };
		});
	};
}
