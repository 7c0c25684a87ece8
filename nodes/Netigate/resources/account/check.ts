import type { INodeProperties } from 'n8n-workflow';
import { NetigateError } from '../../../shared/netigate/errors';
import { flag, optionsWith } from '../../../shared/n8n/fields';
import { surveyId } from '../../../shared/n8n/locators';
import type { Action } from '../../action';
import { oneByOne } from '../../../shared/n8n/itemRun';
import { Account } from '../../../shared/accountCheck/account';
import { CALLS } from '../../../shared/accountCheck/contract';
import { waitingHint } from '../../../shared/netigate/sendouts';
import { findingsOf, summaryOf } from '../../../shared/accountCheck/walk';

const surveyField: INodeProperties = {
	...surveyId,
	required: false,
	description:
		'The survey to check, preferably one that has answers and people in a sendout. Leave empty to choose one automatically.',
};

const options = optionsWith([
	flag('Deep', 'deep', 'Whether to read more surveys, sendouts and pages, which takes longer'),
]);

/** Removes Netigate's own message, because it may contain account data and users share this report. */
function withoutOwnWords(error: unknown): unknown {
	if (!(error instanceof NetigateError)) return error;
	const { message, outcome, status, advice, mayStillRun, askedMs } = error;
	const [bare] = message.split(': ');
	const text = bare === 'Netigate refused' ? `Netigate refused the request (HTTP ${status})` : bare;
	return new NetigateError(text, { outcome, status, advice, mayStillRun, askedMs });
}

export const check: Action = {
	operation: 'check',
	name: 'Check',
	action: 'Check account',
	description:
		"Reads samples of the account's data and reports whether the account behaves as expected. The report contains no personal data. Changes nothing.",
	fields: [surveyField, options],
	calls: Object.keys(CALLS).map(Number),
	together: oneByOne(({ client, hint }) => async (parameters) => {
		const survey = parameters.optionalId('surveyId');
		const deep = parameters.collection('options').flag('deep');
		try {
			const account = new Account(client, deep);
			const findings = await findingsOf(account, survey);
			hint(summaryOf(findings));
			// The report itself contains no ids, so that it can be shared.
			for (const [sendoutId, people] of account.waiting) hint(waitingHint(sendoutId, people));
			return findings;
		} catch (error) {
			throw withoutOwnWords(error);
		}
	}),
	onlyReads: true,
};
