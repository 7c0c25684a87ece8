import type { Action } from '../../action';
import { categoryId } from '../../../shared/n8n/locators';

export const get: Action = {
	operation: 'get',
	name: 'Get',
	action: 'Get category',
	description: 'Reads one survey category',
	fields: [categoryId],
	call: { number: 23, method: 'GET', path: '/accounts/categories/{categoryId}', id: 'CategoryId' },
};
