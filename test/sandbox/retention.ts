import { seeded } from './ids';
import type { Answer } from './types';
import type { SandboxState } from './state';
import type { World } from './world';

/** Possible forms of an anonymized contact, because the documentation doesn't specify it. */
function anonymous({ settings }: SandboxState, id: number): string {
	const { deletedContacts } = settings;
	if (deletedContacts === 'random') return Math.floor(seeded(id) * 36 ** 10).toString(36);
	return deletedContacts === 'word' ? `Anonymous ${id % 100}` : '';
}

/** Netigate's Partial Delete: removes contacts, background data and free texts, and keeps everything else. */
export function partialDelete(state: SandboxState, surveyId: number): void {
	for (const { respondentIds, id: sendoutId } of state.sendoutsOf(surveyId)) {
		state.forgetContacts(sendoutId);
		for (const id of respondentIds) {
			state.respondents.get(id)!.Email = anonymous(state, id);
			const row = state.rows.get(id)!;
			row.contact = '';
			row.cells.clear();
		}
	}
	const isText = ({ QuestionType }: Answer) => QuestionType === 'TEXT_FIELD';
	const omits = state.settings.deletedTexts === 'omitted';
	const without = (answers: Answer[]) =>
		omits
			? answers.filter((answer) => !isText(answer))
			: answers.map((answer) => (isText(answer) ? { ...answer, AnswerText: '' } : answer));
	for (const set of state.answerSetsOf(surveyId)) {
		const { answers } = set;
		set.answers =
			typeof answers === 'function' ? (head) => without(answers(head)) : without(answers);
	}
}

/** Netigate's Full Delete: removes everything about the survey. */
export function fullDelete(state: SandboxState, surveyId: number): void {
	for (const { AnswerSetId } of [...state.answerSetsOf(surveyId)])
		state.removeAnswerSet(AnswerSetId);
	for (const { id, documentId } of state.sendoutsOf(surveyId)) {
		state.sendouts.delete(id);
		state.documents.delete(documentId);
	}
	state.questions.delete(surveyId);
	state.surveys.delete(surveyId);
}

const done = new WeakMap<SandboxState, Set<number>>();

/** Applies the deletion in the settings once to each survey that has ended. */
export function deleteEnded({ state, settings, clock }: World): void {
	const { afterEnd } = settings;
	if (afterEnd === 'nothing') return;
	const before = done.get(state) ?? new Set<number>();
	done.set(state, before);
	for (const { SurveyId, EndDate } of [...state.surveys.values()]) {
		if (Date.parse(EndDate) > clock.now() || before.has(SurveyId)) continue;
		before.add(SurveyId);
		if (afterEnd === 'partialDelete') partialDelete(state, SurveyId);
		else fullDelete(state, SurveyId);
	}
}
