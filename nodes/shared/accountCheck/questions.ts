import { isRecord, recordsIn } from '../netigate/members';
import type { BackgroundDataLabel } from '../netigate/types';
import { answersByRespondent, checkboxTitle, generalLinks, matrixAnswers } from './answers';
import { Comparison } from './compare';
import type { QUESTIONS } from './contract';
import { answerOrder, dateBounds, updatedWithData, updatedWithoutData } from './dates';
import { largestPage, pageSizeOver, totalPages } from './pages';
import { either, unseen, type Shown } from './shown';
import type { Account } from './walk';

/** An id that no survey has. */
const NO_SURVEY = 9_007_199_254_740_991;

async function httpStatus({ reader }: Account): Promise<Shown> {
	const expected = 'HTTP 404 and the same number in StatusCode, with nothing else but Message';
	const { status, raw, value } = await reader.probe('2', { surveyId: NO_SURVEY });
	if (status === undefined) return unseen(expected, 'There was no answer');
	const comparison = new Comparison();
	comparison.check(raw, 'Error');
	const differences = comparison.differences();
	const record = isRecord(raw) ? raw : {};
	const code = Object.entries(record).find(([name]) => /^statuscode$/i.test(name))?.[1];
	const told = typeof code === 'number' && code >= 100 && code < 600 ? code : undefined;
	if (told === undefined || value !== undefined) {
		return {
			answer: 'no error object',
			seen: `HTTP ${status} without a StatusCode, for a survey that is not there`,
			expected,
			asExpected: false,
			meaning: value === undefined ? 'nothing' : 'take care',
		};
	}
	const same = told === status;
	return {
		answer: same ? 'same' : status,
		seen: [
			`HTTP ${status}, StatusCode ${told}, for a survey that is not there`,
			...differences.map(({ text }) => text),
		].join('; '),
		expected,
		asExpected: same && told === 404 && differences.length === 0,
		meaning: 'nothing',
	};
}

function rateLimit({ reader }: Account): Shown {
	const busy = (reader.statuses.get(429) ?? 0) + (reader.statuses.get(503) ?? 0);
	const all = [...reader.statuses.values()].reduce((sum, count) => sum + count, 0);
	return either(
		busy === 0 ? 'none' : 'busy',
		`HTTP 429 or 503 in ${busy} of ${all} answers`,
		'None, or a wait that is kept',
	);
}

function readsBare({ reader: { wrapped, answers } }: Account): Shown {
	return {
		answer: wrapped === 0 ? 'bare' : 'wrapped',
		seen: `${wrapped} of ${answers} answers in a wrapper`,
		expected: 'None',
		asExpected: wrapped === 0,
		meaning: 'nothing',
	};
}

function memberNames({ reader }: Account): Shown {
	const cases = new Set(
		[...reader.calls.values()].flatMap(({ comparison }) => [...comparison.otherCases]),
	);
	const answer = cases.size === 0 ? 'documented' : cases.size === 1 ? [...cases][0] : 'mixed';
	return {
		answer,
		seen: answer === 'documented' ? 'All as documented' : `Written in ${[...cases].join(' and ')}`,
		expected: 'As documented',
		asExpected: cases.size === 0,
		meaning: 'nothing',
	};
}

function newMembers({ reader }: Account): Shown {
	const names = new Set(
		[...reader.calls.values()].flatMap(({ comparison }) => [...comparison.newMembers]),
	);
	return {
		answer: names.size === 0 ? 'none' : 'some',
		seen: names.size === 0 ? 'None' : [...names].sort().join('; '),
		expected: 'None',
		asExpected: names.size === 0,
		meaning: 'nothing',
	};
}

function nullLists({ reader }: Account): Shown {
	const expected = 'A list without entries, null, or HTTP 204';
	let nulls = 0;
	let empty = 0;
	for (const { comparison } of reader.calls.values()) {
		nulls += comparison.nullLists;
		empty += comparison.emptyLists;
	}
	// Only whole answers decide: within answers the documentation allows null for a list.
	const whole = reader.nullAnswers;
	if (whole + empty === 0) return unseen(expected, 'No list was empty');
	return either(
		reader.noContent > 0 ? 'noContent' : whole > 0 ? 'null' : 'array',
		`${reader.noContent} answers with HTTP 204, ${whole - reader.noContent} answers and ${nulls - whole} lists within them null, ${empty} without entries`,
		expected,
	);
}

function documentShape({ list }: Account): Shown {
	const expected = 'A list of one, or an object';
	if (!list || list.raw === undefined || list.failure)
		return unseen(expected, 'There is no respondent list to read');
	const array = Array.isArray(list.raw);
	return either(array ? 'array' : 'object', array ? 'A list' : 'An object', expected);
}

function listedContact({ respondents }: Account): Shown {
	const expected = 'A text for each';
	if (respondents.length === 0) return unseen(expected, 'No sendout read has respondents');
	const kinds = new Set(
		respondents.map(({ Email }: { Email?: unknown }) => {
			if (Email === undefined) return 'omitted';
			if (typeof Email !== 'string') return 'null';
			return /[A-Z]/.test(Email) && !/[a-z]/.test(Email) ? 'capitals' : 'given';
		}),
	);
	const answer = kinds.size === 1 ? [...kinds][0] : 'mixed';
	return {
		answer,
		seen: `Of ${respondents.length} respondents: ${[...kinds].sort().join(', ')}`,
		expected,
		asExpected: answer === 'given',
		meaning: kinds.has('omitted') || kinds.has('null') ? 'take care' : 'nothing',
		...(kinds.has('omitted') || kinds.has('null')
			? {
					whatToDo:
						'Contacts do not show who is already in a sendout. Use the Netigate Quarantine node so that nobody is added twice.',
				}
			: {}),
	};
}

async function sendoutDocument({ reader, labels }: Account): Promise<Shown> {
	const expected = 'The list that holds exactly these labels, another for each sendout';
	const filled = labels.filter((ofOne) => ofOne.length > 0);
	if (filled.length === 0) return unseen(expected, 'No sendout read has labels');
	const documents = filled.map((ofOne) => new Set(ofOne.map(({ Document }) => Document)));
	const [ids] = documents;
	const [bgDocumentId] = ids;
	const { value } = Number.isSafeInteger(bgDocumentId)
		? await reader.probe('29', { bgDocumentId })
		: { value: undefined };
	const own = filled[0].map(({ BGDataLabelId }) => BGDataLabelId).sort();
	const there =
		value &&
		recordsIn<BackgroundDataLabel>(value)
			.map(({ BGDataLabelId }) => BGDataLabelId)
			.sort();
	const same = JSON.stringify(own) === JSON.stringify(there);
	const distinct = new Set(documents.flatMap((one) => [...one])).size === documents.length;
	const answer = !there ? 'not readable' : !same ? 'other labels' : distinct ? 'own' : 'shared';
	return {
		answer,
		seen: `${ids.size} list for ${own.length} labels: ${answer}, in ${filled.length} sendouts`,
		expected,
		asExpected: answer === 'own',
		meaning: answer === 'own' ? 'nothing' : 'take care',
		...(answer === 'own'
			? {}
			: {
					whatToDo:
						'Background data of somebody in a sendout may not be readable or changeable afterwards: try it with one person of your own first.',
				}),
	};
}

async function unknownQuery({ reader }: Account): Promise<Shown> {
	const expected = 'Passed over, or refused';
	const { failure, status } = await reader.probe('22', {}, { unknownparameter: 'x' });
	if (status === undefined) return unseen(expected, 'There was no answer');
	return either(failure ? 'refused' : 'passed over', `HTTP ${status}`, expected);
}

type Look = (account: Account) => Shown | Promise<Shown>;

/** How each question that reading can settle is answered, and the call that shows it. */
export const LOOKS: Record<keyof typeof QUESTIONS, { call: number; look: Look }> = {
	'http-status': { call: 2, look: httpStatus },
	'rate-limit': { call: 1, look: rateLimit },
	'reads-bare': { call: 1, look: readsBare },
	'member-names': { call: 1, look: memberNames },
	'new-members': { call: 1, look: newMembers },
	'null-lists': { call: 5, look: nullLists },
	'document-shape': { call: 28, look: documentShape },
	'listed-contact': { call: 15, look: listedContact },
	'sendout-document': { call: 29, look: sendoutDocument },
	'unknown-query': { call: 22, look: unknownQuery },
	'largest-page': { call: 6, look: largestPage },
	'page-size-over': { call: 6, look: pageSizeOver },
	'total-pages': { call: 6, look: totalPages },
	'date-bounds': { call: 5, look: dateBounds },
	'updated-without-data': { call: 5, look: updatedWithoutData },
	'updated-with-data': { call: 6, look: updatedWithData },
	'answer-order': { call: 5, look: answerOrder },
	'answers-by-respondent': { call: 8, look: answersByRespondent },
	'checkbox-title': { call: 7, look: checkboxTitle },
	'matrix-answers': { call: 7, look: matrixAnswers },
	'respondent-minus-one': { call: 5, look: generalLinks },
};
