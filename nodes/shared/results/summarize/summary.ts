import type { Counting } from './counting';
import type { ScoreBy } from '../scale';
import { hiddenGroups, withoutSmall, type Group } from './groups';
import type { CountedPart, PartTally } from './tally';

export interface QuestionSummary {
	questionItemId: number;
	question: string;
	/** The row of a matrix. */
	row: string | null;
	type: string;
	/** Results with an answer to it. */
	answered: number;
	distribution: ReturnType<typeof distributionOf>;
	/** What the scores are: `number`, `weight` or `position`. Null if there are none. */
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

const rounded = (value: number, places: number) => {
	const factor = 10 ** places;
	// Half away from zero, even if a product such as 1.005 * 100 falls short of it.
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

/** How often each answer was given, and its share in percent of those who answered the question. */
function distributionOf({ part, chosen, unlisted, beyond, answered }: PartTally) {
	const choice = (answer: string, count: number, score: number | null = null) => ({
		answer,
		/** What the answer is worth on the question's scale. */
		score,
		count,
		share: percent(count, answered) ?? 0,
	});
	const { choices, scale } = part;
	const others = [...unlisted];
	others.sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
	return [
		...choices.list.map(({ Text }, at) => choice(Text, chosen[at], scale?.scores[at])),
		...others.map(([text, count]) => choice(text, count)),
		...(beyond > 0 ? [choice('Other answers', beyond)] : []),
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

/** @param parts empty if people are divided in another way too */
function groupSummaries(all: readonly Group[], parts: readonly CountedPart[], least: number) {
	const groups = withoutSmall(all, least);
	const hidden = new Map(parts.map((part) => [part, hiddenGroups(groups, part, least)]));
	return groups.map((group) => {
		const { name, type, together, sendout, invited, started, completed, responded } = group;
		return {
			name,
			kind: type,
			/** How many small groups were put together; 1 for any other group. */
			together,
			/** Of the group of one sendout. */
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
interface About {
	surveyId: number;
	from: string | null;
	to: string | null;
	sendoutIds: number[];
	groupBy: string | null;
	minGroupSize: number;
}

export type Summary = ReturnType<typeof summaryOf>;

/** The summary of all that was counted, divided by sendout and, if requested, by label; rates are in percent. */
export function summaryOf(about: About, counting: Counting) {
	const { surveyId, from, to, sendoutIds, groupBy, minGroupSize } = about;
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
