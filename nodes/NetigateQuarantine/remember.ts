import type { ContactKey } from '../shared/quarantine/ledger/contactKey';
import type { Place, Ledger } from '../shared/quarantine/ledger/ledger';
import { ledgerAccess } from '../shared/quarantine/openLedger';
import type { Result } from '../shared/quarantine/result';
import { groupOf, surveyOf } from '../shared/quarantine/settings';
import type { ContactItem, QuarantineRun } from './run';

/**
 * Reads what is needed of each item, and has the ledger do all of it at once.
 *
 * @param days for how many days this node needs the ledger's events
 */
export async function remember<T>(
	run: QuarantineRun,
	read: (item: ContactItem, key: ContactKey) => T,
	task: (ledger: Ledger, list: T[]) => Promise<Array<Result['quarantine']>>,
	days = 0,
): Promise<void> {
	const access = ledgerAccess(run.context, run.options, days);
	const list = await run.each((item) => ({ value: read(item, access.key) }));
	if (list.length === 0) return;
	if (run.isTest()) {
		for (const { position } of list)
			run.settle(position, { status: 'unchanged', reason: 'testRun' });
		return;
	}
	const values = list.map(({ value }) => value);
	const results = await run.orUnavailable(
		async () => await access.use(async (ledger) => await task(ledger, values)),
	);
	list.forEach(({ position }, index) =>
		run.settle(position, results?.[index] ?? { status: 'unchanged', reason: 'ledgerUnavailable' }),
	);
}

/** Whom an item is about, and which survey. */
export function placeOf(
	{ contact, parameters }: ContactItem,
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
