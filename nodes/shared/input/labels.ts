import { addToGroup, getOrAdd, groupBy } from '../basics/lists';
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
	return getOrAdd(read, entries, () => {
		const labels = entries.filter((entry) => entry !== null && entry !== undefined).map(asLabel);
		return eachOnce(labels, ({ BGDataLabelId }) => BGDataLabelId);
	});
}

export interface FieldMatch {
	field: string;
	/** How much the field's name differs from the label's; 0 if they are equal. */
	distance: number;
}

/** Folds names and removes separators, so that `lastName`, `last_name` and `Last-Name` become equal. */
const joined = (name: string) => foldText(name).replace(/[\s_-]/g, '');

/** The ways to normalize names before they are compared, strictest first. */
const FORMS = [(name: string) => name, plainText, foldText, joined];

/** A name longer than this isn't normalized, because its field is most likely not meant for a label. */
const MAX_NAME_LENGTH = 1000;

/** The number of names whose matches are kept. Items usually have the same fields. */
const MAX_KEPT = 10_000;

interface Nearest {
	distance: number;
	/** The indexes of the labels at this distance. */
	at: readonly number[];
}

/** Finds labels by name or id without comparing each name with each label. */
class LabelIndex {
	private readonly byForm: ReadonlyArray<Map<string, number[]>>;

	private readonly byId: Map<string, number[]>;

	private readonly nearest = new Map<string, Nearest | undefined>();

	constructor(private readonly labels: readonly BackgroundDataLabel[]) {
		const places = [...labels.keys()];
		this.byForm = FORMS.map((form) => groupBy(places, (at) => form(labels[at].Name)));
		this.byId = groupBy(places, (at) => String(labels[at].BGDataLabelId));
	}

	/** The labels that a field matches equally well and better than all others. */
	nearestTo(field: string): Nearest | undefined {
		if (this.nearest.has(field)) return this.nearest.get(field);
		const nearest = this.search(field);
		if (this.nearest.size >= MAX_KEPT) this.nearest.clear();
		this.nearest.set(field, nearest);
		return nearest;
	}

	private search(field: string): Nearest | undefined {
		const forms = field.length > MAX_NAME_LENGTH ? FORMS.slice(0, 1) : FORMS;
		for (const [distance, form] of forms.entries()) {
			const name = form(field);
			const at = name === '' ? undefined : this.byForm[distance].get(name);
			if (at) return { distance, at };
		}
		const at = this.byId.get(field.trim());
		return at && { distance: FORMS.length, at };
	}

	/** The label with this id or, if there is none, with this name. */
	find(key: string): BackgroundDataLabel | undefined {
		const [exact, , folded] = this.byForm;
		const found =
			this.byId.get(key.trim()) ??
			exact.get(key) ??
			(key.length > MAX_NAME_LENGTH ? undefined : folded.get(foldText(key)));
		return found && this.labels[found[0]];
	}
}

/** Items usually share their labels, so the index of each list is kept. */
const indexes = new WeakMap<readonly BackgroundDataLabel[], LabelIndex>();

const indexOf = (labels: readonly BackgroundDataLabel[]) =>
	getOrAdd(indexes, labels, () => new LabelIndex(labels));

/** The label with this id or, if there is none, with this name, if necessary without regard to case. */
export const labelFor = (key: string, labels: readonly BackgroundDataLabel[]) =>
	indexOf(labels).find(key);

/**
 * Matches each field to the closest label by name or id. Labels without a field are left out.
 * @returns the labels with their fields, the closest first
 */
export function matchFields(fields: readonly string[], labels: readonly BackgroundDataLabel[]) {
	const index = indexOf(labels);
	const found = new Map<number, FieldMatch[]>();
	for (const field of fields) {
		const nearest = index.nearestTo(field);
		if (!nearest) continue;
		for (const place of nearest.at) addToGroup(found, place, { field, distance: nearest.distance });
	}
	return [...found]
		.sort(([a], [b]) => a - b)
		.map(([place, near]) => ({
			label: labels[place],
			fields: near.sort((a, b) => a.distance - b.distance),
		}));
}
