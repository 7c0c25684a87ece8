import type { Action } from '../../action';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many categories',
	description: "Lists the account's survey categories",
	fields: [],
	call: { number: 22, method: 'GET', path: '/accounts/categories', list: 'CategoryId' },
};
