import { getOrAdd, groupBy, jointKey } from '../../basics/lists';
import { sameSurvey, surveyIdIn } from '../rules/rules';
import type { Entry, Place } from './ledger';

/** One contact's reservations, indexed because thousands of places can have the same contact. */
export class ReservationIndex<E extends Entry> {
	readonly changed = new Set<E>();

	private readonly invitations: readonly E[];

	private readonly bySurvey: ReadonlyMap<string, E[]>;

	private readonly byToken: ReadonlyMap<string, E[]>;

	private byName: ReadonlyMap<string, E[]> | undefined;

	private readonly lists = new Map<string, E[]>();

	private readonly left = new Map<E[], Map<string, E[]>>();

	/**
	 * @param nameOf returns the ID of the reservation that an entry represents
	 * @param confirmedAs returns the token of an entry that was confirmed with an ID after its reservation was gone
	 */
	constructor(
		entries: readonly E[],
		private readonly nameOf: (entry: E, contact: string) => string,
		private readonly confirmedAs: (reservationId: string) => string,
	) {
		this.invitations = entries.filter(({ kind }) => kind === 'invited');
		this.bySurvey = groupBy(this.invitations, ({ survey }) => surveyIdIn(survey));
		this.byToken = groupBy(this.invitations, ({ token }) => token);
	}

	/** A place's reservations: those with its ID or, if it has none, all for its survey. */
	of(place: Place): E[] {
		const { survey, reservationId } = place;
		return getOrAdd(this.lists, jointKey(survey, reservationId ?? ''), () => {
			const all = reservationId
				? this.withId(place, reservationId)
				: (this.bySurvey.get(surveyIdIn(survey)) ?? []);
			return all.filter((entry) => sameSurvey(entry.survey, survey));
		});
	}

	private withId({ contact }: Place, reservationId: string): E[] {
		this.byName ??= groupBy(this.invitations, (entry) => this.nameOf(entry, contact));
		const confirmed = this.byToken.get(this.confirmedAs(reservationId)) ?? [];
		return [...(this.byName.get(reservationId) ?? []), ...confirmed];
	}

	/**
	 * Returns the last unchanged entry that `select` returns, and marks it as changed.
	 * @param list a list from `of`
	 * @param which identifies the selection, which is made only once per list
	 */
	take(list: E[], which: string, select: () => E[]): E | undefined {
		const ofList = getOrAdd(this.left, list, () => new Map<string, E[]>());
		const stack = getOrAdd(ofList, which, select);
		let entry = stack.pop();
		while (entry && this.changed.has(entry)) entry = stack.pop();
		if (entry) this.changed.add(entry);
		return entry;
	}
}
