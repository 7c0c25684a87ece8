import type { IDataObject } from 'n8n-workflow';
import { RunError } from '../netigate/errors';
import { LedgerError } from '../tables/errors';
import type { ParameterReader, Parameters } from '../n8n/parameters';
import { daysNeeded, ledgerAccess, type LedgerAccess } from '../quarantine/openLedger';
import { checkAll, reserveAll, withoutLedger } from '../quarantine/reserve';
import { toOutput } from '../quarantine/result';
import { rulesIn, type Rule } from '../quarantine/rules/rules';
import { optionsOf, rulesOf, type Options } from '../quarantine/settings';
import { normaliseContact } from '../input/contact';
import type { Batch, ItemOutcome } from '../n8n/itemRun';
import type { ItemRun } from '../n8n/itemRun';

/** What an item asks of the quarantine. */
export interface QuarantineSettings {
	survey: string;
	rules: Rule[];
	group: string;
	exempt: boolean;
	options: Options;
	/** Of the workflow, for days of the calendar. */
	timeZone: string;
}

/** The rule that is there from the start, as in the quarantine node. */
const FROM_THE_START: Rule[] = [{ scope: 'survey', after: 'invited', max: 1, days: 30 }];

/** What the quarantine node alone offers. What was not sent is given back in any case. */
const FIXED = { recordInTestRuns: false, releaseOnFailure: false, skipBlocked: true };

const readSettings = (settings: ParameterReader) => ({
	// The editor leaves Rules empty until a rule is added.
	rules: settings.collection('rules').isEmpty ? FROM_THE_START : rulesOf(settings),
	group: settings.storedText('group'),
	exempt: settings.flag('exempt'),
	options: optionsOf(settings, FIXED),
});

/**
 * What an item asks of the quarantine: undefined where nothing is set.
 *
 * @throws InputError when a setting cannot be used
 */
export function quarantineSettings(parameters: Parameters): QuarantineSettings | undefined {
	if (parameters.collection('quarantine').isEmpty) return undefined;
	return {
		survey: String(parameters.id('surveyId')),
		...parameters.collection('quarantine', readSettings),
		timeZone: parameters.timeZone,
	};
}

/** An item of the run, wherever it goes. */
interface Wishing {
	position: number;
	contact: unknown;
	quarantine?: QuarantineSettings;
}

type Asking = Wishing & { quarantine: QuarantineSettings };

interface Reservation extends Asking {
	/** The contact as the ledger knows it. */
	key: string;
	reservationId: string;
}

/**
 * The quarantine for one run of an action that invites: decides who may be asked and reserves them on the
 * ledger of the quarantine node, and settles each reservation by what became of it.
 */
export class Quarantine {
	private readonly open = new Map<number, Reservation>();

	private readonly told = new Map<number, IDataObject>();

	/** Numbers the items of each contact over the whole run, also those that an earlier try has sent. */
	private readonly ordinals = new Map<number, number>();

	private constructor(
		private readonly batch: Batch,
		private readonly frame: ItemRun,
		private readonly access: LedgerAccess,
		private readonly options: Options,
		asking: readonly Asking[],
	) {
		const seen = new Map<string, number>();
		for (const one of asking) {
			const key = this.keyOf(one);
			const ordinal = seen.get(key) ?? 0;
			seen.set(key, ordinal + 1);
			this.ordinals.set(one.position, ordinal);
		}
	}

	/**
	 * @returns undefined where no item asks for it
	 * @throws RunError where n8n gives no way to the ledger
	 */
	static of(batch: Batch, frame: ItemRun, requests: readonly Wishing[]): Quarantine | undefined {
		const asking = requests.filter((one): one is Asking => one.quarantine !== undefined);
		if (asking.length === 0) return undefined;
		if (!batch.n8n) {
			throw new RunError(
				'The quarantine cannot be used where an AI agent runs this action as its tool',
				'Nobody was invited. Have the agent call a workflow that holds this action, or take the settings under Quarantine out.',
			);
		}
		const [{ quarantine }] = asking;
		const { options } = quarantine;
		const rules = rulesIn(asking.map(({ quarantine }) => quarantine));
		const days = frame.preview ? 0 : daysNeeded(rules, options.keepDays);
		const access = ledgerAccess(batch.n8n.context, options, days);
		return new Quarantine(batch, frame, access, options, asking);
	}

	/**
	 * Decides about all who are about to be sent, and reserves those whom the rules allow; the others are
	 * skipped. A preview reserves nothing.
	 *
	 * @param skip told of each who is kept back
	 * @throws LedgerError when the ledger cannot be used, and nobody is to be asked then
	 */
	async decide(people: readonly Wishing[]): Promise<Set<number>> {
		const asking = people.filter((one): one is Asking => one.quarantine !== undefined);
		const kept = new Set<number>();
		if (asking.length === 0) return kept;
		const now = Date.now();
		const candidates = asking.map((one) => ({
			...one.quarantine,
			contact: this.keyOf(one),
			address: this.options.storeContact ? this.contactOf(one) : null,
			blocked: false,
			ordinal: this.ordinals.get(one.position),
		}));
		const decided = await this.access
			.use(async (ledger) =>
				this.frame.preview
					? await checkAll(ledger, candidates, now)
					: await reserveAll(ledger, candidates, now, this.options.holdMs),
			)
			.catch((error: unknown) => {
				if (!(error instanceof LedgerError) || this.options.whenUnavailable === 'stop') throw error;
				this.batch.hint(
					`${error.message}. All were allowed but those twice in this run, as "When Unavailable" says; somebody may be asked twice. ${error.advice}`,
				);
				return withoutLedger(candidates, now);
			});
		for (const [index, one] of asking.entries()) {
			const { position, quarantine } = one;
			const { allowed, reason, reservationId } = decided[index];
			this.told.set(position, toOutput(decided[index], quarantine.survey, quarantine.timeZone));
			if (!allowed) {
				kept.add(position);
				this.frame.skip(position, String(one.contact).trim(), reason!, this.outputOf(position));
			} else if (reservationId !== null) {
				this.open.set(position, { ...one, key: candidates[index].contact, reservationId });
			}
		}
		return kept;
	}

	/** What the output tells of an item's decision. */
	outputOf(position: number): IDataObject {
		const quarantine = this.told.get(position);
		return quarantine ? { quarantine } : {};
	}

	/**
	 * Settles the reservations of these items: who was invited, or may have been, stays reserved; all others
	 * are given back.
	 */
	async settle(positions: Iterable<number>): Promise<void> {
		const invited: Reservation[] = [];
		const free: Reservation[] = [];
		for (const position of positions) {
			const reservation = this.open.get(position);
			if (!reservation) continue;
			this.open.delete(position);
			(mayBeAsked(this.frame.outcome(position)) ? invited : free).push(reservation);
		}
		// Without a hold a reservation is final from the start.
		if (this.options.holdMs !== null && invited.length > 0) {
			await this.access
				.use(async (ledger) => await ledger.confirm(invited.map(placeOf), Date.now()))
				.catch((error: Error) =>
					this.batch.hint(
						`The reservations of ${invited.length} invited people could not be confirmed, so they lapse after Hold Minutes, and these people may be asked again. Confirm them with the Netigate Quarantine node. ${error.message}`,
					),
				);
		}
		if (free.length > 0) {
			await this.access
				.use(async (ledger) => await ledger.release(free.map(placeOf)))
				.catch((error: Error) =>
					this.batch.hint(
						`The reservations of ${free.length} people who were not invited could not be given back, so they count as invited. Release them with the Netigate Quarantine node. ${error.message}`,
					),
				);
		}
	}

	/** Settles what is left at the end of the run. */
	async settleRest(): Promise<void> {
		await this.settle([...this.open.keys()]);
	}

	private contactOf({ contact }: Asking): string {
		const { foldPlusAddress } = this.options;
		return normaliseContact(contact, { foldPlusAddress }) ?? String(contact);
	}

	private keyOf(asking: Asking): string {
		return this.access.key.hash(this.contactOf(asking));
	}
}

const placeOf = ({ key, reservationId, quarantine: { survey, group } }: Reservation) => ({
	contact: key,
	survey,
	group,
	address: null,
	reservationId,
});

/** Whether somebody was invited, or may have been. Nothing was sent for an item without outcome. */
function mayBeAsked(outcome: ItemOutcome | undefined): boolean {
	if (!outcome) return false;
	return 'error' in outcome ? outcome.json?.mayBeInvited === true : true;
}
