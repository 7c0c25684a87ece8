// Made of docs/openapi.yaml by "npm run docs"; change it there.

/** The calls that only read, by their number. `[]`: a list; `?`: or null; `*`: one, or a list of one. */
export const CALLS = {
	'1': { path: '/surveys', answers: 'Survey[]?' },
	'2': { path: '/surveys/{surveyId}', answers: 'Survey' },
	'4': { path: '/surveys/{surveyId}/questions', answers: 'Question[]?' },
	'5': { path: '/surveys/{surveyId}/answers', answers: 'AnswerSet[]?' },
	'6': { path: '/surveys/{surveyId}/answersWithData', answers: 'AnswerSetPage' },
	'7': { path: '/surveys/{surveyId}/answers/{answerSetId}', answers: 'AnswerSet' },
	'8': { path: '/surveys/{surveyId}/answers/respondent/{respondentId}', answers: 'AnswerSet[]?' },
	'9': {
		path: '/surveys/{surveyId}/answers/{answerSetId}/questionitem/{questionItemId}',
		answers: 'Answer[]?',
	},
	'10': { path: '/surveys/{surveyId}/sendouts', answers: 'Sendout[]?' },
	'11': { path: '/surveys/{surveyId}/sendouts/{sendoutId}', answers: 'Sendout' },
	'15': { path: '/surveys/{surveyId}/sendouts/{sendoutId}/respondents', answers: 'Respondent[]?' },
	'18': { path: '/surveys/{surveyId}/sendouts/{sendoutId}/reminders', answers: 'Dispatch[]?' },
	'20': {
		path: '/surveys/{surveyId}/sendouts/{sendoutId}/labels',
		answers: 'BackgroundDataLabel[]?',
	},
	'22': { path: '/accounts/categories', answers: 'Category[]?' },
	'23': { path: '/accounts/categories/{categoryId}', answers: 'Category' },
	'25': { path: '/accounts/users', answers: 'User[]?' },
	'26': { path: '/accounts/users/{userId}', answers: 'User' },
	'27': { path: '/bgdata/bgdocuments', answers: 'BGDocument[]?' },
	'28': { path: '/bgdata/bgdocuments/{bgDocumentId}', answers: 'BGDocument*' },
	'29': { path: '/bgdata/bgdocuments/{bgDocumentId}/labels', answers: 'BackgroundDataLabel[]?' },
	'34': { path: '/accounts/blocklist', answers: 'Block[]?' },
} as const;

/** The members of what they answer, and what each holds. */
export const TYPES = {
	Error: { StatusCode: 'integer', Message: 'text' },
	Survey: {
		SurveyId: 'integer',
		Created: 'date',
		Account: 'integer',
		Name: 'text',
		Language: 'text',
		StartDate: 'date',
		EndDate: 'date',
		Category: 'text',
		Activated: 'flag',
	},
	Question: {
		QuestionId: 'integer',
		Order: 'integer',
		Text: 'text',
		Description: 'text',
		QuestionItems: 'QuestionItem[]',
	},
	AnswerSet: {
		AnswerSetId: 'integer',
		Created: 'date',
		Survey: 'integer',
		Respondent: 'integer',
		Completed: 'date?',
		Updated: 'date',
		Answers: 'Answer[]',
	},
	AnswerSetPage: { Page: 'integer', TotalPages: 'integer', AnswerSets: 'AnswerSet[]' },
	Answer: {
		AnswerId: 'integer',
		Created: 'date',
		AnswerSet: 'integer',
		QuestionItem: 'integer',
		QuestionType: 'text',
		QuestionText: 'text',
		AnswerText: 'text',
		AnswerNumeric: 'number',
		AnswerWeight: 'number?',
	},
	Sendout: {
		SendoutId: 'integer',
		Survey: 'integer',
		Primary: 'Dispatch',
		Reminders: 'Dispatch[]',
	},
	Respondent: { RespondentId: 'integer', Email: 'text', Password: 'text', SurveyURL: 'text' },
	Dispatch: {
		DispatchId: 'integer',
		Created: 'date',
		Sendout: 'integer',
		Name: 'text',
		SendDate: 'date?',
		DoneDate: 'date?',
		DispatchType: 'DispatchType',
		SendoutType: 'text',
		SendoutLogic: 'SendoutLogic',
		Activated: 'flag',
	},
	BackgroundDataLabel: {
		BGDataLabelId: 'integer',
		Document: 'integer',
		Name: 'text',
		Type: 'LabelType',
		Options: 'BackgroundDataOption[]',
	},
	Category: { CategoryId: 'integer', Account: 'integer', Name: 'text' },
	User: {
		UserId: 'integer',
		Created: 'date',
		Account: 'integer',
		Name: 'text',
		Email: 'text',
		ExpiryDate: 'date?',
		Active: 'flag',
		Language: 'text',
		AnonymousAnswers: 'flag',
	},
	BGDocument: {
		BGDocumentId: 'integer',
		Created: 'date',
		Name: 'text',
		Description: 'text',
		Labels: 'BackgroundDataLabel[]',
	},
	Block: { Email: 'text' },
	QuestionItem: {
		QuestionItemId: 'integer',
		Order: 'integer',
		Type: 'text',
		Text: 'text',
		BackgroundLabel: 'integer?',
		Rows: 'QuestionItemAlternative?[]?',
		Columns: 'QuestionItemAlternative?[]?',
	},
	BackgroundDataOption: {
		BGDataOptionId: 'integer',
		Label: 'integer',
		Option: 'text',
		Order: 'integer',
	},
	QuestionItemAlternative: { Order: 'integer', Text: 'text', Weight: 'number?' },
} as const;

/** Members that hold one of these texts. */
export const CHOICES = {
	DispatchType: ['EMAIL', 'SMS', 'LOGIN', 'TWOWAY'],
	SendoutLogic: [
		'ALL',
		'NOT_SENT',
		'NOT_ACCESSED',
		'NOT_COMPLETED',
		'COMPLETED',
		'VISITED_NOT_COMPLETED',
	],
	LabelType: ['TEXT', 'ORDINAL'],
} as const;

/** What is not known for sure and reading can settle. */
export const QUESTIONS = {
	'http-status': { fact: 'The HTTP status equals StatusCode', standing: 'inferred' },
	'rate-limit': {
		fact: 'No rate limit is documented; 429 and 503, with or without Retry-After, are possible',
		standing: 'unknown',
	},
	'largest-page': { fact: 'The largest page of answersWithData', standing: 'unknown' },
	'date-bounds': { fact: 'Whether from, to and updated include their bound', standing: 'unknown' },
	'answer-order': { fact: 'In which order answer sets are listed', standing: 'unknown' },
	'sendout-document': {
		fact: 'Document on a sendout’s label is the id of that sendout’s own respondent list',
		standing: 'inferred',
	},
	'respondent-minus-one': {
		fact: 'Respondent -1 stands for somebody unknown, as with a general link',
		standing: 'inferred',
	},
	'checkbox-title': {
		fact: 'The first record of a checkbox may carry the item’s own title',
		standing: 'inferred',
	},
	'matrix-answers': { fact: 'How the answers to a matrix are written', standing: 'unknown' },
	'document-shape': {
		fact: 'Whether one respondent list is answered as an array of one or as an object',
		standing: 'unknown',
	},
	'null-lists': {
		fact: 'Whether an empty list is ever answered as null, or with HTTP 204',
		standing: 'unknown',
	},
	'unknown-query': {
		fact: 'What a query parameter does that is not documented; the sandbox refuses it',
		standing: 'unknown',
	},
	'reads-bare': { fact: 'Answers to GET come bare, without a wrapper', standing: 'inferred' },
	'member-names': {
		fact: 'Members are written in the capitals of the documentation',
		standing: 'inferred',
	},
	'new-members': { fact: 'Answers have no members beyond those documented', standing: 'inferred' },
	'listed-contact': {
		fact: 'Listed respondents carry their contact as it was given',
		standing: 'inferred',
	},
	'page-size-over': {
		fact: 'What asking for more than the largest page does',
		standing: 'unknown',
	},
	'total-pages': {
		fact: 'A page of answersWithData says how many pages there are',
		standing: 'inferred',
	},
	'updated-without-data': {
		fact: 'The list of answers compares updated with the last change, not with the creation',
		standing: 'documented',
	},
	'updated-with-data': {
		fact: 'Whether answersWithData compares updated with the last change or with the creation',
		standing: 'unknown',
	},
	'answers-by-respondent': {
		fact: 'The answer sets of a respondent come without their answers',
		standing: 'inferred',
	},
} as const;
