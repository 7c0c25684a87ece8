import { recordsIn } from '../netigate/client';
import type {
	AnswerSet,
	AnswerSetPage,
	BackgroundDataLabel,
	BGDocument,
	Category,
	Question,
	Respondent,
	Sendout,
	Survey,
	User,
} from '../netigate/types';
import { isId, isRecord } from '../netigate/members';
import type { AccountReader, Reading } from './reading';

/** What was read from the account, for the questions to be answered afterwards. None of it is reported. */
export interface Account {
	reader: AccountReader;
	deep: boolean;
	/** The survey with which everything is tried; undefined where the account has none. */
	surveyId?: number;
	questions: Question[];
	/** The survey's answer sets as call 5 lists them. */
	heads: AnswerSet[];
	/** Its first page of answers. */
	page?: Partial<AnswerSetPage>;
	/** A page of answers from a time that has none. */
	emptyPage?: Reading;
	/** Answer sets with their answers. */
	sets: AnswerSet[];
	respondents: Respondent[];
	/** Labels of each sendout that was read. */
	labels: BackgroundDataLabel[][];
	/** The answers to call 8, for people who have answered. */
	byRespondent?: AnswerSet[];
	/** The answer of call 28 as it came. */
	list?: Reading;
}

/** How much is read. */
const LOOK = { surveys: 3, sendouts: 2, sets: 3, pages: 1, lists: 1 };
const DEEP = { surveys: 10, sendouts: 10, sets: 20, pages: 10, lists: 5 };

/** Beyond the life of any survey, so no answer is later. */
export const FAR_AHEAD = '2999-01-01T00:00:00Z';

/** The surveys to look at, active ones first: they are likely to have answers and people. */
function candidates(surveys: readonly Survey[], most: number): number[] {
	const sorted = [...surveys].sort(
		(a, b) => Number(b.Activated === true) - Number(a.Activated === true),
	);
	return sorted
		.map(({ SurveyId }) => SurveyId)
		.filter(isId)
		.slice(0, most);
}

/** The answer sets, those that show most first: from a known respondent, and completed. */
function telling(heads: readonly AnswerSet[]): AnswerSet[] {
	const worth = ({ Respondent, Completed }: AnswerSet) =>
		(isId(Respondent) ? 2 : 0) + (Completed ? 1 : 0);
	return heads.filter(({ AnswerSetId }) => isId(AnswerSetId)).sort((a, b) => worth(b) - worth(a));
}

async function readSendouts(account: Account, surveyId: number, most: number): Promise<void> {
	const { reader } = account;
	const sendouts = recordsIn<Sendout>((await reader.read('10', { surveyId })).value);
	for (const sendoutId of sendouts
		.map(({ SendoutId }) => SendoutId)
		.filter(isId)
		.slice(0, most)) {
		const ids = { surveyId, sendoutId };
		await reader.read('11', ids);
		await reader.read('18', ids);
		account.labels.push(recordsIn<BackgroundDataLabel>((await reader.read('20', ids)).value));
		account.respondents.push(...recordsIn<Respondent>((await reader.read('15', ids)).value));
	}
}

async function readAnswers(account: Account, surveyId: number, look: typeof LOOK): Promise<void> {
	const { reader, heads } = account;
	for (let page = 1; page <= look.pages; page++) {
		const { value } = await reader.read('6', { surveyId }, { page, pagesize: 100 });
		if (!isRecord(value)) break;
		account.page ??= value as Partial<AnswerSetPage>;
		const sets = recordsIn<AnswerSet>(value.AnswerSets);
		account.sets.push(...sets);
		if (sets.length < 100) break;
	}
	const nothing = { from: FAR_AHEAD, page: 1, pagesize: 100 };
	account.emptyPage = await reader.probe('6', { surveyId }, nothing);
	await reader.read('5', { surveyId }, { from: FAR_AHEAD });
	for (const { AnswerSetId, Respondent } of telling(heads).slice(0, look.sets)) {
		const ids = { surveyId, answerSetId: AnswerSetId };
		const set = (await reader.read('7', ids)).value as Partial<AnswerSet> | undefined;
		if (isRecord(set)) account.sets.push(set as unknown as AnswerSet);
		const questionItemId = recordsIn<{ QuestionItem: number }>(set?.Answers)[0]?.QuestionItem;
		if (isId(questionItemId)) await reader.read('9', { ...ids, questionItemId });
		if (!isId(Respondent)) continue;
		const { value } = await reader.read('8', { surveyId, respondentId: Respondent });
		account.byRespondent = [...(account.byRespondent ?? []), ...recordsIn<AnswerSet>(value)];
	}
}

/** Chooses the first candidate that has answers; else the first. */
async function chooseSurvey(account: Account, candidateIds: readonly number[]): Promise<void> {
	for (const surveyId of candidateIds) {
		const heads = recordsIn<AnswerSet>((await account.reader.read('5', { surveyId })).value);
		account.surveyId ??= surveyId;
		if (heads.length === 0) continue;
		account.surveyId = surveyId;
		account.heads = heads;
		return;
	}
}

async function readRest(account: Account, look: typeof LOOK): Promise<void> {
	const { reader } = account;
	const documents = recordsIn<BGDocument>((await reader.read('27')).value);
	const listIds = documents.map(({ BGDocumentId }) => BGDocumentId).filter(isId);
	for (const bgDocumentId of listIds.slice(0, look.lists)) {
		account.list = await reader.read('28', { bgDocumentId });
		await reader.read('29', { bgDocumentId });
	}
	const [category] = recordsIn<Category>((await reader.read('22')).value);
	if (isId(category?.CategoryId)) await reader.read('23', { categoryId: category.CategoryId });
	const [user] = recordsIn<User>((await reader.read('25')).value);
	if (isId(user?.UserId)) await reader.read('26', { userId: user.UserId });
	await reader.read('34');
}

/**
 * Reads a sample of everything in the account, one call after the other.
 *
 * @param asked the survey to look at; undefined: one that has answers
 * @throws NetigateError where the surveys, or the one asked for, cannot be read at all
 */
export async function walk(
	reader: AccountReader,
	asked: number | undefined,
	deep: boolean,
): Promise<Account> {
	const look = deep ? DEEP : LOOK;
	const account: Account = {
		reader,
		deep,
		questions: [],
		heads: [],
		sets: [],
		respondents: [],
		labels: [],
	};
	const surveys = recordsIn<Survey>(await reader.first('1'));
	if (asked !== undefined) await reader.first('2', { surveyId: asked });
	await chooseSurvey(account, asked === undefined ? candidates(surveys, look.surveys) : [asked]);
	const { surveyId } = account;
	if (surveyId !== undefined) {
		if (asked === undefined) await reader.read('2', { surveyId });
		account.questions = recordsIn<Question>((await reader.read('4', { surveyId })).value);
		await readAnswers(account, surveyId, look);
		await readSendouts(account, surveyId, look.sendouts);
		const others = deep && asked === undefined ? candidates(surveys, look.surveys) : [];
		for (const other of others.filter((id) => id !== surveyId)) {
			await reader.read('4', { surveyId: other });
			await readSendouts({ ...account, labels: [], respondents: [] }, other, 1);
		}
	}
	await readRest(account, look);
	return account;
}
