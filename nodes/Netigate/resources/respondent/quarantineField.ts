import type { INodeProperties } from 'n8n-workflow';
import {
	consent,
	exempt,
	foldPlusAddress,
	holdMinutes,
	keepDays,
	ledger,
	ledgerWorkflow,
	samplePercent,
	storeContact,
	whenUnavailable,
} from '../../../shared/quarantine/fields/options';
import { groupField, rules } from '../../../shared/quarantine/fields/rules';
import { sendingHours } from '../../../shared/quarantine/fields/sendingHours';

// As a tool, the node can't access the ledger in n8n.
const displayOptions = { hide: { '@tool': [true] } };

export const quarantineDays: INodeProperties = {
	displayName: 'Not Again Within (Days)',
	name: 'quarantineDays',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 36_500 },
	default: 0,
	description:
		'The number of days during which each person is invited to this survey only once, across all workflows. Enter 0 to turn this quarantine off.',
	builderHint: {
		propertyHint:
			'Set to 30 to ask each person at most once in 30 days. No quarantine node is needed',
	},
	displayOptions,
};

/** The quarantine node's settings that make sense when reserving, sending and confirming happen in one step. */
export const quarantine: INodeProperties = {
	displayName: 'Advanced Quarantine Settings',
	name: 'quarantine',
	type: 'collection',
	placeholder: 'Add Quarantine Setting',
	default: {},
	description:
		"More rules, e.g. across several surveys, and settings for the ledger, the record of who was asked. The rules apply in addition to 'Not Again Within (Days)'. The other settings need a number of days or a rule.",
	displayOptions,
	// The most common settings come first.
	options: [
		rules,
		groupField(
			'Group',
			'The group this survey belongs to, for rules that apply to a group of surveys',
		),
		sendingHours,
		samplePercent,
		consent,
		exempt,
		{
			...holdMinutes,
			description:
				"If n8n crashes while sending, people who weren't confirmed may be asked again after this number of minutes. Enter more minutes than sending takes. Enter 0 to count those people as invited, so that no one is asked twice.",
		},
		storeContact,
		keepDays,
		foldPlusAddress,
		whenUnavailable,
		ledger,
		ledgerWorkflow,
	],
};
