import type { ContactKey } from '../shared/quarantine/ledger/contactKey';
import type { Place } from '../shared/quarantine/ledger/ledger';
import { noteConfirm } from './releaseAtEnd';
import { placeOf, remember } from './remember';
import type { ContactItem, QuarantineRun } from './run';

/** After sending: makes held reservations final. */
export async function confirm(run: QuarantineRun): Promise<void> {
	const status = 'confirmed';
	await remember(
		run,
		(item, key) => reservedPlaceOf(item, key, run.options.storeContact),
		async (ledger, places) =>
			(await ledger.confirm(places, Date.now())).map((reason) => ({ status, reason })),
	).finally(() => noteConfirm(run.context, run.allAre(status)));
}

/** Sending failed: releases the reservation. */
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

/**
 * Whom and which survey an item is about, with the one reservation that the item carries since it was reserved, if
 * it does. A later Reserve for another survey has replaced it.
 */
function reservedPlaceOf(item: ContactItem, key: ContactKey, storeContact: boolean): Place {
	const place = placeOf(item, key, storeContact);
	const { quarantine } = item.parameters.item as {
		quarantine?: { reservationId?: unknown; surveyId?: unknown };
	};
	const reservationId = quarantine?.reservationId;
	const named = typeof reservationId === 'string' && reservationId !== '';
	return named && String(quarantine?.surveyId) === place.survey
		? { ...place, reservationId }
		: place;
}
