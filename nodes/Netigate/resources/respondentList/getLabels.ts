import type { Action } from '../../action';
import { listId } from '../../../shared/n8n/locators';
import { LABELS } from './rowFields';

export const getLabels: Action = {
	operation: 'getLabels',
	name: 'Get Labels',
	action: 'Get respondent list labels',
	description: 'Lists the labels (columns) of a respondent list with their options',
	fields: [listId],
	call: { number: 29, method: 'GET', path: LABELS, list: 'BGDataLabelId' },
};
