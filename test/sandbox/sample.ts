import { toApiDate, type Clock } from './clock';
import {
	eventQuestions,
	memberQuestions,
	numbered,
	oneQuestion,
	placementQuestions,
	supportQuestions,
	type NewQuestion,
} from './sampleQuestions';
import { SandboxState } from './state';
import type { DispatchType } from './types';

export const demoKey = '00000000-0000-4000-8000-000000000000';

/** IDs that never change. Some are beyond 2^31. */
export const sampleIds = {
	surveys: {
		postEvent: 501,
		support: 502,
		member: 503,
		placement: 504,
		inactive: 505,
		ended: 506,
		trainer: 3_000_000_507,
	},
	sendouts: {
		postEventEmail: 7001,
		postEventSms: 7002,
		postEventLogin: 7003,
		supportEmail: 7011,
		supportTwoway: 7012,
		memberEmail: 7021,
		memberSms: 7022,
		placementEmail: 7031,
		inactiveEmail: 7041,
		endedEmail: 7051,
		trainerEmail: 3_000_007_061,
	},
	/** Labels of the first sendout. Those of the next one have IDs that are 10 higher, and so on. */
	labels: { firstName: 4001, lastName: 4002, company: 4003, language: 4004, region: 4005 },
	documents: { employees: 8001, members: 8002, trainers: 3_000_008_003 },
	documentLabels: {
		firstName: 4801,
		lastName: 4802,
		employeeNumber: 4803,
		department: 4804,
		location: 4805,
	},
	rows: { anna: 61_001, bjorn: 61_002, carla: 61_003 },
	respondents: { anna: 60_001, ben: 60_002, clara: 60_003, dora: 60_004 },
	answerSets: {
		anna: 90_001,
		ben: 90_002,
		claraUnfinished: 90_003,
		general: 90_004,
		big: 3_000_090_005,
	},
	categories: { customers: 51, employees: 52, events: 53 },
	users: { maria: 901, olof: 902 },
} as const;

const day = 24 * 60 * 60 * 1000;

/** Fills an empty account with the sample. Dates are relative to the clock. */
export function addSample(state: SandboxState, clock: Clock): void {
	const at = (days: number) => toApiDate(clock.now() + days * day);
	addAccount(state, at);
	addSurveys(state, at);
	addSendouts(state, at);
	addLists(state);
	addResults(state, at);
}

type At = (days: number) => string;

function addAccount(state: SandboxState, at: At): void {
	const Account = SandboxState.account;
	const { categories, users } = sampleIds;
	for (const [CategoryId, Name] of [
		[categories.customers, 'Customers'],
		[categories.employees, 'Employees'],
		[categories.events, 'Events'],
	] as const) {
		state.categories.set(CategoryId, { CategoryId, Account, Name });
	}
	for (const [UserId, Name, Active, ExpiryDate] of [
		[users.maria, 'Maria Muster', true, null],
		[users.olof, 'Olof Exempel', false, at(-10)],
	] as const) {
		state.users.set(UserId, {
			UserId,
			Created: at(-400),
			Account,
			Name,
			Email: `${Name.split(' ')[0].toLowerCase()}@example.com`,
			ExpiryDate,
			Active,
			Language: 'eng',
			AnonymousAnswers: false,
		});
	}
	state.blocklist.add('blocked@example.com');
	state.blocklist.add('opted.out@example.net');
}

function addSurveys(state: SandboxState, at: At): void {
	const { surveys, categories } = sampleIds;
	const running = { Created: at(-30), StartDate: at(-30), EndDate: at(365) };
	const lastYear = { Created: at(-500), StartDate: at(-500), EndDate: at(-135) };
	const { customers, employees, events } = categories;
	const rows: Array<[id: number, name: string, category: number, NewQuestion[], object?]> = [
		[surveys.postEvent, 'Post-event survey', events, eventQuestions],
		[surveys.support, 'Support survey', customers, supportQuestions],
		[surveys.member, 'Mitgliederbefragung', customers, memberQuestions, { Language: 'deu' }],
		[surveys.placement, 'Placement survey', employees, placementQuestions],
		[surveys.inactive, 'New survey (not active)', customers, oneQuestion, { Activated: false }],
		[surveys.ended, 'Survey of last year (ended)', customers, oneQuestion, lastYear],
		[surveys.trainer, 'Trainer feedback', events, eventQuestions],
	];
	for (const [SurveyId, Name, category, questions, more] of rows)
		state.addSurvey(
			{ SurveyId, Name, Category: String(category), ...running, ...more },
			numbered(10_000 + (SurveyId % 100) * 1000, questions),
		);
}

const SAMPLE_MESSAGE = `Hello [your placeholder for the background data First name],

please answer our survey: [your placeholder for the survey link]`;

function addSendouts(state: SandboxState, at: At): void {
	const { surveys, sendouts, labels } = sampleIds;
	const rows: Array<[number, number, DispatchType, string]> = [
		[sendouts.postEventEmail, surveys.postEvent, 'EMAIL', 'Attendees by email'],
		[sendouts.postEventSms, surveys.postEvent, 'SMS', 'Attendees by SMS'],
		[sendouts.postEventLogin, surveys.postEvent, 'LOGIN', 'Attendees with a login'],
		[sendouts.supportEmail, surveys.support, 'EMAIL', 'Ticket closed'],
		[sendouts.supportTwoway, surveys.support, 'TWOWAY', 'Ticket closed, two-way'],
		[sendouts.memberEmail, surveys.member, 'EMAIL', 'Mitglieder per E-Mail'],
		[sendouts.memberSms, surveys.member, 'SMS', 'Mitglieder per SMS'],
		[sendouts.placementEmail, surveys.placement, 'EMAIL', 'After the placement'],
		[sendouts.inactiveEmail, surveys.inactive, 'EMAIL', 'Draft'],
		[sendouts.endedEmail, surveys.ended, 'EMAIL', 'Customers of last year'],
		[sendouts.trainerEmail, surveys.trainer, 'EMAIL', 'Participants'],
	];
	rows.forEach(([id, surveyId, type, name], index) => {
		const login = type === 'LOGIN';
		const sms = type === 'SMS';
		const { documentId } = state.addSendout(
			surveyId,
			{
				...{ name, type, logic: 'ALL', sendDate: login ? null : at(-1) },
				sender: login ? '' : sms ? 'Example' : 'survey@example.com',
				subject: login || sms ? '' : 'Your opinion, please',
				message: login ? '' : SAMPLE_MESSAGE,
			},
			id,
		);
		addLabels(state, documentId, index, [
			['First name', labels.firstName],
			['Last name', labels.lastName],
			['Company', labels.company],
			['Language', labels.language, ['English', 'German', 'Swedish']],
			['Region', labels.region, ['North', 'South', 'East', 'West']],
		]);
	});
}

type NewLabel = [name: string, id: number, options?: string[]];

/** Adds labels to a list. The first list uses these IDs, and each further list adds 10. */
function addLabels(state: SandboxState, list: number, index: number, labels: NewLabel[]): void {
	for (const [name, id, options] of labels)
		state.addLabel(list, name, options ? 'ORDINAL' : 'TEXT', options, id + index * 10);
}

function addLists(state: SandboxState): void {
	const { documents, documentLabels, rows } = sampleIds;
	const lists: Array<[number, string, string]> = [
		[documents.employees, 'Employees', 'Everybody who works here'],
		[documents.members, 'Members', 'Members of the club'],
		[documents.trainers, 'Trainers', ''],
	];
	lists.forEach(([id, name, description], index) => {
		state.addDocument({ id, name, description });
		addLabels(state, id, index, [
			['First name', documentLabels.firstName],
			['Last name', documentLabels.lastName],
			['Employee number', documentLabels.employeeNumber],
			['Department', documentLabels.department, ['Sales', 'Support', 'Development']],
			['Location', documentLabels.location, ['Stockholm', 'Frankfurt', 'Remote']],
		]);
	});
	for (const [id, first, last, number, department] of [
		[rows.anna, 'Anna', 'Andersson', '1001', 'Sales'],
		[rows.bjorn, 'Björn', 'Berg', '1002', 'Support'],
		[rows.carla, 'Carla', 'Clausen', '1003', 'Development'],
	] as const) {
		const cells = new Map<number, string>([
			[documentLabels.firstName, first],
			[documentLabels.lastName, last],
			[documentLabels.employeeNumber, number],
			[documentLabels.department, department],
		]);
		state.addRow(documents.employees, `employee${number}@example.com`, cells, id);
	}
}

/** The support survey was sent to four people. Two have answered, and one has started. */
function addResults(state: SandboxState, at: At): void {
	const { surveys, sendouts, respondents, answerSets } = sampleIds;
	const sendout = state.sendout(surveys.support, sendouts.supportEmail);
	const labels = state.document(sendout.documentId).labels;
	for (const [id, contact, first, region] of [
		[respondents.anna, 'anna@example.com', 'Anna', 'North'],
		[respondents.ben, 'ben@example.com', 'Ben', 'South'],
		[respondents.clara, 'clara@example.com', 'Clara', 'East'],
		[respondents.dora, 'dora@example.com', 'Dora', 'West'],
	] as const) {
		const cells = new Map([
			[labels[0].BGDataLabelId, first as string],
			[labels[4].BGDataLabelId, region as string],
		]);
		state.addRespondent(sendout, contact, cells, true, id);
	}
	// It was sent before the sandbox started, so no one is invited again.
	sendout.awaitingActivation = [];
	sendout.primary.Activated = true;
	sendout.primary.DoneDate = sendout.primary.SendDate;
	const survey = surveys.support;
	const done = (days: number) => ({ created: at(days), completed: at(days), updated: at(days) });
	state.addAnswerSet(survey, { respondentId: respondents.anna, ...done(-3) }, answerSets.anna);
	state.addAnswerSet(survey, { respondentId: respondents.ben, ...done(-2) }, answerSets.ben);
	const begun = { respondentId: respondents.clara, created: at(-2), updated: at(-1) };
	state.addAnswerSet(survey, { ...begun, completed: null }, answerSets.claraUnfinished);
	state.addAnswerSet(survey, done(-1), answerSets.general);
	state.addAnswerSet(survey, { respondentId: respondents.anna, ...done(-1) }, answerSets.big);
	for (const id of [respondents.anna, respondents.ben]) {
		Object.assign(state.respondents.get(id)!, { accessed: true, completed: true });
	}
	state.respondents.get(respondents.clara)!.accessed = true;
}

const topics = ['Training', 'Newsletter', 'Onboarding', 'Exit', 'Canteen', 'Website', 'Event'];

/** Adds surveys up to this number, each with an email sendout. */
export function addManySurveys(state: SandboxState, count: number): void {
	for (let index = 0; index < count; index += 1) {
		const SurveyId = 100_001 + index;
		if (state.surveys.has(SurveyId)) continue;
		const name = `${topics[index % topics.length]} survey ${index + 1}`;
		state.addSurvey(
			{ SurveyId, Name: name, Activated: index % 5 !== 4, EndDate: '2099-12-31T23:59:59Z' },
			numbered(1_000_000 + index * 1000, oneQuestion),
		);
		state.addSendout(SurveyId, {
			name: 'By email',
			type: 'EMAIL',
			logic: 'ALL',
			sendDate: state.now(),
			sender: 'survey@example.com',
			subject: 'Your opinion, please',
			message: 'Please answer.',
		});
	}
}
