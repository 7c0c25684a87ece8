import type { INodeProperties } from 'n8n-workflow';
import {
	exempt,
	foldPlusAddress,
	hashSecret,
	holdMinutes,
	keepDays,
	ledger,
	ledgerWorkflow,
	storeContact,
	whenUnavailable,
} from '../../../shared/quarantine/fields/options';
import { groupField, rules } from '../../../shared/quarantine/fields/rules';

/** The quarantine node's settings that make sense if reserving, sending and confirming are one step. */
export const quarantine: INodeProperties = {
	displayName: 'Quarantine',
	name: 'quarantine',
	type: 'collection',
	placeholder: 'Add Quarantine Setting',
	default: {},
	description:
		"Keeps people from being asked too often. Any setting turns the quarantine on: people are invited only if the rules allow it, and are remembered. Without 'Rules', each person is invited at most once in 30 days for this survey.",
	// Tools can't access the ledger in n8n.
	displayOptions: { hide: { '@tool': [true] } },
	options: [
		exempt,
		groupField(
			'Group',
			'The group this survey belongs to, for rules that count across a group of surveys',
		),
		hashSecret,
		{
			...holdMinutes,
			description:
				"If n8n crashes while sending, people who weren't confirmed may be asked again after this number of minutes. Choose a time longer than sending takes. With 0, those people count as invited, so no one is asked twice.",
		},
		foldPlusAddress,
		keepDays,
		ledger,
		ledgerWorkflow,
		rules,
		storeContact,
		whenUnavailable,
	],
};
