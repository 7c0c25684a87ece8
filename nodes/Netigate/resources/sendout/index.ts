import type { Resource } from '../../action';
import { activate } from './activate';
import { create } from './create';
import { deactivate } from './deactivate';
import { get } from './get';
import { getMany } from './getMany';
import { launch } from './launch';

export const sendout: Resource = {
	resource: 'sendout',
	name: 'Sendout',
	actions: [activate, create, deactivate, get, getMany, launch],
};
