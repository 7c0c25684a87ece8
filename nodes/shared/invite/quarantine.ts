import type { IDataObject } from 'n8n-workflow';
import { withoutTag } from '../input/contact';
import type { Batch, ItemRun } from '../n8n/itemRun';
import { RunError } from '../netigate/errors';
import { daysToKeep, ledgerAccess, type LedgerAccess } from '../quarantine/openLedger';
import { checkAll, reserveAll, StillReservedError, withoutLedger } from '../quarantine/reserve';
import { toOutput } from '../quarantine/result';
import { rulesIn, surveyAt } from '../quarantine/rules/rules';
import { isSampled, type Options } from '../quarantine/settings';
import { isUnavailable } from '../tables/errors';
import type { AddRequest } from './prepareAdd';
import { Reservations } from './reservations';

/** Surveys usually repeat within a year. */
const LONG_AGO_DAYS = 400;

type Claimant = AddRequest & Required<Pick<AddRequest, 'recipient' | 'quarantine'>>;

const claimantsIn = (items: readonly AddRequest[]) =>
	items.filter((item): item is Claimant => Boolean(item.quarantine && item.recipient));

/** Makes reservations for people who may be invited, and settles them by the outcomes of their items. */
export class Quarantine {
	/** Positions of the items that were reserved, and may have been sent, by an earlier attempt at this step. */
	readonly repeated = new Set<number>();

	private readonly outputs = new Map<number, IDataObject>();

	/** By position, the number of earlier items with the same contact, including those that an earlier attempt sent. */
	private readonly ordinals = new Map<number, number>();

	private readonly reservations: Reservations;

	constructor(
		private readonly batch: Batch,
		private readonly run: ItemRun,
		private readonly access: LedgerAccess,
		private readonly options: Options,
		/** See `surveyAt`. */
		private readonly place: string,
		claimants: readonly Claimant[],
	) {
		this.reservations = new Reservations(run, access, options.holdMs !== null);
		const seen = new Map<string, number>();
		for (const claimant of claimants) {
			const key = this.keyOf(claimant);
			const ordinal = seen.get(key) ?? 0;
			seen.set(key, ordinal + 1);
			this.ordinals.set(claimant.position, ordinal);
		}
	}

	/** @returns undefined if no item uses the quarantine. @throws RunError if the ledger isn't accessible */
	static of(batch: Batch, run: ItemRun, items: readonly AddRequest[]): Quarantine | undefined {
		const claimants = claimantsIn(items);
		if (claimants.length === 0) return undefined;
		if (!batch.n8n) {
			throw new RunError(
				"The quarantine can't be used in an AI agent's tool",
				"No one was invited. Have the agent call a workflow that contains this action, or set 'Not Again Within (Days)' to 0 and remove all 'Advanced Quarantine Settings'.",
			);
		}
		const [{ quarantine }] = claimants;
		const { options } = quarantine;
		const rules = rulesIn(claimants.map(({ quarantine }) => quarantine));
		// People in the sendout are asked again only while the ledger knows them.
		const needsHistory = claimants.some(({ options: own }) => own.existing === 'whenAllowed');
		const days = run.preview
			? 0
			: daysToKeep(rules, options, needsHistory ? LONG_AGO_DAYS : undefined);
		const secret = batch.n8n.hashSecret();
		const access = ledgerAccess(batch.n8n.context, secret, options, days);
		const place = batch.n8n.placeOf(secret);
		return new Quarantine(batch, run, access, options, place, claimants);
	}

	/**
	 * Decides which of these people may be invited and, except in previews, makes reservations for them. Earlier items
	 * have priority, even if the items are for different sendouts.
	 * @returns the positions of the items that aren't invited
	 * @throws LedgerError if the ledger can't be used. No one may be invited in this case
	 */
	async decide(items: readonly AddRequest[]): Promise<Set<number>> {
		const claimants = claimantsIn(items).sort((a, b) => a.position - b.position);
		const left = new Set<number>();
		if (claimants.length === 0) return left;
		const now = Date.now();
		const { holdMs } = this.options;
		const candidates = claimants.map((claimant) => this.candidateFor(claimant));
		const leaveOut = (unknown: ReadonlyArray<(typeof candidates)[number]>) => {
			for (const { claimant } of unknown) {
				left.add(claimant.position);
				this.leaveOut(claimant);
			}
			return candidates.filter(({ claimant }) => !left.has(claimant.position));
		};
		const doubtful = candidates.filter(({ claimant }) => claimant.unlessKnown);
		const { open, decided } = await this.access
			.use(async (ledger) => {
				const known = doubtful.length > 0 ? await ledger.invitedBefore(doubtful) : [];
				const open = leaveOut(doubtful.filter((_, index) => !known[index]));
				const decided = this.run.preview
					? await checkAll(ledger, open, now)
					: await reserveAll(ledger, open, now, holdMs);
				return { open, decided };
			})
			.catch(async (error: unknown) => {
				this.continueWithout(error);
				if (error instanceof StillReservedError) this.reservations.claimedAt = now;
				const open = leaveOut(doubtful);
				return { open, decided: await withoutLedger(open, now) };
			});
		for (const [index, candidate] of open.entries()) {
			const { claimant, contact: key, survey, group, timeZone } = candidate;
			const { position, contact } = claimant;
			const { allowed, reason, reservationId, repeated } = decided[index];
			this.outputs.set(position, toOutput(decided[index], survey, timeZone, now));
			if (!allowed) {
				left.add(position);
				this.run.skip(position, String(contact).trim(), reason!, this.outputOf(position));
			} else if (!this.run.preview) {
				const address = reservationId === null ? candidate.address : null;
				const place = { contact: key, survey, group, address, reservationId };
				this.reservations.open.set(position, place);
				if (repeated) this.repeated.add(position);
			}
		}
		return left;
	}

	private candidateFor(claimant: Claimant) {
		const contact = this.keyOf(claimant);
		const { survey, samplePercent } = claimant.quarantine;
		return {
			...claimant.quarantine,
			claimant,
			survey: surveyAt(survey, this.place),
			contact,
			sampled: isSampled(this.access.key, contact, survey, samplePercent),
			address: this.options.storeContact ? claimant.recipient.contact : null,
			blocked: false,
			ordinal: this.ordinals.get(claimant.position),
		};
	}

	private leaveOut({ position, contact, unlessKnown }: Claimant): void {
		const given = String(contact).trim();
		if (unlessKnown === 'existing') this.run.skip(position, given, 'existing');
		else this.run.settle(position, { error: unlessKnown!, json: { contact: given } });
	}

	/** Outputs a hint about the error. @throws the error itself, unless the user chose to continue without the ledger */
	private continueWithout(error: unknown): void {
		if (!isUnavailable(error) || this.options.whenUnavailable === 'stop') throw error;
		this.batch.hint(
			`${error.message}. The rules and opt-outs weren't checked, because 'When Unavailable' is set to Allow. Someone may be asked twice. ${error.advice}`,
		);
	}

	outputOf(position: number): IDataObject {
		const quarantine = this.outputs.get(position);
		return quarantine ? { quarantine } : {};
	}

	/** Confirms the reservations of people who were invited or may have been, and releases the other reservations. */
	async settle(positions?: Iterable<number>): Promise<void> {
		await this.reservations.settle(positions);
	}

	private keyOf({ recipient: { key } }: Claimant): string {
		return this.access.key.hash(this.options.foldPlusAddress ? withoutTag(key) : key);
	}
}
