import {
	asNetigateError,
	InputError,
	isSurprise,
	leftOpen,
	LOOK_FIRST,
	NetigateError,
	oversized,
	RunError,
	SettingError,
} from '../../../nodes/shared/netigate/errors';

test.each([
	['unknown', /^Before you send it again, .+ Check the base URL/],
	['notDone', /^Check the base URL/],
] as const)(
	'an oversized response with the outcome "%s" has advice that fits',
	(outcome, advice) => {
		const error = oversized('has too many levels', outcome);
		expect(error.message).toBe("Netigate's response has too many levels, so it wasn't read");
		expect([error.outcome, error.reason]).toEqual([outcome, outcome]);
		expect(error.advice).toMatch(advice);
	},
);

test('only errors in a setting of the whole run concern the run', () => {
	const kinds = [InputError, SettingError, RunError].map((Kind) => new Kind('No', 'Try 2.'));
	expect(kinds.map(({ ofRun }) => ofRun ?? false)).toEqual([false, false, true]);
	expect(kinds.map(({ reason }) => reason)).toEqual(Array(3).fill('invalidValue'));
});

test.each([
	[new TypeError('x is not a function'), true],
	[new SyntaxError('Unexpected token'), true],
	['text', true],
	[undefined, true],
	[new Error('The connection was lost'), false],
])('%p comes from a bug: %s', (error, expected) => {
	expect(isSurprise(error)).toBe(expected);
	expect(asNetigateError(error)).toMatchObject({
		message: expected ? "Netigate's response can't be read" : 'The connection was lost',
		outcome: 'unknown',
		advice: LOOK_FIRST,
	});
});

test('an error after an attempt that may have succeeded has an unknown outcome', () => {
	const refused = new NetigateError('No', { outcome: 'refused', status: 400, advice: 'Try 2.' });
	const unknown = new NetigateError('Lost', { outcome: 'unknown', advice: 'Look.' });
	const open = { message: 'No', outcome: 'unknown', status: 400, advice: LOOK_FIRST };
	expect(leftOpen(refused)).toMatchObject(open);
	expect(leftOpen(unknown)).toBe(unknown);
	expect(asNetigateError(refused)).toBe(refused);
});
