import type { Resource } from '../../action';
import { add } from './add';
import { getMany } from './getMany';

export const respondent: Resource = {
	resource: 'respondent',
	name: 'Respondent',
	description: 'A person in a sendout',
	actions: [add, getMany],
};
