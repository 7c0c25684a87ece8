import type { Resource } from '../../action';
import { create } from './create';
import { getMany } from './getMany';

export const reminder: Resource = {
	resource: 'reminder',
	name: 'Reminder',
	description: 'A later message of a sendout',
	actions: [create, getMany],
};
