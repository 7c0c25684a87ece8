import { sameName, type Creation } from '../../../shared/netigate/createOnce';
import type { Category } from '../../../shared/netigate/types';
import type { Action } from '../../action';
import { nameOf } from '../../fields/name';

export const create: Action = {
	operation: 'create',
	name: 'Create',
	action: 'Create category',
	description: 'Adds a survey category to the account',
	fields: [nameOf('category', 'Events')],
	calls: [22, 24],
	call: {
		number: 24,
		method: 'POST',
		path: '/accounts/categories',
		body: (parameters) => ({ name: parameters.text('name') }),
		creates: (_, parameters): Creation<Category> => {
			const name = parameters.text('name');
			return {
				list: '/accounts/categories',
				idOf: ({ CategoryId }) => CategoryId,
				isIt: ({ Name }) => sameName(Name, name),
				called: `category "${name}"`,
				sendAgain: true,
			};
		},
	},
};
