import type { ContactKey } from '../../shared/quarantine/ledger/contactKey';
import type { Place } from '../../shared/quarantine/ledger/entries';
import type { Ledger } from '../../shared/quarantine/ledger/ledger';
import { ledgerAccess } from '../../shared/quarantine/openLedger';
import type { Result } from '../../shared/quarantine/result';
import { groupOf, surveyOf } from '../../shared/quarantine/settings';
import type { ItemRequest, QuarantineRun } from './run';

/**
 * Reads what is needed of each item, and has the ledger do all of it at once.
 *
 * @param days for how many days this node needs the ledger's events
 */
export async function remember<T>(
	run: QuarantineRun,
	read: (asked: ItemRequest, key: ContactKey) => T,
	task: (ledger: Ledger, list: T[]) => Promise<Array<Result['quarantine']>>,
	days = 0,
): Promise<void> {
	const access = ledgerAccess(run.context, run.options, days);
	const list = run.each((asked) => ({
		itemIndex: asked.itemIndex,
		value: read(asked, access.key),
	}));
	if (list.length === 0) return;
	if (run.isTest()) {
		for (const { itemIndex } of list)
			run.tell(itemIndex, { status: 'unchanged', reason: 'testRun' });
		return;
	}
	const values = list.map(({ value }) => value);
	const told = await run.orUnavailable(
		async () => await access.use(async (ledger) => await task(ledger, values)),
	);
	list.forEach(({ itemIndex }, index) =>
		run.tell(itemIndex, told?.[index] ?? { status: 'unchanged', reason: 'ledgerUnavailable' }),
	);
}

/** Whom an item is about, and which survey. */
export function placeOf(
	{ contact, parameters }: ItemRequest,
	key: ContactKey,
	storeContact: boolean,
): Place {
	return {
		contact: key.hash(contact),
		survey: surveyOf(parameters),
		group: groupOf(parameters),
		address: storeContact ? contact : null,
	};
}

/**
 * The same, with the one reservation that the item carries since it was reserved, if it does. A later Reserve
 * for another survey has put its own in place of it.
 */
export function reservedPlaceOf(asked: ItemRequest, key: ContactKey, storeContact: boolean): Place {
	const place = placeOf(asked, key, storeContact);
	const { quarantine } = asked.parameters.item as {
		quarantine?: { reservationId?: unknown; surveyId?: unknown };
	};
	const reservationId = quarantine?.reservationId;
	const named = typeof reservationId === 'string' && reservationId !== '';
	return named && String(quarantine?.surveyId) === place.survey
		? { ...place, reservationId }
		: place;
}
