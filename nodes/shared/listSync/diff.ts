/** Values of a row by label id. */
type Cells = ReadonlyMap<string, string>;

/** A person in the directory. */
export interface DirectoryPerson {
	/** The place of the item among those of the run. */
	position: number;
	/** What the contact is remembered by: the hash of its normalised form. */
	key: string;
	contact: string;
	/** Without empty values. */
	cells: Cells;
}

/**
 * What is remembered of a person in the list.
 * - `there`: the row is there, with these cells
 * - `cleared`: the row is there, all of its cells were emptied
 * - `unknown`: the row was being added when the answer, or the run, was lost
 */
export interface Known {
	key: string;
	state: 'there' | 'cleared' | 'unknown';
	/** Null for `unknown` alone. */
	respondentId: number | null;
	/** The hash of each cell that was written, by label id; `''` where it cannot be told what stands there. */
	cells: ReadonlyMap<string, string>;
	/** The contact itself, where the user wants it stored. */
	address: string | null;
}

/** A person whose row is not what the directory says. */
export interface Change {
	person: DirectoryPerson;
	known: Known;
	/** Ids of labels whose cells are to be written. */
	write: string[];
	/** Ids of labels whose cells are to be emptied. */
	empty: string[];
}

/** A person who comes again in the directory. */
interface Repeated {
	person: DirectoryPerson;
	first: DirectoryPerson;
	/** True where the two give different values. */
	differs: boolean;
}

/** What makes the list what the directory is. */
export interface Plan {
	adds: DirectoryPerson[];
	changes: Change[];
	unchanged: Array<{ person: DirectoryPerson; known: Known }>;
	repeated: Repeated[];
	/** In the directory, but whether they are in the list cannot be told. */
	uncertain: Array<{ person: DirectoryPerson; known: Known }>;
	/** In the list, no longer in the directory. */
	missing: Known[];
	/** No longer in the directory, and whether they are in the list cannot be told. */
	uncertainMissing: Known[];
}

interface DiffOptions {
	/** The labels that the directory speaks about; cells of all others are left alone. */
	columns: ReadonlySet<string>;
	/** The hash of a cell; never empty. */
	hashOf: (person: DirectoryPerson, labelId: string, value: string) => string;
	/** Who else is in the directory: their items cannot be used, but they are not missing. */
	present?: Iterable<string>;
	/** Add those again of whom it cannot be told whether they are in the list. */
	addUncertain: boolean;
}

/**
 * Compares the directory with what is remembered of the list. A contact that comes several times counts
 * with its first item; values that are blank there come from later ones.
 */
export function diffList(
	people: readonly DirectoryPerson[],
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
	const seen = new Map<string, DirectoryPerson>();
	for (const person of people) {
		const first = seen.get(person.key);
		if (!first) seen.set(person.key, person);
		else {
			plan.repeated.push({ person, first, differs: differs(person.cells, first.cells) });
			// A blank never beats a value.
			const cells = new Map([...person.cells, ...first.cells]);
			seen.set(person.key, { ...first, cells });
		}
	}
	for (const person of seen.values()) {
		const row = known.get(person.key);
		if (!row || (row.state === 'unknown' && options.addUncertain)) plan.adds.push(person);
		else if (row.state === 'unknown') plan.uncertain.push({ person, known: row });
		else {
			const change = changeOf(person, row, options);
			if (change.write.length + change.empty.length > 0) plan.changes.push(change);
			else plan.unchanged.push({ person, known: row });
		}
	}
	const present = new Set([...seen.keys(), ...(options.present ?? [])]);
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

/** The share of a directory that is nearly everybody. */
const NEARLY_ALL = 0.9;

/** Rows that a plan would empty, wholly or in part, and how many of the list's rows hold something. */
export interface Loss {
	rows: number;
	of: number;
}

/**
 * What the plan would take out of the list.
 *
 * @param clearMissing whether the rows of those who are missing are emptied
 */
export function lossOf(plan: Plan, clearMissing: boolean): Loss {
	const emptied = plan.changes.filter(({ empty }) => empty.length > 0).length;
	const changed = plan.changes.filter(({ known }) => known.state === 'there').length;
	const same = plan.unchanged.filter(({ known }) => known.state === 'there').length;
	return {
		rows: emptied + (clearMissing ? plan.missing.length : 0),
		of: changed + same + plan.missing.length,
	};
}

/** True where more than so many percent of the list's rows would lose something. */
export function losesTooMuch({ rows, of }: Loss, maxPercent: number): boolean {
	return rows * 100 > of * maxPercent;
}

/** A directory of which hardly anybody is recognised. */
export interface Strangers {
	/** Who would be added. */
	people: number;
	of: number;
	/** How many of the list are remembered, as far as they did not leave long ago. */
	remembered: number;
}

/**
 * Who would be added by a run that takes nearly the whole directory for new: the memory is new or lost, or
 * contacts are told in another way than before. Undefined where enough are recognised, or those remembered
 * are in the directory: then the others did join, or an earlier first run did not come to its end.
 */
export function strangersOf(plan: Plan, known: ReadonlyMap<string, Known>): Strangers | undefined {
	const { adds, changes, unchanged, uncertain, missing, uncertainMissing } = plan;
	const people = adds.filter(({ key }) => !known.has(key)).length;
	const of = adds.length + changes.length + unchanged.length + uncertain.length;
	const recognised = of - people;
	const gone = missing.length + uncertainMissing.length;
	if (people === 0 || people < of * NEARLY_ALL || recognised > gone) return undefined;
	return { people, of, remembered: recognised + gone };
}
