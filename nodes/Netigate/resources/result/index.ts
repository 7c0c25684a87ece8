import type { Resource } from '../../action';
import { get } from './get';
import { getAnswer } from './getAnswer';
import { getByContact } from './getByContact';
import { getByRespondent } from './getByRespondent';
import { getMany } from './getMany';
import { summarize } from './summarize';

export const result: Resource = {
	resource: 'result',
	name: 'Result',
	description: 'What somebody answered in a survey',
	actions: [get, getAnswer, getByContact, getByRespondent, getMany, summarize],
};
