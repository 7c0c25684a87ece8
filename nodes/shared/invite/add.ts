import type { IDataObject } from 'n8n-workflow';
import { readOnce } from '../basics/concurrency';
import { groupBy } from '../basics/lists';
import { ItemRun, type Batch, type ItemOutcome } from '../n8n/itemRun';
import { tellSummary } from '../n8n/summary';
import { activateForContacts } from './activate';
import type { Sent } from './lookUp';
import { pathOf, prepare, readRequest, readSendout, type Prepared } from './prepareAdd';
import { Quarantine } from './quarantine';
import { batchSizeOf, invitationOf } from './screen';
import { sendPeople } from './send';

function outcomeOf(sent: Sent, contact: string, more: IDataObject = {}): ItemOutcome {
	if ('error' in sent) {
		return { error: sent.error, json: { contact, ...invitationOf(sent.error), ...more } };
	}
	const { respondent, pairing, existing } = sent;
	if (existing) return { json: { status: 'skipped', contact, reason: 'existing', ...more } };
	const json: IDataObject = Object.assign({ status: 'added', contact }, respondent, more);
	if (pairing) json.pairing = pairing;
	return { json };
}

/** The fields that may show what became of an item. */
const OUTCOME_FIELDS = new Set(
	'status contact reason whatToDo pairing duplicateOfItem mayBeInvited RespondentId Email Password SurveyURL item'.split(
		' ',
	),
);

/** Adds the item's own fields. Those that could be mistaken for the outcome are in `item`. */
function withItemFields(json: IDataObject, fields: IDataObject): IDataObject {
	const { status, contact } = json;
	const clashes = (name: string) => OUTCOME_FIELDS.has(name) || name in json;
	const differs = (name: string) => JSON.stringify(fields[name]) !== JSON.stringify(json[name]);
	const names = Object.keys(fields);
	const pick = (some: string[]) => Object.fromEntries(some.map((name) => [name, fields[name]]));
	const item = pick(names.filter((name) => clashes(name) && differs(name)));
	const others = pick(names.filter((name) => !clashes(name)));
	const rest = Object.keys(item).length > 0 ? { item } : {};
	return { status, contact, ...others, ...json, ...rest };
}

/** `respondent.add` for all items of a run (calls 11, 15, 20, 34, then 16 or 17, then 13). */
export async function addTogether(batch: Batch): Promise<Array<ItemOutcome | undefined>> {
	const { client } = batch;
	const run = new ItemRun(batch);
	const once = readOnce('kept');
	const requests = await run.read(
		(parameters) => {
			run.preview ||= parameters.flag('preview');
			return readRequest(parameters);
		},
		async (first) => await readSendout(client, once, { requests: [first] }),
	);
	const prepared = await run.prepare(
		[...groupBy(requests, pathOf).values()].map((same) => ({ requests: same })),
		async (group) => await prepare(batch, run, group, once),
	);
	const quarantine = Quarantine.of(batch, run, requests);
	if (quarantine) await keepAllowed(run, quarantine, prepared);
	await run
		.send(prepared, 1, async (group) => await sendGroup(batch, run, group, quarantine))
		.finally(async () => await quarantine?.settle());
	const outcomes = run.end();
	const invites = requests.some(({ options, sendMail }) => options.activate && sendMail);
	tellSummary(batch, outcomes, {
		preview: run.preview,
		done: 'added',
		really: invites ? 'invited' : 'added',
	});
	for (const { position, options, fields } of requests) {
		const outcome = outcomes[position];
		if (options.output !== 'both' || !outcome || 'error' in outcome) continue;
		outcomes[position] = { json: withItemFields(outcome.json as IDataObject, fields) };
	}
	return outcomes;
}

/** Leaves out quarantined people, or everyone if the quarantine can't decide. */
async function keepAllowed(
	run: ItemRun,
	quarantine: Quarantine,
	prepared: readonly Prepared[],
): Promise<void> {
	const requests = prepared.flatMap(({ candidates }) => candidates.map(({ request }) => request));
	const quarantined = await quarantine.decide(requests).catch((error: Error) => {
		for (const { position } of requests) run.settle(position, { error });
		return new Set(requests.map(({ position }) => position));
	});
	for (const group of prepared) {
		group.candidates = group.candidates.filter(({ request }) => !quarantined.has(request.position));
	}
}

async function sendGroup(
	{ client, continueOnFail, hint }: Batch,
	run: ItemRun,
	{ path, reading, requests, candidates, existing, before }: Prepared,
	quarantine: Quarantine | undefined,
): Promise<void> {
	if (run.preview) {
		for (const { request, contact } of candidates) {
			const more = quarantine?.outputOf(request.position);
			run.settle(request.position, { json: { status: 'wouldAdd', contact, ...more } });
		}
		return;
	}
	const batchSize = batchSizeOf(candidates.map(({ request }) => request));
	// Contacts added by an interrupted run may still need an activation.
	let due = existing.length > 0;
	await sendPeople(
		client,
		path,
		candidates,
		{ reading, batchSize, before, stopAtFailure: !continueOnFail },
		({ request, contact }, sent) => {
			due ||= 'respondent' in sent;
			const more = quarantine?.outputOf(request.position);
			run.settle(request.position, outcomeOf(sent, contact, more));
		},
	);
	await quarantine?.settle(candidates.map(({ request }) => request.position));
	if (!due || !requests.some(({ options }) => options.activate)) return;
	const error = await activateForContacts(client, path, hint);
	if (!error) return;
	for (const { position } of [...candidates.map(({ request }) => request), ...existing]) {
		const outcome = run.outcome(position)!;
		if ('error' in outcome) continue;
		const json = { ...(outcome.json as IDataObject), ...invitationOf(error) };
		run.settle(position, { error, json });
	}
}
