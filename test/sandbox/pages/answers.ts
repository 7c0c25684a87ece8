import type { Sandbox } from '../sandbox';
import type { Answer } from '../types';
import { count, html, MOST, time } from './html';
import type { Page } from './layout';

function byItem(answersOfSet: Answer[]): Array<[item: number, answers: Answer[]]> {
	const items = new Map<number, Answer[]>();
	for (const answer of answersOfSet) {
		items.set(answer.QuestionItem, [...(items.get(answer.QuestionItem) ?? []), answer]);
	}
	return [...items];
}

export function answers({ state }: Sandbox, _: URLSearchParams, id: number): Page {
	const { Name } = state.survey(id);
	const questions = new Map(
		(state.questions.get(id) ?? []).flatMap(({ Text, QuestionItems }) =>
			QuestionItems.map(({ QuestionItemId }) => [QuestionItemId, Text] as const),
		),
	);
	const sets = [...state.answerSetsOf(id)].reverse();
	const body = html`
		<p class="lead">
			${count(sets.length, 'answer set')}${sets.length > MOST && `, the newest ${MOST} are shown`}.
		</p>
		${sets.length === 0 &&
		html`<p class="empty">
			No answers yet. Open a message in the <a href="/outbox">outbox</a> and answer its survey.
		</p>`}
		${sets.slice(0, MOST).map((set) => {
			const respondent = state.respondents.get(set.Respondent);
			return html`<article>
				<p class="meta">
					${set.Completed
						? html`<span class="tag good">Completed</span>`
						: html`<span class="tag warm">Not finished</span>`}
					${time(set.Updated)}
				</p>
				<h2>${respondent?.Email || 'Without a contact'}</h2>
				<p class="route">Answer set ${set.AnswerSetId}</p>
				<dl>
					${byItem(state.answersOf(set)).map(
						([item, given]) =>
							html`<div>
								<dt>${questions.get(item) ?? `Question ${item}`}</dt>
								${given.map(({ QuestionText, AnswerText }) => {
									const part = QuestionText === questions.get(item) ? '' : QuestionText;
									const text = [part, AnswerText].filter(Boolean).join(': ');
									// The first record of a checkbox has only the question.
									return text === '' && given.length > 1 ? null : html`<dd>${text || '–'}</dd>`;
								})}
							</div>`,
					)}
				</dl>
			</article>`;
		})}
	`;
	return { title: Name || `Survey ${id}`, body, live: true };
}
