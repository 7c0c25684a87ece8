import type { IDataObject } from 'n8n-workflow';
import type { ItemRun } from '../n8n/itemRun';
import { NetigateError } from '../netigate/errors';
import type { Ledger, LedgerAccess, Place } from '../quarantine/openLedger';
import { persistently } from '../quarantine/persistently';

/** Its `reservationId` is null if the person was allowed without the ledger. */
type Reservation = Required<Place>;

type Some = Map<number, Reservation>;

/** The reservations of one run that are neither confirmed nor released yet. */
export class Reservations {
	/** The reservations, by the positions of their items. */
	readonly open: Some = new Map();

	/** If a claim failed but may have left reservations in the ledger, the time of that claim. */
	claimedAt: number | undefined;

	/** @param held whether reservations expire unless they are confirmed */
	constructor(
		private readonly run: ItemRun,
		private readonly access: LedgerAccess,
		private readonly held: boolean,
	) {}

	/**
	 * Confirms the reservations of people who were invited or may have been, and releases the other reservations. If the
	 * ledger is available again, also records people who were invited without it. If the ledger still can't be used, the
	 * items' output shows this.
	 */
	async settle(positions: Iterable<number> = [...this.open.keys()]): Promise<void> {
		const groups: Record<'invited' | 'free' | 'record' | 'forget', Some> = {
			invited: new Map(),
			free: new Map(),
			record: new Map(),
			forget: new Map(),
		};
		for (const position of positions) {
			const reservation = this.open.get(position);
			if (!reservation) continue;
			this.open.delete(position);
			const { reservationId } = reservation;
			const [settled, open] = this.mayBeInvited(position)
				? (['invited', 'record'] as const)
				: (['free', 'forget'] as const);
			groups[reservationId === null ? open : settled].set(position, reservation);
		}
		const { invited, free, record, forget } = groups;
		// The same in each attempt, so that an attempt finds invitations that an earlier one recorded.
		const now = Date.now();
		const takeBack = async (ledger: Ledger, places: readonly Reservation[]) => {
			const contacts = places.map(({ contact }) => contact);
			if (this.claimedAt !== undefined) await ledger.takeBack(this.claimedAt, contacts);
		};
		// Only held reservations need to be confirmed. Others are final from the start.
		if (this.held)
			await this.write(invited, { confirmed: false }, async (ledger, places) => {
				await ledger.confirm(places, now);
			});
		await this.write(record, { confirmed: false }, async (ledger, places) => {
			await takeBack(ledger, places);
			await ledger.record(places.map((place) => ({ ...place, kind: 'invited', at: now })));
		});
		await this.write(free, { released: false }, async (ledger, places) => {
			await ledger.release(places);
		});
		if (this.claimedAt !== undefined) await this.write(forget, { released: false }, takeBack);
	}

	private async write(
		some: Some,
		unless: IDataObject,
		task: (ledger: Ledger, places: readonly Reservation[]) => Promise<void>,
	): Promise<void> {
		if (some.size === 0) return;
		const places = [...some.values()];
		await persistently(async () => {
			await this.access.use(async (ledger) => await task(ledger, places));
		}).catch(() => this.report(some.keys(), unless));
	}

	/** Whether the item's person may have been invited. An item without an outcome wasn't sent. */
	private mayBeInvited(position: number): boolean {
		const outcome = this.run.outcome(position);
		if (!outcome) return false;
		return !('error' in outcome) || outcome.json?.mayBeInvited === true;
	}

	/** Adds a note to the output of items for which the ledger couldn't be updated. */
	private report(positions: Iterable<number>, what: IDataObject): void {
		for (const position of positions) {
			const outcome = this.run.outcome(position) ?? { error: this.notSent() };
			const json = { ...(outcome.json as IDataObject | undefined) };
			json.quarantine = { ...(json.quarantine as IDataObject | undefined), ...what };
			this.run.settle(position, { ...outcome, json });
		}
	}

	private notSent(): Error {
		// The first item's own outcome may be unknown, but this item wasn't sent.
		const why = this.run.firstError()?.message;
		return new NetigateError(`The contact wasn't sent${why ? `: ${why}` : ''}`, {
			outcome: 'notDone',
			advice: 'Run this again.',
		});
	}
}
