import type { INodeProperties } from 'n8n-workflow';
import { flag } from '../../n8n/fields';

export const exempt = flag(
	'Exempt',
	'exempt',
	"Whether to always allow this contact, e.g. with an expression that is true for your own company's addresses. The contact is still recorded.",
);

export const consent = flag(
	'Consent',
	'consent',
	'Whether this contact consented to surveys. Use an expression. Without consent, no one is asked, not even exempt contacts.',
	true,
);

export const samplePercent: INodeProperties = {
	displayName: 'Sample (Percent)',
	name: 'samplePercent',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 4 },
	default: 100,
	description:
		'The percentage of contacts to ask. The same contacts are always chosen for a survey, and a higher percentage keeps them.',
};

export const foldPlusAddress = flag(
	'Ignore Plus Addressing',
	'foldPlusAddress',
	'Whether to treat anna+shop@example.com as the same person as anna@example.com. Use the same setting in all nodes that share the ledger.',
);

export const countThisRun = flag(
	'Count This Run',
	'countThisRun',
	'Whether to count earlier allowed items as invitations, as if each item had arrived at its own time. The Quarantined output then ends with a summary.',
);

export const withoutLedger = flag(
	'Without Ledger',
	'withoutLedger',
	'Whether to ignore everything in the ledger, including opt-outs',
);

export const holdMinutes: INodeProperties = {
	displayName: 'Hold (Minutes)',
	name: 'holdMinutes',
	type: 'number',
	// A hundred years, the same as the limit for days below. JavaScript dates don't go much further.
	typeOptions: { minValue: 0, maxValue: 52_560_000 },
	default: 0,
	description:
		'The number of minutes after which a reservation expires unless it is confirmed. Enter 0 to make it final immediately.',
};

export const keepDays: INodeProperties = {
	displayName: 'Keep (Days)',
	name: 'keepDays',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 36_500 },
	default: 0,
	description:
		'The number of days after which events are deleted, unless a rule or another node needs them longer. Enter 0 to keep them 30 days longer than the rules need.',
};

export const ledger: INodeProperties = {
	displayName: 'Ledger',
	name: 'ledger',
	type: 'options',
	default: 'dataTable',
	options: [
		{
			name: 'Data Table',
			value: 'dataTable',
			description: "Created on first use in this workflow's project",
		},
		{
			name: 'Workflow',
			value: 'workflow',
			description: 'A workflow that keeps the ledger in your own database',
		},
	],
	description: 'Where to keep track of who was asked',
};

export const ledgerWorkflow: INodeProperties = {
	displayName: 'Ledger Workflow',
	name: 'ledgerWorkflow',
	type: 'workflowSelector',
	default: '',
	description:
		'Needed if \'Ledger\' is "Workflow". Import an example for PostgreSQL or Redis and publish it.',
};

export const keepOptOut = flag(
	'Keep Opt-Out',
	'keepOptOut',
	"Whether to keep the hash of someone who opted out, so that this person still isn't invited",
	true,
);

export const recordInTestRuns = flag(
	'Record in Test Runs',
	'recordInTestRuns',
	"Whether runs started from the editor also record or forget people. If not, they only check people, so test runs don't change the ledger.",
);

export const releaseOnFailure = flag(
	'Release on Failure',
	'releaseOnFailure',
	"Whether to release held reservations when the execution ends without confirming them. Requires 'Hold (Minutes)', so that they expire after a crash.",
);

export const skipBlocked = flag(
	'Skip Blocked',
	'skipBlocked',
	"Whether to quarantine contacts on Netigate's block list. Needs a credential.",
	true,
);

export const storeContact = flag(
	'Store Contact',
	'storeContact',
	'Whether to store the contact itself next to its hash, so that it is readable in the ledger, the record of who was asked',
);

export const whenUnavailable: INodeProperties = {
	displayName: 'When Unavailable',
	name: 'whenUnavailable',
	type: 'options',
	default: 'stop',
	options: [
		{
			name: 'Allow',
			value: 'allow',
			description: 'Allow everyone, at the risk of asking someone twice',
		},
		{ name: 'Stop', value: 'stop', description: 'Fail, so that no one is asked' },
	],
	description: "What to do if the ledger can't be used",
};
