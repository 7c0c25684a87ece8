import type { Action, Resource } from '../action';
import { check as checkAccount } from './account/check';
import { create as createLabel } from './backgroundData/create';
import { getMany as getLabels } from './backgroundData/getMany';
import { check as checkBlocked } from './blocklist/check';
import { getMany as getBlocked } from './blocklist/getMany';
import { create as createCategory } from './category/create';
import { get as getCategory } from './category/get';
import { getMany as getCategories } from './category/getMany';
import { create as createReminder } from './reminder/create';
import { getMany as getReminders } from './reminder/getMany';
import { add as addRespondent } from './respondent/add';
import { getMany as getRespondents } from './respondent/getMany';
import { addRow } from './respondentList/addRow';
import { clearRow } from './respondentList/clearRow';
import { get as getList } from './respondentList/get';
import { getLabels as getListLabels } from './respondentList/getLabels';
import { getMany as getLists } from './respondentList/getMany';
import { getRow } from './respondentList/getRow';
import { sync as syncList } from './respondentList/sync';
import { updateRow } from './respondentList/updateRow';
import { get as getResult } from './result/get';
import { getAnswer } from './result/getAnswer';
import { getByContact } from './result/getByContact';
import { getByRespondent } from './result/getByRespondent';
import { getMany as getResults } from './result/getMany';
import { summarize } from './result/summarize';
import { activate as activateSendout } from './sendout/activate';
import { create as createSendout } from './sendout/create';
import { deactivate as deactivateSendout } from './sendout/deactivate';
import { get as getSendout } from './sendout/get';
import { getMany as getSendouts } from './sendout/getMany';
import { launch as launchSendout } from './sendout/launch';
import { copy as copySurvey } from './survey/copy';
import { get as getSurvey } from './survey/get';
import { getMany as getSurveys } from './survey/getMany';
import { getQuestions } from './survey/getQuestions';
import { get as getUser } from './user/get';
import { getMany as getUsers } from './user/getMany';

function named(resource: string, name: string, actions: Action[], description?: string): Resource {
	return { resource, name, description, actions };
}

export const resources: Resource[] = [
	named('account', 'Account', [checkAccount], 'The account that the API key belongs to'),
	named(
		'backgroundData',
		'Background Data',
		[createLabel, getLabels],
		'What is known about the respondents in a sendout',
	),
	named(
		'blocklist',
		'Block List',
		[checkBlocked, getBlocked],
		'Contacts that Netigate never sends messages to',
	),
	named(
		'category',
		'Category',
		[createCategory, getCategory, getCategories],
		'A category of surveys',
	),
	named('reminder', 'Reminder', [createReminder, getReminders], 'A follow-up message in a sendout'),
	named('respondent', 'Respondent', [addRespondent, getRespondents], 'A person in a sendout'),
	named(
		'respondentList',
		'Respondent List',
		[addRow, clearRow, getList, getListLabels, getLists, getRow, syncList, updateRow],
		'People and their data, stored separately from the surveys',
	),
	named(
		'result',
		'Result',
		[getResult, getAnswer, getByContact, getByRespondent, getResults, summarize],
		'What someone answered in a survey',
	),
	named('sendout', 'Sendout', [
		activateSendout,
		createSendout,
		deactivateSendout,
		getSendout,
		getSendouts,
		launchSendout,
	]),
	named('survey', 'Survey', [copySurvey, getSurvey, getSurveys, getQuestions]),
	named('user', 'User', [getUser, getUsers], 'A user in the account'),
];
