import type { INodeProperties } from 'n8n-workflow';
import {
	DEFAULT_MAX_IN_FLIGHT,
	DEFAULT_RETRY_SECONDS,
	DEFAULT_SETTLE_SECONDS,
	MOST_IN_FLIGHT,
} from './connection';

/** Joins the Request Options that n8n gives every declarative node (batching, proxy, timeout). */
export const requestOptions: INodeProperties = {
	displayName: 'Request Options',
	name: 'requestOptions',
	type: 'collection',
	isNodeSetting: true,
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Requests at Once',
			name: 'maxInFlight',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: MOST_IN_FLIGHT },
			default: DEFAULT_MAX_IN_FLIGHT,
			description: 'How many requests to Netigate may be under way at the same time',
		},
		{
			displayName: 'Retry for (Seconds)',
			name: 'retryForSeconds',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: DEFAULT_RETRY_SECONDS,
			description:
				'For how long a request is tried again when Netigate is busy or cannot be reached. Nothing that may have been done already is ever sent again.',
		},
		{
			displayName: 'Wait After a Lost Answer (Seconds)',
			name: 'settleSeconds',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: DEFAULT_SETTLE_SECONDS,
			description:
				'When the answer to a change is lost, how long Netigate is given to finish it before the node looks whether it was done',
		},
	],
};
