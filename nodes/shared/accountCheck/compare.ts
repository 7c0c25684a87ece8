import { inDateForm } from '../netigate/dates';
import { isRecord, listIn } from '../netigate/members';
import { CHOICES, TYPES } from './contract';
import { toldName } from './memberNames';

/** What a finding means for the user. */
export type Meaning = 'nothing' | 'take care' | 'stop';

interface Difference {
	/** In words without anything of the account's own, e.g. `Survey.Category: null in 3 of 7, expected text`. */
	text: string;
	meaning: Meaning;
	/** Whether it is just a new member or other capitals, which are reported once for all calls. */
	harmless: boolean;
}

type Members = Record<string, string>;

const types: Record<string, Members> = TYPES;
const choices: Record<string, readonly string[]> = CHOICES;

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** The layout of a text that is nothing but a date: `9999-99-99 99:99`; undefined for any other text. */
function layoutOf(text: string): string | undefined {
	return /^[\d\-:.+TZ /]{8,35}$/.test(text) && /\d{4}/.test(text)
		? text.replace(/\d/g, '9')
		: undefined;
}

/** The kind of a value, never its content. */
function kindOf(value: unknown): string {
	if (value === undefined) return 'missing';
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'boolean') return 'true or false';
	if (typeof value === 'number')
		return Number.isSafeInteger(value)
			? 'a whole number'
			: Number.isInteger(value)
				? 'a whole number beyond 2^53'
				: 'a number with decimals';
	if (typeof value !== 'string') return 'an object';
	if (value === '') return 'an empty text';
	if (/^-?\d+$/.test(value)) return 'a whole number as text';
	if (/^(true|false)$/i.test(value)) return 'true or false as text';
	return 'a text';
}

const EXPECTED: Record<string, string> = {
	integer: 'a whole number',
	number: 'a number',
	flag: 'true or false',
	text: 'a text',
	date: 'a date such as 9999-99-99T99:99:99Z',
};

/** The kind that a value has instead of the expected one; undefined where it is right. */
function wrongKind(value: unknown, expected: string): string | undefined {
	const kind = kindOf(value);
	if (expected === 'integer') return kind === 'a whole number' ? undefined : kind;
	if (expected === 'number') return typeof value === 'number' ? undefined : kind;
	if (expected === 'flag') return typeof value === 'boolean' ? undefined : kind;
	if (typeof value !== 'string') return kind;
	if (expected === 'text') return undefined;
	if (expected === 'date') {
		if (DATE.test(value)) return undefined;
		const layout = layoutOf(value);
		return layout ? `a date such as ${layout}` : kind;
	}
	return choices[expected].includes(value)
		? undefined
		: `a text of ${value.length} characters that is not documented`;
}

/** Members without which objects cannot be told apart. */
const IDENTIFYING = /Id$|^(AnswerSets|QuestionItem|Respondent|Primary)$/;

/** Members whose absence changes nothing for this package. */
const NOT_NEEDED = new Set([
	'AnswerSetPage.TotalPages',
	'AnswerSetPage.Page',
	'Respondent.Password',
]);

/** Kinds that the client reads as if they were the documented one. */
const READ_ALIKE: Record<string, readonly string[]> = {
	integer: ['a whole number as text'],
	number: ['a whole number as text'],
	flag: ['true or false as text'],
};

interface Odd {
	count: number;
	/** The place whose visits it is counted against. */
	of: string;
	expected: string;
	meaning: Meaning;
	harmless: boolean;
}

/** Compares answers with the contract, and counts what differs and what that means. */
export class Comparison {
	private readonly odd = new Map<string, Odd>();

	private readonly met = new Map<string, number>();

	/** Names in other capitals than documented, as `camelCase`, `upperCase` or `other`. */
	readonly otherCases = new Set<string>();

	/** Members that are not documented, under names that may be shown. */
	readonly newMembers = new Set<string>();

	/** Lists that came as null, and lists without entries. */
	nullLists = 0;

	emptyLists = 0;

	/** Whole numbers beyond 2^31 in members that hold an id. */
	largeIds = 0;

	private note(
		place: string,
		seen: string,
		expected: string,
		meaning: Meaning,
		{ of = place, harmless = false } = {},
	): void {
		const key = `${place}: ${seen}`;
		const odd = this.odd.get(key);
		if (odd) odd.count++;
		else this.odd.set(key, { count: 1, of, expected, meaning, harmless });
	}

	private meet(place: string): void {
		this.met.set(place, (this.met.get(place) ?? 0) + 1);
	}

	/** @param expected in the short words of the contract, e.g. `Survey[]?` */
	check(value: unknown, expected: string, place = 'Answer', meaning: Meaning = 'stop'): void {
		if (expected.endsWith('*')) {
			const one = expected.slice(0, -1);
			return this.check(value, Array.isArray(value) ? `${one}[]` : one, place, meaning);
		}
		if (expected.endsWith('?')) {
			const inner = expected.slice(0, -1);
			if (value !== null) return this.check(value, inner, place, meaning);
			this.meet(place);
			if (inner.endsWith('[]')) this.nullLists++;
			return;
		}
		this.meet(place);
		if (expected.endsWith('[]'))
			return this.checkList(value, expected.slice(0, -2), place, meaning);
		if (expected in types) {
			if (isRecord(value)) this.checkRecord(value, expected);
			else this.note(place, kindOf(value), 'an object', meaning);
			return;
		}
		const wrong = wrongKind(value, expected);
		if (wrong === undefined) return;
		const dated = expected === 'date' && inDateForm(value) !== value;
		const alike = dated || READ_ALIKE[expected]?.includes(wrong);
		this.note(
			place,
			wrong,
			EXPECTED[expected] ?? `one of ${choices[expected].join(', ')}`,
			alike ? 'nothing' : meaning,
		);
	}

	private checkList(value: unknown, entry: string, place: string, meaning: Meaning): void {
		if (value === null) {
			this.nullLists++;
			this.note(place, 'null', 'a list', 'nothing');
			return;
		}
		const list = isRecord(value) ? listIn(value) : value;
		if (!Array.isArray(list)) {
			this.note(place, kindOf(value), 'a list', meaning);
			return;
		}
		if (list !== value) this.note(place, 'an object with the list in it', 'a list', 'nothing');
		if (list.length === 0) this.emptyLists++;
		for (const one of list) this.check(one, entry, `${place} entry`, 'take care');
	}

	private checkRecord(record: Record<string, unknown>, type: string): void {
		this.meet(type);
		const members = types[type];
		const byFolded = new Map(Object.keys(record).map((name) => [name.toLowerCase(), name]));
		for (const [member, expected] of Object.entries(members)) {
			const place = `${type}.${member}`;
			const written = member in record ? member : byFolded.get(member.toLowerCase());
			if (written !== undefined) byFolded.delete(written.toLowerCase());
			const needed = IDENTIFYING.test(member) && !expected.endsWith('?');
			const meaning = needed ? 'stop' : NOT_NEEDED.has(place) ? 'nothing' : 'take care';
			if (written === undefined) {
				this.note(place, 'missing', this.inWords(expected), meaning, { of: type });
				continue;
			}
			if (written !== member) this.noteCase(type, member, written);
			const value = record[written];
			if (expected.startsWith('integer') && typeof value === 'number' && value > 2 ** 31)
				this.largeIds++;
			this.check(value, expected, place, meaning);
		}
		for (const name of byFolded.values()) {
			const told = toldName(name);
			this.newMembers.add(`${type}: ${told}`);
			const harmless = { of: type, harmless: true };
			this.note(`${type}, a new member`, told, 'no more members', 'nothing', harmless);
		}
	}

	private noteCase(type: string, member: string, written: string): void {
		const first = member.charAt(0).toLowerCase() + member.slice(1);
		const style =
			written === member.toUpperCase() ? 'upperCase' : written === first ? 'camelCase' : 'other';
		this.otherCases.add(style);
		const place = `${type}.${member}`;
		this.note(place, `written in ${style}`, member, 'nothing', { harmless: true });
	}

	private inWords(expected: string): string {
		const plain = expected.replace(/[?*]$/, '');
		if (plain.endsWith('[]')) return 'a list';
		if (plain in types) return 'an object';
		return EXPECTED[plain] ?? `one of ${choices[plain].join(', ')}`;
	}

	/** All differences, the most important first. */
	differences(): Difference[] {
		const weights: Meaning[] = ['stop', 'take care', 'nothing'];
		return [...this.odd]
			.sort(([, a], [, b]) => weights.indexOf(a.meaning) - weights.indexOf(b.meaning))
			.map(([key, { count, of, expected, meaning, harmless }]) => ({
				text: `${key} in ${count} of ${this.met.get(of) ?? count}, expected ${expected}`,
				meaning,
				harmless,
			}));
	}
}
