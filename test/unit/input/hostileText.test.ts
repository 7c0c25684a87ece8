import { labelText } from '../../../nodes/shared/input/backgroundData';
import { hidesContact, listedKeys, recipientFor } from '../../../nodes/shared/input/contact';
import { toNetigateDate } from '../../../nodes/shared/input/dates';
import { toIds, toNumber } from '../../../nodes/shared/input/numbers';
import { plainText, toFlag, toText } from '../../../nodes/shared/input/text';
import { missingLinkHint, senderFor } from '../../../nodes/shared/invite/dispatch';
import { stepsOf } from './regexSteps';

/* Every reader takes about twice as many steps for twice as much text, whatever the text is. */

const readers: Record<string, (text: string) => unknown> = {
	...Object.fromEntries(
		['EMAIL', 'SMS', 'LOGIN', 'TWOWAY', 'auto'].flatMap((type) => [
			[`a contact of type ${type}`, (text: string) => recipientFor({ type }, text)],
			[`a listed contact of type ${type}`, (text: string) => listedKeys({ type }, text)],
		]),
	),
	'a masked contact': (text) => hidesContact({ type: 'EMAIL' }, text),
	'a message': missingLinkHint,
	'a sender': (text) => senderFor('EMAIL', text),
	'an SMS sender': (text) => senderFor('SMS', text),
	'a date': (text) => toNetigateDate(text, 'UTC', 'Date'),
	'a number': (text) => toNumber(text, 'Number', {}),
	IDs: (text) => toIds(text, 'IDs'),
	'a switch': (text) => toFlag(text, 'Switch'),
	'a label value': (text) => labelText(text, 'Label'),
	text: (text) => plainText(toText(text, 'Text')),
};

/** A start, what is repeated, and an end that makes matching fail late. */
const hostile: Array<[string, string, string]> = [
	['a@example.com', '; ', 'x'],
	['a@example.com', '; ', ''],
	['', '[', ''],
	['', '[a', ''],
	['', '{', ''],
	['', '<style', ''],
	['', '<style>a</style', ''],
	['', '<!doctype ', ''],
	['', '<img ', ''],
	['', '<a <', ''],
	['', '%a', ' '],
	['', '#a', ' '],
	['a', ' ', 'a'],
	['', '<>', ' x'],
	['', '@', ''],
	['a', '.a', '@'],
	['a@a', '.a', ''],
	['a@', 'a-', '.'],
	['mailto:', ' ', 'a'],
	['+', '1 ', 'x'],
	['', '+1', ''],
	['0', '0', 'x'],
	['', '(0)', ''],
	['', '1,', ''],
	['', '1.', ''],
	['"', 'a', ''],
	['a <', 'a', ''],
	['=', '"', ''],
	["'", "'", 'a'],
	['', '\u200b', 'a'],
	['', 'e\u0301', ''],
	['', '*a', '@'],
	['', '] ', 'x'],
	['2027-01-01T00:00:00.', '0', 'x'],
];

test.each(Object.entries(readers))('%s', (_, read) => {
	const slow = hostile.flatMap(([start, repeated, end]) => {
		const steps = (count: number) =>
			stepsOf(() => read(start + repeated.repeat(count / repeated.length) + end));
		return [60, 300].flatMap((count) => {
			const [once, twice] = [steps(count), steps(2 * count)];
			return twice > 2.5 * once + 200 ? [{ start, repeated, end, once, twice }] : [];
		});
	});
	expect(slow).toEqual([]);
});
