import type { Resource } from '../../action';
import { addRow } from './addRow';
import { clearRow } from './clearRow';
import { get } from './get';
import { getLabels } from './getLabels';
import { getMany } from './getMany';
import { getRow } from './getRow';
import { sync } from './sync';
import { updateRow } from './updateRow';

export const respondentList: Resource = {
	resource: 'respondentList',
	name: 'Respondent List',
	description: 'People with their data, kept beside the surveys',
	actions: [addRow, clearRow, get, getLabels, getMany, getRow, sync, updateRow],
};
