import type { Action } from '../../action';
import { userId } from '../../fields/locators';

export const get: Action = {
	operation: 'get',
	name: 'Get',
	action: 'Get a user',
	description: 'Reads one user of the account',
	fields: [userId],
	call: { number: 26, method: 'GET', path: '/accounts/users/{userId}', repeatable: true },
};
