import type { Resource } from '../../action';
import { get } from './get';
import { getMany } from './getMany';

export const user: Resource = {
	resource: 'user',
	name: 'User',
	description: 'A user of the account',
	actions: [get, getMany],
};
