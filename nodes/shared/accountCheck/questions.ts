import { asList, isRecord, recordsIn } from '../netigate/members';
import type { AnswerSet, BackgroundDataLabel, Respondent } from '../netigate/types';
import type { Account, CallNumber, Shown } from './account';
import * as answers from './answers';
import { Comparison } from './compare';
import { QUESTIONS } from './contract';
import { textsMarkup } from './texts';

interface Check {
	/** The call that answers the question. */
	call: CallNumber;
	/** The answers that this package can handle. */
	expected: string;
	look: (account: Account) => Shown | Promise<Shown>;
}

export const FACTS = { 'new-ids': 'Ids are integers that may exceed 2^31', ...QUESTIONS };

export type Question = keyof typeof FACTS;

/** A survey id that doesn't exist. */
const NO_SURVEY = Number.MAX_SAFE_INTEGER;

const sum = (account: Account, count: 'nullLists' | 'emptyLists' | 'largeIds') =>
	account.comparisons.reduce((total, comparison) => total + comparison[count], 0);

const namesIn = (account: Account, names: 'otherCases' | 'newMembers') => [
	...new Set(account.comparisons.flatMap((comparison) => [...comparison[names]])),
];

async function httpStatus(account: Account): Promise<Shown> {
	const { status, raw, value } = await account.probe(2, { surveyId: NO_SURVEY });
	if (status === undefined) return 'There was no response';
	const comparison = new Comparison();
	comparison.check(raw, 'Error');
	const differences = comparison.differences();
	const members = Object.entries(isRecord(raw) ? raw : {});
	const code = members.find(([name]) => /^statuscode$/i.test(name))?.[1];
	if (typeof code !== 'number' || code < 100 || code >= 600 || value !== undefined) {
		return {
			answer: 'no StatusCode',
			seen: `HTTP ${status} without a StatusCode, for a survey that doesn't exist`,
			asExpected: false,
			meaning: value === undefined ? 'nothing' : 'take care',
		};
	}
	return {
		answer: code === status ? 'same' : status,
		seen: [
			`HTTP ${status}, StatusCode ${code}, for a survey that doesn't exist`,
			...differences.map(({ text }) => text),
		].join('; '),
		asExpected: code === status && code === 404 && differences.length === 0,
	};
}

function nullLists(account: Account): Shown {
	const { nulls, noContent } = account;
	const inside = sum(account, 'nullLists') - nulls;
	const empty = sum(account, 'emptyLists');
	// Only whole responses count, because the documentation allows null for a list within a response.
	if (nulls + empty === 0) return 'No list was empty';
	return {
		answer: noContent > 0 ? 'noContent' : nulls > 0 ? 'null' : 'array',
		seen: `${noContent} responses with HTTP 204, ${nulls - noContent} null responses, ${inside} null lists within responses, ${empty} lists without entries`,
	};
}

function listedContact(account: Account): Shown {
	const respondents = account.records<Respondent>(15);
	if (respondents.length === 0) return 'The sendouts that were read have no respondents';
	const formOf = ({ Email }: { Email?: unknown }) => {
		if (typeof Email !== 'string') return Email === undefined ? 'omitted' : 'null';
		return /[A-Z]/.test(Email) && !/[a-z]/.test(Email) ? 'capitals' : 'given';
	};
	const forms = new Set(respondents.map(formOf));
	const [form] = forms;
	const answer = forms.size === 1 ? form : 'mixed';
	const hidden = forms.has('omitted') || forms.has('null');
	return {
		answer,
		seen: `Of ${respondents.length} respondents: ${[...forms].sort().join(', ')}`,
		asExpected: answer === 'given',
		meaning: hidden ? 'take care' : 'nothing',
		whatToDo: hidden
			? "The listed contacts don't show who is already in a sendout. Use the Netigate Quarantine node so that no one is added twice."
			: undefined,
	};
}

async function sendoutDocument(account: Account): Promise<Shown> {
	const labels = account.responses(20).map((value) => recordsIn<BackgroundDataLabel>(value));
	const filled = labels.filter((ofSendout) => ofSendout.length > 0);
	if (filled.length === 0) return 'The sendouts that were read have no labels';
	const documents = filled.map((ofSendout) => new Set(ofSendout.map(({ Document }) => Document)));
	const [first] = documents;
	const [bgDocumentId] = first;
	const { value } = Number.isSafeInteger(bgDocumentId)
		? await account.probe(29, { bgDocumentId })
		: { value: undefined };
	const idsOf = (list: readonly BackgroundDataLabel[]) =>
		JSON.stringify(list.map(({ BGDataLabelId }) => BGDataLabelId).sort());
	const same = idsOf(filled[0]) === idsOf(recordsIn<BackgroundDataLabel>(value));
	const distinct = new Set(documents.flatMap((ids) => [...ids])).size === documents.length;
	const answer = !value ? 'not readable' : !same ? 'other labels' : distinct ? 'own' : 'shared';
	return {
		answer,
		seen: `${answer}; sendouts: ${filled.length}, labels in the first: ${filled[0].length}, lists they belong to: ${first.size}`,
		asExpected: answer === 'own',
		meaning: 'take care',
		whatToDo:
			'It may not be possible to read or change the background data of people in a sendout later. Test this with your own contact first.',
	};
}

export const CHECKS: Record<Question, Check> = {
	'new-ids': {
		call: 1,
		expected: 'Any whole number',
		look: (account) => {
			const count = sum(account, 'largeIds');
			return count > 0
				? { answer: 'beyond', seen: `${count} beyond 2^31` }
				: { answer: 'below', seen: 'None beyond 2^31' };
		},
	},
	'http-status': {
		call: 2,
		expected: 'HTTP 404, with 404 in StatusCode and no other member except Message',
		look: httpStatus,
	},
	'rate-limit': {
		call: 1,
		expected: 'None, or a wait time that the nodes respect',
		look: ({ statuses }) => {
			const busy = statuses.filter((status) => status === 429 || status === 503).length;
			const seen = `HTTP 429 or 503 in ${busy} of ${statuses.length} responses`;
			return { answer: busy === 0 ? 'none' : 'busy', seen };
		},
	},
	'reads-bare': {
		call: 1,
		expected: 'None',
		look: ({ wrapped, readable }) => ({
			answer: wrapped === 0 ? 'bare' : 'wrapped',
			seen: `${wrapped} of ${readable} responses with a wrapper`,
			asExpected: wrapped === 0,
		}),
	},
	'member-names': {
		call: 1,
		expected: 'As documented',
		look: (account) => {
			const cases = namesIn(account, 'otherCases');
			if (cases.length === 0) return { answer: 'documented', seen: 'All as documented' };
			const answer = cases.length === 1 ? cases[0] : 'mixed';
			return { answer, seen: `Written in ${cases.join(' and ')}`, asExpected: false };
		},
	},
	'new-members': {
		call: 1,
		expected: 'None',
		look: (account) => {
			const names = namesIn(account, 'newMembers');
			return names.length === 0
				? { answer: 'none', seen: 'None' }
				: { answer: 'some', seen: names.sort().join('; '), asExpected: false };
		},
	},
	'null-lists': {
		call: 5,
		expected: 'A list without entries, null, or HTTP 204',
		look: nullLists,
	},
	'document-shape': {
		call: 28,
		expected: 'A list with one entry, or an object',
		look: ({ respondentList: list }) => {
			if (list === undefined) return 'There is no respondent list to read';
			if (Array.isArray(list)) return { answer: 'array', seen: 'A list' };
			return { answer: 'object', seen: 'An object' };
		},
	},
	'listed-contact': { call: 15, expected: 'Text for each', look: listedContact },
	'sendout-document': {
		call: 29,
		expected: 'A separate list for each sendout, with exactly these labels',
		look: sendoutDocument,
	},
	'unknown-query': {
		call: 22,
		expected: 'Ignored or refused',
		look: async (account) => {
			const { failure, status } = await account.probe(22, {}, { unknownparameter: 'x' });
			if (status === undefined) return 'There was no response';
			return { answer: failure ? 'refused' : 'ignored', seen: `HTTP ${status}` };
		},
	},
	'largest-page': { call: 6, expected: '100 or more', look: answers.largestPage },
	'page-size-over': { call: 6, expected: 'Refused or cut', look: answers.pageSizeOver },
	'total-pages': { call: 6, expected: 'A whole number', look: answers.totalPages },
	'date-bounds': { call: 5, expected: 'Inclusive or exclusive', look: answers.dateBounds },
	'updated-without-data': {
		call: 5,
		expected: 'The last change',
		look: answers.updatedWithoutData,
	},
	'updated-with-data': {
		call: 6,
		expected: 'The last change or the creation',
		look: answers.updatedWithData,
	},
	'answer-order': { call: 5, expected: 'Any order', look: answers.answerOrder },
	'answers-by-respondent': {
		call: 8,
		expected: 'Without answers',
		look: (account) => {
			const sets = account.records<AnswerSet>(8);
			if (sets.length === 0) return 'No known respondent has answered';
			const full = sets.filter(({ Answers }) => asList(Answers).length > 0).length;
			return {
				answer: full === 0 ? 'empty' : 'full',
				seen: `${full} of ${sets.length} answer sets with answers`,
				asExpected: full === 0,
			};
		},
	},
	'checkbox-title': { call: 7, expected: 'With or without it', look: answers.checkboxTitle },
	'texts-markup': { call: 4, expected: 'With or without it', look: textsMarkup },
	'matrix-answers': {
		call: 7,
		expected: 'One record per row, with the row in QuestionText and the column in AnswerText',
		look: answers.matrixAnswers,
	},
	'respondent-minus-one': {
		call: 5,
		expected: '-1 for unknown people',
		look: ({ heads }) => {
			if (heads.length === 0) return 'There are no answers';
			const unknown = heads.filter(({ Respondent }) => Respondent === -1).length;
			const odd = heads.filter(({ Respondent }) => !(Respondent === -1 || Respondent > 0)).length;
			if (unknown + odd === 0) return `None of ${heads.length} answers`;
			return {
				answer: odd === 0 ? 'minusOne' : 'other',
				seen: `Of ${heads.length} answers, ${unknown} with -1 and ${odd} with neither -1 nor a positive number`,
				asExpected: odd === 0,
				meaning: 'take care',
			};
		},
	},
};
