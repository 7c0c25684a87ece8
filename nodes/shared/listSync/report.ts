import type { IDataObject } from 'n8n-workflow';
import { countBy } from '../basics/lists';
import { counted } from '../basics/plainText';
import type { Batch, ItemOutcome, ItemRun } from '../n8n/itemRun';
import type { BackgroundDataLabel } from '../netigate/types';
import { LedgerError } from '../tables/errors';
import type { Plan } from './diff';
import { memoryError, notSent, WAY_OUT } from './errors';
import type { Done } from './writeAhead';

/** Reminds the user after a first run to change the setting back, so that later runs stop before adding nearly everyone. */
export const SET_BACK =
	'\'Options > First Run\' is set to "Add". Set it back to "Stop and Ask", so that no one is added again if the list memory is lost.';

interface Carried {
	plan: Plan;
	done: ReadonlyMap<object, Done>;
	labels: readonly BackgroundDataLabel[];
	clearMissing: boolean;
	/** Whether missing people's rows should be cleared and it is certain who is missing. */
	clears: boolean;
	/** The number of items that couldn't be read. */
	unreadable: number;
}

/** Sets each item's outcome, outputs missing people, and summarizes the run in hints. */
export function report(batch: Batch, run: ItemRun, carried: Carried): void {
	const { plan, done, labels, clears, unreadable } = carried;
	// The workflow fails with these errors, so they aren't repeated for people whose changes weren't sent
	// because of them.
	const errors = [...done.values()].flatMap((result) => ('error' in result ? [result.error] : []));
	const thrown = new Set<Error>(batch.continueOnFail ? [] : errors);
	const outcomeOf = (of: object, contact: string | null, more?: IDataObject) =>
		toOutcome(done.get(of)!, contact, thrown, more);
	const names = new Map(labels.map(({ BGDataLabelId, Name }) => [String(BGDataLabelId), Name]));
	const nameOf = (id: string) => names.get(id) ?? id;

	for (const person of plan.adds) run.settle(person.position, outcomeOf(person, person.contact));
	for (const { person, write, empty } of plan.changes) {
		const changed = [...write, ...empty].map(nameOf);
		run.settle(person.position, outcomeOf(person, person.contact, { changed }));
	}
	for (const { person, known } of plan.unchanged)
		run.settle(person.position, json('unchanged', person.contact, known.respondentId));
	for (const { person } of plan.uncertain) run.settle(person.position, unknown(person.contact));
	for (const { person, first } of plan.repeated)
		run.markDuplicate(person.position, first.position, person.contact);
	for (const known of plan.missing) {
		const uncertain = unreadable > 0 ? { reason: 'unreadableItem' } : {};
		const missing = json('missing', known.address, known.respondentId, uncertain);
		run.more.push(clears ? outcomeOf(known, known.address) : missing);
	}
	for (const known of plan.uncertainMissing) run.more.push(unknown(known.address));
	for (const message of summary(carried)) batch.hint(message);
}

function json(status: string, contact: string | null, respondentId: number | null, more = {}) {
	return { json: { status, contact, respondentId, ...more } };
}

function unknown(contact: string | null): ItemOutcome {
	return json('unknown', contact, null, { reason: 'lostAnswer', whatToDo: WAY_OUT });
}

/** @param thrown the errors that the user sees anyway */
function toOutcome(
	done: Done,
	contact: string | null,
	thrown: ReadonlySet<Error>,
	more?: IDataObject,
): ItemOutcome {
	if ('status' in done) return json(done.status, contact, done.respondentId, more);
	if ('error' in done) {
		const { error, respondentId } = done;
		return { error, json: { contact, ...(respondentId === undefined ? {} : { respondentId }) } };
	}
	const { stoppedBy } = done;
	if (thrown.has(stoppedBy)) return { json: { status: 'skipped', contact, reason: 'notSent' } };
	const why = stoppedBy instanceof LedgerError ? memoryError(stoppedBy) : stoppedBy;
	return { error: notSent(why), json: { contact } };
}

const STATUSES = ['added', 'updated', 'unchanged', 'missing', 'cleared', 'failed', 'not sent'];

function summary({ plan, done, clearMissing, clears, unreadable }: Carried): string[] {
	const results = [...done.values()].map((result) =>
		'status' in result ? result.status : 'error' in result ? 'failed' : 'not sent',
	);
	const counts = countBy<string>(results);
	counts.set('unchanged', plan.unchanged.length);
	counts.set('missing', clears ? 0 : plan.missing.length);
	const parts = STATUSES.filter((status) => counts.get(status)).map(
		(status) => `${counts.get(status)} ${status}`,
	);
	const hints = [parts.join(', ') || 'Nothing to do'];
	const uncertain = plan.uncertain.length + plan.uncertainMissing.length;
	if (uncertain > 0) {
		hints.push(
			`Couldn't confirm whether an earlier run added ${counted(uncertain, 'contact')}. ${WAY_OUT}`,
		);
	}
	if (plan.missing.length > 0 && unreadable > 0) {
		hints.push(
			`${counted(unreadable, 'item')} couldn't be read as a contact and may belong to someone reported as missing, so no row was cleared. Correct the contact, or set 'Contact Type' if login names are used.`,
		);
	} else if (plan.missing.length > 0 && clearMissing && !clears) {
		hints.push(
			'No row was cleared, because any row could belong to a contact reported as unknown.',
		);
	}
	const differing = plan.repeated.filter(({ differs }) => differs).length;
	if (differing > 0) {
		hints.push(
			`${counted(differing, 'contact')} appeared more than once with different data in the same run. The first item is used.`,
		);
	}
	return hints;
}
