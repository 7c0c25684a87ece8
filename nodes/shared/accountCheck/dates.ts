import { recordsIn, type Query } from '../netigate/client';
import { isDate, toDate } from '../netigate/dates';
import { isRecord } from '../netigate/members';
import type { AnswerSet } from '../netigate/types';
import { either, unseen, type Shown } from './shown';
import type { Account } from './walk';

const NO_ANSWERS = 'There are no answers whose dates could be compared';

const dated = ({ heads }: Account): AnswerSet[] =>
	heads.filter(({ Created, Updated }) => isDate(Created) && isDate(Updated));

/** The set with the earliest date in this member, or the latest with `last`. */
function extreme(
	sets: readonly AnswerSet[],
	member: 'Created' | 'Updated',
	last: boolean,
): AnswerSet {
	return sets.reduce((best, set) => (set[member] > best[member] === last ? set : best));
}

/** Whether call 5 lists an answer set with this filter; undefined where that cannot be told. */
async function lists(
	{ reader, surveyId }: Account,
	{ AnswerSetId, Updated }: AnswerSet,
	query: Query,
): Promise<boolean | undefined> {
	const { value, failure } = await reader.probe('5', { surveyId: surveyId! }, query);
	if (failure) return undefined;
	const found = recordsIn<AnswerSet>(value).find((set) => set.AnswerSetId === AnswerSetId);
	// Somebody went on answering in the meantime.
	return found && found.Updated !== Updated ? undefined : found !== undefined;
}

/** Whether `from`, `to` and `updated` include their second. */
export async function dateBounds(account: Account): Promise<Shown> {
	const expected = 'Included, or not';
	const sets = dated(account);
	if (sets.length === 0) return unseen(expected, NO_ANSWERS);
	const last = extreme(sets, 'Created', true);
	const first = extreme(sets, 'Created', false);
	const changed = extreme(sets, 'Updated', true);
	const bounds = {
		from: await lists(account, last, { from: last.Created }),
		to: await lists(account, first, { to: first.Created }),
		updated: await lists(account, changed, { updated: changed.Updated }),
	};
	const known = Object.values(bounds).filter((one) => one !== undefined);
	if (known.length === 0) return unseen(expected, 'Netigate did not take the dates');
	const word = (one: boolean | undefined) =>
		one === undefined ? 'unknown' : one ? 'inclusive' : 'exclusive';
	const words = new Set(known.map(word));
	const seen = Object.entries(bounds).map(([name, one]) => `${name} ${word(one)}`);
	return either(words.size === 1 ? [...words][0] : 'mixed', seen.join(', '), expected);
}

/** The answer that changed last of those changed after they were begun, and a date just before that change. */
function changedLater(account: Account): { set: AnswerSet; updated: string } | undefined {
	const later = dated(account).filter(
		({ Created, Updated }) => Date.parse(Updated) - Date.parse(Created) >= 2000,
	);
	if (later.length === 0) return undefined;
	const set = extreme(later, 'Updated', true);
	return { set, updated: toDate(Date.parse(set.Updated) - 1000) };
}

const NONE_LATER = 'No answer was changed after it was begun';

/** Whether call 5 compares `updated` with the last change, as the trigger needs it. */
export async function updatedWithoutData(account: Account): Promise<Shown> {
	const expected = 'The last change';
	const changed = changedLater(account);
	if (!changed) return unseen(expected, NONE_LATER);
	const found = await lists(account, changed.set, { updated: changed.updated });
	if (found === undefined) return unseen(expected, 'Netigate did not take the date');
	if (found) return either('changed', 'An answer changed since then is found', expected);
	return {
		answer: 'created',
		seen: 'An answer changed since then, but begun before, is not found',
		expected,
		asExpected: false,
		meaning: 'stop',
		whatToDo:
			'The trigger, and "Changed Since", miss who takes longer than an hour from beginning to end. Read results with Get Many by a schedule instead, and please report this finding.',
	};
}

/** Whether call 6 compares `updated` with the last change or with the creation. */
export async function updatedWithData(account: Account): Promise<Shown> {
	const expected = 'The last change, or the creation';
	const { reader, surveyId } = account;
	const changed = changedLater(account);
	if (!changed) return unseen(expected, NONE_LATER);
	const { AnswerSetId } = changed.set;
	const { updated } = changed;
	const query = { updated, page: 1, pagesize: 100 };
	const { value } = await reader.probe('6', { surveyId: surveyId! }, query);
	if (!isRecord(value)) return unseen(expected, 'Netigate did not take the date');
	const sets = recordsIn<AnswerSet>(value.AnswerSets);
	const found = sets.some((set) => set.AnswerSetId === AnswerSetId);
	if (!found && sets.length >= 100) return unseen(expected, 'Too many answers changed at once');
	return either(
		found ? 'changed' : 'created',
		found
			? 'An answer changed since then is found'
			: 'An answer changed since then, but begun before, is not found',
		expected,
	);
}

const ORDERS = {
	createdAsc: ['Created', 1],
	createdDesc: ['Created', -1],
	updatedAsc: ['Updated', 1],
	updatedDesc: ['Updated', -1],
} as const;

/** In which order call 5 lists answer sets. */
export function answerOrder(account: Account): Shown {
	const expected = 'Any order';
	const sets = dated(account);
	if (sets.length < 2) return unseen(expected, 'There are no two answers to compare');
	const fits = Object.entries(ORDERS)
		.filter(([, [member, direction]]) =>
			sets.every((set, index) => {
				if (index === 0) return true;
				const before = sets[index - 1][member];
				return direction > 0 ? before <= set[member] : before >= set[member];
			}),
		)
		.map(([name]) => name);
	return either(
		fits.length === 0 ? 'none' : fits.join(' or '),
		`By ${sets.length} answers`,
		expected,
	);
}
