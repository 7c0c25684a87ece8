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

/** The settings of the quarantine node that make sense where reserving, sending and confirming are one step. */
export const quarantine: INodeProperties = {
	displayName: 'Quarantine',
	name: 'quarantine',
	type: 'collection',
	placeholder: 'Add Quarantine Setting',
	default: {},
	description:
		'Keeps people from being asked too often. With any setting here, only those are invited whom the rules allow, and they are remembered. Without Rules: at most once in 30 days for this survey.',
	// n8n runs tools without access to the ledger.
	displayOptions: { hide: { '@tool': [true] } },
	options: [
		exempt,
		foldPlusAddress,
		groupField(
			'Group',
			'The name under which this survey is remembered, for rules that count a group of surveys',
		),
		hashSecret,
		{
			...holdMinutes,
			description:
				'If n8n is killed while it sends, whoever was not confirmed may be asked again after so many minutes. Choose longer than sending takes. 0: they count as invited, so nobody is ever asked twice.',
		},
		keepDays,
		ledger,
		ledgerWorkflow,
		rules,
		storeContact,
		whenUnavailable,
	],
};
