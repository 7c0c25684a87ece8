import type { ContactKey } from '../shared/quarantine/ledger/contactKey';
import type { Ledger, PastEvent, Place } from '../shared/quarantine/ledger/ledger';
import { ledgerAccess, SPARE_DAYS } from '../shared/quarantine/openLedger';
import type { Result } from '../shared/quarantine/result';
import { optOutFor } from '../shared/quarantine/rules/optOut';
import { DAY_MS, OPTED_OUT, surveyIdIn, type EventKind } from '../shared/quarantine/rules/rules';
import { groupOf, liftedOf, optOutOf, surveyOf } from '../shared/quarantine/settings';
import { noteConfirm } from './releaseAtEnd';
import type { ContactItem, QuarantineRun } from './run';

/**
 * @param daysFor returns the number of days this node needs the ledger to keep events
 * @param perDays see `ledgerAccess`
 */
async function remember<T extends object>(
	run: QuarantineRun,
	read: (item: ContactItem, key: ContactKey) => T,
	task: (ledger: Ledger, list: T[]) => Promise<Array<Result['quarantine']>>,
	daysFor: (list: readonly T[]) => number = () => 0,
	perDays = false,
): Promise<void> {
	const { key } = ledgerAccess(run.context, run.secret, run.options, 0);
	const list = await run.each((item) => read(item, key));
	if (list.length === 0) return;
	const access = ledgerAccess(run.context, run.secret, run.options, daysFor(list), { perDays });
	const test = run.isTest();
	const results = test
		? undefined
		: await run.orUnavailable(
				async () => await access.use(async (ledger) => await task(ledger, list)),
			);
	const reason = test ? 'testRun' : 'ledgerUnavailable';
	list.forEach(({ position }, index) =>
		run.settle(position, results?.[index] ?? { status: 'unchanged', reason }),
	);
}

function placeOf(
	{ readRecipient, parameters, place }: ContactItem,
	hashing: ContactKey,
	storeContact: boolean,
	kind: EventKind = 'invited',
): Place {
	const { survey, group } =
		kind === OPTED_OUT
			? optOutOf(parameters, place)
			: { survey: surveyOf(parameters, place), group: groupOf(parameters) };
	const { recipient, key } = readRecipient();
	return {
		survey,
		group,
		contact: hashing.hash(key),
		address: storeContact ? recipient.contact : null,
	};
}

/** Leaves out the item's reservation ID if a later Reserve for another survey has overwritten it. */
function reservedPlaceOf(item: ContactItem, key: ContactKey, storeContact: boolean): Place {
	const place = placeOf(item, key, storeContact);
	const { quarantine } = item.parameters.item as {
		quarantine?: { reservationId?: unknown; surveyId?: unknown };
	};
	const reservationId = quarantine?.reservationId;
	const named = typeof reservationId === 'string' && reservationId !== '';
	return named && String(quarantine?.surveyId) === surveyIdIn(place.survey)
		? { ...place, reservationId }
		: place;
}

export async function confirm(run: QuarantineRun): Promise<void> {
	const status = 'confirmed';
	await remember(
		run,
		(item, key) => reservedPlaceOf(item, key, run.options.storeContact),
		async (ledger, places) =>
			(await ledger.confirm(places, Date.now())).map((reason) => ({ status, reason })),
	).finally(() => noteConfirm(run.context, run.allAre(status)));
}

export async function release(run: QuarantineRun): Promise<void> {
	await remember(
		run,
		(item, key) => reservedPlaceOf(item, key, false),
		async (ledger, places) =>
			(await ledger.release(places)).map((reason) => ({
				status: reason === 'released' ? 'released' : 'unchanged',
				reason,
			})),
	);
}

/** 30, 60, 120, 240 or 480 days, so that a node needs only a few keepers. */
const roundedUp = (days: number) =>
	SPARE_DAYS * 2 ** Math.max(0, Math.ceil(Math.log2(days / SPARE_DAYS)));

/** Record ignores older events, except opt-outs, unless 'Keep (Days)' is higher. */
const OLDEST_DAYS = 400;

export async function record(run: QuarantineRun): Promise<void> {
	const now = Date.now();
	const { keepDays, storeContact } = run.options;
	const isTooOld = ({ kind, at }: PastEvent) =>
		kind !== OPTED_OUT && at < now - (keepDays || OLDEST_DAYS) * DAY_MS;
	// The node with the rules may not have run yet, so each event is kept for some time after it was recorded.
	const daysFor = (events: readonly PastEvent[]) => {
		const fresh = events.filter((event) => event.kind !== OPTED_OUT && !isTooOld(event));
		const oldest = fresh.reduce((first, { at }) => Math.min(first, at), now);
		return keepDays || roundedUp((now - oldest) / DAY_MS + SPARE_DAYS);
	};
	await remember(
		run,
		(item, key): PastEvent => {
			const date = item.parameters.date('at');
			const kind = item.parameters.choice<EventKind>('event');
			return {
				...placeOf(item, key, storeContact, kind),
				kind,
				at: date === undefined ? now : Date.parse(date),
			};
		},
		async (ledger, events) => {
			// The ledger would delete older events immediately or very soon.
			const fresh = events.filter((event) => !isTooOld(event));
			const outcomes = fresh.length > 0 ? await ledger.record(fresh) : [];
			const reasons = new Map(fresh.map((event, index) => [event, outcomes[index]]));
			return events.map((event) => {
				const reason = reasons.get(event);
				return reason ? { status: 'recorded', reason } : { status: 'unchanged', reason: 'tooOld' };
			});
		},
		daysFor,
		keepDays === 0,
	);
}

const STILL_OPTED_OUT =
	"Still opted out of all surveys. To end that too, set 'Lift For' to All Surveys.";

export async function lift(run: QuarantineRun): Promise<void> {
	await remember(
		run,
		({ readRecipient, parameters, place }, hashing) => ({
			lifted: liftedOf(parameters, place),
			contact: hashing.hash(readRecipient().key),
		}),
		async (ledger, lifts) => {
			const counts = await ledger.lift(lifts);
			// Lifting all surveys leaves no opt-out.
			const partly = lifts.filter(({ lifted }) => lifted.scope !== 'all');
			const contacts = [...new Set(partly.map(({ contact }) => contact))];
			const left = contacts.length > 0 ? await ledger.read(contacts, Date.now()) : undefined;
			return lifts.map(({ contact, lifted }, index) => {
				const own = lifted.scope === 'all' ? [] : (left?.get(contact) ?? []);
				const optOut = optOutFor({ survey: '', group: '' }, own);
				return {
					status: counts[index] > 0 ? 'lifted' : 'unchanged',
					events: counts[index],
					...(optOut ? { explanation: STILL_OPTED_OUT } : {}),
				};
			});
		},
	);
}
