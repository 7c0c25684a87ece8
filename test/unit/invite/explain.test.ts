import type { IDataObject } from 'n8n-workflow';
import { explainOutcomes } from '../../../nodes/shared/invite/explain';
import { hiddenError } from '../../../nodes/shared/invite/screen';
import type { Batch } from '../../../nodes/shared/n8n/itemRun';

const INVITATION = { sendMail: true, activates: true, type: 'EMAIL', output: 'netigate' as const };

const items = [{ parameters: () => ({ item: { name: 'Anna' } }) }] as never as Batch['items'];

const explained = (json: IDataObject, invitation?: Partial<typeof INVITATION>) => {
	const requests = invitation ? [{ ...INVITATION, ...invitation, position: 0 }] : [];
	return explainOutcomes({ items } as Batch, [{ json }], requests as never[], (one) => one)[0]!
		.json;
};

const contact = 'anna@example.com';

test.each([
	['added', {}, 'invited', 'Added, and Netigate sends the invitation'],
	['added', { sendMail: false }, 'linkOnly', 'so send the personal link (SurveyURL) yourself'],
	['added', { type: 'login' }, 'linkOnly', 'Added without an invitation'],
	['added', { activates: false }, 'notActivated', 'Added, but might not be invited until'],
	['launched', {}, 'invited', 'Added, and Netigate sends the invitation'],
	['wouldAdd', {}, 'invited', 'Would be added, and Netigate would send the invitation'],
	['wouldAdd', { sendMail: false }, 'linkOnly', 'Would be added without an invitation'],
	['wouldAdd', { activates: false }, 'notActivated', 'Would be added, but might not be invited'],
])(
	'an item with the status %s and %j has the reason %s: %s',
	(status, invitation, reason, text) => {
		const explanation = expect.stringContaining(text) as string;
		expect(explained({ status, contact }, invitation)).toEqual({
			...{ status, contact, reason, explanation },
		});
	},
);

test.each([
	[{ reason: 'duplicateInInput', duplicateOfItem: 3 }, 'Item 3 has the same contact'],
	[{ reason: 'blocked' }, "This contact is on Netigate's block list"],
	[{ reason: 'existing' }, "Already in the sendout, so this person isn't invited again"],
	[{ reason: 'existing', sendoutId: 7001 }, 'Already in sendout 7001, so this person'],
	[{ reason: 'existing', activated: false }, "Already in the sendout, but it isn't active"],
	[{ reason: 'invitedRecently', quarantine: { explanation: 'Asked today' } }, 'Asked today'],
])('someone who is skipped with %j gets the explanation "%s"', (skipped, text) => {
	const json = { status: 'skipped', contact, ...skipped };
	const explanation = expect.stringContaining(text) as string;
	expect(explained(json, {})).toEqual({ ...json, explanation });
});

test("an item whose parameters couldn't be read has its own fields and no explanation", () => {
	const json = { status: 'refused', contact };
	expect(explained(json)).toEqual({ ...json, name: 'Anna' });
});

test.each([
	[0, 3, undefined],
	[1, 3, 'because 1 of its 3 respondents have no readable contact'],
	[
		3,
		3,
		"because 3 of its 3 respondents have no readable contact, perhaps due to Netigate's Partial Delete",
	],
])('if %i of %i contacts are hidden, the error says so: %s', (hidden, all, why) => {
	expect(hiddenError(hidden, all, 'Look.')?.message).toBe(
		why && `Couldn't confirm whether this contact is already in the sendout, ${why}`,
	);
});
