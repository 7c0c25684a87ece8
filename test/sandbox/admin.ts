import type { Fault } from './faults';
import { Refusal } from './refusal';
import { fullDelete, partialDelete } from './retention';
import type { Sandbox } from './sandbox';
import type { ScriptedAnswer, Settings } from './settings';
import { describeState } from './stateView';
import type { Survey } from './types';

type Body = Record<string, unknown>;

/** A route under /admin. GET /admin describes it. */
interface Route {
	does: string;
	run: (sandbox: Sandbox, body: Body | unknown[], query: URLSearchParams) => unknown;
}

const object = (body: Body | unknown[]): Body => {
	if (Array.isArray(body)) throw new RangeError('The body is an object');
	return body;
};

const routes: Record<string, Route> = {
	'GET /admin': {
		does: 'These routes',
		run: (sandbox) => ({
			url: sandbox.url,
			routes: Object.fromEntries(Object.entries(routes).map(([name, { does }]) => [name, does])),
		}),
	},
	'GET /admin/state': {
		does: 'Everything the sandbox knows; ?part=invitations for one part; ?part=counts for sizes',
		run: (sandbox, _, query) => describeState(sandbox.state, query.get('part')),
	},
	'GET /admin/calls': {
		does: 'The log of calls and the highest number in flight; ?operationId=addRespondent; ?part=counts',
		run: (sandbox, _, query) => {
			const wanted = query.get('operationId');
			const calls = sandbox.calls.filter((call) => !wanted || call.operationId === wanted);
			const { maxInFlight } = sandbox;
			if (query.get('part') !== 'counts') return { maxInFlight, count: calls.length, calls };
			const byOperation: Record<string, number> = {};
			for (const { operationId } of calls) {
				byOperation[String(operationId)] = (byOperation[String(operationId)] ?? 0) + 1;
			}
			return { maxInFlight, count: calls.length, byOperation };
		},
	},
	'DELETE /admin/calls': {
		does: 'Forgets the log and the highest number in flight',
		run: (sandbox) => sandbox.clearCalls(),
	},
	'GET /admin/violations': {
		does: 'Answers of the sandbox that broke docs/internals/openapi.yaml; to be empty',
		run: (sandbox) => sandbox.violations,
	},
	'GET /admin/faults': {
		does: 'The faults that are set, with how often each has matched and struck',
		run: (sandbox) => sandbox.faults.list(),
	},
	'POST /admin/faults': {
		does: 'Sets a fault, or an array of them',
		run: (sandbox, body) => {
			for (const fault of Array.isArray(body) ? body : [body]) sandbox.faults.add(fault as Fault);
			return sandbox.faults.list();
		},
	},
	'DELETE /admin/faults': { does: 'Clears all faults', run: (sandbox) => sandbox.faults.clear() },
	'GET /admin/settings': { does: 'The settings', run: (sandbox) => sandbox.settings },
	'POST /admin/settings': {
		does: 'Changes settings: {"wrapped": "always"}',
		run: (sandbox, body) => {
			sandbox.changeSettings(object(body) as Partial<Settings>);
			return sandbox.settings;
		},
	},
	'GET /admin/clock': { does: 'The time', run: (sandbox) => ({ now: sandbox.clock.date() }) },
	'POST /admin/clock': {
		does: '{"advanceMs": 60000}, {"set": "2026-12-24T12:00:00Z"}, {"freeze": true}',
		run: (sandbox, body) => {
			const { advanceMs, set, freeze } = object(body);
			if (set !== undefined) sandbox.clock.set(set as string);
			if (freeze === true) sandbox.clock.freeze();
			if (freeze === false) sandbox.clock.resume();
			if (advanceMs !== undefined) {
				if (typeof advanceMs !== 'number') throw new RangeError('advanceMs is a number');
				sandbox.clock.advance(advanceMs);
			}
			return { now: sandbox.clock.date() };
		},
	},
	'POST /admin/answer': {
		does: 'People answer: {"respondentId"}, {"surveyId", "count"} or {"answerSetId"}; see README.md',
		run: (sandbox, body) => answer(sandbox, object(body)),
	},
	'POST /admin/survey': {
		does: 'Changes a survey: {"SurveyId": 501, "Activated": false}; {"SurveyId": 501, "delete": "partial"} or "full"',
		run: (sandbox, body) => {
			const { delete: how, ...change } = object(body) as Partial<Survey> & { delete?: string };
			const survey = sandbox.state.survey(Number(change.SurveyId));
			if (how === 'partial') partialDelete(sandbox.state, survey.SurveyId);
			else if (how === 'full') fullDelete(sandbox.state, survey.SurveyId);
			else if (how !== undefined) throw new RangeError('delete is partial or full');
			return Object.assign(survey, change);
		},
	},
	'POST /admin/blocklist': {
		does: '{"add": ["…"], "remove": ["…"]}',
		run: (sandbox, body) => {
			const { add = [], remove = [] } = object(body) as { add?: string[]; remove?: string[] };
			for (const contact of add) sandbox.state.blocklist.add(contact);
			for (const contact of remove) sandbox.state.blocklist.delete(contact);
			return [...sandbox.state.blocklist];
		},
	},
	'POST /admin/reset': {
		does: 'Back to the beginning: state, settings, faults, log, clock; {"settings": {…}} to differ',
		run: (sandbox, body) => {
			sandbox.reset();
			const { settings } = object(body) as { settings?: Partial<Settings> };
			if (settings) sandbox.changeSettings(settings);
		},
	},
};

function answer({ state, people, settings }: Sandbox, body: Body): unknown {
	const { respondentId, surveyId, answerSetId, completed, created, updated, count } = body;
	if (answerSetId !== undefined) {
		const change = { completed, updated } as { completed?: string | null; updated?: string };
		return state.headOf(state.changeAnswerSet(Number(answerSetId), change));
	}
	const script = body.answers as Record<string, ScriptedAnswer> | undefined;
	const before = settings.answerScript;
	if (script) settings.answerScript = script;
	try {
		if (surveyId !== undefined) {
			state.survey(Number(surveyId));
			const one = { respondentId, completed, created, updated } as object;
			const sets = state.addAnswerSets(Number(surveyId), Number(count ?? 1), () => one);
			return { count: sets.length, first: state.headOf(sets[0]) };
		}
		const respondent = state.respondents.get(Number(respondentId));
		if (!respondent) throw new RangeError('respondentId, surveyId or answerSetId is needed');
		return state.headOf(people.answerNow(respondent, completed !== false));
	} finally {
		settings.answerScript = before;
	}
}

/** The response of a route under /admin, for tests and for people who try the sandbox. It requires no key. */
export function adminReply(
	sandbox: Sandbox,
	method: string,
	url: URL,
	text: string | undefined,
): { status: number; body: unknown } {
	const route = routes[`${method} ${url.pathname.replace(/\/$/, '')}`];
	if (!route) return { status: 404, body: new Refusal(404, 'See GET /admin').body };
	try {
		const body = (text ? JSON.parse(text) : {}) as Body | unknown[];
		return { status: 200, body: route.run(sandbox, body, url.searchParams) ?? { ok: true } };
	} catch (error) {
		const status = error instanceof Refusal ? error.status : 400;
		return { status, body: new Refusal(status, (error as Error).message).body };
	}
}
