import type { Counting } from './counting';
import type { ScoreBy } from '../scale';
import { hiddenGroups, withoutSmall, type Group, type GroupType } from './groups';
import type { Period } from './overTime';
import type { CountedPart, PartTally } from './tally';

/** How often an answer was given; `share` in percent of those who answered the question. */
interface Choice {
	answer: string;
	/** What the answer is worth on the question's scale. */
	score: number | null;
	count: number;
	share: number;
}

export interface QuestionSummary {
	questionItemId: number;
	question: string;
	/** The row of a matrix. */
	row: string | null;
	type: string;
	/** Results with an answer to it. */
	answered: number;
	distribution: Choice[];
	/** What the scores are: `number`, `weight` or `position`. Null where there are none. */
	scoreBy: ScoreBy | null;
	mean: number | null;
	/** The net promoter score, -100 to 100, of a question from 0 to 10. */
	nps: number | null;
	promoters: number | null;
	passives: number | null;
	detractors: number | null;
	/** The share, in percent, of those with a score who gave one of the two highest. */
	topTwoShare: number | null;
	/** What people wrote, the newest first. Only in the total. */
	comments: string[];
	/** In a group: too few answered to show what. */
	tooFew: boolean;
}

interface GroupSummary {
	name: string;
	kind: GroupType;
	/** How many small groups were put together; 1 for any other group. */
	together: number;
	/** For the group of one sendout. */
	sendoutId: number | null;
	sendDate: string | null;
	invited: number;
	started: number;
	completed: number;
	/** In percent. */
	responseRate: number | null;
	/** Empty where people are divided in another way too. */
	questions: QuestionSummary[];
}

/** What a survey came to, as `result.summarize` gives it. */
export interface Summary {
	surveyId: number;
	from: string | null;
	to: string | null;
	sendoutIds: number[];
	invited: number;
	started: number;
	completed: number;
	responseRate: number | null;
	withoutInvitation: number;
	results: number;
	questions: QuestionSummary[];
	overTime: Period[];
	sendouts: GroupSummary[];
	groupBy: string | null;
	groups: GroupSummary[];
	minGroupSize: number;
}

const rounded = (value: number, places: number) => {
	const factor = 10 ** places;
	// Half away from zero, also where a product such as 1.005 * 100 falls short of it.
	return (
		(Math.sign(value) * Math.round(Math.abs(value) * factor * (1 + Number.EPSILON))) / factor || 0
	);
};

/** A share in percent, to one decimal; null if there is no one. */
const percent = (part: number, whole: number) =>
	whole === 0 ? null : rounded((part / whole) * 100, 1);

/** Detractors give at most 6 and promoters at least 9, on a scale from 0 to 10. */
const DETRACTS_TO = 6;
const PROMOTES_FROM = 9;

function npsOf({ scores, scored }: PartTally) {
	const between = (low: number, high: number) =>
		[...scores].reduce((sum, [score, n]) => (score >= low && score <= high ? sum + n : sum), 0);
	const promoters = between(PROMOTES_FROM, Infinity);
	const detractors = between(-Infinity, DETRACTS_TO);
	return {
		nps: percent(promoters - detractors, scored),
		promoters,
		passives: scored - promoters - detractors,
		detractors,
	};
}

function distributionOf({ part, chosen, unlisted, beyond, answered }: PartTally): Choice[] {
	const choice = (answer: string, count: number, score: number | null): Choice => ({
		answer,
		score,
		count,
		share: percent(count, answered) ?? 0,
	});
	const { alternatives, scale } = part;
	return [
		...alternatives.map(({ Text }, at) => choice(Text, chosen[at], scale?.scores[at] ?? null)),
		...[...unlisted]
			.sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
			.map(([text, count]) => choice(text, count, null)),
		...(beyond > 0 ? [choice('Other answers', beyond, null)] : []),
	];
}

/** A question that too few people of a group answered. */
const hiddenQuestion = ({ part: { entry, row }, answered }: PartTally): QuestionSummary => ({
	questionItemId: entry.id,
	question: entry.key,
	row: row ?? null,
	type: entry.type,
	answered,
	distribution: [],
	scoreBy: null,
	mean: null,
	nps: null,
	promoters: null,
	passives: null,
	detractors: null,
	topTwoShare: null,
	comments: [],
	tooFew: true,
});

/** What some people answered to one question. */
function questionSummary(tally: PartTally): QuestionSummary {
	const { part, scored, sum, scores } = tally;
	const { scale } = part;
	const top = scale?.topTwoFrom ?? null;
	const rated = scored > 0 || scale?.scores.some((score) => score !== null);
	const high = [...scores].reduce((n, [score, count]) => (score >= top! ? n + count : n), 0);
	return {
		...hiddenQuestion(tally),
		distribution: distributionOf(tally),
		scoreBy: rated ? (scale?.scoreBy ?? 'number') : null,
		mean: scored > 0 ? rounded(sum / scored, 2) : null,
		...(scale?.nps ? npsOf(tally) : {}),
		topTwoShare: top === null ? null : percent(high, scored),
		tooFew: false,
	};
}

function groupSummaries(
	all: readonly Group[],
	parts: readonly CountedPart[],
	least: number,
): GroupSummary[] {
	const groups = withoutSmall(all, least);
	const hidden = new Map(parts.map((part) => [part, hiddenGroups(groups, part, least)]));
	return groups.map((group) => {
		const { name, type, together, sendout, invited, started, completed, responded } = group;
		return {
			name,
			kind: type,
			together,
			sendoutId: sendout?.SendoutId ?? null,
			sendDate: sendout?.Primary?.SendDate ?? null,
			invited,
			started,
			completed,
			responseRate: percent(responded, invited),
			questions: parts.map((part) => {
				const tally = group.tally.of(part);
				return hidden.get(part)!.has(group) ? hiddenQuestion(tally) : questionSummary(tally);
			}),
		};
	});
}

/** The settings that the summary repeats. */
type About = Pick<Summary, 'surveyId' | 'from' | 'to' | 'sendoutIds' | 'groupBy' | 'minGroupSize'>;

/** The summary of all that was counted, divided by sendout and, if requested, by label. */
export function summaryOf(
	{ surveyId, from, to, sendoutIds, groupBy, minGroupSize }: About,
	counting: Counting,
): Summary {
	const { total, parts, comments } = counting;
	const [bySendout, byLabel] = counting.divisions.map((division) =>
		groupSummaries(division.all(), division.counts ? parts.all() : [], minGroupSize),
	);
	const { invited, started, completed, responded } = total;
	return {
		surveyId,
		from,
		to,
		sendoutIds,
		invited,
		started,
		completed,
		responseRate: percent(responded, invited),
		withoutInvitation: counting.uninvited,
		results: counting.results,
		questions: parts.all().map((part) => {
			const summary = questionSummary(total.tally.of(part));
			return part.inWords ? { ...summary, comments: comments.of(part) } : summary;
		}),
		overTime: counting.overTime.periods(),
		sendouts: bySendout,
		groupBy,
		groups: byLabel ?? [],
		minGroupSize,
	};
}
