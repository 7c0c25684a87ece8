import { countBy } from '../basics/lists';

export interface DirectoryPerson {
	/** The item's position in the run. */
	position: number;
	/** Hash of the normalized contact. */
	key: string;
	contact: string;
	/** Values by label ID, without empty values. */
	cells: ReadonlyMap<string, string>;
}

/**
 * What the list memory contains about a person's row.
 * - `there`: the row exists, with these cells
 * - `cleared`: the row exists, but all of its cells were emptied
 * - `unknown`: the row was being added when the response was lost or the run ended
 */
export interface Known {
	key: string;
	state: 'there' | 'cleared' | 'unknown';
	/** Null only for `unknown`. */
	respondentId: number | null;
	/** Hash of each cell that was written, by label ID; `''` if the cell's content is uncertain. */
	cells: ReadonlyMap<string, string>;
	/** The contact itself, if the user chose to store it. */
	address: string | null;
}

interface Match {
	person: DirectoryPerson;
	known: Known;
}

/** A row that differs from the directory, with the IDs of the labels whose cells must be written or emptied. */
export interface Change extends Match {
	write: string[];
	empty: string[];
}

export type Plan = ReturnType<typeof diffList>;

/** What to do to make the list match the directory. */
const emptyPlan = () => ({
	adds: [] as DirectoryPerson[],
	changes: [] as Change[],
	unchanged: [] as Match[],
	/** Additional items for the same person, and whether their values differ from the first item's. */
	repeated: [] as Array<{ person: DirectoryPerson; first: DirectoryPerson; differs: boolean }>,
	/** People in the directory who may or may not be in the list. */
	uncertain: [] as Match[],
	/** People in the list who are no longer in the directory. */
	missing: [] as Known[],
	/** People who are no longer in the directory and may or may not be in the list. */
	uncertainMissing: [] as Known[],
	/** Rows of people in the directory. Netigate may have returned the same row for someone else too. */
	inUse: new Set<number>(),
});

/** Hash of a cell; never empty. */
export type HashOf = (person: DirectoryPerson, labelId: string, value: string) => string;

interface DiffOptions {
	/** The labels in the directory. Cells for all other labels are left unchanged. */
	columns: ReadonlySet<string>;
	hashOf: HashOf;
	/** The key of each item in the directory, including items that can't be used. */
	present: readonly string[];
	/** Whether to add people again even though they may already be in the list. */
	addUncertain: boolean;
}

/** If several items have the same contact, later ones only fill in blank values of the first one. */
export function diffList(
	directory: readonly DirectoryPerson[],
	known: ReadonlyMap<string, Known>,
	options: DiffOptions,
) {
	const plan = emptyPlan();
	const merged = new Map<string, DirectoryPerson>();
	for (const person of directory) {
		const first = merged.get(person.key);
		if (!first) {
			merged.set(person.key, person);
			continue;
		}
		const differs = [...person.cells].some(
			([id, value]) => (first.cells.get(id) ?? value) !== value,
		);
		plan.repeated.push({ person, first, differs });
		merged.set(person.key, { ...first, cells: new Map([...person.cells, ...first.cells]) });
	}
	const present = new Set(options.present);
	const shared = new Set<number>();
	for (const { key, respondentId } of known.values()) {
		if (respondentId === null || !present.has(key)) continue;
		if (plan.inUse.has(respondentId)) shared.add(respondentId);
		plan.inUse.add(respondentId);
	}
	// An item that can't be used may contain values that are missing from the person's other items.
	const [used, items] = [directory.map(({ key }) => key), options.present].map(countBy<string>);
	const isPartial = (key: string) => items.get(key)! > used.get(key)!;
	for (const person of merged.values()) {
		const row = known.get(person.key);
		if (!row || (row.state === 'unknown' && options.addUncertain)) plan.adds.push(person);
		else if (row.state === 'unknown') plan.uncertain.push({ person, known: row });
		else {
			const change = changeOf(person, row, options);
			if (shared.has(row.respondentId!) || isPartial(person.key)) change.empty = [];
			if (change.write.length + change.empty.length > 0) plan.changes.push(change);
			else plan.unchanged.push({ person, known: row });
		}
	}
	for (const row of known.values()) {
		if (present.has(row.key) || row.state === 'cleared') continue;
		(row.state === 'unknown' ? plan.uncertainMissing : plan.missing).push(row);
	}
	const added = new Set(plan.adds.map(({ key }) => key));
	/** Whether every row could belong to someone in the directory, so that none can be cleared. */
	const anyInUse = [...known.values()].some(
		({ key, state }) => state === 'unknown' && present.has(key) && !added.has(key),
	);
	return { ...plan, anyInUse };
}

function changeOf(person: DirectoryPerson, known: Known, { columns, hashOf }: DiffOptions): Change {
	const write = [...person.cells]
		.filter(([labelId, value]) => known.cells.get(labelId) !== hashOf(person, labelId, value))
		.map(([labelId]) => labelId);
	const empty = [...known.cells.keys()].filter(
		(labelId) => columns.has(labelId) && !person.cells.has(labelId),
	);
	return { person, known, write, empty };
}

export type Loss = ReturnType<typeof lossOf>;

/** How many of the rows with values would lose at least one value. */
export function lossOf(plan: Plan, clearMissing: boolean) {
	const emptied = plan.changes.filter(({ empty }) => empty.length > 0).length;
	const matches = [...plan.changes, ...plan.unchanged];
	return {
		rows: emptied + (clearMissing ? plan.missing.length : 0),
		of: matches.filter(({ known }) => known.state === 'there').length + plan.missing.length,
	};
}

export function losesTooMuch({ rows, of }: Loss, maxPercent: number): boolean {
	return rows * 100 > of * maxPercent;
}

/** If at least this share of people isn't recognized, the run stops and asks. */
const NEARLY_ALL = 0.9;

export type Strangers = NonNullable<ReturnType<typeof strangersOf>>;

/**
 * Detects a run that would add nearly the whole directory because the memory is new or lost, or because
 * contacts come from a different field. Undefined if enough people are recognized or if most people in the
 * memory are in the directory. In the latter case, the people to add are new, or an earlier first run was
 * interrupted.
 * @returns the number of people to add who aren't in the list memory, and the numbers of people in the directory and
 * in the list memory
 */
export function strangersOf(plan: Plan, known: ReadonlyMap<string, Known>) {
	const { adds, changes, unchanged, uncertain } = plan;
	const people = adds.filter(({ key }) => !known.has(key)).length;
	const of = adds.length + changes.length + unchanged.length + uncertain.length;
	const recognized = of - people;
	const gone = plan.missing.length + plan.uncertainMissing.length;
	if (people === 0 || people < of * NEARLY_ALL || recognized > gone) return undefined;
	return { people, of, remembered: recognized + gone };
}
