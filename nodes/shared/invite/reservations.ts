import type { IDataObject } from 'n8n-workflow';
import type { ItemRun } from '../n8n/itemRun';
import { NetigateError } from '../netigate/errors';
import type { LedgerAccess } from '../quarantine/openLedger';
import { persistently } from '../quarantine/persistently';

interface Reservation {
	contact: string;
	survey: string;
	group: string;
	address: null;
	reservationId: string;
}

/** The reservations of one run that are neither confirmed nor released yet. */
export class Reservations {
	/** By the position of their item. */
	readonly open = new Map<number, Reservation>();

	/** @param held whether reservations expire unless they are confirmed */
	constructor(
		private readonly run: ItemRun,
		private readonly access: LedgerAccess,
		private readonly held: boolean,
	) {}

	/**
	 * Confirms the reservations of people who were or may have been invited, and releases the others. If the ledger can't
	 * be used, the items say so.
	 */
	async settle(positions: Iterable<number> = [...this.open.keys()]): Promise<void> {
		const invited = new Map<number, Reservation>();
		const free = new Map<number, Reservation>();
		for (const position of positions) {
			const reservation = this.open.get(position);
			if (!reservation) continue;
			this.open.delete(position);
			(this.mayBeInvited(position) ? invited : free).set(position, reservation);
		}
		// Without a hold, a reservation is final from the start.
		if (this.held && invited.size > 0) {
			const places = [...invited.values()];
			await persistently(async () => {
				await this.access.use(async (ledger) => await ledger.confirm(places, Date.now()));
			}).catch(() => this.report(invited.keys(), { confirmed: false }));
		}
		if (free.size > 0) {
			const places = [...free.values()];
			await persistently(async () => {
				await this.access.use(async (ledger) => await ledger.release(places));
			}).catch(() => this.report(free.keys(), { released: false }));
		}
	}

	/** An item without an outcome wasn't sent. */
	private mayBeInvited(position: number): boolean {
		const outcome = this.run.outcome(position);
		if (!outcome) return false;
		return !('error' in outcome) || outcome.json?.mayBeInvited === true;
	}

	/** Adds to the items what the ledger couldn't remember. */
	private report(positions: Iterable<number>, what: IDataObject): void {
		for (const position of positions) {
			const outcome = this.run.outcome(position) ?? { error: this.notSent() };
			const json = { ...(outcome.json as IDataObject | undefined) };
			json.quarantine = { ...(json.quarantine as IDataObject | undefined), ...what };
			this.run.settle(position, { ...outcome, json });
		}
	}

	private notSent(): Error {
		return (
			this.run.firstError() ??
			new NetigateError('The contact was not sent', {
				outcome: 'notDone',
				advice: 'Run this again.',
			})
		);
	}
}
