import type { INodeProperties } from 'n8n-workflow';

export const exempt: INodeProperties = {
	displayName: 'Exempt',
	name: 'exempt',
	type: 'boolean',
	default: false,
	description:
		'Whether this contact is always allowed: an expression that is true for, say, the addresses of your own company. It is remembered all the same.',
};

export const foldPlusAddress: INodeProperties = {
	displayName: 'Fold Plus Addresses',
	name: 'foldPlusAddress',
	type: 'boolean',
	default: false,
	description:
		'Whether anna+shop@example.com is the same person as anna@example.com. Set it alike in all nodes that share the ledger.',
};

export const hashSecret: INodeProperties = {
	displayName: 'Hash Secret',
	name: 'hashSecret',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description:
		'The key with which contacts are hashed. When empty, the ID of this n8n instance. Needed only where several n8n instances share a ledger, or where a ledger is moved to another one.',
};

export const holdMinutes: INodeProperties = {
	displayName: 'Hold Minutes',
	name: 'holdMinutes',
	type: 'number',
	// A hundred years, like the days below. No date can hold many times that.
	typeOptions: { minValue: 0, maxValue: 52_560_000 },
	default: 0,
	description:
		'After so many minutes a reservation lapses unless it was confirmed. 0: it is final at once.',
};

export const keepDays: INodeProperties = {
	displayName: 'Keep Days',
	name: 'keepDays',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 36_500 },
	default: 400,
	description:
		'After so many days events are forgotten, unless a rule or another node needs them longer',
};

export const ledger: INodeProperties = {
	displayName: 'Ledger',
	name: 'ledger',
	type: 'options',
	default: 'dataTable',
	options: [
		{
			name: 'Data Table of N8n',
			value: 'dataTable',
			description: 'Made on first use in the project of this workflow',
		},
		{
			name: 'Workflow',
			value: 'workflow',
			description: 'A workflow that keeps it in a database of yours',
		},
	],
	description: 'Where to remember who was contacted',
};

export const ledgerWorkflow: INodeProperties = {
	displayName: 'Ledger Workflow',
	name: 'ledgerWorkflow',
	type: 'workflowSelector',
	default: '',
	description:
		'Needed with the ledger "Workflow". Import one of the examples for PostgreSQL and Redis that come with this package and publish it.',
};

export const recordInTestRuns: INodeProperties = {
	displayName: 'Record in Test Runs',
	name: 'recordInTestRuns',
	type: 'boolean',
	default: false,
	description:
		'Whether a run from the editor remembers too. Otherwise it only decides, so that trying out a workflow quarantines nobody.',
};

export const releaseOnFailure: INodeProperties = {
	displayName: 'Release on Failure',
	name: 'releaseOnFailure',
	type: 'boolean',
	default: false,
	description:
		'Whether held reservations are given back when the execution ends, well or badly, without confirming them. Needs Hold Minutes, which also covers a crash.',
};

export const skipBlocked: INodeProperties = {
	displayName: 'Skip Blocked',
	name: 'skipBlocked',
	type: 'boolean',
	default: true,
	description:
		"Whether contacts on Netigate's block list are quarantined. Works when a credential is chosen.",
};

export const storeContact: INodeProperties = {
	displayName: 'Store Contact',
	name: 'storeContact',
	type: 'boolean',
	default: false,
	description:
		'Whether the contact itself is kept beside its hash, for people to read in the ledger',
};

export const whenUnavailable: INodeProperties = {
	displayName: 'When Unavailable',
	name: 'whenUnavailable',
	type: 'options',
	default: 'stop',
	options: [
		{
			name: 'Allow',
			value: 'allow',
			description: 'Let everybody pass, at the risk of asking somebody twice',
		},
		{ name: 'Stop', value: 'stop', description: 'Fail, so that nobody is asked' },
	],
	description: 'What happens when the ledger cannot be used',
};
