import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { asList } from '../../../shared/api/client';
import { NetigateError } from '../../../shared/api/errors';
import type { AnswerSet, Respondent } from '../../../shared/api/types';
import type { Action } from '../../actions/action';
import { limitOf } from '../../actions/request';
import { returnAllAndLimit } from '../../../shared/n8n/limits';
import { sendoutId, surveyId } from '../../../shared/n8n/locators';
import type { Parameters } from '../../../shared/n8n/parameters';
import { answeredBy, wantedStatus } from '../../../shared/results/answerStatus';

const includeStatus: INodeProperties = {
	displayName: 'Include Answer Status',
	name: 'includeStatus',
	type: 'boolean',
	default: false,
	description:
		'Whether to tell of each respondent if and when they answered. Takes one more request a survey.',
};

const answerStatus: INodeProperties = {
	displayName: 'Answer Status',
	name: 'answerStatus',
	type: 'options',
	default: 'any',
	description: 'Only respondents who have come so far; anything but Any includes the status',
	options: [
		{ name: 'Any', value: 'any', description: 'All respondents' },
		{ name: 'Completed', value: 'completed', description: 'Has finished the survey' },
		{ name: 'Not Answered', value: 'notAnswered', description: 'Has not begun' },
		{ name: 'Started', value: 'started', description: 'Has begun and not finished' },
	],
};

const wanted = (parameters: Parameters) => wantedStatus(parameters.choice('answerStatus'));

/** Row 5 for all respondents of the survey at once, where it is asked for. */
function readsAnswers(parameters: Parameters): string | undefined {
	const asked = wanted(parameters) !== undefined || parameters.flag('includeStatus');
	return asked ? '/surveys/{surveyId}/answers' : undefined;
}

/** @param read what row 5 answered; undefined where no status is asked for */
function output(answer: unknown, parameters: Parameters, read: unknown): IDataObject[] {
	const limit = limitOf(parameters);
	const respondents = asList<Respondent>(answer);
	if (read === undefined) return respondents.slice(0, limit) as unknown as IDataObject[];
	const status = wanted(parameters);
	const answered = answeredBy(asList<AnswerSet>(read));
	const told = respondents.map((respondent) => {
		if (Number.isSafeInteger(respondent.RespondentId))
			return { ...respondent, ...answered(respondent.RespondentId) };
		// Taken for somebody who has not answered, they would be reminded.
		throw new NetigateError('Who answered cannot be told: a respondent has no "RespondentId"', {
			outcome: 'unknown',
			advice: 'Try again, or switch "Include Answer Status" off and set "Answer Status" to Any.',
		});
	});
	const fitting = told.filter((one) => status === undefined || one.answerStatus === status);
	return fitting.slice(0, limit) as unknown as IDataObject[];
}

export const getMany: Action = {
	operation: 'getMany',
	name: 'Get Many',
	action: 'Get many respondents',
	description:
		'Lists the respondents of a sendout, with their contact and personal survey link, and on demand who has answered',
	fields: [surveyId, sendoutId, includeStatus, answerStatus, ...returnAllAndLimit],
	call: {
		number: 15,
		method: 'GET',
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/respondents',
		repeatable: true,
		list: true,
		reads: readsAnswers,
		output,
	},
	calls: [5, 15],
};
