import type { INodeProperties } from 'n8n-workflow';
import { NetigateError } from '../../../shared/netigate/errors';
import { surveyId } from '../../../shared/n8n/locators';
import type { Action } from '../../action';
import { oneByOne } from '../../../shared/n8n/itemRun';
import { CALLS } from '../../../shared/accountCheck/contract';
import { findingsOf, summaryOf } from '../../../shared/accountCheck/findings';
import { AccountReader } from '../../../shared/accountCheck/reading';
import { walk } from '../../../shared/accountCheck/walk';

const survey: INodeProperties = {
	...surveyId,
	required: false,
	description:
		'The survey to try everything with, preferably one with answers and with people in a sendout. Leave empty to have one chosen.',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Deep',
			name: 'deep',
			type: 'boolean',
			default: false,
			description: 'Whether to read more surveys, sendouts and pages, which takes longer',
		},
	],
};

/** Netigate's own words may quote something from the account, and the report is meant to be passed on. */
function withoutOwnWords(error: unknown): unknown {
	if (!(error instanceof NetigateError)) return error;
	const { message, outcome, status, advice, mayStillRun, askedMs } = error;
	const [bare] = message.split(': ');
	const told = bare === 'Netigate refused' ? `Netigate refused the request (HTTP ${status})` : bare;
	return new NetigateError(told, { outcome, status, advice, mayStillRun, askedMs });
}

export const check: Action = {
	operation: 'check',
	name: 'Check',
	action: 'Check the account',
	description:
		'Reads a little of everything and reports, without anything personal, whether this account behaves as this package expects. Changes nothing.',
	fields: [survey, options],
	calls: Object.keys(CALLS).map(Number),
	together: oneByOne(({ client, hint }) => async (parameters) => {
		const asked = parameters.optionalId('surveyId');
		const deep = parameters.collection('options').flag('deep');
		try {
			const account = await walk(new AccountReader(client), asked, deep);
			const findings = await findingsOf(account);
			hint(summaryOf(findings));
			return findings;
		} catch (error) {
			throw withoutOwnWords(error);
		}
	}),
	onlyReads: true,
	asTool: 'whole',
};
