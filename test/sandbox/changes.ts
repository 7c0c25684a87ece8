/**
 * Ways in which an answer may differ from docs/internals/openapi.yaml. They are applied in order to the answer that goes
 * out, after the work was done. "Records" are the entries of a list, wherever it is in the answer, or the one
 * object if there is no list.
 */
export type AnswerChange =
	/** Puts the answer into a member ending in `Result`, or takes it out. */
	| { do: 'wrap' | 'unwrap' }
	/** Changes the names of all members: `respondentId`, `RESPONDENTID`. */
	| { do: 'camelCase' | 'upperCase' }
	/** Sets (where it is null), removes, capitalises, turns to text, to an object with that id or to a code a member of every record, or of the one at this place. */
	| { do: 'set' | 'setNull'; member: string; value: unknown; at?: number }
	| { do: 'remove' | 'capitals' | 'text' | 'asObject' | 'asCode'; member: string; at?: number }
	/** Hides all but the first character before an @, or all but the last three; or puts a name before it. */
	| { do: 'masked' | 'named'; member: string; at?: number }
	/** Adds an unknown member to every record. */
	| { do: 'extra' }
	/** Puts `null` at this place of a list, in addition to its entries or instead of one. */
	| { do: 'insertNull' | 'replaceWithNull'; at: number }
	| { do: 'reverse' }
	/** Takes the last `by` entries off a list, or adds that many copies of its last one. */
	| { do: 'shorten' | 'lengthen'; by: number }
	/** Puts the last entry twice into an answer that is a list. */
	| { do: 'repeat' }
	/** Puts a list into an object, beside the numbers of the one page that it is with `paged`. */
	| { do: 'name'; paged?: boolean }
	/** Writes all dates in another form. */
	| { do: 'dates'; form: DateForm }
	/** Turns a list into an object: its entries by their place. */
	| { do: 'listAsObject' }
	/** Replaces the whole answer. */
	| { do: 'replace'; value: unknown };

export const changeNames = [
	'wrap',
	'unwrap',
	'camelCase',
	'upperCase',
	'set',
	'setNull',
	'remove',
	'capitals',
	'masked',
	'named',
	'text',
	'asObject',
	'asCode',
	'extra',
	'insertNull',
	'replaceWithNull',
	'reverse',
	'shorten',
	'lengthen',
	'repeat',
	'name',
	'dates',
	'listAsObject',
	'replace',
] as const satisfies ReadonlyArray<AnswerChange['do']>;

const ZONE_HOURS = 5;

const local = (ms: number, hours: number) =>
	new Date(ms + hours * 3_600_000).toISOString().slice(0, 19);

/** How a date may be written, from milliseconds since 1970. */
const DATE_FORMS = {
	documented: (ms: number) => `${local(ms, 0)}Z`,
	fraction: (ms: number) => `${local(ms, 0)}.1234567Z`,
	noZone: (ms: number) => local(ms, 0),
	blank: (ms: number) => local(ms, 0).replace('T', ' '),
	offset: (ms: number) => `${local(ms, -ZONE_HOURS)}-0${ZONE_HOURS}:00`,
	dotNet: (ms: number) => `/Date(${ms}+0100)/`,
	milliseconds: (ms: number) => ms,
	seconds: (ms: number) => ms / 1000,
	american: (ms: number) => new Date(ms).toLocaleString('en-US', { timeZone: 'UTC' }),
};

export type DateForm = keyof typeof DATE_FORMS;

export const dateForms = Object.keys(DATE_FORMS) as DateForm[];

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The answer without its wrapper, as a client reads it. */
function unwrapped(answer: unknown): unknown {
	if (!isObject(answer)) return answer;
	const entries = Object.entries(answer);
	return entries.length === 1 && entries[0][0].endsWith('Result') ? entries[0][1] : answer;
}

/** Changes what is inside the wrapper, where there is one. */
function inside(answer: unknown, change: (bare: unknown) => unknown): unknown {
	const bare = unwrapped(answer);
	return bare === answer ? change(answer) : { [Object.keys(answer as Json)[0]]: change(bare) };
}

/** Changes the first list of the answer: the answer itself, or the first member that is one. */
function inList(answer: unknown, change: (list: unknown[]) => unknown): unknown {
	return inside(answer, (bare) => {
		if (Array.isArray(bare)) return change(bare);
		if (!isObject(bare)) return bare;
		const name = Object.keys(bare).find((one) => Array.isArray(bare[one]));
		return name === undefined ? bare : { ...bare, [name]: change(bare[name] as unknown[]) };
	});
}

/** Changes every record, or the one at this place, that has this member at any depth. */
function inMember(
	answer: unknown,
	member: string,
	at: number | undefined,
	change: (record: Json) => void,
): unknown {
	const copy = structuredClone(answer);
	let place = 0;
	const walk = (value: unknown): void => {
		if (Array.isArray(value)) return value.forEach(walk);
		if (!isObject(value)) return;
		if (member in value) {
			if (at === undefined || at === place) change(value);
			place += 1;
		}
		Object.values(value).forEach(walk);
	};
	walk(copy);
	return copy;
}

/** A copy with every member renamed. */
function renamed(value: unknown, rename: (name: string) => string): unknown {
	if (Array.isArray(value)) return value.map((one) => renamed(one, rename));
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, one]) => [rename(name), renamed(one, rename)]),
	);
}

/** A copy in which every object has an undocumented member; a wrapper stays a wrapper. */
function withExtraFields(answer: unknown): unknown {
	const extended = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(extended);
		if (!isObject(value)) return value;
		const members = Object.entries(value).map(([name, one]) => [name, extended(one)]);
		return { ...Object.fromEntries(members), SandboxExtra: { Unknown: true } };
	};
	return inside(answer, extended);
}

/** A copy with all dates in another form. */
function withDates(value: unknown, form: DateForm): unknown {
	if (Array.isArray(value)) return value.map((one) => withDates(one, form));
	if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value))
		return DATE_FORMS[form](Date.parse(value));
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, one]) => [name, withDates(one, form)]),
	);
}

function changedOnce(answer: unknown, change: AnswerChange): unknown {
	switch (change.do) {
		case 'wrap':
			return unwrapped(answer) === answer ? { SandboxResult: answer } : answer;
		case 'unwrap':
			return unwrapped(answer);
		case 'camelCase':
			return inside(answer, (bare) =>
				renamed(bare, (name) => name.charAt(0).toLowerCase() + name.slice(1)),
			);
		case 'upperCase':
			return inside(answer, (bare) => renamed(bare, (name) => name.toUpperCase()));
		case 'set':
			return inMember(answer, change.member, change.at, (record) => {
				record[change.member] = change.value;
			});
		case 'setNull':
			return inMember(answer, change.member, change.at, (record) => {
				record[change.member] ??= change.value;
			});
		case 'remove':
			return inMember(answer, change.member, change.at, (record) => {
				delete record[change.member];
			});
		case 'capitals':
			return inMember(answer, change.member, change.at, (record) => {
				const text = record[change.member];
				if (typeof text === 'string') record[change.member] = text.toUpperCase();
			});
		case 'masked':
			return inMember(answer, change.member, change.at, (record) => {
				const text = String(record[change.member]);
				record[change.member] = text.replace(
					text.includes('@') ? /(?<=^.).*(?=@)/ : /^.*(?=...$)/,
					'***',
				);
			});
		case 'named':
			return inMember(answer, change.member, change.at, (record) => {
				record[change.member] = `Somebody <${String(record[change.member])}>`;
			});
		case 'text':
			return inMember(answer, change.member, change.at, (record) => {
				record[change.member] = String(record[change.member]);
			});
		case 'asObject':
			return inMember(answer, change.member, change.at, (record) => {
				record[change.member] = { [`${change.member}Id`]: record[change.member] };
			});
		case 'asCode':
			return inMember(answer, change.member, change.at, (record) => {
				record[change.member] = `${change.member.charAt(0)}-${String(record[change.member])}`;
			});
		case 'extra':
			return withExtraFields(answer);
		case 'insertNull':
			return inList(answer, (list) => list.toSpliced(change.at, 0, null));
		case 'replaceWithNull':
			return inList(answer, (list) => list.map((one, index) => (index === change.at ? null : one)));
		case 'reverse':
			return inList(answer, (list) => list.toReversed());
		case 'shorten':
			return inList(answer, (list) => list.slice(0, Math.max(0, list.length - change.by)));
		case 'lengthen':
			return inList(answer, (list) =>
				list.length === 0
					? list
					: [...list, ...Array.from({ length: change.by }, () => list[list.length - 1])],
			);
		case 'repeat':
			return inside(answer, (bare) =>
				Array.isArray(bare) ? [...(bare as unknown[]), ...(bare as unknown[]).slice(-1)] : bare,
			);
		case 'name':
			return inside(answer, (bare) =>
				Array.isArray(bare)
					? { ...(change.paged ? { Page: 1, TotalPages: 1 } : {}), Entries: bare }
					: bare,
			);
		case 'dates':
			return withDates(answer, change.form);
		case 'listAsObject':
			return inList(answer, (list) => ({ ...list }));
		case 'replace':
			return change.value;
	}
}

/** The answer with these changes, one after the other. The given one stays as it is. */
export const changed = (answer: unknown, changes: readonly AnswerChange[]): unknown =>
	changes.reduce(changedOnce, answer);
