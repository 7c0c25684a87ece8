import { isBlocked, readBlocklist } from '../../../shared/respondents/blocklist';
import { listContact } from '../../../shared/values/listContact';
import type { Action, Batch, ItemOutcome } from '../../actions/action';
import { contact } from '../../fields/respondents';

/** Row 34, read once for all items of a run. */
async function checkTogether({ items, client }: Batch): Promise<ItemOutcome[]> {
	const contacts = items.map(({ parameters }): { contact: string } | { error: Error } => {
		try {
			return { contact: listContact(parameters().raw('contact', '')) };
		} catch (error) {
			return { error: error as Error };
		}
	});
	const blocked = contacts.some((read) => 'contact' in read)
		? await readBlocklist(client)
		: new Set<string>();
	return contacts.map((read) =>
		'error' in read
			? read
			: { json: { contact: read.contact, blocked: isBlocked(blocked, read.contact) } },
	);
}

export const check: Action = {
	operation: 'check',
	name: 'Check',
	action: 'Check whether a contact is blocked',
	description:
		'Tells whether a contact is on the block list of the account, for instance because the person unsubscribed',
	fields: [{ ...contact, description: 'E-mail address or mobile number with country code' }],
	call: { number: 34, method: 'GET', path: '/accounts/blocklist', repeatable: true },
	together: checkTogether,
};
