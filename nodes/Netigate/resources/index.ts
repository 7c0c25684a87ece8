import type { Resource } from '../action';
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

/** All resources with their actions, each by their names, as n8n orders choices. */
export const resources: Resource[] = [
	{
		resource: 'account',
		name: 'Account',
		description: 'The account of the API key',
		actions: [checkAccount],
	},
	{
		resource: 'backgroundData',
		name: 'Background Data',
		description: 'What is known about the respondents of a sendout',
		actions: [createLabel, getLabels],
	},
	{
		resource: 'blocklist',
		name: 'Block List',
		description: 'Contacts to which Netigate never writes',
		actions: [checkBlocked, getBlocked],
	},
	{
		resource: 'category',
		name: 'Category',
		description: 'A category of surveys',
		actions: [createCategory, getCategory, getCategories],
	},
	{
		resource: 'reminder',
		name: 'Reminder',
		description: 'A later message in a sendout',
		actions: [createReminder, getReminders],
	},
	{
		resource: 'respondent',
		name: 'Respondent',
		description: 'A person in a sendout',
		actions: [addRespondent, getRespondents],
	},
	{
		resource: 'respondentList',
		name: 'Respondent List',
		description: 'People and their data, stored next to the surveys',
		actions: [addRow, clearRow, getList, getListLabels, getLists, getRow, syncList, updateRow],
	},
	{
		resource: 'result',
		name: 'Result',
		description: 'What someone answered in a survey',
		actions: [getResult, getAnswer, getByContact, getByRespondent, getResults, summarize],
	},
	{
		resource: 'sendout',
		name: 'Sendout',
		actions: [
			activateSendout,
			createSendout,
			deactivateSendout,
			getSendout,
			getSendouts,
			launchSendout,
		],
	},
	{
		resource: 'survey',
		name: 'Survey',
		actions: [copySurvey, getSurvey, getSurveys, getQuestions],
	},
	{
		resource: 'user',
		name: 'User',
		description: 'A user of the account',
		actions: [getUser, getUsers],
	},
];
