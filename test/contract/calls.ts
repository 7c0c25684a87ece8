import type { Method } from 'axios';

/** The 34 calls of the contract: number, method, path. Written by hand, apart from the document. */
export const contractCalls: Array<[number, Method, string]> = [
	[1, 'GET', '/surveys'],
	[2, 'GET', '/surveys/{surveyId}'],
	[3, 'GET', '/surveys/{surveyId}/copy'],
	[4, 'GET', '/surveys/{surveyId}/questions'],
	[5, 'GET', '/surveys/{surveyId}/answers'],
	[6, 'GET', '/surveys/{surveyId}/answersWithData'],
	[7, 'GET', '/surveys/{surveyId}/answers/{answerSetId}'],
	[8, 'GET', '/surveys/{surveyId}/answers/respondent/{respondentId}'],
	[9, 'GET', '/surveys/{surveyId}/answers/{answerSetId}/questionitem/{questionItemId}'],
	[10, 'GET', '/surveys/{surveyId}/sendouts'],
	[11, 'GET', '/surveys/{surveyId}/sendouts/{sendoutId}'],
	[12, 'POST', '/surveys/{surveyId}/sendouts'],
	[13, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/activate'],
	[14, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/deactivate'],
	[15, 'GET', '/surveys/{surveyId}/sendouts/{sendoutId}/respondents'],
	[16, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/respondents'],
	[17, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/respondents/batch'],
	[18, 'GET', '/surveys/{surveyId}/sendouts/{sendoutId}/reminders'],
	[19, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/reminders'],
	[20, 'GET', '/surveys/{surveyId}/sendouts/{sendoutId}/labels'],
	[21, 'POST', '/surveys/{surveyId}/sendouts/{sendoutId}/labels'],
	[22, 'GET', '/accounts/categories'],
	[23, 'GET', '/accounts/categories/{categoryId}'],
	[24, 'POST', '/accounts/categories'],
	[25, 'GET', '/accounts/users'],
	[26, 'GET', '/accounts/users/{userId}'],
	[27, 'GET', '/bgdata/bgdocuments'],
	[28, 'GET', '/bgdata/bgdocuments/{bgDocumentId}'],
	[29, 'GET', '/bgdata/bgdocuments/{bgDocumentId}/labels'],
	[30, 'POST', '/bgdata/bgdocuments/{bgDocumentId}/rows/{respondentId}'],
	[31, 'PUT', '/bgdata/bgdocuments/{bgDocumentId}/rows/{respondentId}'],
	[32, 'POST', '/bgdata/bgdocuments/{bgDocumentId}/rows'],
	[33, 'DELETE', '/bgdata/bgdocuments/{bgDocumentId}/rows/{respondentId}'],
	[34, 'GET', '/accounts/blocklist'],
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

/** The path of a call with ids of the sample account, and a body that the call takes. */
export function sampleCall(number: number): { method: Method; path: string; body: unknown } {
	const [, method, template] = contractCalls[number - 1];
	const rows = number >= 30 && number <= 33;
	const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
		rows && name === 'respondentId' ? '61001' : ids[name],
	);
	return { method, path, body: bodies[number] };
}
