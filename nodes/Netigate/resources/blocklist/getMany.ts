import type { Action } from '../../action';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many blocked contacts',
	description: 'Lists blocked and opted-out contacts, who never get messages from Netigate',
	fields: [],
	call: { number: 34, method: 'GET', path: '/accounts/blocklist', list: true },
};
