import { AnswerLists } from '../answerList';
import type { AnswerSetRecord } from '../records';
import { invalid, notFound } from '../refusal';
import type { SandboxState } from '../state';
import type { Call, World } from '../world';

const lists = new WeakMap<SandboxState, AnswerLists>();

function listsOf({ state, settings }: World): AnswerLists {
	let found = lists.get(state);
	if (!found) lists.set(state, (found = new AnswerLists(state, settings)));
	return found;
}

const withAnswers = (state: SandboxState, set: AnswerSetRecord) => ({
	...state.headOf(set),
	Answers: state.answersOf(set),
});

/** Calls 5 to 9. */
export const answerWork = {
	getAnswerSets: (world: World, { ids, query }: Call) => {
		const { state, settings } = world;
		state.survey(ids.surveyId);
		return listsOf(world)
			.get(ids.surveyId, query, settings.headDates === 'created' ? 'Created' : 'Updated')
			.map((set) => ({ ...state.headOf(set), Answers: [] }));
	},

	getAnswerSetsWithData: (world: World, { ids, query }: Call) => {
		const { state, settings } = world;
		state.survey(ids.surveyId);
		const page = Number(query.page ?? 1);
		const asked = Number(query.pagesize ?? 100);
		let size = asked;
		if (size > settings.largestPageSize) {
			if (settings.pageSizeOver === 'reject') {
				throw invalid(`pagesize is at most ${settings.largestPageSize}`);
			}
			size = settings.largestPageSize;
		}
		const sets = listsOf(world).get(
			ids.surveyId,
			query,
			settings.dataDates === 'created' ? 'Created' : 'Updated',
		);
		return {
			Page: page,
			TotalPages: Math.ceil(sets.length / (settings.totalPages === 'asked' ? asked : size)),
			AnswerSets: sets.slice((page - 1) * size, page * size).map((set) => withAnswers(state, set)),
		};
	},

	getAnswerSet: ({ state }: World, { ids }: Call) => {
		const set = state.answerSet(ids.surveyId, ids.answerSetId);
		return withAnswers(state, set);
	},

	getAnswerSetsOfRespondent: ({ state, settings }: World, { ids }: Call) => {
		state.survey(ids.surveyId);
		const respondent = state.respondents.get(ids.respondentId);
		if (respondent?.surveyId !== ids.surveyId) throw notFound('Respondent', ids.respondentId);
		return state
			.answerSetsOfRespondent(ids.respondentId)
			.filter((set) => set.Survey === ids.surveyId)
			.map((set) =>
				settings.answersByRespondent === 'full'
					? withAnswers(state, set)
					: { ...state.headOf(set), Answers: [] },
			);
	},

	getAnswersOfQuestionItem: ({ state }: World, { ids }: Call) => {
		const set = state.answerSet(ids.surveyId, ids.answerSetId);
		const known = (state.questions.get(ids.surveyId) ?? []).some((question) =>
			question.QuestionItems.some((item) => item.QuestionItemId === ids.questionItemId),
		);
		if (!known) throw notFound('QuestionItem', ids.questionItemId);
		return state.answersOf(set).filter((answer) => answer.QuestionItem === ids.questionItemId);
	},
};
