import type { IDataObject } from 'n8n-workflow';
import { sampleIds, type Sandbox } from '../../sandbox';

/** How an action is used in the tests of all actions: three items that all succeed. */
export interface ActionCase {
	/** The main call of the action, as docs/internals/openapi.yaml names it. */
	operationId: string;
	parameters: IDataObject;
	items: IDataObject[];
	/** What each output of an item has to contain. */
	shows: (item: IDataObject) => IDataObject;
	/** An item that is refused, if that isn't up to a single call. */
	refused?: IDataObject;
	/** Prepares the sandbox. */
	setup?: (sandbox: Sandbox) => void;
	/** For an action that lists: makes a list empty, and returns the item that reads it. */
	emptied?: (sandbox: Sandbox) => IDataObject;
	/** Whether an empty response is a success. */
	emptyAllowed?: boolean;
	/** The number of calls for three items, if it isn't three. */
	callsForThree?: number;
}

const { surveys, sendouts, documents, documentLabels, rows, answerSets, respondents } = sampleIds;

export const byId = (value: unknown) => ({ __rl: true, mode: 'id', value });

const aNumber = expect.any(Number) as unknown as number;
const aText = expect.any(String) as unknown as string;
const aList = expect.any(Array) as unknown as [];

const field = (name: string) => `={{ $json.${name} }}`;
const survey = { surveyId: byId(field('survey')) };
const sendout = { ...survey, sendoutId: byId(field('sendout')) };
const list = { listId: byId(field('list')) };
const row = { ...list, respondentId: field('row') };
const cells = {
	mappingMode: 'defineBelow',
	value: { [documentLabels.location]: field('city') },
};

const threeSurveys = [surveys.postEvent, surveys.support, surveys.trainer].map(
	(id): IDataObject => ({ survey: id }),
);
const threeSendouts = [sendouts.postEventEmail, sendouts.supportEmail, sendouts.trainerEmail].map(
	(id, index): IDataObject => ({ ...threeSurveys[index], sendout: id }),
);
const named = (items: IDataObject[]): IDataObject[] =>
	items.map((item, index) => ({ ...item, name: `New ${index}` }));
const threeRows = (
	[
		[rows.anna, 'Stockholm'],
		[rows.bjorn, 'Frankfurt'],
		[rows.carla, 'Remote'],
	] as const
).map(([id, city]): IDataObject => ({ list: documents.employees, row: id, city }));
const threeLists = [documents.employees, documents.members, documents.trainers].map(
	(id): IDataObject => ({ list: id }),
);
const threeResults = (
	[
		[answerSets.anna, respondents.anna, 'anna@example.com', 12_100],
		[answerSets.ben, respondents.ben, 'ben@example.com', 12_101],
		[answerSets.big, respondents.anna, ' Anna@Example.com ', 12_102],
	] as const
).map(
	([set, respondent, email, question]): IDataObject => ({
		...{ survey: surveys.support, set, respondent, email, question },
	}),
);
const supportThrice = [1, 2, 3].map((): IDataObject => ({ survey: surveys.support }));
const threePeople = threeSendouts.map((item, index) => ({
	...item,
	name: `New ${index}`,
	email: `person${index}@example.com`,
}));
const nothing: IDataObject[] = [{}, {}, {}];

/** Empties a part of the account that an action lists. */
const cleared =
	(part: 'surveys' | 'documents' | 'categories' | 'users' | 'blocklist') =>
	({ state }: Sandbox): IDataObject => {
		state[part].clear();
		return {};
	};

const emptySurvey = ({ state }: Sandbox): IDataObject => ({
	survey: state.addSurvey({ Name: 'Empty' }).SurveyId,
});

const dispatch = {
	type: 'EMAIL',
	sendDate: '2037-03-01T09:00:00Z',
	sender: 'surveys@example.com',
	subject: 'How was it?',
	message: 'Please tell us: [survey link]',
};

const addReminder = ({ state }: Sandbox, { survey: surveyId, sendout: id }: IDataObject) =>
	state.addReminder(state.sendout(surveyId as number, id as number), {
		...{ ...dispatch, type: 'EMAIL', logic: 'NOT_COMPLETED', name: `Reminder of ${id as number}` },
	});

/** Every action of the node, by `resource.operation`. An action without a case fails the tests. */
export const cases: Record<string, ActionCase> = {
	'survey.getMany': {
		operationId: 'getSurveys',
		parameters: { returnAll: true },
		items: nothing,
		emptied: cleared('surveys'),
		shows: () => ({ SurveyId: aNumber, Name: aText }),
	},
	'survey.get': {
		operationId: 'getSurvey',
		parameters: survey,
		items: threeSurveys,
		shows: ({ survey: SurveyId }) => ({ SurveyId }),
	},
	'survey.copy': {
		operationId: 'copySurvey',
		parameters: { ...survey, additionalFields: { name: field('name'), copyLogic: true } },
		items: named(threeSurveys),
		shows: ({ name }) => ({ Name: name, SurveyId: aNumber }),
	},
	'survey.getQuestions': {
		operationId: 'getQuestions',
		parameters: survey,
		items: threeSurveys,
		emptied: emptySurvey,
		shows: () => ({ QuestionId: aNumber, QuestionItems: aList }),
	},
	'sendout.getMany': {
		operationId: 'getSendouts',
		parameters: { ...survey, returnAll: true },
		items: threeSurveys,
		emptied: emptySurvey,
		shows: ({ survey: Survey }) => ({ Survey, SendoutId: aNumber }),
	},
	'sendout.get': {
		operationId: 'getSendout',
		parameters: sendout,
		items: threeSendouts,
		shows: ({ sendout: SendoutId }) => ({ SendoutId }),
	},
	'sendout.create': {
		operationId: 'createSendout',
		parameters: { ...survey, name: field('name'), ...dispatch },
		items: named(threeSurveys),
		shows: ({ survey: Survey, name }) => ({
			Survey,
			Primary: expect.objectContaining({
				Name: name,
				DispatchType: 'EMAIL',
				SendDate: '2037-03-01T09:00:00Z',
			}),
		}),
	},
	'sendout.activate': {
		operationId: 'activateSendout',
		parameters: sendout,
		items: threeSendouts,
		emptyAllowed: true,
		shows: ({ sendout: SendoutId }) => ({ SendoutId }),
	},
	'sendout.deactivate': {
		operationId: 'deactivateSendout',
		parameters: sendout,
		items: threeSendouts,
		emptyAllowed: true,
		shows: ({ sendout: SendoutId, survey: Survey }) => ({ SendoutId, Survey }),
	},
	'sendout.launch': {
		operationId: 'createSendout',
		parameters: {
			...survey,
			mode: 'onePerItem',
			name: field('name'),
			...dispatch,
			contact: field('email'),
			sendInvitation: true,
		},
		items: threePeople,
		refused: { survey: surveys.postEvent, name: 'Bad', email: 'nobody' },
		shows: () => ({ status: 'launched', sendoutId: aNumber }),
	},
	'reminder.getMany': {
		operationId: 'getReminders',
		parameters: { ...sendout, returnAll: true },
		items: threeSendouts,
		setup: (sandbox) => threeSendouts.forEach((item) => addReminder(sandbox, item)),
		emptied: () => ({ survey: surveys.support, sendout: sendouts.supportTwoway }),
		shows: ({ sendout: id }) => ({
			Sendout: id,
			DispatchId: aNumber,
			Name: `Reminder of ${id as number}`,
		}),
	},
	'reminder.create': {
		operationId: 'createReminder',
		parameters: { ...sendout, name: field('name'), sendoutLogic: 'NOT_ACCESSED', ...dispatch },
		items: named(threeSendouts),
		shows: ({ sendout: id, name }) => ({
			Sendout: id,
			Name: name,
			SendoutLogic: 'NOT_ACCESSED',
			SendDate: '2037-03-01T09:00:00Z',
		}),
	},
	'respondent.getMany': {
		operationId: 'getRespondents',
		parameters: { ...sendout, returnAll: true },
		items: [threeSendouts[1], threeSendouts[1], threeSendouts[1]],
		emptied: () => ({ survey: surveys.postEvent, sendout: sendouts.postEventEmail }),
		shows: () => ({ RespondentId: aNumber, SurveyURL: aText }),
	},
	'respondent.add': {
		operationId: 'addRespondent',
		parameters: {
			...sendout,
			contact: field('email'),
			sendInvitation: true,
			backgroundData: { mappingMode: 'defineBelow', value: null },
		},
		items: threePeople,
		refused: { ...threeSendouts[0], email: 'nobody' },
		shows: ({ email }) => ({ Email: email, status: 'added' }),
	},
	'result.getMany': {
		operationId: 'getAnswerSetsWithData',
		// A tool has the field Output instead of Simplify.
		parameters: {
			...{ ...survey, includeAnswers: true, returnAll: true },
			...{ simplify: false, toolOutput: 'raw' },
		},
		items: supportThrice,
		// A refused page is read again with fewer sets, so a single refusal has no effect.
		refused: { survey: 4711 },
		shows: ({ survey: Survey }) => ({ Survey, AnswerSetId: aNumber }),
	},
	'result.get': {
		operationId: 'getAnswerSet',
		parameters: { ...survey, answerSetId: field('set'), simplify: true },
		items: threeResults,
		shows: ({ set: answerSetId }) => ({ answerSetId, answers: expect.any(Object) }),
	},
	'result.getByRespondent': {
		operationId: 'getAnswerSetsOfRespondent',
		parameters: { ...survey, respondentId: field('respondent'), includeAnswers: true },
		items: threeResults,
		shows: ({ respondent: respondentId }) => ({ respondentId }),
	},
	'result.getByContact': {
		operationId: 'getAnswerSetsOfRespondent',
		parameters: { ...survey, contact: field('email'), latestOnly: true },
		items: threeResults,
		shows: ({ respondent: respondentId }) => ({ respondentId }),
	},
	'result.getAnswer': {
		operationId: 'getAnswersOfQuestionItem',
		parameters: { ...survey, answerSetId: field('set'), questionItemId: field('question') },
		items: threeResults,
		emptied: ({ state }) => {
			const set = state.answerSet(surveys.support, answerSets.claraUnfinished);
			const answered = new Set(state.answersOf(set).map(({ QuestionItem }) => QuestionItem));
			const items = state.questions.get(surveys.support)!.flatMap((each) => each.QuestionItems);
			const question = items.find(({ QuestionItemId }) => !answered.has(QuestionItemId))!;
			return { survey: surveys.support, set: set.AnswerSetId, question: question.QuestionItemId };
		},
		shows: ({ set: AnswerSet, question: QuestionItem }) => ({ AnswerSet, QuestionItem }),
	},
	'account.check': {
		operationId: 'getSurveys',
		parameters: { ...survey, options: {} },
		items: threeSurveys,
		refused: { survey: 'none' },
		shows: () => ({ call: aNumber, seen: aText }),
	},
	'result.summarize': {
		operationId: 'getAnswerSetsWithData',
		parameters: { ...survey, filters: {}, groupBy: 'Region', options: {} },
		items: supportThrice,
		// A refused page is read again with fewer sets, so a single refusal has no effect.
		refused: { survey: 4711 },
		shows: ({ survey: surveyId }) => ({
			surveyId,
			invited: 4,
			started: 4,
			completed: 3,
			responseRate: 50,
			questions: aList,
		}),
	},
	'backgroundData.getMany': {
		operationId: 'getLabels',
		parameters: sendout,
		items: threeSendouts,
		emptied: ({ state }) => {
			const { surveyId, id, documentId } = state.sendout(surveys.support, sendouts.supportEmail);
			state.document(documentId).labels.length = 0;
			return { survey: surveyId, sendout: id };
		},
		shows: () => ({ BGDataLabelId: aNumber, Name: aText }),
	},
	'backgroundData.create': {
		operationId: 'createLabel',
		parameters: { ...sendout, name: field('name'), labelType: 'TEXT' },
		items: named(threeSendouts),
		shows: ({ name }) => ({ Name: name, Type: 'TEXT', BGDataLabelId: aNumber }),
	},
	'respondentList.getMany': {
		operationId: 'getBgDocuments',
		parameters: { returnAll: true },
		items: nothing,
		emptied: cleared('documents'),
		shows: () => ({ BGDocumentId: aNumber, Labels: aList }),
	},
	'respondentList.get': {
		operationId: 'getBgDocument',
		parameters: list,
		items: threeLists,
		shows: ({ list: BGDocumentId }) => ({ BGDocumentId }),
	},
	'respondentList.getLabels': {
		operationId: 'getBgDocumentLabels',
		parameters: list,
		items: threeLists,
		emptied: ({ state }) => ({ list: state.addDocument({ name: 'Empty' }).id }),
		shows: ({ list: Document }) => ({ Document, BGDataLabelId: aNumber }),
	},
	'respondentList.addRow': {
		operationId: 'addRow',
		parameters: { ...list, contact: field('email'), cells },
		items: threeRows.map((item, index) => ({ ...item, email: `new${index}@example.com` })),
		shows: ({ city }) => ({
			RespondentId: aNumber,
			Cells: [{ labelId: documentLabels.location, value: city }],
			values: { Location: city },
		}),
	},
	'respondentList.getRow': {
		operationId: 'getCells',
		parameters: { ...row, labelIds: [documentLabels.firstName, documentLabels.department] },
		items: threeRows,
		shows: ({ row: RespondentId }) => ({
			RespondentId,
			Cells: [
				{ labelId: documentLabels.firstName, value: aText },
				{ labelId: documentLabels.department, value: aText },
			],
			values: { 'First name': aText, Department: aText },
		}),
	},
	'respondentList.updateRow': {
		operationId: 'editCells',
		parameters: { ...row, cells },
		items: threeRows,
		shows: ({ row: RespondentId, city }) => ({
			RespondentId,
			values: expect.objectContaining({ Location: city }),
		}),
	},
	'respondentList.clearRow': {
		operationId: 'deleteCells',
		parameters: { ...row, labelIds: [documentLabels.firstName] },
		items: threeRows,
		emptyAllowed: true,
		shows: ({ row: respondentId }) => ({
			deleted: true,
			respondentId,
			labelIds: [documentLabels.firstName],
		}),
	},
	'category.getMany': {
		operationId: 'getCategories',
		parameters: {},
		items: nothing,
		emptied: cleared('categories'),
		shows: () => ({ CategoryId: aNumber, Name: aText }),
	},
	'category.get': {
		operationId: 'getCategory',
		parameters: { categoryId: byId(field('category')) },
		items: [{ category: 51 }, { category: 52 }, { category: 53 }],
		shows: ({ category: CategoryId }) => ({ CategoryId }),
	},
	'category.create': {
		operationId: 'createCategory',
		parameters: { name: field('name') },
		items: named(nothing),
		shows: ({ name }) => ({ Name: name, CategoryId: aNumber }),
	},
	'user.getMany': {
		operationId: 'getUsers',
		parameters: {},
		items: nothing,
		emptied: cleared('users'),
		shows: () => ({ UserId: aNumber, Email: aText }),
	},
	'user.get': {
		operationId: 'getUser',
		parameters: { userId: byId(field('user')) },
		items: [{ user: 901 }, { user: 902 }, { user: '901' }],
		shows: ({ user: id }) => ({ UserId: Number(id) }),
	},
	'blocklist.getMany': {
		operationId: 'getBlocklist',
		parameters: {},
		items: nothing,
		emptied: cleared('blocklist'),
		shows: () => ({ Email: expect.stringContaining('@example.') }),
	},
	'blocklist.check': {
		operationId: 'getBlocklist',
		parameters: { contact: field('email') },
		items: [
			{ email: ' Blocked@Example.com ', blocked: true },
			{ email: 'anna@example.com', blocked: false },
			{ email: 'opted.out@example.net', blocked: true },
		],
		refused: { email: '' },
		callsForThree: 1,
		shows: ({ email, blocked }) => ({
			contact: (email as string).trim().toLowerCase(),
			blocked,
		}),
	},
};
