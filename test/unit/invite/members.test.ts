import { Members } from '../../../nodes/shared/invite/respondents';

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
