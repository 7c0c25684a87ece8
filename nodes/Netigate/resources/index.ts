import type { Resource } from '../action';
import { account } from './account';
import { backgroundData } from './backgroundData';
import { blocklist } from './blocklist';
import { category } from './category';
import { reminder } from './reminder';
import { respondent } from './respondent';
import { respondentList } from './respondentList';
import { result } from './result';
import { sendout } from './sendout';
import { survey } from './survey';
import { user } from './user';

/** All resources, by their names, as n8n orders choices. */
export const resources: Resource[] = [
	account,
	backgroundData,
	blocklist,
	category,
	reminder,
	respondent,
	respondentList,
	result,
	sendout,
	survey,
	user,
];
