import type { Work } from '../world';
import { accountWork } from './accounts';
import { answerWork } from './answers';
import { listWork } from './lists';
import { respondentWork } from './respondents';
import { sendoutWork } from './sendouts';
import { surveyWork } from './surveys';

/** The work of all 34 calls, by operation ID. */
export const works: Record<string, Work> = {
	...surveyWork,
	...answerWork,
	...sendoutWork,
	...respondentWork,
	...accountWork,
	...listWork,
};
