import type { IDataObject } from 'n8n-workflow';
import { counted } from '../shared/basics/plainText';
import { storedKeys } from '../shared/input/contact';
import { findInLists, forgetInLists, type ListEntry } from '../shared/listSync/dataRequests';
import { contactReadingOf } from '../shared/n8n/recipients';
import { InputError } from '../shared/netigate/errors';
import type { FoundEntry, ForgetOutcome } from '../shared/quarantine/ledger/ledger';
import { ledgerAccess, type LedgerAccess } from '../shared/quarantine/openLedger';
import { OPTED_OUT, surveyIdIn } from '../shared/quarantine/rules/rules';
import { LedgerError } from '../shared/tables/errors';
import { FINAL, isoOf } from '../shared/tables/rowStore';
import type { QuarantineRun } from './run';

/** A person and everything stored about them. */
type Stored = Awaited<ReturnType<typeof search>>[number];

const UNKNOWN = { status: 'unknown', explanation: 'Nothing is stored about this contact' };

/** Returns everything stored about each contact. */
export async function find(run: QuarantineRun): Promise<void> {
	const access = ledgerAccess(run.context, run.secret, run.options, 0);
	for (const { position, isStored, events, lists } of await search(run, access)) {
		const explanation = `Stored: ${inWords(events, lists)}`;
		run.settle(position, isStored ? { status: 'found', explanation, events, lists } : UNKNOWN);
	}
}

/** Permanently removes everything stored about each contact. */
export async function forget(run: QuarantineRun): Promise<void> {
	const access = ledgerAccess(run.context, run.secret, run.options, 0);
	const people = await search(run, access);
	if (people.length === 0) return;
	const isTest = run.isTest(
		"Test run: nothing was removed. To remove people in test runs, turn on 'Options > Record in Test Runs'.",
	);
	const keepsOptOut = ({ events }: Stored) => run.options.keepOptOut && events.some(isKept);
	const outcomes = isTest ? undefined : await remove(run, access, people);
	for (const person of people) {
		const { position, contact, forms, isStored, lists } = person;
		const outcome = [...forms.keys()].map((hash) => outcomes?.get(hash));
		if (outcome.includes('busy')) run.fail(position, stillDeciding(contact));
		else if (!isStored && !outcome.includes('forgotten')) run.settle(position, UNKNOWN);
		else if (isTest) {
			const explanation = `Would be removed: ${removedFrom(person, run.options.keepOptOut)}`;
			run.settle(position, { status: 'unchanged', reason: 'testRun', explanation });
		} else {
			const removed = removedFrom(person, run.options.keepOptOut);
			const after = keepsOptOut(person) ? 'Kept: the opt-out' : 'May be asked again from now on';
			run.settle(position, {
				status: 'forgotten',
				explanation: `Removed: ${removed}. ${after}`,
				lists,
			});
		}
	}
	const removed = people.filter(({ isStored }) => isStored && !isTest);
	if (!removed.every(keepsOptOut))
		run.note('People who were forgotten may be asked again from now on.');
	if (removed.some(keepsOptOut))
		run.note("Opt-outs were kept. To remove them too, turn off 'Options > Keep Opt-Out'.");
	if (removed.some(({ lists }) => lists.length > 0)) run.note(ROWS_REMAIN);
}

const isKept = ({ event, state }: IDataObject) => event === OPTED_OUT && state === FINAL;

function removedFrom({ events, lists }: Stored, keepOptOut: boolean): string {
	const gone = events.filter((event) => !keepOptOut || !isKept(event));
	return inWords(gone, lists);
}

const ROWS_REMAIN =
	"The API can't delete rows in respondent lists. Delete the rows named under 'lists' in Netigate, and remove the people from your directory, or the next sync will add them again.";

const stillDeciding = (contact: string) =>
	new InputError(
		`Another run is deciding about "${contact}", so some of the data may remain`,
		'Run Forget again in two minutes.',
	);

/** Reads the items and finds what is stored about each contact. */
async function search(run: QuarantineRun, { key, use }: LedgerAccess) {
	const people = await run.each(({ parameters, readRecipient }) => {
		const { contact, national } = readRecipient().recipient;
		const reading = contactReadingOf(parameters);
		const keys = storedKeys(reading, parameters.raw('contact'));
		const isName = reading.type === 'auto' && national === undefined;
		if (isName && /^[\d\s()./-]{6,}$/.test(contact)) {
			run.note(
				`"${contact}" was treated as a login name. If it is a phone number, enter it with + and its country code.`,
			);
		}
		/** The forms in which the contact may be stored, keyed by hash. */
		return { contact, forms: new Map(keys.map((form) => [key.hash(form), form])) };
	});
	if (people.length === 0) return [];
	const hashes = hashesOf(people);
	const found = await use(async (ledger) => await ledger.find(hashes));
	const { entries, otherKey } = await findInLists(run.context, hashes, key.fingerprint);
	if (otherKey) {
		run.note(
			'Some rows in the data table "netigate_list_rows" have another hash key, so the people in them can\'t be found. Search again with that key.',
		);
	}
	return people.map((person) => {
		const forms = [...person.forms];
		const events = forms.flatMap(([hash, form]) =>
			(found.get(hash) ?? []).map((entry) => toEvent(entry, hash, form)),
		);
		const lists = forms.flatMap(([hash, form]) =>
			(entries.get(hash) ?? []).map((entry) => toListRow(entry, hash, form)),
		);
		const isStored = lists.length > 0 || forms.some(([hash]) => found.has(hash));
		return { ...person, isStored, events: events.sort(byTime), lists };
	});
}

const hashesOf = (people: ReadonlyArray<{ forms: ReadonlyMap<string, string> }>) => [
	...new Set(people.flatMap(({ forms }) => [...forms.keys()])),
];

const byTime = (a: IDataObject, b: IDataObject) => String(a.at).localeCompare(String(b.at));

/**
 * Removes the people from the list memories, then from the ledger. Contacts without any data are included, because
 * another run may have stored some since the search.
 */
async function remove(
	{ context, options }: QuarantineRun,
	{ key, use }: LedgerAccess,
	people: readonly Stored[],
): Promise<Map<string, ForgetOutcome>> {
	const hashes = hashesOf(people);
	const outcomes = await forgetInLists(context, hashes, key.fingerprint)
		.then(async () => await use(async (ledger) => await ledger.forget(hashes, options.keepOptOut)))
		.catch((error: Error) => {
			throw error instanceof LedgerError ? partlyForgotten(error) : error;
		});
	return new Map(hashes.map((hash, index) => [hash, outcomes[index]]));
}

const partlyForgotten = ({ problem, message, advice }: LedgerError) =>
	new LedgerError(
		problem,
		`${message}. Some of the data may remain`,
		`${advice} Then run Forget again.`,
	);

function toEvent(entry: FoundEntry, contactHash: string, storedAs: string): IDataObject {
	const { survey, group, kind, at, state, until, token, address } = entry;
	const server = survey.slice(surveyIdIn(survey).length + 1);
	return {
		...(kind === OPTED_OUT ? { optOutFor: survey ? 'survey' : group ? 'group' : 'all' } : {}),
		...(survey === '' ? {} : { surveyId: Number(surveyIdIn(survey)) }),
		...(server === '' ? {} : { server }),
		...(group === '' ? {} : { group }),
		event: kind,
		at: isoOf(at),
		state,
		...(until === null ? {} : { heldUntil: isoOf(until) }),
		...(token === '' ? {} : { execution: token }),
		...(address === null ? {} : { contact: address }),
		storedAs,
		contactHash,
	};
}

function toListRow(entry: ListEntry, contactHash: string, storedAs: string): IDataObject {
	const { list, respondentId, state, at, address, labelIds } = entry;
	const [listId, ...place] = list.split(' ');
	return {
		listId: Number(listId),
		server: place.join(' '),
		respondentId,
		state,
		at,
		labelIds,
		...(address === null ? {} : { contact: address }),
		storedAs,
		contactHash,
	};
}

/** E.g. "2 events, 1 respondent list". */
function inWords(events: readonly IDataObject[], lists: readonly IDataObject[]): string {
	const parts = [
		...(events.length > 0 || lists.length === 0 ? [counted(events.length, 'event')] : []),
		...(lists.length > 0 ? [counted(lists.length, 'row') + ' of list memories'] : []),
	];
	return parts.join(', ');
}
