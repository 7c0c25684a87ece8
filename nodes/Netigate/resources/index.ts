import type { Resource } from '../actions/action';
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

/** All resources, in the order in which the panel shows them. */
export const resources: Resource[] = [
	respondent,
	sendout,
	reminder,
	result,
	backgroundData,
	survey,
	respondentList,
	blocklist,
	category,
	user,
	account,
];
