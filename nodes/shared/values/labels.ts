import { entriesIn } from '../api/client';
import { NetigateError } from '../api/errors';
import { isRecord } from '../api/members';
import type { BackgroundDataLabel } from '../api/types';

function asLabel(entry: unknown): BackgroundDataLabel {
	if (isRecord(entry) && Number.isSafeInteger(entry.BGDataLabelId)) {
		const label = entry as unknown as BackgroundDataLabel;
		return typeof label.Name === 'string' ? label : { ...label, Name: '' };
	}
	throw new NetigateError(
		'The list of background labels cannot be read: an entry has no "BGDataLabelId"',
		{
			outcome: 'notDone',
			advice:
				'Try again. If this keeps happening, look at the background data in Netigate, and report it.',
		},
	);
}

/** What was read of an answer: items that share it share the labels too. */
const known = new WeakMap<unknown[], BackgroundDataLabel[]>();

/**
 * The labels in the answer of row 20 or 29. One whose name is not told has an empty one.
 *
 * @throws NetigateError when an entry is no label: what is known under it would be left out without a word
 */
export function labelsIn(answer: unknown): BackgroundDataLabel[] {
	const entries = entriesIn(answer);
	let labels = known.get(entries);
	if (!labels) {
		labels = entries.filter((entry) => entry !== null && entry !== undefined).map(asLabel);
		known.set(entries, labels);
	}
	return labels;
}
