import { counted } from '../basics/plainText';
import { isSurprise } from '../netigate/errors';
import { isId, isRecord, recordsIn } from '../netigate/members';
import { isInactive } from '../netigate/sendouts';
import type { AnswerSet, BGDocument, Category, Sendout, Survey, User } from '../netigate/types';
import { FAR_AHEAD, type Account, type CallNumber, type CallRecord } from './account';
import { worst, worstFirst, type Meaning } from './compare';
import { CALLS } from './contract';
import { CHECKS, FACTS, type Question } from './questions';

const PLAIN = { surveys: 3, sendouts: 2, sets: 3, pages: 1, lists: 1 };
const DEEP = { surveys: 10, sendouts: 10, sets: 20, pages: 10, lists: 5 };

/** The maximum number of inactive sendouts per survey in which to look for people. */
const MAX_INACTIVE = 20;

/** The surveys to read. Active ones come first, because they are more likely to have answers and respondents. */
function candidatesOf(surveys: readonly Survey[], most: number): number[] {
	return surveys
		.toSorted((a, b) => Number(b.Activated === true) - Number(a.Activated === true))
		.map(({ SurveyId }) => SurveyId)
		.filter(isId)
		.slice(0, most);
}

function mostTelling(heads: readonly AnswerSet[], most: number): AnswerSet[] {
	const worth = ({ Respondent, Completed }: AnswerSet) =>
		(isId(Respondent) ? 2 : 0) + (Completed ? 1 : 0);
	return heads
		.filter(({ AnswerSetId }) => isId(AnswerSetId))
		.sort((a, b) => worth(b) - worth(a))
		.slice(0, most);
}

async function readSendouts(account: Account, surveyId: number, most: number): Promise<void> {
	const sendouts = await account.list<Sendout>(10, { surveyId });
	const known = sendouts.filter(({ SendoutId }) => isId(SendoutId));
	for (const { SendoutId: sendoutId } of known.slice(0, most))
		for (const call of [11, 18, 20] as const) await account.read(call, { surveyId, sendoutId });
	const inactive = known.slice(most).filter(isInactive).slice(0, MAX_INACTIVE);
	for (const sendout of [...known.slice(0, most), ...inactive]) {
		const { SendoutId: sendoutId } = sendout;
		const people = (await account.list(15, { surveyId, sendoutId })).length;
		if (people > 0 && isInactive(sendout)) account.waiting.set(sendoutId, people);
	}
}

async function readAnswers(account: Account, surveyId: number, most: typeof DEEP): Promise<void> {
	for (let page = 1; page <= most.pages; page++) {
		const { value } = await account.read(6, { surveyId }, { page, pagesize: 100 });
		if (!isRecord(value) || recordsIn(value.AnswerSets).length < 100) break;
	}
	const nothing = { from: FAR_AHEAD, page: 1, pagesize: 100 };
	account.emptyPage = (await account.probe(6, { surveyId }, nothing)).value;
	await account.read(5, { surveyId }, { from: FAR_AHEAD });
	for (const { AnswerSetId, Respondent } of mostTelling(account.heads, most.sets)) {
		const ids = { surveyId, answerSetId: AnswerSetId };
		const { value } = await account.read(7, ids);
		const [answer] = recordsIn<{ QuestionItem: number }>(isRecord(value) ? value.Answers : []);
		const questionItemId = answer?.QuestionItem;
		if (isId(questionItemId)) await account.read(9, { ...ids, questionItemId });
		if (isId(Respondent)) await account.read(8, { surveyId, respondentId: Respondent });
	}
}

async function chooseSurvey(account: Account, candidates: readonly number[]): Promise<void> {
	[account.surveyId] = candidates;
	for (const surveyId of candidates) {
		const heads = await account.list(5, { surveyId });
		if (heads.length === 0) continue;
		account.surveyId = surveyId;
		return;
	}
}

/** Reads a sample of everything in the account, one call at a time. */
async function readSample(account: Account, chosen: number | undefined): Promise<void> {
	const most = account.deep ? DEEP : PLAIN;
	const surveys = recordsIn<Survey>(await account.first(1));
	if (chosen !== undefined) await account.first(2, { surveyId: chosen });
	const candidates = chosen === undefined ? candidatesOf(surveys, most.surveys) : [chosen];
	await chooseSurvey(account, candidates);
	const { surveyId } = account;
	if (surveyId !== undefined) {
		if (chosen === undefined) await account.read(2, { surveyId });
		await account.read(4, { surveyId });
		await readAnswers(account, surveyId, most);
		await readSendouts(account, surveyId, most.sendouts);
		for (const other of account.deep ? candidates.filter((id) => id !== surveyId) : []) {
			await account.read(4, { surveyId: other });
			await readSendouts(account, other, 1);
		}
	}
	const documents = await account.list<BGDocument>(27);
	const listIds = documents.map(({ BGDocumentId }) => BGDocumentId).filter(isId);
	for (const bgDocumentId of listIds.slice(0, most.lists)) {
		const { raw, failure } = await account.read(28, { bgDocumentId });
		account.respondentList = failure ? undefined : raw;
		await account.read(29, { bgDocumentId });
	}
	const [category] = await account.list<Category>(22);
	if (isId(category?.CategoryId)) await account.read(23, { categoryId: category.CategoryId });
	const [user] = await account.list<User>(25);
	if (isId(user?.UserId)) await account.read(26, { userId: user.UserId });
	await account.read(34);
}

type Finding = ReturnType<typeof finding>;

/** A finding; by default, about something that the account doesn't show. Tables show the columns in this order. */
const finding = (call: CallNumber, about: string, expected: string, seen: string) => ({
	meaning: 'nothing' as Meaning,
	whatToDo: ADVICE.nothing,
	about,
	seen,
	expected,
	asExpected: null as boolean | null,
	/** The call number in docs/internals/api-coverage.md. */
	call,
	request: `GET ${CALLS[call][0]}`,
	/** The id of the open question in docs/internals/openapi.yaml. */
	question: null as string | null,
	answer: null as string | number | null,
	/** For a call: the number of entries in its responses, and the slowest response time. */
	entries: null as number | null,
	milliseconds: null as number | null,
});

/** Calls that are required for invitations or results. */
const NEEDED = new Set<CallNumber>([1, 4, 5, 6, 7, 10, 11, 15, 20]);

const ADVICE: Record<Meaning, string> = {
	nothing: 'Nothing',
	'take care':
		'If a workflow uses this call, try it with test data first, and please report this finding.',
	stop: "Don't rely on actions that use this call, and please report this finding.",
};

/** Compares all responses to one call with the contract. */
function findingOf(call: CallNumber, record: CallRecord | undefined): Finding {
	const documented = `${CALLS[call][1].replace(/[?*]$/, '')}, as documented`;
	const about = 'The response';
	if (!record) return finding(call, about, documented, 'Not read: the account has no data for it');
	const { failures, unreadable, readings, entries, slowest, comparison } = record;
	const failed = failures.length + unreadable > 0;
	const differences = comparison.differences();
	const meanings = differences.map(({ meaning }) => meaning);
	if (failed) meanings.push(NEEDED.has(call) ? 'stop' : 'take care');
	const meaning = worst(meanings);
	const seen = differences.map(({ text }) => text);
	if (unreadable > 0) seen.unshift(`no readable response to ${unreadable} of ${readings} calls`);
	if (failures.length > 0) {
		const statuses = [...new Set(failures)].join(', ');
		seen.unshift(`HTTP ${statuses} for ${failures.length} of ${readings} calls`);
	}
	return {
		...finding(call, about, documented, seen.join('; ') || 'As documented'),
		meaning,
		whatToDo: ADVICE[meaning],
		asExpected: !failed && differences.every(({ harmless }) => harmless),
		entries,
		milliseconds: slowest,
	};
}

async function answerTo(account: Account, question: Question): Promise<Finding> {
	const { call, expected, look } = CHECKS[question];
	const about = FACTS[question];
	const shown = await Promise.resolve(account)
		.then(look)
		.catch((error: unknown) => {
			// A canceled run stops here, but a response that can't be understood is a finding.
			if (account.cancelled || !isSurprise(error)) throw error;
			return undefined;
		});
	if (shown === undefined) {
		const odd = 'The responses were too unusual to compare';
		return { ...finding(call, about, 'Responses that can be compared', odd), question };
	}
	if (typeof shown === 'string') return { ...finding(call, about, expected, shown), question };
	const { answer, seen, asExpected = true } = shown;
	const base = { ...finding(call, about, expected, seen), question, answer, asExpected };
	if (asExpected) return base;
	const { meaning = 'nothing', whatToDo = ADVICE[meaning] } = shown;
	return { ...base, meaning, whatToDo };
}

/** People who were added to a sendout that isn't active, e.g. because a run stopped. */
function waitingFindings({ waiting }: Account): Finding[] {
	if (waiting.size === 0) return [];
	const people = [...waiting.values()].reduce((sum, count) => sum + count, 0);
	return [
		{
			...finding(
				15,
				'People in inactive sendouts',
				'None',
				`${people} in ${counted(waiting.size, 'sendout')}`,
			),
			meaning: 'take care',
			whatToDo:
				"These people may not have been invited yet. Activate the sendouts named in this node's hints with Sendout > Activate or in Netigate, unless you stopped them on purpose.",
			asExpected: false,
		},
	];
}

/**
 * Returns one finding per call and one per open question that can be answered by reading, most important first. If
 * `surveyId` is omitted, reads a survey with answers.
 * @throws NetigateError if the surveys or the chosen survey can't be read, or if the run was canceled
 */
export async function findingsOf(account: Account, surveyId?: number): Promise<Finding[]> {
	await readSample(account, surveyId);
	const answers: Finding[] = [];
	// One at a time, so that the measured times aren't distorted.
	for (const question of Object.keys(CHECKS) as Question[])
		answers.push(await answerTo(account, question));
	const calls = Object.keys(CALLS).map((number) => Number(number) as CallNumber);
	const findings = calls.map((call) => findingOf(call, account.calls.get(call)));
	return [...findings, ...waitingFindings(account), ...answers].sort(worstFirst);
}

/** The summary, e.g. "27 of 29 facts are as expected; 2 differ. Take care with 2 of them." */
export function summaryOf(findings: readonly Finding[]): string {
	const seen = findings.filter(({ asExpected }) => asExpected !== null);
	const differ = seen.filter(({ asExpected }) => !asExpected).length;
	const hidden = findings.length - seen.length;
	const sentence = [
		`${seen.length - differ} of ${seen.length} facts are as expected`,
		...(differ > 0 ? [`${differ} differ${differ === 1 ? 's' : ''}`] : []),
		...(hidden > 0 ? [`${hidden} couldn't be checked in this account`] : []),
	].join('; ');
	const count = (meaning: Meaning) => seen.filter((each) => each.meaning === meaning).length;
	const [stop, care] = [count('stop'), count('take care')];
	if (stop > 0) return `${sentence}. Stop: ${stop} of them matter${stop === 1 ? 's' : ''}.`;
	return care > 0
		? `${sentence}. Take care with ${care} of them.`
		: `${sentence}. You're good to go.`;
}
