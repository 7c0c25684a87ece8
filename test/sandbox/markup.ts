import type { Settings } from './settings';
import type { Answer, Question } from './types';

type Texts = Pick<Settings, 'texts'>;

const escaped = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const FORMS: Array<(text: string) => string> = [
	(text) => `<p><strong>${text}</strong></p>`,
	(text) => `<p>${text.replaceAll(' ', '&nbsp;')}</p>\r\n`,
	(text) => `<span style="color: #333">${text.replace(' ', '</span><br /><span>')}</span>`,
	(text) => `\u200b${text.replaceAll(' ', '\u00a0')}`,
	(text) => `<div class='a>b'>&#8203;${text}</div>`,
];

/** The text as an HTML editor would save it. The result for a text is always the same. */
export function formatted(text: string): string {
	const sum = [...text].reduce((total, letter) => total + letter.codePointAt(0)!, 0);
	return text.trim() === '' ? text : FORMS[sum % FORMS.length](escaped(text));
}

const inTree = ({ texts }: Texts) => texts === 'html' || texts === 'htmlInTree';

const inAnswers = ({ texts }: Texts) => texts === 'html' || texts === 'htmlInAnswers';

/** A copy in which these members are formatted, at any depth. */
function withFormatted(value: unknown, members: readonly string[]): unknown {
	if (Array.isArray(value)) return value.map((one: unknown) => withFormatted(one, members));
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([name, one]: [string, unknown]) => [
		name,
		typeof one === 'string' && members.includes(name)
			? formatted(one)
			: withFormatted(one, members),
	]);
	return Object.fromEntries(entries);
}

/** The response of a call that reads questions, or the names of surveys, sendouts or labels. */
export function formattedTree(operationId: string, answer: unknown, settings: Texts): unknown {
	if (!inTree(settings)) return answer;
	if (operationId === 'getQuestions') return withFormatted(answer, ['Text', 'Description']);
	const named = /^get(Survey|Sendout|Label|Reminder|BgDocument)/.test(operationId);
	return named ? withFormatted(answer, ['Name']) : answer;
}

const alternativesOf = (questions: readonly Question[]) =>
	questions
		.flatMap(({ QuestionItems }) => QuestionItems)
		.flatMap(({ Rows, Columns }) => [...(Rows ?? []), ...(Columns ?? [])])
		.flatMap((alternative) => alternative?.Text ?? []);

/** Answers with formatted texts, except for texts that the respondent typed. */
export function formattedAnswers(
	answers: Answer[],
	questions: readonly Question[],
	settings: Texts,
): Answer[] {
	if (!inAnswers(settings)) return answers;
	const alternatives = new Set(alternativesOf(questions));
	return answers.map((answer) => {
		const { QuestionType, QuestionText, AnswerText } = answer;
		const typed = QuestionType === 'TEXT_FIELD' || !alternatives.has(AnswerText);
		return {
			...answer,
			QuestionText: QuestionText ? formatted(QuestionText) : QuestionText,
			AnswerText: typed ? AnswerText : formatted(AnswerText),
		};
	});
}
