import type { IDataObject } from 'n8n-workflow';
import { withItemFields } from '../n8n/itemFields';
import type { Batch, ItemOutcome, ItemRequest } from '../n8n/itemRun';

/** How a person is, or in a preview would be, invited, and which fields to output. */
interface Invitation {
	sendMail: boolean;
	activates: boolean;
	/** The sendout's type; a login sendout sends no invitations. */
	type: string;
	output: Output;
}

export type Output = 'netigate' | 'both';

function reasonOf({ sendMail, activates, type }: Invitation): string {
	if (!sendMail || type.toUpperCase() === 'LOGIN') return 'linkOnly';
	return activates ? 'invited' : 'notActivated';
}

const ADDED: Record<string, string> = {
	invited: 'Added, and Netigate sends the invitation',
	linkOnly: 'Added without an invitation, so send the personal link (SurveyURL) yourself',
	notActivated: 'Added, but might not be invited until the sendout is activated',
};

const WOULD_ADD: Record<string, string> = {
	invited: 'Would be added, and Netigate would send the invitation',
	linkOnly: 'Would be added without an invitation',
	notActivated: 'Would be added, but might not be invited until the sendout is activated',
};

function whySkipped({ reason, activated, sendoutId, duplicateOfItem, quarantine }: IDataObject) {
	if (reason === 'duplicateInInput')
		return `Item ${String(duplicateOfItem)} has the same contact, so this person isn't invited twice`;
	if (reason === 'blocked')
		return "This contact is on Netigate's block list, so no invitation is sent";
	if (reason !== 'existing') return (quarantine as IDataObject | undefined)?.explanation;
	const where = sendoutId === undefined ? 'the sendout' : `sendout ${Number(sendoutId)}`;
	return activated === false
		? `Already in ${where}, but it isn't active, so activate it to invite people`
		: `Already in ${where}, so this person isn't invited again`;
}

function explained(json: IDataObject, invitation: Invitation | undefined): IDataObject {
	const { status, contact } = json;
	if (status === 'skipped') {
		const { reason } = json;
		return { status, contact, reason, explanation: whySkipped(json), ...json };
	}
	if (!invitation) return json;
	const reason = reasonOf(invitation);
	const explanation = (status === 'wouldAdd' ? WOULD_ADD : ADDED)[reason];
	return { status, contact, reason, explanation, ...json };
}

/**
 * Adds a reason and an explanation to the outcome of each item that didn't fail, and the item's own fields unless the
 * user left them out.
 * @param requests the items whose parameters could be read
 */
export function explainOutcomes<Request extends ItemRequest>(
	{ items }: Batch,
	outcomes: ReadonlyArray<ItemOutcome | undefined>,
	requests: readonly Request[],
	invitationOf: (request: Request) => Invitation,
): Array<ItemOutcome | undefined> {
	const byPosition = new Map(requests.map((request) => [request.position, request]));
	return outcomes.map((outcome, position) => {
		if (!outcome || 'error' in outcome) return outcome;
		const request = byPosition.get(position);
		const invitation = request && invitationOf(request);
		const json = explained(outcome.json as IDataObject, invitation);
		if (invitation?.output === 'netigate') return { json };
		return { json: withItemFields(json, items[position].parameters().item) };
	});
}
