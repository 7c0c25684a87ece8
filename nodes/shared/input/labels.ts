import { entriesIn, recordsIn } from '../netigate/client';
import { eachOnce, isRecord, unreadable } from '../netigate/members';
import type { BackgroundDataLabel, BackgroundDataOption } from '../netigate/types';

function asLabel(entry: unknown): BackgroundDataLabel {
	if (isRecord(entry) && Number.isSafeInteger(entry.BGDataLabelId)) {
		const label = entry as unknown as BackgroundDataLabel;
		const named = ({ Option }: BackgroundDataOption) => typeof Option === 'string';
		const Options = recordsIn<BackgroundDataOption>(label.Options).filter(named);
		return { ...label, Name: typeof label.Name === 'string' ? label.Name : '', Options };
	}
	throw unreadable('BGDataLabelId', true);
}

/** What was read of an answer: items that share it share the labels too. */
const known = new WeakMap<unknown[], BackgroundDataLabel[]>();

/**
 * The labels in the answer of row 20 or 29. One whose name is not told has an empty one, and all have options, if
 * without any.
 *
 * @throws NetigateError when an entry is no label: what is known under it would be left out without a word
 */
export function labelsIn(answer: unknown): BackgroundDataLabel[] {
	const entries = entriesIn(answer, 'BGDataLabelId');
	let labels = known.get(entries);
	if (!labels) {
		const all = entries.filter((entry) => entry !== null && entry !== undefined).map(asLabel);
		labels = eachOnce(all, ({ BGDataLabelId }) => BGDataLabelId);
		known.set(entries, labels);
	}
	return labels;
}
