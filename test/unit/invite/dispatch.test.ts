import {
	missingLinkHint,
	refusePast,
	reminderBody,
	reminderCreation,
	sendoutBody,
	sendoutCreation,
	senderFor,
} from '../../../nodes/shared/invite/dispatch';
import { InputError } from '../../../nodes/shared/netigate/errors';
import type { Dispatch, Sendout } from '../../../nodes/shared/netigate/types';

describe('the sender', () => {
	test.each([
		['SMS', 'ExampleCo', 'ExampleCo'],
		['SMS', ' Abc12345678 ', 'Abc12345678'],
		['SMS', '467351234567890', '467351234567890'],
		['EMAIL', ' surveys@example.com ', 'surveys@example.com'],
		['EMAIL', 'Surveys <surveys@example.com>', 'Surveys <surveys@example.com>'],
		['EMAIL', 'The survey team', 'The survey team'],
		['TWOWAY', '46735123456', '46735123456'],
	])('%s accepts %j', (type, given, sent) => {
		expect(senderFor(type, given)).toBe(sent);
	});

	test.each([
		['SMS', 'TwelveLetter', /at most 11 letters and digits \(a-z, A-Z, 0-9\)/],
		['SMS', '4673512345678901', /at most 15 digits/],
		['SMS', 'Åsa', /at most 11/],
		['SMS', '+46735123', /at most 11/],
		['EMAIL', 'surveys@', /complete email address/],
		['EMAIL', 'a@example.com, b@example.com', /complete email address/],
		['EMAIL', 'Surveys <surveys@exämple.com>', /complete email address/],
		['EMAIL', '   ', /^Enter the name, number or email address/],
	])('%s rejects %j and explains the rule', (type, given, rule) => {
		const refused = () => senderFor(type, given);
		expect(refused).toThrow(InputError);
		try {
			refused();
		} catch (error) {
			expect((error as InputError).advice).toMatch(rule);
		}
	});
});

const texts = { sender: 'surveys@example.com', subject: 'Hello', message: 'See [link]' };
const sendDate = '2027-03-01T09:00:00Z';

test('an SMS is sent without a subject, whatever the field contains', () => {
	const body = sendoutBody({ ...texts, name: 'New', type: 'SMS', sender: 'Me', sendDate });
	expect(body).toEqual({ name: 'New', type: 'SMS', sendDate, sender: 'Me', message: 'See [link]' });
});

describe('a reminder', () => {
	const given = { ...texts, name: 'Later', sendoutLogic: 'NOT_COMPLETED', sendDate };

	test.each([sendDate, '2027-03-01T09:00:01Z'])('must be later than its sendout on %s', (date) => {
		expect(() => reminderBody(given, { type: 'EMAIL', sendDate: date })).toThrow(
			/isn't later than its sendout/,
		);
	});

	test('is accepted if the date of its sendout is unknown', () => {
		expect(() => reminderBody(given, { type: 'EMAIL', sendDate: null })).not.toThrow();
		expect(() => reminderBody(given, { type: 'EMAIL' })).not.toThrow();
	});
});

describe('the hint that a message has no survey link', () => {
	test.each([
		'Please answer our survey.',
		'<p>Please answer</p><br/>Thank you',
		'<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body>Hi</body></html>',
		'<style>p { color: red }</style><p style="color: #ff0000; width: 50%">Hi</p>',
		'<img src="https://cdn.example.com/logo.png" alt="Logo">Hi',
		'50% of you, 30% of them',
		'I <3 surveys',
		'[]{}<>%%',
	])('appears for %j', (message) => {
		expect(missingLinkHint(message)).toMatch(/contain a survey link/);
	});

	test.each([
		'[link]',
		'Hi {{ link }}',
		'Hi <link>',
		'Hi %LINK%',
		'Hi #link#',
		'http://s.example.com/1',
		'www.example.com',
		'<a href="[link]">Answer</a>',
		'<a href="https://s.example.com">Answer</a>',
		'<td title="x">{surveyUrl}</td>',
		'',
	])('does not appear for %j', (message) => {
		expect(missingLinkHint(message)).toBeUndefined();
	});
});

describe('dates in the past', () => {
	const limit = Date.parse(sendDate);

	test('are refused', () => {
		const refused = () => refusePast(sendDate, 'The sendout', limit + 1);
		expect(refused).toThrow(
			`The sendout might be sent immediately, because its date is in the past: ${sendDate}`,
		);
	});

	test.each([sendDate, '2027-03-01T09:00:01Z', ''])('do not include %j', (date) => {
		expect(() => refusePast(date, 'The sendout', limit)).not.toThrow();
	});
});

describe('after a lost response', () => {
	test.each([
		['Fair', 'EMAIL', true],
		['Fair', 'SMS', false],
		['Fair 2', 'EMAIL', false],
	])('a sendout "%s" of type %s can be the created one: %s', (Name, DispatchType, expected) => {
		const creation = sendoutCreation('/surveys/501/sendouts', { name: 'Fair', type: 'EMAIL' });
		expect(creation.isIt({ Primary: { Name, DispatchType } } as Sendout)).toBe(expected);
		expect(creation.isIt({} as Sendout)).toBe(false);
	});

	test.each([
		['Later', 'ALL', true],
		['Later', 'NOT_COMPLETED', false],
		['Latest', 'ALL', false],
	])('a reminder "%s" for %s can be the created one: %s', (Name, SendoutLogic, expected) => {
		const creation = reminderCreation('', { name: 'Later', sendoutLogic: 'ALL' });
		expect(creation.isIt({ Name, SendoutLogic } as Dispatch)).toBe(expected);
		expect(creation.sendAgain).toBeUndefined();
	});
});
