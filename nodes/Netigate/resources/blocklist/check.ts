import { readOnce } from '../../../shared/basics/concurrency';
import { isBlocked, readBlocklist } from '../../../shared/invite/blocklist';
import { readContact } from '../../../shared/input/contact';
import type { Action } from '../../action';
import { oneByOne } from '../../../shared/n8n/itemRun';
import { contact } from '../../fields/respondents';

export const check: Action = {
	operation: 'check',
	name: 'Check',
	action: 'Check whether contact is blocked',
	description:
		"Checks whether a contact is on the account's block list, e.g. because the person unsubscribed",
	fields: [{ ...contact, description: 'Email address or phone number with country code' }],
	calls: [34],
	together: oneByOne(({ client }) => {
		// Call 34 is made once per run, even if it fails, because it would fail for each item.
		const once = readOnce('kept');
		return async (parameters) => {
			const asked = readContact(parameters.contact('contact')).contact;
			const blocked = await once('blocked', async () => await readBlocklist(client));
			return { contact: asked, blocked: isBlocked(blocked, asked) };
		};
	}),
	onlyReads: true,
};
