import { isSurprise } from '../netigate/errors';
import type { Meaning } from './compare';
import { CALLS, QUESTIONS } from './contract';
import { LOOKS } from './questions';
import type { CallNumber, CallRecord } from './reading';
import { unseen } from './shown';
import type { Account } from './walk';

/** One fact about the account, without any of its contents. */
interface Finding {
	/** The number of the call that shows it, in docs/api-coverage.md. */
	call: number;
	request: string;
	about: string;
	expected: string;
	seen: string;
	/** What it means for whoever builds on this account. */
	meaning: Meaning;
	whatToDo: string | null;
	/** Null where there was nothing to see it by. */
	asExpected: boolean | null;
	/** The open question that it answers, as docs/openapi.yaml names it. */
	question: string | null;
	answer: string | number | null;
	/** For the answers to a call: how many entries came, and how long the slowest answer took. */
	entries: number | null;
	milliseconds: number | null;
}

const requestOf = (call: number) => `GET ${CALLS[`${call}` as CallNumber].path}`;

/** Calls without which nobody can be invited or no results can be read. */
const NEEDED = new Set([1, 4, 5, 6, 7, 10, 11, 15, 20]);

const ADVICE: Record<Meaning, string | null> = {
	nothing: null,
	'take care':
		'Try what you build on this call with test data first, and please report this finding.',
	stop: 'Do not rely on actions that use this call, and please report this finding.',
};

const worst = (meanings: readonly Meaning[]): Meaning =>
	meanings.includes('stop') ? 'stop' : meanings.includes('take care') ? 'take care' : 'nothing';

/** How all answers to one call compare with the contract. */
function findingOf(number: CallNumber, record: CallRecord | undefined): Finding {
	const call = Number(number);
	const base = {
		call,
		request: requestOf(call),
		about: 'The answer',
		expected: `${CALLS[number].answers.replace(/[?*]$/, '')}, as documented`,
		question: null,
		answer: null,
	};
	if (!record) {
		return {
			...base,
			seen: 'Not read: the account has nothing to read it with',
			meaning: 'nothing',
			whatToDo: null,
			asExpected: null,
			entries: null,
			milliseconds: null,
		};
	}
	const { failures, unreadable, readings, entries, slowest, comparison } = record;
	const differences = comparison.differences();
	const broken: Meaning = NEEDED.has(call) ? 'stop' : 'take care';
	const meaning = worst([
		...(failures.length + unreadable > 0 ? [broken] : []),
		...differences.map((one) => one.meaning),
	]);
	const told = [
		...(failures.length > 0
			? [`HTTP ${[...new Set(failures)].join(', ')} in ${failures.length} of ${readings}`]
			: []),
		...(unreadable > 0 ? [`no readable answer in ${unreadable} of ${readings}`] : []),
		...differences.map(({ text }) => text),
	];
	return {
		...base,
		seen: told.length > 0 ? told.join('; ') : 'As documented',
		meaning,
		whatToDo: ADVICE[meaning],
		asExpected: failures.length + unreadable === 0 && differences.every((one) => one.harmless),
		entries,
		milliseconds: slowest,
	};
}

function largeIds({ reader }: Account): Finding {
	const count = [...reader.calls.values()].reduce((sum, one) => sum + one.comparison.largeIds, 0);
	return {
		call: 1,
		request: requestOf(1),
		about: 'Ids are integers that may pass 2^31',
		expected: 'Any whole number',
		seen: count > 0 ? `${count} beyond 2^31` : 'None beyond 2^31',
		meaning: 'nothing',
		whatToDo: null,
		asExpected: true,
		question: 'new-ids',
		answer: count > 0 ? 'beyond' : 'below',
		entries: null,
		milliseconds: null,
	};
}

async function answerTo(account: Account, question: keyof typeof LOOKS): Promise<Finding> {
	const { call, look } = LOOKS[question];
	const shown = await Promise.resolve()
		.then(async () => await look(account))
		.catch((error: unknown) => {
			// A cancelled run ends; an answer too odd to be understood is a finding.
			if (account.reader.cancelled || !isSurprise(error)) throw error;
			return unseen('An answer that can be compared', 'The answers were too odd to tell');
		});
	const meaning = shown.meaning ?? 'nothing';
	return {
		call,
		request: requestOf(call),
		about: QUESTIONS[question].fact,
		expected: shown.expected,
		seen: shown.seen,
		meaning,
		whatToDo: shown.whatToDo ?? (shown.asExpected === false ? ADVICE[meaning] : null),
		asExpected: shown.asExpected,
		question,
		answer: shown.answer,
		entries: null,
		milliseconds: null,
	};
}

/** All findings: each call in turn, then each question that reading can settle. */
export async function findingsOf(account: Account): Promise<Finding[]> {
	const answers: Finding[] = [];
	// One after the other: they are timed, so they must not compete.
	for (const question of Object.keys(LOOKS) as Array<keyof typeof LOOKS>)
		answers.push(await answerTo(account, question));
	const calls = (Object.keys(CALLS) as CallNumber[]).map((number) =>
		findingOf(number, account.reader.calls.get(number)),
	);
	return [...calls, largeIds(account), ...answers];
}

/** Sums up the findings, e.g. "27 of 29 facts are as expected; 2 differ. Take care with 2 of them." */
export function summaryOf(findings: readonly Finding[]): string {
	const seen = findings.filter(({ asExpected }) => asExpected !== null);
	const good = seen.filter(({ asExpected }) => asExpected);
	const count = (meaning: Meaning) => seen.filter((one) => one.meaning === meaning).length;
	const differ = seen.length - good.length;
	const hidden = findings.length - seen.length;
	const sentence = [
		`${good.length} of ${seen.length} facts are as expected`,
		...(differ > 0 ? [`${differ} differ${differ === 1 ? 's' : ''}`] : []),
		...(hidden > 0 ? [`${hidden} could not be seen in this account`] : []),
	].join('; ');
	const stop = count('stop');
	const care = count('take care');
	if (stop > 0) return `${sentence}. Stop: ${stop} of them matter${stop === 1 ? 's' : ''}.`;
	return care > 0
		? `${sentence}. Take care with ${care} of them.`
		: `${sentence}. Nothing stands in the way.`;
}
