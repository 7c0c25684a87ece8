import { hasMarkup } from '../basics/plainText';
import { isRecord, recordsIn } from '../netigate/members';
import type {
	Answer,
	AnswerSet,
	BackgroundDataLabel,
	Question,
	QuestionItem,
	QuestionItemAlternative,
	Sendout,
	Survey,
} from '../netigate/types';
import type { Account, Shown } from './account';

/** The survey's answer sets with their answers (calls 6 and 7). */
export const fullSets = (account: Account): AnswerSet[] => [
	...account
		.responses(6)
		.filter(isRecord)
		.flatMap(({ AnswerSets }) => recordsIn<AnswerSet>(AnswerSets)),
	...account.records<AnswerSet>(7),
];

const alternativesOf = ({ Rows, Columns }: QuestionItem) =>
	[Rows, Columns].flatMap((list) => recordsIn<QuestionItemAlternative>(list));

/** Text from Netigate, grouped by where it appears, without anything that a respondent typed. */
function textsOf(account: Account): Record<string, unknown[]> {
	const questions = account.records<Question>(4);
	const items = questions.flatMap(({ QuestionItems }) => recordsIn<QuestionItem>(QuestionItems));
	const answers = fullSets(account).flatMap(({ Answers }) => recordsIn<Answer>(Answers));
	const typed = ({ QuestionType }: Answer) => QuestionType === 'TEXT_FIELD';
	return {
		questions: [...questions, ...items].flatMap((one) => [
			one.Text,
			(one as { Description?: unknown }).Description,
		]),
		alternatives: items.flatMap(alternativesOf).map(({ Text }) => Text),
		names: [
			...account.records<Survey>(2).map(({ Name }) => Name),
			...account.records<Sendout>(10).map(({ Primary }) => Primary?.Name),
			...account.records<BackgroundDataLabel>(20).map(({ Name }) => Name),
		],
		answers: answers.flatMap((answer) => [
			answer.QuestionText,
			...(typed(answer) ? [] : [answer.AnswerText]),
		]),
	};
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Where text contains markup (contract: "Texts with markup"). */
export function textsMarkup(account: Account): Shown {
	const texts = Object.entries(textsOf(account)).map(([place, all]) => {
		const given = all.filter(isText);
		return { place, count: given.length, formatted: given.filter(hasMarkup).length };
	});
	if (texts.every(({ count }) => count === 0)) return 'No text was read';
	const found = texts.filter(({ formatted }) => formatted > 0);
	const seen = texts.map(({ place, count, formatted }) => `${formatted} of ${count} ${place}`);
	const inAnswers = found.some(({ place }) => place === 'answers');
	const inTree = found.length > Number(inAnswers);
	const where = inTree ? (inAnswers ? 'both' : 'tree') : 'answers';
	return {
		answer: found.length === 0 ? 'no' : where,
		seen: `${found.length === 0 ? 'No' : 'Yes'}: ${seen.join(', ')}`,
	};
}
