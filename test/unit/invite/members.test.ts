import { recipientFor } from '../../../nodes/shared/input/contact';
import {
	addRequest,
	assign,
	Members,
	respondentsIn,
} from '../../../nodes/shared/invite/respondents';
import type { Respondent } from '../../../nodes/shared/netigate/types';

const membersOf = (contacts: string[], type = 'EMAIL') =>
	new Members(
		contacts.map((contact, index) => ({ respondentId: index + 1, contact, sendoutId: 1 })),
		{ type },
	);

test.each([
	{ contacts: ['anna@example.com', 'nil', 'C##ADMIN', 'try..this@example.com'], hidden: 0 },
	{ contacts: ['nil'], hidden: 0 },
	{ contacts: ['anna@example.com', 'b***@example.com', ''], hidden: 2 },
	{ contacts: ['Respondent 1', 'Respondent 2'], hidden: 2 },
	{ contacts: ['anonymous', 'anna@example.com'], hidden: 1 },
])('of the contacts $contacts, $hidden are hidden', ({ contacts, hidden }) => {
	expect(membersOf(contacts).countHidden()).toBe(hidden);
});

test.each(['a a', 'a\na', 'a,a', 'a:a', 'a|a', 'a","a', '["a","a"]'])(
	'two logins are kept apart if one is %j',
	(login) => {
		const reading = { type: 'LOGIN' };
		const people = ['a', login].map((contact) => ({
			...recipientFor(reading, contact),
			...{ sendMail: true, backgroundData: [] },
		}));
		const respondents = ['a', people[1].contact.toUpperCase()].map((Email, at) => {
			return { RespondentId: at + 1, Email } as Respondent;
		});
		expect(assign(people, respondents, new Set(), reading)).toEqual(respondents);
	},
);

test('a contact is matched with the respondent of the same spelling, if there is one', () => {
	const reading = { type: 'LOGIN' };
	const people = ['Anna', 'anna'].map((contact) => ({
		...recipientFor(reading, contact),
		...{ sendMail: true, backgroundData: [] },
	}));
	const respondents = ['anna', 'ANNA'].map(
		(Email, at) => ({ RespondentId: at + 1, Email }) as Respondent,
	);
	expect(assign(people, respondents, new Set(), reading)).toEqual(respondents.toReversed());
});

test('all members with the same contact match', () => {
	const members = membersOf(['anna@example.com', 'bo@example.com', 'Anna@example.com']);
	const recipient = recipientFor({ type: 'EMAIL' }, 'anna@example.com');
	expect(members.matching(recipient).map(({ respondentId }) => respondentId)).toEqual([1, 3]);
});

describe('the request to add', () => {
	const people = ['anna@example.com', 'bo@example.com'].map((contact, index) => ({
		...{ contact, key: contact, sendMail: index === 0 },
		backgroundData: [[{ Key: '4001', Value: 'Anna' }], []][index],
	}));
	const path = '/surveys/501/sendouts/7001';

	test.each([
		[
			'one person',
			people.slice(0, 1),
			'/respondents',
			{
				contactDetails: 'anna@example.com',
				sendMail: true,
				backgroundData: [{ Key: '4001', Value: 'Anna' }],
			},
		],
		[
			'one person without background data',
			people.slice(1),
			'/respondents',
			{ contactDetails: 'bo@example.com', sendMail: false },
		],
		[
			'several people',
			people,
			'/respondents/batch',
			{
				surveyRespondents: [
					{
						contactDetails: 'anna@example.com',
						sendMail: true,
						backgroundData: [{ Key: '4001', Value: 'Anna', value: 'Anna' }],
					},
					{ contactDetails: 'bo@example.com', sendMail: false },
				],
			},
		],
	])('%s is never repeated automatically', (_, given, end, body) => {
		expect(addRequest(path, given)).toEqual({
			method: 'POST',
			path: path + end,
			body,
			repeatable: false,
		});
	});
});

const [one, two] = [1, 2].map((RespondentId) => ({ RespondentId }));

test.each<[string, unknown, object[]]>([
	['a list', [one, two], [one, two]],
	['one respondent', { ...one, Labels: [], Cells: [] }, [{ ...one, Labels: [], Cells: [] }]],
	['a list in a member', { Respondents: [one] }, [one]],
	['two lists', { Respondents: [one, null], Errors: [{ Message: 'No' }] }, [one]],
	['a respondent in an object', { Respondent: one }, [one]],
	['only errors', { Errors: [one] }, []],
	['entries without a valid ID', [{ RespondentId: 0 }, 4711, two], [two]],
	['no content', null, []],
])('finds the respondents in a response with %s', (_, response, expected) => {
	expect(respondentsIn(response)).toEqual(expected);
});
