import type { Resource } from '../../action';
import { check } from './check';
import { getMany } from './getMany';

export const blocklist: Resource = {
	resource: 'blocklist',
	name: 'Block List',
	description: 'Contacts to which Netigate never writes',
	actions: [check, getMany],
};
