import type { Action } from '../../action';

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many blocked contacts',
	description: "Lists the account's blocked and opted-out contacts, to whom Netigate never writes",
	fields: [],
	call: { number: 34, method: 'GET', path: '/accounts/blocklist', list: true },
};
