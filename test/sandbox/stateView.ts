import type { SandboxState } from './state';

const views: Record<string, (state: SandboxState) => unknown[]> = {
	surveys: (state) => [...state.surveys.values()],
	questions: (state) =>
		[...state.questions].map(([surveyId, questions]) => ({ surveyId, questions })),
	sendouts: (state) =>
		[...state.sendouts.values()].map((sendout) => ({
			...sendout,
			texts: Object.fromEntries(sendout.texts),
		})),
	respondents: (state) =>
		[...state.respondents.values()].map((respondent) => ({
			...respondent,
			backgroundData: Object.fromEntries(state.rows.get(respondent.RespondentId)!.cells),
		})),
	documents: (state) => [...state.documents.values()],
	labels: (state) => state.labels,
	rows: (state) =>
		[...state.rows.values()].map((row) => ({ ...row, cells: Object.fromEntries(row.cells) })),
	answerSets: (state) => [...state.answerSets.values()].map((set) => state.headOf(set)),
	invitations: (state) => state.invitations,
	categories: (state) => [...state.categories.values()],
	users: (state) => [...state.users.values()],
	blocklist: (state) => [...state.blocklist],
};

/** The state as plain JSON: all of it, one part, or the number of each. */
export function describeState(state: SandboxState, part: string | null): unknown {
	if (part === null) {
		return Object.fromEntries(Object.entries(views).map(([name, view]) => [name, view(state)]));
	}
	if (part === 'counts') {
		const sizes = Object.entries(views).map(([name, view]) => [name, view(state).length]);
		return Object.fromEntries(sizes) as unknown;
	}
	const view = views[part];
	if (!view) throw new RangeError(`part is one of counts, ${Object.keys(views).join(', ')}`);
	return view(state);
}
