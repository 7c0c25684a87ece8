import type { IDataObject } from 'n8n-workflow';
import { withoutTag, type Recipient } from '../input/contact';
import type { Batch, ItemRun } from '../n8n/itemRun';
import type { ParameterReader, Parameters } from '../n8n/parameters';
import { RunError } from '../netigate/errors';
import { daysNeeded, ledgerAccess, type LedgerAccess } from '../quarantine/openLedger';
import { checkAll, reserveAll, withoutLedger } from '../quarantine/reserve';
import { toOutput } from '../quarantine/result';
import { rulesIn, surveyAt, type Rule } from '../quarantine/rules/rules';
import { groupAndRules, optionsOf, type Options } from '../quarantine/settings';
import { LedgerError } from '../tables/errors';

export interface QuarantineSettings {
	survey: string;
	rules: Rule[];
	group: string;
	exempt: boolean;
	options: Options;
	/** The workflow's time zone, for calendar days. */
	timeZone: string;
}

/** The same default as in the quarantine node. */
const DEFAULT_RULES: Rule[] = [{ scope: 'survey', after: 'invited', max: 1, days: 30 }];

/** Options that only the quarantine node offers. */
const FIXED = { recordInTestRuns: false, releaseOnFailure: false, skipBlocked: true };

const readSettings = (settings: ParameterReader) => ({
	// In the editor, Rules stays empty until someone adds a rule.
	...groupAndRules(settings, settings.collection('rules').isEmpty ? DEFAULT_RULES : undefined),
	exempt: settings.flag('exempt'),
	options: optionsOf(settings, FIXED),
});

/** @returns undefined if no setting is used. @throws InputError for an invalid setting */
export function quarantineSettings(parameters: Parameters): QuarantineSettings | undefined {
	if (parameters.collection('quarantine').isEmpty) return undefined;
	return {
		survey: String(parameters.id('surveyId')),
		...parameters.collection('quarantine', readSettings),
		timeZone: parameters.timeZone,
	};
}

interface Invited {
	position: number;
	contact: unknown;
	/** Absent if the contact or its sendout couldn't be read, so that nothing is sent. */
	recipient?: Recipient;
	quarantine?: QuarantineSettings;
}

type Claimant = Required<Invited>;

interface Reservation {
	contact: string;
	survey: string;
	group: string;
	address: null;
	reservationId: string;
}

const claimantsIn = (items: readonly Invited[]) =>
	items.filter((item): item is Claimant => Boolean(item.quarantine && item.recipient));

/** Decides who may be asked in one run, reserves them, and settles each reservation based on its item's outcome. */
export class Quarantine {
	/** Reservations that are neither confirmed nor released yet. */
	private readonly open = new Map<number, Reservation>();

	private readonly outputs = new Map<number, IDataObject>();

	/** Numbers the items of each contact in the whole run, including items that an earlier try has sent. */
	private readonly ordinals = new Map<number, number>();

	private constructor(
		private readonly batch: Batch,
		private readonly run: ItemRun,
		private readonly access: LedgerAccess,
		private readonly options: Options,
		/** See `surveyAt`. */
		private readonly place: string,
		claimants: readonly Claimant[],
	) {
		const seen = new Map<string, number>();
		for (const claimant of claimants) {
			const key = this.keyOf(claimant);
			const ordinal = seen.get(key) ?? 0;
			seen.set(key, ordinal + 1);
			this.ordinals.set(claimant.position, ordinal);
		}
	}

	/** @returns undefined if no item uses the quarantine. @throws RunError without access to the ledger */
	static of(batch: Batch, run: ItemRun, items: readonly Invited[]): Quarantine | undefined {
		const claimants = claimantsIn(items);
		if (claimants.length === 0) return undefined;
		if (!batch.n8n) {
			throw new RunError(
				"The quarantine can't be used in an AI agent's tool",
				"No one was invited. Have the agent call a workflow that contains this action, or remove the settings under 'Quarantine'.",
			);
		}
		const [{ quarantine }] = claimants;
		const { options } = quarantine;
		const rules = rulesIn(claimants.map(({ quarantine }) => quarantine));
		const days = run.preview ? 0 : daysNeeded(rules, options.keepDays);
		const access = ledgerAccess(batch.n8n.context, options, days);
		const place = batch.n8n.placeOf(options.hashSecret);
		return new Quarantine(batch, run, access, options, place, claimants);
	}

	/**
	 * Decides who of these people may be invited, and reserves them (not in previews).
	 * @returns the positions of the quarantined items
	 * @throws LedgerError if the ledger can't be used, so no one may be asked
	 */
	async decide(items: readonly Invited[]): Promise<Set<number>> {
		const claimants = claimantsIn(items);
		const quarantined = new Set<number>();
		if (claimants.length === 0) return quarantined;
		const now = Date.now();
		const { storeContact, holdMs, whenUnavailable } = this.options;
		const candidates = claimants.map((claimant) => ({
			...claimant.quarantine,
			survey: surveyAt(claimant.quarantine.survey, this.place),
			contact: this.keyOf(claimant),
			address: storeContact ? claimant.recipient.contact : null,
			blocked: false,
			ordinal: this.ordinals.get(claimant.position),
		}));
		const decided = await this.access
			.use(async (ledger) =>
				this.run.preview
					? await checkAll(ledger, candidates, now)
					: await reserveAll(ledger, candidates, now, holdMs),
			)
			.catch((error: unknown) => {
				if (!(error instanceof LedgerError) || whenUnavailable === 'stop') throw error;
				this.batch.hint(
					`${error.message}. Everyone was allowed except duplicates, because 'When Unavailable' is set to Allow. Someone may be asked twice. ${error.advice}`,
				);
				return withoutLedger(candidates, now);
			});
		for (const [index, { position, contact, quarantine }] of claimants.entries()) {
			const { allowed, reason, reservationId } = decided[index];
			const { survey, timeZone } = quarantine;
			this.outputs.set(position, toOutput(decided[index], survey, timeZone, now));
			if (!allowed) {
				quarantined.add(position);
				this.run.skip(position, String(contact).trim(), reason!, this.outputOf(position));
			} else if (reservationId !== null) {
				const { contact: key, survey, group } = candidates[index];
				this.open.set(position, { contact: key, survey, group, address: null, reservationId });
			}
		}
		return quarantined;
	}

	outputOf(position: number): IDataObject {
		const quarantine = this.outputs.get(position);
		return quarantine ? { quarantine } : {};
	}

	/** Confirms the reservations of people who were or may have been invited, and releases the others. */
	async settle(positions: Iterable<number> = [...this.open.keys()]): Promise<void> {
		const invited: Reservation[] = [];
		const free: Reservation[] = [];
		for (const position of positions) {
			const reservation = this.open.get(position);
			if (!reservation) continue;
			this.open.delete(position);
			(this.mayBeInvited(position) ? invited : free).push(reservation);
		}
		const { access, options, batch } = this;
		// Without a hold, a reservation is final from the start.
		if (options.holdMs !== null && invited.length > 0) {
			await access
				.use(async (ledger) => await ledger.confirm(invited, Date.now()))
				.catch((error: Error) =>
					batch.hint(
						`Couldn't confirm the reservations of ${invited.length} invited people. The reservations will expire after 'Hold (Minutes)', so these people may be asked again. Confirm them with the Netigate Quarantine node. ${error.message}`,
					),
				);
		}
		if (free.length > 0) {
			await access
				.use(async (ledger) => await ledger.release(free))
				.catch((error: Error) =>
					batch.hint(
						`Couldn't release the reservations of ${free.length} people who weren't invited, so they count as invited. Release them with the Netigate Quarantine node. ${error.message}`,
					),
				);
		}
	}

	/** An item without an outcome wasn't sent. */
	private mayBeInvited(position: number): boolean {
		const outcome = this.run.outcome(position);
		if (!outcome) return false;
		return !('error' in outcome) || outcome.json?.mayBeInvited === true;
	}

	private keyOf({ recipient: { key } }: Claimant): string {
		return this.access.key.hash(this.options.foldPlusAddress ? withoutTag(key) : key);
	}
}
