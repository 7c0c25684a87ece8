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

/** The quarantine node's settings that make sense when reserving, sending and confirming happen in one step. */
export const quarantine: INodeProperties = {
	displayName: 'Quarantine',
	name: 'quarantine',
	type: 'collection',
	placeholder: 'Add Quarantine Setting',
	default: {},
	description:
		"Keeps people from being asked too often. Adding any setting turns the quarantine on: people are invited only if the rules allow it, and their invitations are recorded. Without 'Rules', each person is invited at most once in 30 days for this survey.",
	// As a tool, the node can't access the ledger in n8n.
	displayOptions: { hide: { '@tool': [true] } },
	// The most common settings come first.
	options: [
		rules,
		groupField(
			'Group',
			'The group this survey belongs to, for rules that apply to a group of surveys',
		),
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
		hashSecret,
	],
};
