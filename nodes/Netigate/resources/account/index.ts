import type { Resource } from '../../action';
import { check } from './check';

export const account: Resource = {
	resource: 'account',
	name: 'Account',
	description: 'The account of the API key',
	actions: [check],
};
