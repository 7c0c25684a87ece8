import { asList } from '../netigate/client';
import { isRecord } from '../netigate/members';
import type { Answer, QuestionItem, QuestionItemAlternative } from '../netigate/types';
import { either, unseen, type Shown } from './shown';
import type { Account } from './walk';

const NO_SUCH_ANSWERS = 'No answers to such a question were read';

/** For each question item of a type: the records that each answer set has for it. */
function answersTo({ questions, sets }: Account, type: string): Array<[QuestionItem, Answer[]]> {
	const items = questions.flatMap(({ QuestionItems }) => asList<QuestionItem>(QuestionItems));
	return items
		.filter(({ Type }) => Type === type)
		.flatMap((item) =>
			sets.map((set): [QuestionItem, Answer[]] => [
				item,
				asList<Answer>(set.Answers).filter(
					(answer) => isRecord(answer) && answer.QuestionItem === item.QuestionItemId,
				),
			]),
		)
		.filter(([, answers]) => answers.length > 0);
}

/** Whether the answer sets of call 8 come with their answers. */
export function answersByRespondent({ byRespondent }: Account): Shown {
	const expected = 'Without';
	if (!byRespondent?.length) return unseen(expected, 'No known respondent has answered');
	const full = byRespondent.filter(({ Answers }) => asList(Answers).length > 0).length;
	return {
		answer: full === 0 ? 'empty' : 'full',
		seen: `With answers in ${full} of ${byRespondent.length}`,
		expected,
		asExpected: full === 0,
		meaning: 'nothing',
	};
}

/** Whether the first record of a checkbox carries the item's own title. */
export function checkboxTitle(account: Account): Shown {
	const expected = 'With it, or without';
	const all = answersTo(account, 'CHECKBOX').filter(
		([{ Text }]) => typeof Text === 'string' && Text !== '',
	);
	if (all.length === 0) return unseen(expected, NO_SUCH_ANSWERS);
	const titled = all.filter(([{ Text }, [first]]) => first.QuestionText === Text).length;
	return either(titled > 0 ? 'with' : 'without', `In ${titled} of ${all.length}`, expected);
}

/** How the records of a matrix name its row and column. */
export function matrixAnswers(account: Account): Shown {
	const expected = 'A record for each row: the row in QuestionText, the column in AnswerText';
	const all = answersTo(account, 'MATRIX');
	if (all.length === 0) return unseen(expected, NO_SUCH_ANSWERS);
	const texts = (list: QuestionItem['Rows']) =>
		new Set(asList<QuestionItemAlternative>(list).map(({ Text }) => Text));
	let [records, rows, columns] = [0, 0, 0];
	for (const [item, answers] of all) {
		const [ofRows, ofColumns] = [texts(item.Rows), texts(item.Columns)];
		for (const { QuestionText, AnswerText } of answers) {
			records++;
			if (ofRows.has(QuestionText)) rows++;
			if (ofColumns.has(AnswerText)) columns++;
		}
	}
	const as = rows === records && columns === records;
	return {
		answer: as ? 'row and column' : 'other',
		seen: `Row in QuestionText in ${rows} of ${records}, column in AnswerText in ${columns} of ${records}`,
		expected,
		asExpected: as,
		meaning: as ? 'nothing' : 'take care',
		...(as
			? {}
			: {
					whatToDo:
						'Compare a result of a matrix question with what Netigate shows before you rely on it.',
				}),
	};
}

/** Whether there are answers from unknown people. */
export function generalLinks({ heads }: Account): Shown {
	const expected = '-1 where somebody unknown has answered';
	if (heads.length === 0) return unseen(expected, 'There are no answers');
	const unknown = heads.filter(({ Respondent }) => Respondent === -1).length;
	const odd = heads.filter(({ Respondent }) => !(Respondent === -1 || Respondent > 0)).length;
	if (unknown + odd === 0) return unseen(expected, `None of ${heads.length} answers`);
	return {
		answer: odd === 0 ? 'minusOne' : 'other',
		seen: `-1 in ${unknown}, and no positive number in ${odd} more, of ${heads.length} answers`,
		expected,
		asExpected: odd === 0,
		meaning: odd === 0 ? 'nothing' : 'take care',
	};
}
