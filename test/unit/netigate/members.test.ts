import {
	asDocumented,
	asList,
	eachOnce,
	entriesIn,
	isEntryId,
	isId,
	listed,
	listIn,
	recordsIn,
} from '../../../nodes/shared/netigate/members';
import { readAnswer } from '../../../nodes/shared/netigate/responses';

test.each([
	[
		{ SURVEYID: ' 501 ', Title: 'A' },
		{ SurveyId: 501, Title: 'A' },
	],
	[
		{ surveyId: 1, SurveyId: 2 },
		{ surveyId: 1, SurveyId: 2 },
	],
	[{ SurveyId: '501.0' }, { SurveyId: 501 }],
	[{ SurveyId: '' }, { SurveyId: '' }],
	[
		{ Survey: { SurveyId: 501, Name: 'A' }, Title: 'A' },
		{ Survey: 501, Title: 'A' },
	],
	[
		{ Survey: { Name: 'A' }, Title: 'A' },
		{ Survey: { Name: 'A' }, Title: 'A' },
	],
	[{ Survey: { SurveyId: 501 } }, { Survey: { SurveyId: 501 } }],
	[
		{ Activated: ' TRUE ', Active: '1', anonymousanswers: 1 },
		{ Activated: true, Active: true, AnonymousAnswers: true },
	],
	[
		{ Activated: 'False', Active: '0', AnonymousAnswers: 0 },
		{ Activated: false, Active: false, AnonymousAnswers: false },
	],
	[
		{ Activated: 'maybe', Active: 2, AnonymousAnswers: null },
		{ Activated: 'maybe', Active: 2, AnonymousAnswers: null },
	],
	[
		{ Email: 46735123456, Name: 5, Created: '2026-09-27 12:00', EndDate: null },
		{ Email: '46735123456', Name: 5, Created: '2026-09-27T12:00:00Z', EndDate: null },
	],
	[
		{ Email: null, Name: null },
		{ Email: null, Name: null },
	],
	[
		[{ surveyid: 1 }, null, 'x'],
		[{ SurveyId: 1 }, null, 'x'],
	],
])('%j is read as %j', (given, read) => {
	expect(asDocumented(given)).toEqual(read);
});

test.each([
	[100, false],
	[101, true],
])('a response with %d levels is rejected: %s', (levels, rejected) => {
	const outer = levels - 1;
	for (const text of [
		`${'['.repeat(outer)}[]${']'.repeat(outer)}`,
		`${'{"a":'.repeat(outer)}{}${'}'.repeat(outer)}`,
	]) {
		const given: unknown = JSON.parse(text);
		if (rejected) expect(() => asDocumented(given)).toThrow('has more than 100 levels');
		else expect(asDocumented(given)).toBe(given);
	}
});

test.each([
	[{}, undefined],
	['x', undefined],
	[null, []],
	[undefined, []],
	[[1], [1]],
	[{ RespondentId: 7, Tags: [] }, 'itself'],
	[{ CategoryId: -999, Tags: [1] }, 'itself'],
	[{ Email: 'anna@example.com', Tags: [] }, 'itself'],
	[{ SurveyId: 0, Surveys: [1] }, [1]],
	[{ 0: 'a' }, ['a']],
	[{ 0: 'a', 1: 'b' }, ['a', 'b']],
	[{ 0: 'a', b: 'b' }, undefined],
	[{ Data: { Data: [1] } }, [1]],
	[{ Data: [1], Other: [2] }, undefined],
	[{ Errors: [1] }, undefined],
	[{ Warning: ['x'], Total: 0 }, undefined],
])('the list in %j is %j', (given, list) => {
	expect(listIn(given)).toEqual(list === 'itself' ? [given] : list);
});

test.each([
	['Note', null, true],
	['Note', undefined, true],
	['Note', '', true],
	['Success', true, true],
	['IsLast', false, false],
	['HasMore', false, true],
	['HasMore', true, false],
	['Status', 'OK', true],
	['Status', 'partial', false],
	['Next', {}, false],
	['StatusCode', 0, true],
	['StatusCode', 200, true],
	['StatusCode', '206', false],
	['PageSize', 100, true],
	['Limit', 100, true],
	['TotalPages', 1, true],
	['TotalPages', 2, false],
	['Total', 2, true],
	['Total', 3, false],
])('a list of two with the member %s: %j is complete: %s', (name, value, complete) => {
	expect(listIn({ Data: [1, 2], [name]: value })).toEqual(complete ? [1, 2] : undefined);
});

test('an ID is a positive whole number, but an entry can have a negative ID', () => {
	const values = [1, 2 ** 40, 0, -999, 1.5, '1', 2 ** 60];
	expect(values.filter(isId)).toEqual([1, 2 ** 40]);
	expect(values.filter(isEntryId)).toEqual([1, 2 ** 40, -999]);
});

test.each([
	[null, []],
	[undefined, []],
	[7, [7]],
	[[], []],
	[
		[1, null, undefined, 0],
		[1, 0],
	],
])('%j as a list is %j', (given, list) => {
	expect(asList(given)).toEqual(list);
});

test('lists that need no change are not copied', () => {
	const list = [{ SurveyId: 1 }];
	for (const same of [asList(list), recordsIn(list), eachOnce(list, ({ SurveyId }) => SurveyId)])
		expect(same).toBe(list);
});

test.each([
	[[], []],
	[[{ SurveyId: 1 }, null, { SurveyId: 1 }], [{ SurveyId: 1 }]],
	[{ Surveys: [] }, []],
	[[null], 'an entry has no "SurveyId"'],
	[[{ SurveyId: 0 }], 'an entry has no "SurveyId"'],
	[[{ SurveyId: 1 }, 7], 'an entry has no "SurveyId"'],
	[7, "The list of surveys can't be read: Netigate returned something else"],
])('the surveys in %j: %j', (given, expected) => {
	if (typeof expected === 'string')
		expect(() => listed<{ SurveyId: number }>(given, 'SurveyId')).toThrow(expected);
	else expect(listed<{ SurveyId: number }>(given, 'SurveyId')).toEqual(expected);
});

test('the error names the list if it is known', () => {
	expect(() => entriesIn(7)).toThrow("The requested list can't be read");
});

test.each([
	[200, '{"StatusCode":200,"Message":"Saved"}', 'read'],
	[200, '{"StatusCode":299,"Message":"Saved"}', 'read'],
	[200, '{"StatusCode":300}', 'unknown 300'],
	[200, '{"StatusCode":400,"Message":"No"}', 'refused 400'],
	[200, '{"StatusCode":599}', 'unknown 599 mayStillRun'],
	[200, '{"StatusCode":600}', 'unknown 500'],
	[200, '{"StatusCode":null}', 'unknown 500'],
	[200, '{"Message":"No"}', 'unknown 500'],
	[200, '{"Message":" "}', 'read'],
	[200, '{"Message":"Hello","SurveyId":null,"Questions":[]}', 'unknown 500'],
	[200, '{"Message":"Hello","SurveyId":5}', 'read'],
	[200, '{"Message":"Hello","Answers":[1]}', 'read'],
	[200, '{"Message":"Hello","Answers":[]}', 'unknown 500'],
	[200, '{"Message":"Hello","Note":"x"}', 'unknown 500'],
	[200, '{"StatusCode":199,"SurveyId":5}', 'read'],
	[200, '{"StatusCode":199,"Message":"No"}', 'unknown 500'],
	[200, '[{"StatusCode":400}]', 'refused 400'],
	[200, '[{"StatusCode":400},{"StatusCode":400}]', 'read'],
	[400, '{"StatusCode":500}', 'unknown 500'],
	[400, '{"StatusCode":503}', 'refused 400'],
	[502, '{"StatusCode":400}', 'unknown 502 mayStillRun'],
	[408, '', 'unknown 408 mayStillRun'],
	[500, '', 'unknown 500'],
	[501, '', 'unknown 501'],
	[503, '', 'unknown 503'],
	[503, '{"Message":"Busy"}', 'notDone 503'],
	[429, '', 'notDone 429'],
	[300, '[]', 'unknown 300'],
	[300, '{"StatusCode":400}', 'unknown 300'],
	[399, '', 'unknown 399'],
	[199, '{}', 'unknown 500'],
	[200, '', 'unknown 200'],
	[201, '', 'unknown 201 accepted'],
	[204, '', 'unknown 204 accepted'],
	[200, '<html>', 'unknown 200'],
])('HTTP %d with %s is %s', (status, body, expected) => {
	const outcome = () => {
		try {
			readAnswer({ status, headers: {}, body });
			return 'read';
		} catch (error) {
			const failure = error as Record<string, unknown>;
			const marks = ['mayStillRun', 'accepted'].filter((name) => failure[name] === true);
			return [failure.outcome, failure.status, ...marks].join(' ');
		}
	};
	expect(outcome()).toBe(expected);
});
