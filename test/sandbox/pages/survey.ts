import { givenAnswers } from '../answering';
import { formatted } from '../markup';
import { unsubscribeLink } from '../outbox';
import { isAnswerable, shownSurvey } from '../people';
import type { RespondentRecord } from '../records';
import type { Sandbox } from '../sandbox';
import type { ScriptedAnswer } from '../settings';
import type { Alternative, Answer, Question, QuestionItem } from '../types';
import { html, Html } from './html';
import type { Page } from './layout';

const NOT_FOUND = message(
	404,
	'Survey not found',
	'This link isn’t valid, or its survey was deleted.',
);

/** The page of a personal link. */
export function survey(sandbox: Sandbox, form: URLSearchParams): Page {
	const view = viewOf(sandbox, form);
	if (!('questions' in view)) return view;
	view.respondent.accessed = true;
	return page(view, storedValues(view), new Map(), form.has('saved'));
}

/** Sends or saves the answers in a form. */
export function sendAnswers(sandbox: Sandbox, form: URLSearchParams): Page | string {
	const view = viewOf(sandbox, form);
	if (!('questions' in view)) return view;
	const completed = form.get('do') !== 'save';
	const errors = errorsIn(view.questions, form, completed);
	if (errors.size > 0) return page(view, form, errors);
	const given = read(view.questions, form);
	const { checkboxTitle } = sandbox.settings;
	sandbox.people.submit(
		view.respondent,
		(set) => givenAnswers(view.questions, set, given, checkboxTitle),
		completed,
	);
	return `${view.link}&${completed ? 'sent' : 'saved'}=1`;
}

/** Asks before unsubscribing, because mail programs open links too. */
export function unsubscribe(sandbox: Sandbox, form: URLSearchParams): Page {
	const respondent = byLink(sandbox, form);
	if (!respondent || isLogin(sandbox, respondent)) return NOT_FOUND;
	const { Email } = respondent;
	if (sandbox.state.isBlocked(Email))
		return message(200, 'Unsubscribed', `${Email} won’t get any more messages.`);
	const body = html`<p>Stop all survey messages to ${Email}?</p>
		<form method="post" action="/a/unsubscribe.aspx">
			<input type="hidden" name="s" value="${form.get('s')}" />
			<p class="actions">
				<button class="main">Unsubscribe</button>
				<a href="${linkOf(form)}">Back to the survey</a>
			</p>
		</form>`;
	return { title: 'Unsubscribe', body, bare: true };
}

/** Adds the person to the block list. */
export function confirmUnsubscribe(sandbox: Sandbox, form: URLSearchParams): Page | string {
	const respondent = byLink(sandbox, form);
	if (!respondent || isLogin(sandbox, respondent)) return NOT_FOUND;
	if (!sandbox.state.isBlocked(respondent.Email)) sandbox.state.blocklist.add(respondent.Email);
	return unsubscribeLink(linkOf(form));
}

interface View {
	sandbox: Sandbox;
	respondent: RespondentRecord;
	name: string;
	link: string;
	questions: Question[];
}

/** The survey of a link, or the page that says why it can't be answered. */
function viewOf(sandbox: Sandbox, form: URLSearchParams): View | Page {
	const respondent = byLink(sandbox, form);
	if (!respondent) return NOT_FOUND;
	const { state, settings, clock } = sandbox;
	if (isDone(sandbox, respondent)) {
		return form.has('sent')
			? message(200, 'Thank you', 'Your answers were sent.')
			: message(200, 'Already answered', 'You have already answered this survey. Thank you!');
	}
	const found = shownSurvey(state.survey(respondent.surveyId), settings, clock.now());
	if (!isAnswerable(found, clock.now()))
		return message(410, 'Survey closed', 'This survey can’t be answered now.');
	const questions = state.questions.get(found.SurveyId) ?? [];
	return { sandbox, respondent, name: found.Name, link: linkOf(form), questions };
}

const linkOf = (form: URLSearchParams) => `/a/s.aspx?s=${encodeURIComponent(form.get('s') ?? '')}`;

function byLink({ state }: Sandbox, form: URLSearchParams): RespondentRecord | undefined {
	const code = form.get('s') ?? '';
	const respondent = state.respondents.get(Number(code.split('X')[1]));
	if (!respondent || new URL(respondent.SurveyURL).searchParams.get('s') !== code) return undefined;
	// Someone who was made anonymous has a row without a contact.
	const exists =
		state.surveys.has(respondent.surveyId) && state.rows.get(respondent.RespondentId)?.contact;
	return exists ? respondent : undefined;
}

const isDone = ({ state }: Sandbox, { completed, RespondentId }: RespondentRecord) =>
	completed || state.answerSetsOfRespondent(RespondentId).some((set) => set.Completed !== null);

const isLogin = ({ state }: Sandbox, { sendoutId }: RespondentRecord) =>
	state.sendouts.get(sendoutId)?.primary.DispatchType === 'LOGIN';

function message(status: number, title: string, text: string): Page {
	return { status, title, body: html`<p>${text}</p>`, bare: true };
}

function page(
	{ sandbox, respondent, name, link, questions }: View,
	values: URLSearchParams,
	errors: ReadonlyMap<string, string>,
	saved = false,
): Page {
	const inMarkup = ['html', 'htmlInTree'].includes(sandbox.settings.texts);
	// The page's own style applies instead of the editor's.
	const show: Show = (text) =>
		inMarkup
			? new Html(formatted(text).replace(/ (style|class)=("[^"]*"|'[^']*')/g, ''))
			: html`${text}`;
	const body = html`${saved &&
		html`<p role="status">Your answers were saved. Come back to this page to continue.</p>`}
		${errors.size > 0 && html`<p role="alert">Nothing was sent. Correct the marked answers.</p>`}
		<form method="post" action="/a/s.aspx" novalidate>
			<input
				type="hidden"
				name="s"
				value="${new URL(respondent.SurveyURL).searchParams.get('s')}"
			/>
			${questions.flatMap((question) =>
				question.QuestionItems.map((item) => field(question, item, values, errors, show)),
			)}
			<p>
				<button class="main" name="do" value="send">Send answers</button>
				<button name="do" value="save" class="quiet">Save and continue later</button>
			</p>
		</form>
		${!isLogin(sandbox, respondent) &&
		html`<p><a href="${unsubscribeLink(link)}">Unsubscribe</a></p>`}`;
	const title = errors.size > 0 ? `Error: ${name}` : name;
	return { status: errors.size > 0 ? 400 : 200, title, body, bare: true };
}

type Show = (text: string) => Html;

const present = (list: Array<Alternative | null> | null) =>
	(list ?? []).filter((alternative) => alternative !== null);

const nameOf = ({ QuestionItemId }: QuestionItem, row?: Alternative) =>
	row ? `q${QuestionItemId}.${row.Order}` : `q${QuestionItemId}`;

/** Types with rows to choose from. */
const CHOICES = ['RADIOBUTTON', 'WEIGHTED_RADIOBUTTON', 'CHECKBOX', 'DROPDOWN'];

/** The API doesn't show which questions are required. In the sandbox, ratings are. */
const isRequired = ({ Type }: QuestionItem) => Type === 'WEIGHTED_RADIOBUTTON';

/** One question with its fields, the person's values and the message about them. */
function field(
	{ Text, Description }: Question,
	item: QuestionItem,
	values: URLSearchParams,
	errors: ReadonlyMap<string, string>,
	show: Show,
): Html {
	const name = nameOf(item);
	const error = errors.get(name);
	const invalid =
		error !== undefined && html` aria-invalid="true" aria-describedby="${name}-error"`;
	const described = html`${show(Text)}${isRequired(item) && html` <small>(required)</small>`}`;
	const notes = html`${Description && html`<p>${show(Description)}</p>`}
	${error && html`<p class="error" id="${name}-error">${error}</p>`}`;
	const grouped = (content: Html) =>
		html`<fieldset id="${name}" ${invalid && html` aria-describedby="${name}-error"`}>
			<legend>${described}</legend>
			${notes}${content}
		</fieldset>`;
	const rows = present(item.Rows);
	const choice = (group: string, text: string, type: string) =>
		html`<label
			><input
				type="${type}"
				name="${group}"
				value="${text}"
				${values.getAll(group).includes(text) && new Html(' checked')}${type === 'radio' && invalid}
			/>
			<span>${show(text)}</span></label
		>`;
	switch (item.Type) {
		case 'RADIOBUTTON':
		case 'WEIGHTED_RADIOBUTTON':
			return grouped(html`${rows.map((row) => choice(name, row.Text, 'radio'))}`);
		case 'CHECKBOX':
			return grouped(html`${rows.map((row) => choice(name, row.Text, 'checkbox'))}`);
		case 'MATRIX':
			return grouped(
				html`${rows.map(
					(row) =>
						html`<div role="radiogroup" aria-label="${row.Text}" class="row">
							<strong>${show(row.Text)}</strong>
							${present(item.Columns).map(({ Text: text }) =>
								choice(nameOf(item, row), text, 'radio'),
							)}
						</div>`,
				)}`,
			);
	}
	const value = values.get(name) ?? '';
	const attributes = html` id="${name}" name="${name}"${invalid}`;
	const control =
		item.Type === 'DROPDOWN'
			? // An option shows plain text only.
				html`<select${attributes}>
					<option value="">Choose …</option>
					${rows.map(
						({ Text: text }) =>
							html`<option${text === value && new Html(' selected')}>${text}</option>`,
					)}
				</select>`
			: item.Type === 'TEXT_FIELD'
				? // The first line break in a textarea is ignored.
					html`<textarea${attributes} rows="3">${new Html('\n')}${value}</textarea>`
				: html`<input${attributes}
						type="text"
						${item.Type === 'SLIDER' && new Html(' inputmode="decimal"')}
						value="${value}"
					/>`;
	const hint = item.Text !== Text && item.Text !== '' && html`<small>${show(item.Text)}</small>`;
	return html`<div class="question">
		<label for="${name}">${described} ${hint}</label>
		${notes}${control}
	</div>`;
}

/** What is wrong with a form, by field name. */
function errorsIn(questions: Question[], form: URLSearchParams, completed: boolean) {
	const errors = new Map<string, string>();
	for (const item of questions.flatMap(({ QuestionItems }) => QuestionItems)) {
		const name = nameOf(item);
		const texts = form.getAll(name).filter((text) => text.trim() !== '');
		const known = present(item.Rows).map(({ Text }) => Text);
		if (CHOICES.includes(item.Type) && texts.some((text) => !known.includes(text)))
			errors.set(name, 'Choose one of the answers.');
		else if (completed && isRequired(item) && texts.length === 0)
			errors.set(name, 'Choose an answer.');
		else if (item.Type === 'SLIDER' && texts.some((text) => !Number.isFinite(Number(text))))
			errors.set(name, 'Enter a number, such as 50.');
	}
	return errors;
}

/** The answers in a form, by question item. Empty fields are left out. */
function read(questions: Question[], form: URLSearchParams): Map<number, ScriptedAnswer> {
	const given = new Map<number, ScriptedAnswer>();
	for (const item of questions.flatMap(({ QuestionItems }) => QuestionItems)) {
		const texts = form.getAll(nameOf(item)).filter((text) => text.trim() !== '');
		const chosen = present(item.Rows).flatMap((row) => {
			const column = form.get(nameOf(item, row));
			return column ? [[row.Text, column] as const] : [];
		});
		if (item.Type === 'MATRIX') {
			if (chosen.length > 0) given.set(item.QuestionItemId, Object.fromEntries(chosen));
		} else if (texts.length > 0)
			given.set(item.QuestionItemId, item.Type === 'CHECKBOX' ? texts : texts[0]);
	}
	return given;
}

/** The values of an unfinished answer set as a form has them. */
function storedValues({ sandbox, questions, respondent: { RespondentId } }: View) {
	const values = new URLSearchParams();
	const set = sandbox.state.answerSetsOfRespondent(RespondentId)[0];
	const answers: Answer[] =
		typeof set?.answers === 'function' ? set.answers(set) : (set?.answers ?? []);
	const items = new Map(
		questions.flatMap(({ QuestionItems }) => QuestionItems.map((one) => [one.QuestionItemId, one])),
	);
	for (const { QuestionItem: id, QuestionText, AnswerText } of answers) {
		const item = items.get(id);
		if (!item) continue;
		const row = present(item.Rows).find(({ Text }) => Text === QuestionText);
		if (item.Type === 'MATRIX') {
			if (row) values.append(nameOf(item, row), AnswerText);
		} else
			values.append(nameOf(item), item.Type === 'CHECKBOX' ? (QuestionText ?? '') : AnswerText);
	}
	return values;
}
