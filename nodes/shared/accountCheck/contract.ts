// Generated from docs/internals/openapi.yaml by "npm run docs". Change it there.

/** The read-only calls: path and response. `[]`: a list; `?`: or null; `*`: a single object or a list. */
export const CALLS = {
	1: ['/surveys', 'Survey[]?'],
	2: ['/surveys/{surveyId}', 'Survey'],
	4: ['/surveys/{surveyId}/questions', 'Question[]?'],
	5: ['/surveys/{surveyId}/answers', 'AnswerSet[]?'],
	6: ['/surveys/{surveyId}/answersWithData', 'AnswerSetPage'],
	7: ['/surveys/{surveyId}/answers/{answerSetId}', 'AnswerSet'],
	8: ['/surveys/{surveyId}/answers/respondent/{respondentId}', 'AnswerSet[]?'],
	9: ['/surveys/{surveyId}/answers/{answerSetId}/questionitem/{questionItemId}', 'Answer[]?'],
	10: ['/surveys/{surveyId}/sendouts', 'Sendout[]?'],
	11: ['/surveys/{surveyId}/sendouts/{sendoutId}', 'Sendout'],
	15: ['/surveys/{surveyId}/sendouts/{sendoutId}/respondents', 'Respondent[]?'],
	18: ['/surveys/{surveyId}/sendouts/{sendoutId}/reminders', 'Dispatch[]?'],
	20: ['/surveys/{surveyId}/sendouts/{sendoutId}/labels', 'BackgroundDataLabel[]?'],
	22: ['/accounts/categories', 'Category[]?'],
	23: ['/accounts/categories/{categoryId}', 'Category'],
	25: ['/accounts/users', 'User[]?'],
	26: ['/accounts/users/{userId}', 'User'],
	27: ['/bgdata/bgdocuments', 'BGDocument[]?'],
	28: ['/bgdata/bgdocuments/{bgDocumentId}', 'BGDocument*'],
	29: ['/bgdata/bgdocuments/{bgDocumentId}/labels', 'BackgroundDataLabel[]?'],
	34: ['/accounts/blocklist', 'Block[]?'],
} as const;

/** The members of the objects in responses, with their types. */
export const TYPES = {
	Error: 'StatusCode integer, Message text',
	Survey: `SurveyId integer, Created date, Account integer, Name text,
		Language text, StartDate date, EndDate date, Category text, Activated flag`,
	Question: `QuestionId integer, Order integer, Text text, Description text,
		QuestionItems QuestionItem[]`,
	AnswerSet: `AnswerSetId integer, Created date, Survey integer,
		Respondent integer, Completed date?, Updated date, Answers Answer[]`,
	AnswerSetPage: 'Page integer, TotalPages integer, AnswerSets AnswerSet[]',
	Answer: `AnswerId integer, Created date, AnswerSet integer,
		QuestionItem integer, QuestionType text, QuestionText text, AnswerText text,
		AnswerNumeric number, AnswerWeight number?`,
	Sendout: `SendoutId integer, Survey integer, Primary Dispatch,
		Reminders Dispatch[]`,
	Respondent: 'RespondentId integer, Email text, Password text, SurveyURL text',
	Dispatch: `DispatchId integer, Created date, Sendout integer, Name text,
		SendDate date?, DoneDate date?, DispatchType DispatchType, SendoutType text,
		SendoutLogic SendoutLogic, Activated flag`,
	BackgroundDataLabel: `BGDataLabelId integer, Document integer, Name text, Type LabelType,
		Options BackgroundDataOption[]`,
	Category: 'CategoryId integer, Account integer, Name text',
	User: `UserId integer, Created date, Account integer, Name text, Email text,
		ExpiryDate date?, Active flag, Language text, AnonymousAnswers flag`,
	BGDocument: `BGDocumentId integer, Created date, Name text, Description text,
		Labels BackgroundDataLabel[]`,
	Block: 'Email text',
	QuestionItem: `QuestionItemId integer, Order integer, Type text, Text text,
		BackgroundLabel integer?, Rows QuestionItemAlternative?[]?,
		Columns QuestionItemAlternative?[]?`,
	BackgroundDataOption: 'BGDataOptionId integer, Label integer, Option text, Order integer',
	QuestionItemAlternative: 'Order integer, Text text, Weight number?',
} as const;

/** The allowed values of members with a fixed set of values. */
export const CHOICES = {
	DispatchType: 'EMAIL, SMS, LOGIN, TWOWAY',
	SendoutLogic: 'ALL, NOT_SENT, NOT_ACCESSED, NOT_COMPLETED, COMPLETED, VISITED_NOT_COMPLETED',
	LabelType: 'TEXT, ORDINAL',
} as const;

/** Uncertain facts that read-only calls can settle. */
export const QUESTIONS = {
	'http-status': 'The HTTP status equals StatusCode',
	'rate-limit':
		'No rate limit is documented, but 429 and 503 are possible, with or without Retry-After',
	'largest-page': 'The largest page of answersWithData',
	'date-bounds': 'Whether from, to and updated are inclusive',
	'answer-order': 'The order in which answer sets are listed',
	'sendout-document':
		'The `Document` field of a sendout’s label is the ID of the sendout’s own respondent list',
	'respondent-minus-one': 'Respondent -1 means an unknown person, as with a general link',
	'checkbox-title': 'The first record of a checkbox may have the item’s own title',
	'texts-markup': 'The text of questions, alternatives, labels and answers may contain HTML',
	'matrix-answers': 'The format of answers to a matrix question',
	'document-shape':
		'Whether a single respondent list is returned as an array with one entry or as an object',
	'null-lists': 'Whether an empty list is ever returned as null or with HTTP 204',
	'unknown-query': 'The effect of an undocumented query parameter. The sandbox refuses it',
	'reads-bare': 'Responses to GET have no wrapper',
	'member-names': 'Member names are in the documented case',
	'new-members': 'Responses contain only documented members',
	'listed-contact': 'Lists of respondents show the original contacts',
	'page-size-over': 'What happens when a request exceeds the maximum page size',
	'total-pages': 'Each page of answersWithData includes the number of pages',
	'updated-without-data':
		'The list of answers compares updated with the date of the last change, not the creation date',
	'updated-with-data':
		'Whether answersWithData compares `updated` with the date of the last change or with the creation date',
	'answers-by-respondent': 'A respondent’s answer sets contain no answers',
} as const;
