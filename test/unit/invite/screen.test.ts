import { Blocklist } from '../../../nodes/shared/invite/blocklist';
import { Screening, type InviteRequest } from '../../../nodes/shared/invite/screen';
import type { Recipient } from '../../../nodes/shared/input/contact';
import { ItemRun, type ItemOutcome } from '../../../nodes/shared/n8n/itemRun';
import { NetigateError } from '../../../nodes/shared/netigate/errors';

const recipient = { contact: 'anna@example.com', key: 'anna@example.com' } as Recipient;

const HIDDEN = new NetigateError('Contacts are hidden', { outcome: 'notDone', advice: '' });

/** The verdict for Anna or, if her outcome is known, the outcome. */
function decide(
	earlier: ItemOutcome | undefined,
	existing: InviteRequest['options']['existing'],
	{ isListed = false, isHidden = false, newSendouts = false, ended = [] as ItemOutcome[] } = {},
) {
	const run = new ItemRun({
		items: [{ parameters: () => undefined as never, earlier }],
		continueOnFail: true,
		client: { cancelled: () => false },
	});
	const request = { position: 0, earlier, options: { existing } } as InviteRequest;
	const lists = {
		has: () => isListed,
		ended: () => ended,
		...(isHidden ? { hidden: HIDDEN } : {}),
	};
	const screening = new Screening(run, new Blocklist([]), newSendouts);
	try {
		const verdict = screening.byLists(request, recipient, lists);
		return verdict === 'settled' ? run.outcome(0) : verdict;
	} catch (error) {
		return error;
	}
}

const failed = (marks: { mayStillRun?: true; accepted?: true }, json = {}): ItemOutcome => ({
	error: new NetigateError('The response was lost', { outcome: 'unknown', advice: '', ...marks }),
	json,
});

describe('someone whose earlier attempt failed', () => {
	const lost = failed({});
	const running = failed({ mayStillRun: true });
	const accepted = failed({ accepted: true });

	test.each([
		['is invited if the list is complete and does not contain them', lost, 'skip', {}, 'invite'],
		['is not invited if the request may still be running', running, 'skip', {}, running],
		['is not invited if Netigate accepted the request', accepted, 'skip', {}, accepted],
		['is not invited if contacts are hidden', lost, 'skip', { isHidden: true }, lost],
		['is not invited if the list is not read', lost, 'add', {}, lost],
		['counts as existing if the list shows them', running, 'skip', { isListed: true }, 'existing'],
	] as const)('%s', (_, earlier, existing, world, expected) => {
		expect(decide(earlier, existing, world)).toBe(expected);
	});

	test.each([
		['is invited if that attempt did not activate the sendout', {}, 'invite'],
		[
			'is not invited if they may be in a sendout that is not active',
			{ mayBeInvited: true },
			'earlier',
		],
		[
			'is invited if the sendout was activated, because its list is read',
			{ activated: true },
			'invite',
		],
	])('in a new sendout: %s', (_, json, expected) => {
		const earlier = failed({}, json);
		expect(decide(earlier, 'skip', { newSendouts: true })).toBe(
			expected === 'earlier' ? earlier : expected,
		);
	});
});

describe('someone handled by a run that has just ended', () => {
	const added = { json: { status: 'added' } };
	const perhaps = { json: { mayBeInvited: true } };

	test.each([
		['counts as existing if that run added them', [added], 'skip', 'existing'],
		['counts as existing if one of several runs added them', [perhaps, added], 'skip', 'existing'],
		['is added again with "Add"', [added], 'add', 'invite'],
	] as const)('%s', (_, ended, existing, expected) => {
		expect(decide(undefined, existing, { ended: [...ended] })).toBe(expected);
	});

	test('may have been invited if that run lost the response', () => {
		expect(decide(undefined, 'skip', { ended: [perhaps] })).toMatchObject({
			error: { message: expect.stringContaining('may have just invited'), mayStillRun: true },
			json: { contact: 'anna@example.com', mayBeInvited: true },
		});
	});
});

test.each([
	['cannot be skipped', 'skip', HIDDEN],
	['is added again', 'add', 'invite'],
] as const)('someone who may be hidden %s', (_, existing, expected) => {
	expect(decide(undefined, existing, { isHidden: true })).toBe(expected);
});
