import type { Resource } from '../../action';
import { create } from './create';
import { getMany } from './getMany';

export const backgroundData: Resource = {
	resource: 'backgroundData',
	name: 'Background Data',
	description: 'What is known about the respondents of a sendout',
	actions: [create, getMany],
};
