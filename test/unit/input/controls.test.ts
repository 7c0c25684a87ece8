import { toSendable } from '../../../nodes/shared/input/text';

/* A control character could add a header to an email, or make a text look different from what is sent. */

test.each([
	['Subject\r\nBcc: eve@example.com', 'Subject Bcc: eve@example.com'],
	['One\u0085two\u2028three\vfour', 'One two three four'],
	['One\ttwo', 'One\ttwo'],
	['Grüße, 你好, שלום, 👍🏽', 'Grüße, 你好, שלום, 👍🏽'],
	['', ''],
	['  ', ''],
])('%j in a field with one row is sent as %j', (given, sent) =>
	expect(toSendable(given, 'Subject', false)).toBe(sent),
);

test('a field with several rows keeps its line breaks', () =>
	expect(toSendable('One\r\n\r\ntwo', 'Message', true)).toBe('One\r\n\r\ntwo'));

describe.each([true, false])('With several rows: %s', (severalRows) => {
	test.each(['\0', 'a\u0007b', 'a\u001b[2Jb', 'a\u007fb', 'a\u009bb', 'a\u202eb', '\ud83d'])(
		'rejects %j instead of using a default',
		(given) =>
			expect(() => toSendable(given, 'Subject', severalRows)).toThrow(
				/^'Subject' contains invalid characters/,
			),
	);
});
