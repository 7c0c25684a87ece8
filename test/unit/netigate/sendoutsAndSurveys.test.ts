import { readOnce } from '../../../nodes/shared/basics/concurrency';
import { NetigateError } from '../../../nodes/shared/netigate/errors';
import { isActive, isInactive, waitingHint } from '../../../nodes/shared/netigate/sendouts';
import {
	hasEnded,
	readSurveyProblem,
	withSurveyProblem,
} from '../../../nodes/shared/netigate/surveys';
import type { Sendout, Survey } from '../../../nodes/shared/netigate/types';
import { clientOf, responded } from '../../sandbox/directSandbox';

const NOW = '2026-09-27T12:00:00Z';
const BEFORE = '2026-09-27T11:59:59Z';
const AFTER = '2026-09-27T12:00:01Z';
const at = Date.parse(NOW);

beforeEach(() => {
	jest.spyOn(Date, 'now').mockReturnValue(at);
});

afterEach(() => jest.restoreAllMocks());

test.each([
	[{ Primary: { Activated: true, DoneDate: null } }, true, false],
	[{ Primary: { Activated: false, DoneDate: null } }, false, true],
	[{ Primary: { Activated: false, DoneDate: BEFORE } }, true, false],
	[{ Primary: { Activated: false, DoneDate: NOW } }, true, false],
	[{ Primary: { Activated: false, DoneDate: AFTER } }, false, true],
	[{ Primary: { Activated: null, DoneDate: null } }, false, false],
	[{ Primary: null }, false, false],
	[undefined, false, false],
])('the sendout %j is active: %s, known to be inactive: %s', (sendout, active, inactive) => {
	const given = sendout as unknown as Sendout;
	expect([isActive(given), isInactive(given)]).toEqual([active, inactive]);
});

test.each([
	[1, 'the person in it'],
	[2, 'the 2 people in it'],
])('the hint about %d waiting people says "%s"', (people, words) => {
	expect(waitingHint(601, people)).toBe(
		`Sendout 601 isn't active, so ${words} may not have been invited yet. To invite them, use Sendout > Activate or activate it in Netigate.`,
	);
});

test.each([
	[BEFORE, true],
	[NOW, false],
	[AFTER, false],
	[null, false],
	['soon', false],
])('a survey with the end date %j has ended: %s', (EndDate, ended) => {
	expect(hasEnded({ EndDate } as Survey)).toBe(ended);
});

const clientFor = (survey: object, status = 200) => clientOf(async () => responded(status, survey));

const survey = (more: Partial<Survey> = {}) => ({
	SurveyId: 501,
	Name: 'Spring',
	EndDate: AFTER,
	Activated: true,
	...more,
});

const EXTEND = 'Extend the survey in Netigate, or choose another.';
const ACTIVATE = 'Activate the survey in Netigate, or choose another.';

test.each([
	['ended', survey({ EndDate: BEFORE }), at, `ended on ${BEFORE}`, EXTEND],
	['ends first', survey(), at + 2000, `ends on ${AFTER}, before the sendout is sent`, EXTEND],
	['is inactive', survey({ Activated: false }), at, "isn't active", ACTIVATE],
])('says why no one can answer a survey that %s', async (_, given, when, what, advice) => {
	const problem = await readSurveyProblem(clientFor(given), readOnce('forgotten'), 501, when);
	expect(problem).toEqual({ what: `The survey "Spring" (501) ${what}`, advice });
});

test.each([
	['active', survey(), 200],
	['of unknown state', survey({ Activated: undefined }), 200],
	['unreadable', { StatusCode: 500, Message: 'Failed' }, 500],
])('finds no problem with a survey that is %s', async (_, given, status) => {
	const problem = readSurveyProblem(clientFor(given, status), readOnce('forgotten'), 501, at);
	expect(await problem).toBeUndefined();
});

test.each([
	['refused', 400, BEFORE, `The survey "Spring" (501) ended on ${BEFORE}. No`, EXTEND],
	['refused', 400, AFTER, 'No', 'Look.'],
	['refused', 404, BEFORE, 'No', 'Look.'],
	['unknown', 400, BEFORE, 'No', 'Look.'],
] as const)(
	'an error (%s, status %d) for a survey with the end date %s says "%s"',
	async (outcome, status, EndDate, message, advice) => {
		const error = new NetigateError('No', { outcome, status, advice: 'Look.', askedMs: 7 });
		const shown = await withSurveyProblem(error, clientFor(survey({ EndDate })), 501);
		expect(shown).toMatchObject({ message, advice, outcome, status, askedMs: 7 });
	},
);
