import type { Resource } from '../../action';
import { copy } from './copy';
import { get } from './get';
import { getMany } from './getMany';
import { getQuestions } from './getQuestions';

export const survey: Resource = {
	resource: 'survey',
	name: 'Survey',
	actions: [copy, get, getMany, getQuestions],
};
