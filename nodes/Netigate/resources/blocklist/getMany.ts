import type { Action } from '../../action';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many blocked contacts',
	description:
		'Lists the blocked and opted-out contacts of the account; Netigate never writes to them',
	fields: [],
	call: { number: 34, method: 'GET', path: '/accounts/blocklist', list: true },
};
