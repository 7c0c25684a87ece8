import { sameName, type Creation } from '../../../shared/netigate/createOnce';
import type { Category } from '../../../shared/netigate/types';
import type { Action } from '../../action';
import { nameOf } from '../../fields/name';

/** A new category (call 24) among the account's (call 22). */
function categoryCreation({ name }: { name: string }): Creation<Category> {
	return {
		list: '/accounts/categories',
		idOf: ({ CategoryId }) => CategoryId,
		isIt: ({ Name }) => sameName(Name, name),
		called: `category "${name}"`,
		sendAgain: true,
	};
}

export const create: Action = {
	operation: 'create',
	name: 'Create',
	action: 'Create category',
	description: 'Adds a category for surveys to the account',
	fields: [nameOf('category', 'Events')],
	calls: [22, 24],
	call: {
		number: 24,
		method: 'POST',
		path: '/accounts/categories',
		body: (parameters) => ({ name: parameters.text('name') }),
		creates: ({ body }) => categoryCreation(body as { name: string }),
	},
};
