import { inDateForm, isDate } from '../netigate/dates';
import { isRecord, listIn } from '../netigate/members';
import { CHOICES, TYPES } from './contract';

export type Meaning = 'nothing' | 'take care' | 'stop';

/** Least important first. */
const MEANINGS: readonly Meaning[] = ['nothing', 'take care', 'stop'];

export const worst = (meanings: readonly Meaning[]): Meaning =>
	MEANINGS.filter((meaning) => meanings.includes(meaning)).at(-1) ?? 'nothing';

export const worstFirst = (a: { meaning: Meaning }, b: { meaning: Meaning }) =>
	MEANINGS.indexOf(b.meaning) - MEANINGS.indexOf(a.meaning);

/** The documented members of each type, with their types. */
const types = new Map(
	Object.entries(TYPES).map(([type, members]) => [
		type,
		members.split(',').map((member) => member.trim().split(' ') as [name: string, type: string]),
	]),
);

const VALUES: Record<string, [called: string, fits: (value: unknown) => boolean]> = {
	integer: ['a whole number', Number.isSafeInteger],
	number: ['a number', (value) => typeof value === 'number'],
	flag: ['true or false', (value) => typeof value === 'boolean'],
	text: ['text', (value) => typeof value === 'string'],
	date: ['a date such as 9999-99-99T99:99:99Z', isDate],
};
for (const [type, choices] of Object.entries(CHOICES)) {
	const allowed: unknown[] = choices.split(', ');
	VALUES[type] = [`one of ${choices}`, (value) => allowed.includes(value)];
}

/** Undocumented formats that the client accepts instead of the documented one. */
const READ_ALIKE: Record<string, string> = {
	integer: 'a whole number as text',
	number: 'a whole number as text',
	flag: 'true or false as text',
};

/** The name of a type in findings, e.g. `a list` for `Survey[]?`. */
function called(type: string): string {
	const plain = type.replace(/[?*]$/, '');
	if (plain.endsWith('[]')) return 'a list';
	return types.has(plain) ? 'an object' : VALUES[plain][0];
}

function describeText(text: string, expected: string): string {
	if (expected in CHOICES) return `undocumented text of ${text.length} characters`;
	if (expected === 'date' && /^[\d\-:.+TZ /]{8,35}$/.test(text) && /\d{4}/.test(text))
		return `a date such as ${text.replace(/\d/g, '9')}`;
	if (text === '') return 'empty text';
	if (/^-?\d+$/.test(text)) return 'a whole number as text';
	return /^(true|false)$/i.test(text) ? 'true or false as text' : 'text';
}

/** Describes a value of an unexpected type without revealing its content. */
function describe(value: unknown, expected = 'text'): string {
	if (typeof value === 'string') return describeText(value, expected);
	if (value === undefined) return 'missing';
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'boolean') return 'true or false';
	if (typeof value !== 'number') return 'an object';
	if (!Number.isInteger(value)) return 'a number with decimals';
	return Number.isSafeInteger(value) ? 'a whole number' : 'a whole number beyond 2^53';
}

/** Members that identify an object. */
const IDENTIFYING = /Id$|^(AnswerSets|QuestionItem|Respondent|Primary)$/;

/** Members that this package doesn't use. */
const NOT_NEEDED = ['AnswerSetPage.TotalPages', 'AnswerSetPage.Page', 'Respondent.Password'];

const wordsIn = (name: string) => name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];

/** Words that may appear in API names, in addition to the words in documented names. */
const MORE_WORDS =
	'Access Active Address Allow Answered Anonymous Archived Array Batch Begin Block Blocked By Changed Code Comment Company Contact Count Custom Data Default Deleted Device Display Domain Duration Enabled End Error External Extra Field Finished First Flag Folder From General Group Guid Has Hidden Html Index Invited Is Item Items Key Label Last Length Level Link List Login Logic Mail Max Member Min Mobile Mode Modified New Next Node Number Object Of On Opened Optional Options Order Original Owner Page Parent Percent Phone Position Project Public Quota Rank Reference Required Result Row Score Sent Session Share Short Size Sms Sort Source Started State Status Step String Sub System Tag Team Template Test Time Title To Token Total Translation Updated Url User Valid Value Values Version Visible Visited Xml Zone';

const WORDS = new Set(
	[...types]
		.flatMap(([type, members]) => [type, ...members.map(([name]) => name)])
		.flatMap(wordsIn)
		.concat(MORE_WORDS.split(' '))
		.map((word) => word.toLowerCase()),
);

/** The name of an undocumented member if it consists of API words. Any other name could reveal something personal. */
function shownName(name: string): string {
	const words = wordsIn(name);
	const known = words.length > 0 && words.every((word) => WORDS.has(word.toLowerCase()));
	return known && words.join('') === name && name.length <= 40
		? name
		: `a name of ${name.length} characters`;
}

function caseOf(name: string, member: string): string {
	if (name === member.toUpperCase()) return 'upperCase';
	return name === member.charAt(0).toLowerCase() + member.slice(1) ? 'camelCase' : 'other';
}

/** A difference, e.g. `Survey.Category: null`. */
interface Counted {
	count: number;
	/** Where `count` applies: the difference was found in `count` of the visits to this member. */
	of: string;
	expected: string;
	meaning: Meaning;
	/** Whether this is only a new member or a name in a different case. These are reported once for all calls. */
	harmless: boolean;
}

/** Compares responses with the contract and counts the differences. */
export class Comparison {
	private readonly counted = new Map<string, Counted>();
	/** How many times each member was visited, e.g. `Survey.Category`. */
	private readonly visits = new Map<string, number>();
	/** Undocumented letter cases in names: `camelCase`, `upperCase` or `other`. */
	readonly otherCases = new Set<string>();
	/** The names of undocumented members, in a form that is safe to show. */
	readonly newMembers = new Set<string>();
	nullLists = 0;
	emptyLists = 0;
	/** How many whole numbers exceed 2^31. */
	largeIds = 0;

	private note(
		place: string,
		seen: string,
		expected: string,
		meaning: Meaning,
		{ of = place, harmless = false } = {},
	): void {
		const key = `${place}: ${seen}`;
		const counted = this.counted.get(key);
		if (counted) counted.count++;
		else this.counted.set(key, { count: 1, of, expected, meaning, harmless });
	}

	private visit(place: string): void {
		this.visits.set(place, (this.visits.get(place) ?? 0) + 1);
	}

	/** @param expected a type from the contract, e.g. `Survey[]?` */
	check(value: unknown, expected: string, place = 'Answer', meaning: Meaning = 'stop'): void {
		const inner = expected.slice(0, -1);
		if (expected.endsWith('*') || (expected.endsWith('?') && value !== null)) {
			const isList = expected.endsWith('*') && Array.isArray(value);
			this.check(value, isList ? `${inner}[]` : inner, place, meaning);
			return;
		}
		this.visit(place);
		if (expected.endsWith('?')) {
			if (inner.endsWith('[]')) this.nullLists++;
		} else if (expected.endsWith('[]')) {
			this.checkList(value, expected.slice(0, -2), place, meaning);
		} else if (types.has(expected)) {
			if (isRecord(value)) this.checkRecord(value, expected);
			else this.note(place, describe(value), 'an object', meaning);
		} else if (!VALUES[expected][1](value)) {
			const seen = describe(value, expected);
			const readAlike =
				seen === READ_ALIKE[expected] || (expected === 'date' && inDateForm(value) !== value);
			this.note(place, seen, called(expected), readAlike ? 'nothing' : meaning);
		}
	}

	private checkList(value: unknown, entry: string, place: string, meaning: Meaning): void {
		if (value === null) {
			this.nullLists++;
			this.note(place, 'null', 'a list', 'nothing');
			return;
		}
		const list = isRecord(value) ? listIn(value) : value;
		if (!Array.isArray(list)) {
			this.note(place, describe(value), 'a list', meaning);
			return;
		}
		if (list !== value) this.note(place, 'an object with the list in it', 'a list', 'nothing');
		if (list.length === 0) this.emptyLists++;
		for (const each of list) this.check(each, entry, `${place} entry`, 'take care');
	}

	private checkRecord(record: Record<string, unknown>, type: string): void {
		this.visit(type);
		const names = new Map(Object.keys(record).map((name) => [name.toLowerCase(), name]));
		for (const [member, expected] of types.get(type)!) {
			const place = `${type}.${member}`;
			const name = member in record ? member : names.get(member.toLowerCase());
			const needed = IDENTIFYING.test(member) && !expected.endsWith('?');
			const meaning = needed ? 'stop' : NOT_NEEDED.includes(place) ? 'nothing' : 'take care';
			if (name === undefined) {
				this.note(place, 'missing', called(expected), meaning, { of: type });
				continue;
			}
			names.delete(name.toLowerCase());
			if (name !== member) {
				const style = caseOf(name, member);
				this.otherCases.add(style);
				this.note(place, `written in ${style}`, member, 'nothing', { harmless: true });
			}
			const value = record[name];
			if (expected.startsWith('integer') && typeof value === 'number' && value > 2 ** 31)
				this.largeIds++;
			this.check(value, expected, place, meaning);
		}
		for (const name of [...names.values()].map(shownName)) {
			this.newMembers.add(`${type}: ${name}`);
			const more = { of: type, harmless: true };
			this.note(`${type}, a new member`, name, 'no more members', 'nothing', more);
		}
	}

	/** Describes all differences, most important first, without account data. */
	differences() {
		return [...this.counted]
			.sort(([, a], [, b]) => worstFirst(a, b))
			.map(([key, { count, of, expected, meaning, harmless }]) => ({
				text: `${key} in ${count} of ${this.visits.get(of) ?? count}, expected ${expected}`,
				meaning,
				harmless,
			}));
	}
}
