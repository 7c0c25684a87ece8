import { entriesIn, recordsIn } from '../netigate/client';
import { eachOnce, isRecord, unreadable } from '../netigate/members';
import type { BackgroundDataLabel, BackgroundDataOption } from '../netigate/types';
import { foldText, plainText } from './text';

function asLabel(entry: unknown): BackgroundDataLabel {
	if (isRecord(entry) && Number.isSafeInteger(entry.BGDataLabelId)) {
		const label = entry as unknown as BackgroundDataLabel;
		const named = ({ Option }: BackgroundDataOption) => typeof Option === 'string';
		const Options = recordsIn<BackgroundDataOption>(label.Options).filter(named);
		return { ...label, Name: typeof label.Name === 'string' ? label.Name : '', Options };
	}
	throw unreadable('BGDataLabelId', true);
}

/** The labels in each response: items that share it share the labels too. */
const read = new WeakMap<unknown[], BackgroundDataLabel[]>();

/**
 * The labels in the response of call 20 or 29. A missing name becomes an empty one, missing options an empty list.
 *
 * @throws NetigateError if an entry isn't a label: its values would be left out silently
 */
export function labelsIn(response: unknown): BackgroundDataLabel[] {
	const entries = entriesIn(response, 'BGDataLabelId');
	let labels = read.get(entries);
	if (!labels) {
		const all = entries.filter((entry) => entry !== null && entry !== undefined).map(asLabel);
		labels = eachOnce(all, ({ BGDataLabelId }) => BGDataLabelId);
		read.set(entries, labels);
	}
	return labels;
}

/** A field that fits a label, and how far its name is from the label's: 0 is the very same. */
export interface FieldMatch {
	field: string;
	distance: number;
}

interface LabelMatch {
	label: BackgroundDataLabel;
	/** The nearest first; at least one. */
	fields: FieldMatch[];
}

/** `firstName`, `last_name` and `Last-Name` without what keeps their words apart. */
const joined = (name: string) => foldText(name).replace(/[\s_-]/g, '');

/** From near to far, the forms in which a field's name can be a label's. */
const FORMS: ReadonlyArray<(name: string) => string> = [
	(name) => name,
	plainText,
	foldText,
	joined,
];

function distanceOf(field: string, { Name, BGDataLabelId }: BackgroundDataLabel): number {
	const at = FORMS.findIndex((form) => form(field) === form(Name) && form(Name) !== '');
	if (at >= 0) return at;
	return field.trim() === String(BGDataLabelId) ? FORMS.length : Infinity;
}

/** All items usually have the same fields, so labels are matched once for all of them. */
const matched = new WeakMap<readonly BackgroundDataLabel[], Map<string, LabelMatch[]>>();

/**
 * Which fields fit which label, by name: the exact name first, then without regard to spaces, case, and what
 * keeps words apart; last by the label's id. A field that is nearer to another label is that label's alone.
 *
 * @param fields the names of an item's fields
 * @returns the labels that any field fits
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
		return near.length === 0
			? []
			: [{ label, fields: near.sort((a, b) => a.distance - b.distance) }];
	});
}
