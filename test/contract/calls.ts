import type { Method } from 'axios';

/** The 34 calls of the contract, listed independently of the document. */
export const contractCalls: Array<
	[number: number, method: Method, path: string, response: string]
> = [
	[1, 'GET', '/surveys', 'Survey[]'],
	[2, 'GET', '/surveys/{surveyId}', 'Survey'],
	[3, 'GET', '/surveys/{surveyId}/copy', 'Survey'],
	[4, 'GET', '/surveys/{surveyId}/questions', 'Question[]'],
	[5, 'GET', '/surveys/{surveyId}/answers', 'AnswerSet[]'],
	[6, 'GET', '/surveys/{surveyId}/answersWithData', 'AnswerSetPage'],
	[7, 'GET', '/surveys/{surveyId}/answers/{answerSetId}', 'AnswerSet'],
	[8, 'GET', '/surveys/{surveyId}/answers/respondent/{respondentId}', 'AnswerSet[]'],
	[9, 'GET', '/surveys/{surveyId}/answers/{answerSetId}/questionitem/{questionItemId}', 'Answer[]'],
	[10, 'GET', '/surveys/{surveyId}/sendouts', 'Sendout[]'],
	[11, 'GET', '/surveys/{surveyId}/sendouts/{sendoutId}', 'Sendout'],
	[12, 'POST', '/surveys/{surveyId}/sendouts', 'Sendout'],
	[13, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/activate', 'Sendout'],
	[14, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/deactivate', 'Sendout'],
	[15, 'GET', '/surveys/{surveyId}/sendouts/{sendoutId}/respondents', 'Respondent[]'],
	[16, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/respondents', 'Respondent'],
	[17, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/respondents/batch', 'Respondent[]'],
	[18, 'GET', '/surveys/{surveyId}/sendouts/{sendoutId}/reminders', 'Dispatch[]'],
	[19, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/reminders', 'Dispatch'],
	[20, 'GET', '/surveys/{surveyId}/sendouts/{sendoutId}/labels', 'BackgroundDataLabel[]'],
	[21, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/labels', 'BackgroundDataLabel'],
	[22, 'GET', '/accounts/categories', 'Category[]'],
	[23, 'GET', '/accounts/categories/{categoryId}', 'Category'],
	[24, 'POST', '/accounts/categories', 'Category'],
	[25, 'GET', '/accounts/users', 'User[]'],
	[26, 'GET', '/accounts/users/{userId}', 'User'],
	[27, 'GET', '/bgdata/bgdocuments', 'BGDocument[]'],
	[28, 'GET', '/bgdata/bgdocuments/{bgDocumentId}', 'BGDocument[]'],
	[29, 'GET', '/bgdata/bgdocuments/{bgDocumentId}/labels', 'BackgroundDataLabel[]'],
	[30, 'POST', '/bgdata/bgdocuments/{bgDocumentId}/rows/{respondentId}', 'Row'],
	[31, 'PUT', '/bgdata/bgdocuments/{bgDocumentId}/rows/{respondentId}', 'Row'],
	[32, 'POST', '/bgdata/bgdocuments/{bgDocumentId}/rows', 'Row'],
	[33, 'DELETE', '/bgdata/bgdocuments/{bgDocumentId}/rows/{respondentId}', 'true'],
	[34, 'GET', '/accounts/blocklist', 'Block[]'],
];

const ids: Record<string, string> = {
	surveyId: '502',
	sendoutId: '7011',
	answerSetId: '90001',
	respondentId: '60001',
	questionItemId: '12102',
	categoryId: '51',
	userId: '901',
	bgDocumentId: '8001',
};

const bodies: Record<number, unknown> = {
	12: {
		name: 'Spring',
		type: 'EMAIL',
		sendDate: '2030-03-01T08:00:00Z',
		sender: 'survey@example.com',
		subject: 'Your opinion',
		message: 'Please answer.',
	},
	13: {},
	14: {},
	16: { contactDetails: 'eve@example.com', sendMail: true, backgroundData: [] },
	17: {
		surveyRespondents: [
			{
				contactDetails: 'fay@example.com',
				sendMail: false,
				backgroundData: [{ Key: '4031', Value: 'Fay', value: 'Fay' }],
			},
		],
	},
	19: {
		name: 'Once more',
		sendoutLogic: 'NOT_COMPLETED',
		sendDate: '2030-03-08T08:00:00Z',
		sender: 'survey@example.com',
		subject: 'Your opinion',
		message: 'Please answer.',
	},
	21: { name: 'Salutation', labelType: 'TEXT' },
	24: { name: 'Partners' },
	30: { labels: [4801, 4804] },
	31: { cellData: [{ Key: '4804', Value: 'Support' }] },
	32: { contactDetails: 'gus@example.com', cellData: [{ Key: '4801', Value: 'Gus' }] },
	33: { labels: [4801] },
};

/** A request of a call, with IDs of the sample account. */
export function sampleCall(number: number): { method: Method; path: string; body: unknown } {
	const [, method, template] = contractCalls[number - 1];
	const rows = number >= 30 && number <= 33;
	const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
		rows && name === 'respondentId' ? '61001' : ids[name],
	);
	return { method, path, body: bodies[number] };
}
