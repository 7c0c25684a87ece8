import { readOnce } from '../../../shared/basics/concurrency';
import { isBlocked, readBlocklist } from '../../../shared/invite/blocklist';
import { readContact } from '../../../shared/input/contact';
import type { Action } from '../../action';
import { oneByOne } from '../../../shared/n8n/itemRun';
import { contact } from '../../fields/respondents';

export const check: Action = {
	operation: 'check',
	name: 'Check',
	action: 'Check whether a contact is blocked',
	description:
		'Tells whether a contact is on the block list of the account, for instance because the person unsubscribed',
	fields: [{ ...contact, description: 'E-mail address or mobile number with country code' }],
	calls: [34],
	together: oneByOne(({ client }) => {
		// Call 34, once for all items of a run, even if it fails: it would fail for each of them.
		const once = readOnce('kept');
		return async (parameters) => {
			const asked = readContact(parameters.contact('contact')).contact;
			const blocked = await once('blocked', async () => await readBlocklist(client));
			return { contact: asked, blocked: isBlocked(blocked, asked) };
		};
	}),
	onlyReads: true,
	asTool: 'whole',
};
