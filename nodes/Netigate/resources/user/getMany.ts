import type { Action } from '../../action';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many users',
	description: "Lists the account's users, with their email addresses and active status",
	fields: [],
	call: { number: 25, method: 'GET', path: '/accounts/users', list: 'UserId' },
};
