import type { Resource } from '../../action';
import { create } from './create';
import { get } from './get';
import { getMany } from './getMany';

export const category: Resource = {
	resource: 'category',
	name: 'Category',
	description: 'A category of surveys',
	actions: [create, get, getMany],
};
