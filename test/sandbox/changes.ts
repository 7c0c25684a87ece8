/*
 * Ways in which a response can differ from docs/internals/openapi.yaml. They are applied in order to the response after
 * the work is done. "Records" are the entries of a list anywhere in the response, or the object itself.
 */

const ZONE_HOURS = 5;

const local = (ms: number, hours: number) =>
	new Date(ms + hours * 3_600_000).toISOString().slice(0, 19);

/** Date formats, which start from milliseconds since 1970. */
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

/** The response without its wrapper. */
function unwrapped(body: unknown): unknown {
	if (!isObject(body)) return body;
	const entries = Object.entries(body);
	return entries.length === 1 && entries[0][0].endsWith('Result') ? entries[0][1] : body;
}

/** Changes the content of the wrapper, if there is one. */
function inside(body: unknown, change: (bare: unknown) => unknown): unknown {
	const bare = unwrapped(body);
	return bare === body ? change(body) : { [Object.keys(body as Json)[0]]: change(bare) };
}

/** Changes the first list in the body: the body itself, or the first member that is a list. */
function inList(body: unknown, change: (list: unknown[]) => unknown): unknown {
	return inside(body, (bare) => {
		if (Array.isArray(bare)) return change(bare);
		if (!isObject(bare)) return bare;
		const name = Object.keys(bare).find((one) => Array.isArray(bare[one]));
		return name === undefined ? bare : { ...bare, [name]: change(bare[name] as unknown[]) };
	});
}

/** Changes all records that have this member, at any depth, or only the one with this index. */
function inMember(
	body: unknown,
	member: string,
	at: number | undefined,
	change: (record: Json) => void,
): unknown {
	const copy = structuredClone(body);
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

/** A copy in which every object except the wrapper has an undocumented member. */
function withExtraFields(body: unknown): unknown {
	const extended = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(extended);
		if (!isObject(value)) return value;
		const members = Object.entries(value).map(([name, one]) => [name, extended(one)]);
		return { ...Object.fromEntries(members), SandboxExtra: { Unknown: true } };
	};
	return inside(body, extended);
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

interface MemberDetails {
	member: string;
	value?: unknown;
	/** The index of the only record to change, starting at 0. */
	at?: number;
}

/** Functions that return a member's new value in each record. Undefined removes the member. */
const memberChanges = {
	set: (_: unknown, { value }: MemberDetails) => value,
	setNull: (old: unknown, { value }: MemberDetails) => old ?? value,
	remove: () => undefined,
	capitals: (old: unknown) => (typeof old === 'string' ? old.toUpperCase() : old),
	/** Hides all but the first character before an @, or all but the last three characters. */
	masked: (old: unknown) =>
		String(old).replace(String(old).includes('@') ? /(?<=^.).*(?=@)/ : /^.*(?=...$)/, '***'),
	named: (old: unknown) => `Somebody <${String(old)}>`,
	/** Formats a phone number like people do. Other contacts stay the same. */
	rewritten: (old: unknown) => String(old).replace(/^(\d{2})(\d{3})(?=\d{4,}$)/, '+$1 $2-'),
	text: (old: unknown) => String(old),
	asObject: (old: unknown, { member }: MemberDetails) => ({ [`${member}Id`]: old }),
	asCode: (old: unknown, { member }: MemberDetails) => `${member.charAt(0)}-${String(old)}`,
};

interface ListDetails {
	at?: number;
	by?: number;
}

/** Changes to the list in a response. */
const listChanges = {
	insertNull: (list: unknown[], { at = 0 }: ListDetails) => list.toSpliced(at, 0, null),
	replaceWithNull: (list: unknown[], { at = 0 }: ListDetails) =>
		list.map((one, index) => (index === at ? null : one)),
	reverse: (list: unknown[]) => list.toReversed(),
	shorten: (list: unknown[], { by = 0 }: ListDetails) =>
		list.slice(0, Math.max(0, list.length - by)),
	/** Adds copies of the last entry. */
	lengthen: (list: unknown[], { by = 0 }: ListDetails) => [
		...list,
		...(list.length === 0 ? [] : Array.from({ length: by }, () => list.at(-1))),
	],
	listAsObject: (list: unknown[]) => ({ ...list }),
};

interface BodyDetails {
	paged?: boolean;
	form?: DateForm;
	value?: unknown;
}

const inBareList = (body: unknown, change: (list: unknown[]) => unknown) =>
	inside(body, (bare) => (Array.isArray(bare) ? change(bare) : bare));

/** Changes to the whole response. */
const bodyChanges = {
	/** Wraps the response in a member ending in `Result`, or unwraps it. */
	wrap: (body: unknown) => (unwrapped(body) === body ? { SandboxResult: body } : body),
	unwrap: unwrapped,
	camelCase: (body: unknown) =>
		inside(body, (bare) => renamed(bare, (name) => name.charAt(0).toLowerCase() + name.slice(1))),
	upperCase: (body: unknown) => inside(body, (bare) => renamed(bare, (name) => name.toUpperCase())),
	/** Adds an unknown member to every record. */
	extra: withExtraFields,
	/** Repeats the last entry if the response is a list. */
	repeat: (body: unknown) => inBareList(body, (list) => [...list, ...list.slice(-1)]),
	/** Puts a list into an object, next to page numbers if `paged`. */
	name: (body: unknown, { paged }: BodyDetails) =>
		inBareList(body, (list) => ({ ...(paged ? { Page: 1, TotalPages: 1 } : {}), Entries: list })),
	dates: (body: unknown, { form }: BodyDetails) => withDates(body, form!),
	replace: (_: unknown, { value }: BodyDetails) => value,
};

type MemberChange = MemberDetails & { do: keyof typeof memberChanges };
type ListChange = ListDetails & { do: keyof typeof listChanges };
type BodyChange = BodyDetails & { do: keyof typeof bodyChanges };

export type AnswerChange = MemberChange | ListChange | BodyChange;

const names = <T extends object>(table: T) => Object.keys(table) as Array<keyof T>;

export const changeNames: Array<AnswerChange['do']> = [
	...names(memberChanges),
	...names(listChanges),
	...names(bodyChanges),
];

const isMemberChange = (change: AnswerChange): change is MemberChange => change.do in memberChanges;
const isListChange = (change: AnswerChange): change is ListChange => change.do in listChanges;

function changedOnce(body: unknown, change: AnswerChange): unknown {
	if (isListChange(change)) return inList(body, (list) => listChanges[change.do](list, change));
	if (!isMemberChange(change)) return bodyChanges[change.do](body, change);
	const { member, at } = change;
	return inMember(body, member, at, (record) => {
		const value: unknown = memberChanges[change.do](record[member], change);
		if (value === undefined) delete record[member];
		else record[member] = value;
	});
}

/** Returns a copy of the response with these changes, applied in order. */
export const changed = (body: unknown, changes: readonly AnswerChange[]): unknown =>
	changes.reduce(changedOnce, body);
