import { invalid } from '../refusal';
import type { Call, World } from '../world';
import { toApiDate } from '../clock';
import { shownSurvey } from '../people';

const day = 24 * 60 * 60 * 1000;

/** Calls 1 to 4. */
export const surveyWork = {
	getSurveys: ({ state, settings, clock }: World) =>
		[...state.surveys.values()].map((survey) => shownSurvey(survey, settings, clock.now())),

	getSurvey: ({ state, settings, clock }: World, { ids }: Call) =>
		shownSurvey(state.survey(ids.surveyId), settings, clock.now()),

	copySurvey: ({ state, clock, settings }: World, { ids, query }: Call) => {
		const original = state.survey(ids.surveyId);
		const start = query.startdate ?? clock.date();
		const end = query.enddate ?? toApiDate(clock.now() + 14 * day);
		if (start > end) throw invalid('startdate is after enddate');
		const category = query.categoryid ?? '-999';
		if (category !== '-999' && !state.categories.has(Number(category))) {
			throw invalid(`Unknown category ${category}`);
		}
		const sendouts = (query[settings.copySendoutsParameter] ?? '')
			.split(',')
			.filter(Boolean)
			.map((id) => {
				const sendout = state.sendouts.get(Number(id));
				if (!sendout || sendout.surveyId !== ids.surveyId) throw invalid(`Unknown sendout ${id}`);
				return sendout;
			});
		const copy = state.addSurvey(
			{
				Name: query.surveyname ?? original.Name,
				Language: original.Language,
				StartDate: start,
				EndDate: end,
				Category: category,
				Activated: query.active === undefined ? original.Activated : query.active === 'True',
			},
			state.copyQuestions(ids.surveyId),
		);
		for (const sendout of sendouts) {
			const text = sendout.texts.get(sendout.primary.DispatchId)!;
			const { Name, DispatchType, SendDate, SendoutLogic } = sendout.primary;
			const dispatch = { name: Name, type: DispatchType, sendDate: SendDate, logic: SendoutLogic };
			const made = state.addSendout(copy.SurveyId, { ...dispatch, ...text });
			for (const label of state.document(sendout.documentId).labels) {
				const options = label.Options.map(({ Option }) => Option);
				state.addLabel(made.documentId, label.Name, label.Type, options);
			}
		}
		if (query.copyanswers === 'True') {
			for (const set of state.answerSetsOf(ids.surveyId)) {
				const { Created, Updated, Completed } = set;
				state.addAnswerSet(copy.SurveyId, {
					created: Created,
					updated: Updated,
					completed: Completed,
				});
			}
		}
		return copy;
	},

	getQuestions: ({ state }: World, { ids }: Call) => {
		state.survey(ids.surveyId);
		return state.questions.get(ids.surveyId) ?? [];
	},
};
