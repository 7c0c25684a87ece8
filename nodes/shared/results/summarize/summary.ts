import type { Counting } from './counting';
import { hiddenGroups, withoutSmall, type Group } from './groups';
import type { CountedPart, PartTally } from './tally';

const rounded = (value: number, places: number) => {
	const factor = 10 ** places;
	// Halves are rounded away from zero, even if a product such as 1.005 * 100 is slightly less than its exact value.
	return (
		(Math.sign(value) * Math.round(Math.abs(value) * factor * (1 + Number.EPSILON))) / factor || 0
	);
};

const percent = (part: number, whole: number) =>
	whole === 0 ? null : rounded((part / whole) * 100, 1);

/** The net promoter score, from -100 to 100. Detractors give a score from 0 to 6, and promoters give 9 or 10. */
function npsOf({ scores, scored }: PartTally, hasNps: boolean) {
	if (!hasNps) return { nps: null, promoters: null, passives: null, detractors: null };
	const between = (low: number, high: number) =>
		[...scores].reduce((sum, [score, n]) => (score >= low && score <= high ? sum + n : sum), 0);
	const promoters = between(9, Infinity);
	const detractors = between(-Infinity, 6);
	const passives = scored - promoters - detractors;
	return { nps: percent(promoters - detractors, scored), promoters, passives, detractors };
}

/** How often each answer was given: the count, and the percentage of the people who answered the question. */
function distributionOf({ part, chosen, unlisted, beyond, answered }: PartTally) {
	const choice = (answer: string, count: number, score: number | null = null) => {
		return { answer, score, count, share: percent(count, answered) ?? 0 };
	};
	const { choices, scale } = part;
	const others = [...unlisted];
	others.sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
	return [
		...choices.list.map(({ Text }, at) => choice(Text, chosen[at], scale?.scores[at])),
		...others.map(([text, count]) => choice(text, count)),
		...(beyond > 0 ? [choice('Other answers', beyond)] : []),
	];
}

export type QuestionSummary = ReturnType<typeof questionSummary>;

/** @param hidden whether to show only the number of answers, because too few people in the group answered */
function questionSummary(tally: PartTally, hidden = false) {
	const { part, answered, scored, sum, scores } = tally;
	const { entry, row, scale } = part;
	const top = scale?.topTwoFrom ?? null;
	const rated = scored > 0 || scale?.scores.some((score) => score !== null);
	const high = [...scores].reduce((n, [score, count]) => (score >= top! ? n + count : n), 0);
	return {
		questionItemId: entry.id,
		question: entry.key,
		row: row ?? null,
		type: entry.type,
		/** The number of results with an answer to this question. */
		answered,
		distribution: hidden ? [] : distributionOf(tally),
		scoreBy: rated && !hidden ? (scale?.scoreBy ?? 'number') : null,
		mean: scored > 0 && !hidden ? rounded(sum / scored, 2) : null,
		...npsOf(tally, !hidden && scale?.nps === true),
		/** The percentage of people with a score who gave one of the two highest scores. */
		topTwoShare: top === null || hidden ? null : percent(high, scored),
		/** The newest free-text answers. Empty in groups, because comments are shown only in the total. */
		comments: [] as string[],
		tooFew: hidden,
	};
}

function countsOf({ invited, started, completed, responded }: Group) {
	return { invited, started, completed, responseRate: percent(responded, invited) };
}

function groupSummaries(all: readonly Group[], parts: readonly CountedPart[], least: number) {
	const groups = withoutSmall(all, least);
	const hidden = new Map(parts.map((part) => [part, hiddenGroups(groups, part, least)]));
	return groups.map((group) => {
		const { name, type, together, sendout } = group;
		return {
			name,
			kind: type,
			/** The number of small groups that were combined in this one; 1 for any other group. */
			together,
			sendoutId: sendout?.SendoutId ?? null,
			sendDate: sendout?.Primary?.SendDate ?? null,
			...countsOf(group),
			questions: parts.map((part) =>
				questionSummary(group.tally.of(part), hidden.get(part)!.has(group)),
			),
		};
	});
}

interface Settings {
	surveyId: number;
	from: string | null;
	to: string | null;
	sendoutIds: number[];
	groupBy: string | null;
	minGroupSize: number;
}

export type Summary = ReturnType<typeof summaryOf>;

/** Summarizes everything that was counted, by sendout and, if requested, by label. Rates are percentages. */
export function summaryOf(settings: Settings, counting: Counting) {
	const { groupBy, minGroupSize, ...filters } = settings;
	const { total, parts, comments } = counting;
	const [bySendout, byLabel] = counting.divisions.map((division) =>
		groupSummaries(division.all(), division.counts ? parts.all() : [], minGroupSize),
	);
	return {
		...filters,
		...countsOf(total),
		withoutInvitation: counting.uninvited,
		results: counting.results,
		questions: parts.all().map((part) => {
			const summary = questionSummary(total.tally.of(part));
			return { ...summary, comments: comments.of(part) };
		}),
		overTime: counting.overTime.periods(),
		sendouts: bySendout,
		groupBy,
		groups: byLabel ?? [],
		minGroupSize,
	};
}
