import type { AnswerSetRecord } from './records';
import { invalid } from './refusal';
import type { Settings } from './settings';
import type { SandboxState } from './state';

type Query = Record<string, string | undefined>;

/** Cached lists of answer sets, each valid until an answer changes, so that paging through 50,000 is fast. */
export class AnswerLists {
	private readonly kept = new Map<string, AnswerSetRecord[]>();
	private version = -1;

	constructor(
		private readonly state: SandboxState,
		private readonly settings: Settings,
	) {}

	/**
	 * A survey's answer sets that match the filter, in the order of the settings.
	 * @param changedBy the date that `updated` is compared with
	 * @throws Refusal 400 for `updated` with `from` or `to`, and for `from` after `to`
	 */
	get(
		surveyId: number,
		query: Query,
		changedBy: 'Created' | 'Updated' = 'Updated',
	): AnswerSetRecord[] {
		const { from, to, updated, completed } = query;
		if (updated !== undefined && (from !== undefined || to !== undefined)) {
			throw invalid('updated cannot be used together with from or to');
		}
		if (from !== undefined && to !== undefined && from > to) throw invalid('from is after to');
		if (this.version !== this.state.answersVersion) {
			this.kept.clear();
			this.version = this.state.answersVersion;
		}
		const { answerOrder, dateBounds } = this.settings;
		const how = [answerOrder, dateBounds, changedBy];
		const key = [surveyId, from, to, updated, completed, ...how].join(' ');
		let list = this.kept.get(key);
		if (!list) {
			list = this.select(surveyId, query, changedBy);
			this.kept.set(key, list);
		}
		return list;
	}

	// The API's dates have a fixed format, so they can be compared as text.
	private select(
		surveyId: number,
		{ from, to, updated, completed }: Query,
		changedBy: 'Created' | 'Updated',
	): AnswerSetRecord[] {
		const inclusive = this.settings.dateBounds === 'inclusive';
		const notBefore = (date: string, bound?: string) =>
			bound === undefined || date > bound || (inclusive && date === bound);
		const notAfter = (date: string, bound?: string) =>
			bound === undefined || date < bound || (inclusive && date === bound);
		const list = this.state
			.answerSetsOf(surveyId)
			.filter(
				(set) =>
					notBefore(set.Created, from) &&
					notAfter(set.Created, to) &&
					notBefore(set[changedBy], updated) &&
					(completed !== 'true' || set.Completed !== null),
			);
		const [member, direction] = {
			createdAsc: ['Created', 1],
			createdDesc: ['Created', -1],
			updatedAsc: ['Updated', 1],
			updatedDesc: ['Updated', -1],
		}[this.settings.answerOrder] as ['Created' | 'Updated', 1 | -1];
		return list.sort(
			(a, b) =>
				direction *
				(a[member] < b[member] ? -1 : a[member] > b[member] ? 1 : a.AnswerSetId - b.AnswerSetId),
		);
	}
}
