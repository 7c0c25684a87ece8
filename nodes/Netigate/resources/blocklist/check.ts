import { readOnce } from '../../../shared/basics/concurrency';
import { readBlocklist } from '../../../shared/invite/blocklist';
import type { Action } from '../../action';
import { oneByOne } from '../../../shared/n8n/itemRun';
import { contactAndType } from '../../fields/respondents';
import { contactReadingOf, recipientOf } from '../../../shared/n8n/recipients';

export const check: Action = {
	operation: 'check',
	name: 'Check',
	action: 'Check whether contact is blocked',
	description:
		"Checks whether a contact is on the account's block list, e.g. because the person unsubscribed",
	fields: contactAndType,
	calls: [34],
	together: oneByOne(({ client }) => {
		// Call 34 is made only once per run, even if it fails, because it would fail for every other item
		// too.
		const once = readOnce('kept');
		return async (parameters) => {
			const recipient = recipientOf(parameters);
			const blocked = await once('blocked', async () => await readBlocklist(client));
			return {
				contact: recipient.contact,
				blocked: blocked.has(recipient, contactReadingOf(parameters)),
			};
		};
	}),
	onlyReads: true,
};
