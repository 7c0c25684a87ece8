import type { IDataObject } from 'n8n-workflow';
import { readOnce } from '../basics/concurrency';
import { activationFailure, activateSendout } from './activate';
import { invitationOf } from './invitation';
import type { Sent } from './progress';
import { sendPeople } from './send';
import type { Batch, ItemOutcome } from '../n8n/itemRun';
import { ItemRun } from '../n8n/itemRun';
import { tellSummary } from '../n8n/summary';
import { groupBySendout, readRequest } from './addRequest';
import { prepare, readSendout, type Candidate, type Prepared } from './prepareAdd';
import { Quarantine } from './quarantine';

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

/** The outcome with the item's own fields between who it was about and what Netigate answered. */
function withFields(outcome: ItemOutcome | undefined, fields: IDataObject) {
	if (!outcome || 'error' in outcome) return outcome;
	const { status, contact, ...others } = outcome.json as IDataObject;
	const known: IDataObject = { status, contact };
	return { json: { ...known, ...fields, ...others, ...known } };
}

/** `respondent.add` for all items of a run (rows 11, 15, 20, 34, then 16 or 17, then 13). */
export async function addTogether(batch: Batch): Promise<Array<ItemOutcome | undefined>> {
	const { client } = batch;
	const frame = new ItemRun(batch);
	const once = readOnce('kept');
	const requests = await frame.read(
		(parameters) => {
			frame.preview ||= parameters.flag('preview');
			return readRequest(parameters);
		},
		async (first) => await readSendout(client, once, { path: first.path, requests: [first] }),
	);
	const prepared = await frame.prepare(
		groupBySendout(requests),
		async (group) => await prepare(batch, frame, group, once),
	);
	const quarantine = Quarantine.of(batch, frame, requests);
	const allowed = quarantine ? await letThrough(frame, quarantine, prepared) : prepared;
	await frame
		.send(allowed, 1, async (group) => {
			if (!frame.preview) return await sendGroup(batch, frame, group, quarantine);
			for (const { request, contact } of group.candidates) {
				const more = quarantine?.toldOf(request.position);
				frame.settle(request.position, { json: { status: 'wouldAdd', contact, ...more } });
			}
		})
		.finally(async () => await quarantine?.settleRest());
	const outcomes = frame.end();
	const invites = requests.some(({ options, sendMail }) => options.activate && sendMail);
	const really = invites ? 'invited' : 'added';
	tellSummary(batch, outcomes, { preview: frame.preview, done: 'added', really });
	for (const { position, options, fields } of requests) {
		if (options.output === 'both') outcomes[position] = withFields(outcomes[position], fields);
	}
	return outcomes;
}

/** Leaves out whom the quarantine keeps back. Nobody is sent when it cannot tell. */
async function letThrough(
	frame: ItemRun,
	quarantine: Quarantine,
	prepared: readonly Prepared[],
): Promise<Prepared[]> {
	const all = prepared.flatMap(({ candidates }) => candidates.map(({ request }) => request));
	return await quarantine.decide(all).then(
		(kept) =>
			prepared.map((group) => ({
				...group,
				candidates: group.candidates.filter(({ request }) => !kept.has(request.position)),
			})),
		(error: Error) => {
			for (const { position } of all) frame.settle(position, { error });
			return prepared.map((group) => ({ ...group, candidates: [] }));
		},
	);
}

async function sendGroup(
	{ client, continueOnFail, hint }: Batch,
	frame: ItemRun,
	{ path, kind, candidates, existing, activate, before }: Prepared,
	quarantine: Quarantine | undefined,
): Promise<void> {
	const batchSize = candidates.reduce(
		(least, { request }) => Math.min(least, request.options.batchSize),
		1000,
	);
	// Contacts that an earlier run added may still wait for their activation, when that run was cut off.
	let due = existing.length > 0;
	const settle = ({ request, contact }: Candidate, sent: Sent) => {
		due ||= 'respondent' in sent;
		const more = quarantine?.toldOf(request.position);
		frame.settle(request.position, outcomeOf(sent, contact, more));
	};
	const options = { kind, batchSize, before, stopAtFailure: !continueOnFail };
	await sendPeople(client, path, candidates, options, settle);
	await quarantine?.settle(candidates.map(({ request }) => request.position));
	if (!due || !activate) return;
	const failure = await activateSendout(client, path, hint);
	if (!failure) return;
	const error = await activationFailure(failure, client, path);
	for (const { position } of [...candidates.map(({ request }) => request), ...existing]) {
		const outcome = frame.outcome(position)!;
		if ('error' in outcome) continue;
		const json = { ...(outcome.json as IDataObject), ...invitationOf(error) };
		frame.settle(position, { error, json });
	}
}
