import { categoryCreation } from '../../../shared/sendouts/creations';
import type { Action } from '../../actions/action';
import { nameOf } from '../../fields/name';

export const create: Action = {
	operation: 'create',
	name: 'Create',
	action: 'Create a category',
	description: 'Adds a category to the account, under which surveys can be sorted',
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
