import type { Action } from '../../action';
import { userId } from '../../../shared/n8n/locators';

export const get: Action = {
	operation: 'get',
	name: 'Get',
	action: 'Get user',
	description: 'Reads one user in the account',
	fields: [userId],
	call: { number: 26, method: 'GET', path: '/accounts/users/{userId}', id: 'UserId' },
};
