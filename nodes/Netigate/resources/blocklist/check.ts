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
		let reading: ReturnType<typeof readBlocklist> | undefined;
		return async (parameters) => {
			const asked = readContact(parameters.contact('contact')).contact;
			// Row 34, once for all items of a run, even when it fails: it would fail for each of them.
			reading ??= readBlocklist(client);
			return { contact: asked, blocked: isBlocked(await reading, asked) };
		};
	}),
	onlyReads: true,
	asTool: 'whole',
};
