import { invalid } from './refusal';
import type { Settings } from './settings';
import type { Label } from './types';

/** A pair in a request. The batch call can use either spelling of the value. */
export interface Pair {
	Key: string;
	Value?: string;
	value?: string;
}

/** A valid dictionary. Nothing changes until its new options are stored. */
export interface ReadDictionary {
	/** Values by label id. */
	values: Map<number, string>;
	newOptions: Array<{ label: Label; option: string }>;
}

/**
 * Reads a dictionary against the labels it may name.
 * @param isOpen whether a label was created through the API and therefore accepts every value
 * @throws Refusal 400 for an unknown or repeated label, an empty value, or one that isn't an option
 */
export function readDictionary(
	pairs: Pair[],
	labels: Label[],
	settings: Settings,
	isOpen: (label: Label) => boolean,
	valueOf: (pair: Pair) => string | undefined = (pair) => pair.Value,
): ReadDictionary {
	const values = new Map<number, string>();
	const newOptions: ReadDictionary['newOptions'] = [];
	for (const pair of pairs) {
		const label = labels.find(({ BGDataLabelId }) => String(BGDataLabelId) === pair.Key);
		if (!label) throw invalid(`Unknown label ${pair.Key}`);
		if (values.has(label.BGDataLabelId)) throw invalid(`Label ${pair.Key} is given twice`);
		const value = valueOf(pair);
		if (typeof value !== 'string' || value.trim() === '') {
			throw invalid(`The value of label ${pair.Key} may not be empty`);
		}
		if (label.Type === 'ORDINAL' && !label.Options.some(({ Option }) => Option === value)) {
			if (settings.unknownOrdinal === 'reject' && !isOpen(label)) {
				throw invalid(`'${value.slice(0, 80)}' is no option of label ${pair.Key} (${label.Name})`);
			}
			if (settings.unknownOrdinal === 'ignore' && !isOpen(label)) continue;
			newOptions.push({ label, option: value });
		}
		values.set(label.BGDataLabelId, value);
	}
	return { values, newOptions };
}

/** The value of a batch's pair, in the spelling that the settings read. */
export function batchValue(settings: Settings): (pair: Pair) => string | undefined {
	if (settings.batchValueMember === 'Value') return (pair) => pair.Value;
	if (settings.batchValueMember === 'value') return (pair) => pair.value;
	return (pair) => pair.Value ?? pair.value;
}
