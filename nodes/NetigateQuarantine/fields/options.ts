import type { INodeProperties } from 'n8n-workflow';
import {
	exempt,
	foldPlusAddress,
	hashSecret,
	holdMinutes,
	keepDays,
	ledger,
	ledgerWorkflow,
	recordInTestRuns,
	releaseOnFailure,
	skipBlocked,
	storeContact,
	whenUnavailable,
} from '../../shared/quarantine/fields/options';
import { DECIDING } from './operation';

/** An option that only some operations have. */
function of(operations: string[], field: INodeProperties): INodeProperties {
	return { ...field, displayOptions: { show: { '/operation': operations } } };
}

export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		of(DECIDING, exempt),
		foldPlusAddress,
		hashSecret,
		of(['reserve'], holdMinutes),
		of(['reserve', 'record'], keepDays),
		ledger,
		ledgerWorkflow,
		recordInTestRuns,
		of(['reserve'], releaseOnFailure),
		of(DECIDING, skipBlocked),
		of(['reserve', 'confirm', 'record'], storeContact),
		whenUnavailable,
	],
};
