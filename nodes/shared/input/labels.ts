import { entriesIn, recordsIn } from '../netigate/client';
import { eachOnce, isRecord, unreadable } from '../netigate/members';
import type { BackgroundDataLabel, BackgroundDataOption } from '../netigate/types';
import { foldText, plainText, readableText } from './text';

function asLabel(entry: unknown): BackgroundDataLabel {
	if (!isRecord(entry) || !Number.isSafeInteger(entry.BGDataLabelId))
		throw unreadable('BGDataLabelId', true);
	const label = entry as unknown as BackgroundDataLabel;
	const named = ({ Option }: BackgroundDataOption) => typeof Option === 'string';
	const Options = recordsIn<BackgroundDataOption>(label.Options).filter(named);
	return { ...label, Name: readableText(label.Name), Options };
}

/** Caches the labels from each response, because several items may share a response. */
const read = new WeakMap<unknown[], BackgroundDataLabel[]>();

/** The labels in a response to call 20 or 29. @throws NetigateError if an entry isn't a label */
export function labelsIn(response: unknown): BackgroundDataLabel[] {
	const entries = entriesIn(response, 'BGDataLabelId');
	const cached = read.get(entries);
	if (cached) return cached;
	const all = entries.filter((entry) => entry !== null && entry !== undefined).map(asLabel);
	const labels = eachOnce(all, ({ BGDataLabelId }) => BGDataLabelId);
	read.set(entries, labels);
	return labels;
}

export interface FieldMatch {
	field: string;
	/** How much the field's name differs from the label's; 0 if they are equal. */
	distance: number;
}

interface LabelMatch {
	label: BackgroundDataLabel;
	/** At least one field; the closest match is first. */
	fields: FieldMatch[];
}

/** Folds names and removes separators, so that `lastName`, `last_name` and `Last-Name` become equal. */
const joined = (name: string) => foldText(name).replace(/[\s_-]/g, '');

/** The ways to normalize names before they are compared, strictest first. */
const FORMS = [(name: string) => name, plainText, foldText, joined];

function distanceOf(field: string, { Name, BGDataLabelId }: BackgroundDataLabel): number {
	const at = FORMS.findIndex((form) => form(field) === form(Name) && form(Name) !== '');
	if (at >= 0) return at;
	return field.trim() === String(BGDataLabelId) ? FORMS.length : Infinity;
}

/** Caches the matches, because usually all items have the same fields. */
const matched = new WeakMap<readonly BackgroundDataLabel[], Map<string, LabelMatch[]>>();

/**
 * Matches fields to labels: first by exact name, then by name without regard to spaces, case or separators, and then by
 * the label's id. Each field matches only the closest label. Labels without a matching field are left out.
 */
export function matchFields(
	fields: readonly string[],
	labels: readonly BackgroundDataLabel[],
): LabelMatch[] {
	let byFields = matched.get(labels);
	if (!byFields) matched.set(labels, (byFields = new Map()));
	const key = fields.join('\n');
	let matches = byFields.get(key);
	if (!matches) byFields.set(key, (matches = match(fields, labels)));
	return matches;
}

function match(fields: readonly string[], labels: readonly BackgroundDataLabel[]): LabelMatch[] {
	const distances = fields.map((field) => labels.map((label) => distanceOf(field, label)));
	return labels.flatMap((label, index) => {
		const near = fields.flatMap((field, at) => {
			const distance = distances[at][index];
			const nearest = Math.min(...distances[at]);
			return distance === nearest && distance < Infinity ? [{ field, distance }] : [];
		});
		if (near.length === 0) return [];
		return [{ label, fields: near.sort((a, b) => a.distance - b.distance) }];
	});
}
