/** Values of a row by label id. */
type Cells = ReadonlyMap<string, string>;

/** A person in the directory. */
export interface DirectoryPerson {
	/** Position of the item in the run. */
	position: number;
	/** Hash of the normalized contact. */
	key: string;
	contact: string;
	/** Without empty values. */
	cells: Cells;
}

/**
 * What is remembered of a person in the list.
 * - `there`: the row is there, with these cells
 * - `cleared`: the row is there, all of its cells were emptied
 * - `unknown`: the row was being added when the response, or the run, was lost
 */
export interface Known {
	key: string;
	state: 'there' | 'cleared' | 'unknown';
	/** Null only for `unknown`. */
	respondentId: number | null;
	/** Hash of each cell that was written, by label ID; `''` if the cell's content is uncertain. */
	cells: ReadonlyMap<string, string>;
	/** The contact itself, if the user wants it stored. */
	address: string | null;
}

/** A person in the directory who is remembered. */
interface Match {
	person: DirectoryPerson;
	known: Known;
}

/** A person whose row differs from the directory. */
export interface Change extends Match {
	/** IDs of labels whose cells are to be written. */
	write: string[];
	/** IDs of labels whose cells are to be emptied. */
	empty: string[];
}

/** What makes the list equal to the directory. */
export interface Plan {
	adds: DirectoryPerson[];
	changes: Change[];
	unchanged: Match[];
	/** People who appear again in the directory, and whether the two items have different values. */
	repeated: Array<{ person: DirectoryPerson; first: DirectoryPerson; differs: boolean }>;
	/** People in the directory who may or may not be in the list. */
	uncertain: Match[];
	/** People in the list who are no longer in the directory. */
	missing: Known[];
	/** People no longer in the directory who may or may not be in the list. */
	uncertainMissing: Known[];
}

/** Hash of a cell; never empty. */
export type HashOf = (person: DirectoryPerson, labelId: string, value: string) => string;

interface DiffOptions {
	/** Labels in the directory; cells of all others are left alone. */
	columns: ReadonlySet<string>;
	hashOf: HashOf;
	/** Keys of everyone in the directory, including people whose items cannot be used. */
	present: Iterable<string>;
	/** Add people again who may or may not be in the list. */
	addUncertain: boolean;
}

/**
 * Compares the directory with what is remembered of the list. If a contact appears several times, its first
 * item counts; later ones only fill in values that are blank there.
 */
export function diffList(
	directory: readonly DirectoryPerson[],
	known: ReadonlyMap<string, Known>,
	options: DiffOptions,
): Plan {
	const plan: Plan = {
		adds: [],
		changes: [],
		unchanged: [],
		repeated: [],
		uncertain: [],
		missing: [],
		uncertainMissing: [],
	};
	const merged = new Map<string, DirectoryPerson>();
	for (const person of directory) {
		const first = merged.get(person.key);
		if (!first) {
			merged.set(person.key, person);
			continue;
		}
		plan.repeated.push({ person, first, differs: differs(person.cells, first.cells) });
		merged.set(person.key, { ...first, cells: new Map([...person.cells, ...first.cells]) });
	}
	for (const person of merged.values()) {
		const row = known.get(person.key);
		if (!row || (row.state === 'unknown' && options.addUncertain)) plan.adds.push(person);
		else if (row.state === 'unknown') plan.uncertain.push({ person, known: row });
		else {
			const change = changeOf(person, row, options);
			if (change.write.length + change.empty.length > 0) plan.changes.push(change);
			else plan.unchanged.push({ person, known: row });
		}
	}
	const present = new Set([...merged.keys(), ...options.present]);
	for (const row of known.values()) {
		if (present.has(row.key) || row.state === 'cleared') continue;
		(row.state === 'unknown' ? plan.uncertainMissing : plan.missing).push(row);
	}
	return plan;
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

/** Whether two items of one person give different values; a blank is none. */
function differs(a: Cells, b: Cells): boolean {
	return [...a].some(([labelId, value]) => b.has(labelId) && b.get(labelId) !== value);
}

/** The number of rows that a plan would empty, wholly or partly, of those that hold something. */
export interface Loss {
	rows: number;
	of: number;
}

/** @param clearMissing whether the rows of missing people are emptied */
export function lossOf(plan: Plan, clearMissing: boolean): Loss {
	const emptied = plan.changes.filter(({ empty }) => empty.length > 0).length;
	const filled = [...plan.changes, ...plan.unchanged].filter(
		({ known }) => known.state === 'there',
	);
	return {
		rows: emptied + (clearMissing ? plan.missing.length : 0),
		of: filled.length + plan.missing.length,
	};
}

export function losesTooMuch({ rows, of }: Loss, maxPercent: number): boolean {
	return rows * 100 > of * maxPercent;
}

/** The share of unrecognized people from which a run stops and asks. */
const NEARLY_ALL = 0.9;

/** A directory of which hardly anyone is recognized. */
export interface Strangers {
	/** The number of people to add who are not remembered. */
	people: number;
	of: number;
	/** The number of people remembered, without those cleared before. */
	remembered: number;
}

/**
 * Whether a run would add nearly the whole directory: the memory is new or lost, or contacts are given in
 * another way than before. Undefined if enough people are recognized, or most of those remembered are in
 * the directory: then the others did join, or an earlier first run was cut short.
 */
export function strangersOf(plan: Plan, known: ReadonlyMap<string, Known>): Strangers | undefined {
	const { adds, changes, unchanged, uncertain, missing, uncertainMissing } = plan;
	const people = adds.filter(({ key }) => !known.has(key)).length;
	const of = adds.length + changes.length + unchanged.length + uncertain.length;
	const recognized = of - people;
	const gone = missing.length + uncertainMissing.length;
	if (people === 0 || people < of * NEARLY_ALL || recognized > gone) return undefined;
	return { people, of, remembered: recognized + gone };
}
