import type { IDataObject } from 'n8n-workflow';
import { readOnce, type ReadOnce } from '../basics/concurrency';
import { groupBy } from '../basics/lists';
import type { Recipient } from '../input/contact';
import { ItemRun, type Batch, type ItemOutcome, type ItemRequest } from '../n8n/itemRun';
import { tellSummary } from '../n8n/summary';
import type { NetigateClient } from '../netigate/client';
import { asNetigateError, leftOpen, NetigateError } from '../netigate/errors';
import { waitingHint } from '../netigate/sendouts';
import { withSurveyProblem } from '../netigate/surveys';
import { activateForContacts } from './activate';
import { isIn, whileAlone } from './alone';
import { explainOutcomes } from './explain';
import { CHECK, type Sent } from './lookUp';
import {
	pathOf,
	prepare,
	readExisting,
	readRequest,
	readSendout,
	readSettings,
	recipientsOf,
	type AddRequest,
	type Prepared,
} from './prepareAdd';
import { previewReader, previewSurvey } from './preview';
import { Quarantine } from './quarantine';
import { quarantineNote } from './quarantineSettings';
import { batchSizeOf, hiddenError, invitationOf } from './screen';
import { sendPeople } from './send';

const RUN_AGAIN =
	'Alternatively, run this again with \'If Already in This Sendout\' set to "Never Invite Again".';
const LIFT =
	"If it isn't, end the quarantine with the Netigate Quarantine node (Lift) and run this again.";

function outcomeOf(sent: Sent, contact: string, more: IDataObject = {}): ItemOutcome {
	if ('error' in sent) {
		const json = { contact, ...invitationOf(sent.error), ...more };
		if (sent.error.outcome !== 'unknown') return { error: sent.error, json };
		// The quarantine counts this contact as invited, so another run wouldn't add it.
		return { error: sent.error.withAdvice(`${CHECK} ${more.quarantine ? LIFT : RUN_AGAIN}`), json };
	}
	const { respondent, pairing, existing } = sent;
	if (existing) return { json: { status: 'skipped', contact, reason: 'existing', ...more } };
	const json: IDataObject = Object.assign({ status: 'added', contact }, respondent, more);
	if (pairing) json.pairing = pairing;
	return { json };
}

/** Performs `respondent.add` for all items in a run (calls 11, 15, 20 and 34, then 16 or 17, then 13). */
export async function addTogether(batch: Batch): Promise<Array<ItemOutcome | undefined>> {
	const { client } = batch;
	const run = new ItemRun(batch);
	const once = readOnce('kept');
	const requests = await run.read(
		previewReader(batch, run, readRequest),
		async (first) => await readSettings(client, once, { requests: [first] }),
	);
	const groups = [...groupBy(requests, pathOf).values()].map((same) => ({ requests: same }));
	const recipients = run.preview
		? new Map<never, never>()
		: await recipientsOf(client, once, groups);
	await whileAlone(batch, run, recipients, async (ended, wasInterrupted) => {
		const prepared = await run.prepare(
			groups,
			async (group) => await prepare(batch, run, group, once, ended),
		);
		for (const group of prepared) {
			const isOpen = ({ position }: ItemRequest) => wasInterrupted(recipients.get(position));
			group.isDue ||= group.requests.some(isOpen);
		}
		const quarantine = Quarantine.of(batch, run, requests);
		if (quarantine) await keepAllowed(batch, run, quarantine, prepared, once);
		await run
			.send(prepared, 1, async (group) => await sendGroup(batch, run, group, once, quarantine))
			.finally(async () => await quarantine?.settle());
	});
	const outcomes = run.end();
	const invites = requests.some(({ options, sendMail }) => options.activate && sendMail);
	tellSummary(batch, outcomes, {
		preview: run.preview,
		done: 'added',
		really: invites ? 'invited' : 'added',
		note: quarantineNote(requests),
	});
	return explainOutcomes(batch, outcomes, requests, ({ type, sendMail, options }) => ({
		...{ type, sendMail },
		...{ activates: options.activate, output: options.output },
	}));
}

/** Leaves out people who are quarantined. If the quarantine can't be checked, leaves out everyone. */
async function keepAllowed(
	{ client }: Batch,
	run: ItemRun,
	quarantine: Quarantine,
	prepared: readonly Prepared[],
	once: ReadOnce,
): Promise<void> {
	const requests = prepared.flatMap(({ candidates }) => candidates.map(({ request }) => request));
	const left = await quarantine.decide(requests).catch((error: Error) => {
		for (const { position, earlier } of requests) run.settle(position, earlier ?? { error });
		return new Set(requests.map(({ position }) => position));
	});
	for (const group of prepared) {
		const { candidates, existing } = group;
		for (const { request } of candidates) {
			const outcome = left.has(request.position) && run.outcome(request.position);
			if (outcome && isIn(outcome)) existing.push(request);
		}
		group.candidates = candidates.filter(({ request }) => !left.has(request.position));
		const again = group.candidates.filter(({ request }) =>
			quarantine.repeated.has(request.position),
		);
		if (again.length > 0) await leaveOutAdded(client, run, quarantine, group, again, once);
	}
}

const WAS_THERE = new NetigateError(
	"Couldn't confirm whether an earlier attempt invited this contact, because the contact was already in the sendout",
	{ outcome: 'unknown', advice: 'Check in Netigate whether the contact was invited again.' },
);

/** Leaves out people who were added, or may have been added, by an earlier attempt at this step. */
async function leaveOutAdded(
	client: NetigateClient,
	run: ItemRun,
	quarantine: Quarantine,
	group: Prepared,
	again: Prepared['candidates'],
	once: ReadOnce,
): Promise<void> {
	const members = await readExisting(client, once, again[0].request).catch(asNetigateError);
	const hidden =
		members instanceof NetigateError
			? members
			: hiddenError(members.countHidden(), members.all.length, CHECK);
	const isAdded = (recipient: Recipient) =>
		!(members instanceof NetigateError) && members.matching(recipient).length > 0;
	const left = new Set<unknown>();
	for (const person of again) {
		const { request, contact } = person;
		const { position } = request;
		const more = quarantine.outputOf(position);
		const doubt = isAdded(person) && request.unlessKnown === 'existing' ? WAS_THERE : hidden;
		if (isAdded(person) && doubt !== WAS_THERE) {
			group.existing.push(request);
			group.isDue = true;
			run.skip(position, contact, 'existing', more);
		} else if (doubt) {
			run.settle(position, {
				error: leftOpen(doubt, CHECK),
				json: { contact, mayBeInvited: true, ...more },
			});
		} else continue;
		left.add(person);
	}
	group.candidates = group.candidates.filter((person) => !left.has(person));
}

/**
 * If no one was added and no one can answer the survey, adds this to the errors. Netigate itself may only say that it
 * refused the person.
 */
async function explainRefusals(
	{ client }: Batch,
	run: ItemRun,
	candidates: Prepared['candidates'],
	once: ReadOnce,
): Promise<void> {
	for (const { request } of candidates) {
		const outcome = run.outcome(request.position)!;
		if (!('error' in outcome)) continue;
		const failure = asNetigateError(outcome.error);
		const error = await withSurveyProblem(failure, client, request.surveyId, once);
		run.settle(request.position, { ...outcome, error });
	}
}

/**
 * Reports that the sendout is inactive. It isn't activated, because someone may have stopped it or may still be working
 * on it.
 */
function reportInactive(run: ItemRun, existing: Prepared['existing']): void {
	for (const { position } of existing) {
		const { json } = run.outcome(position)!;
		run.settle(position, { json: { ...(json as IDataObject), activated: false } });
	}
}

/** Reports for each person that the sendout couldn't be activated. Items that already failed keep their error. */
function reportNotActivated(run: ItemRun, requests: AddRequest[], error: NetigateError): void {
	for (const { position } of requests) {
		const outcome = run.outcome(position)!;
		if ('error' in outcome) continue;
		const json = { ...(outcome.json as IDataObject), ...invitationOf(error) };
		run.settle(position, { error, json });
	}
}

const activatesAny = ({ requests }: Prepared) => requests.some(({ options }) => options.activate);

async function previewGroup(
	batch: Batch,
	run: ItemRun,
	group: Prepared,
	once: ReadOnce,
	quarantine: Quarantine | undefined,
): Promise<void> {
	const { requests, candidates, existing } = group;
	await previewSurvey(batch, once, requests[0].surveyId);
	const activates = activatesAny(group);
	if (group.isInactive && (!activates || candidates.length === 0)) {
		if (activates) reportInactive(run, existing);
		hintIfWaiting(batch, group);
	}
	for (const { request, contact } of candidates) {
		const more = quarantine?.outputOf(request.position);
		run.settle(request.position, { json: { status: 'wouldAdd', contact, ...more } });
	}
}

/**
 * Outputs a hint if people are waiting in an inactive sendout, e.g. because a run stopped before activating it.
 * @param added the number of people added by this run
 */
function hintIfWaiting({ hint }: Batch, { requests, existing, before }: Prepared, added = 0): void {
	const people = (before?.size ?? existing.length) + added;
	const [{ sendoutId }] = requests;
	if (people > 0 && requests.some(({ sendMail }) => sendMail)) hint(waitingHint(sendoutId, people));
}

async function sendGroup(
	batch: Batch,
	run: ItemRun,
	group: Prepared,
	once: ReadOnce,
	quarantine: Quarantine | undefined,
): Promise<void> {
	if (run.preview) return await previewGroup(batch, run, group, once, quarantine);
	const { client, continueOnFail, hint } = batch;
	const { path, reading, candidates, existing, before } = group;
	const activates = activatesAny(group);
	const batchSize = batchSizeOf(candidates.map(({ request }) => request));
	let added = 0;
	await sendPeople(
		client,
		path,
		candidates,
		{ reading, batchSize, before, stopAtFailure: !continueOnFail },
		({ request, contact }, sent) => {
			if ('existing' in sent) existing.push(request);
			else if ('respondent' in sent) added++;
			const more = quarantine?.outputOf(request.position);
			run.settle(request.position, outcomeOf(sent, contact, more));
		},
	);
	if (added === 0) await explainRefusals(batch, run, candidates, once);
	await quarantine?.settle(
		[...candidates.map(({ request }) => request), ...existing].map(({ position }) => position),
	);
	if (!activates) {
		if (group.isInactive) hintIfWaiting(batch, group, added);
		return;
	}
	// People who were added to a sendout after it was activated may not have been invited yet.
	const due = added > 0 || group.isDue || (existing.length > 0 && !group.isInactive);
	if (!due) {
		if (!group.isInactive) return;
		// If this read fails, the first one counts, because everyone already has an outcome.
		const { isInactive } = await readSendout(client, path).catch(() => group);
		if (!isInactive) return;
		reportInactive(run, existing);
		hintIfWaiting(batch, group);
		return;
	}
	const error = await activateForContacts(client, path, hint);
	const requests = [...candidates.map(({ request }) => request), ...existing];
	if (error) reportNotActivated(run, requests, error);
}
