import type { IDataObject } from 'n8n-workflow';
import { allDone, forEachInTurns, readOnce, type ReadOnce } from '../../basics/concurrency';
import { groupBy, jointKey } from '../../basics/lists';
import { readableText } from '../../basics/plainText';
import type { Recipient } from '../../input/contact';
import { toNetigateDate } from '../../input/dates';
import { ItemRun, type Batch, type ItemOutcome } from '../../n8n/itemRun';
import { tellSummary } from '../../n8n/summary';
import type { NetigateClient } from '../../netigate/client';
import { NO_LINK } from '../dispatch';
import { isIn, whileAlone } from '../alone';
import { explainOutcomes } from '../explain';
import { previewReader, previewSurvey } from '../preview';
import { quarantineNote } from '../quarantineSettings';
import { batchSizeOf, blockedFor, invitationOf, Screening } from '../screen';
import { ExistingSendouts } from './existing';
import { refuseSameNames, toSendouts, type Group } from './grouping';
import { launch, mayInvite, stoppedError, type Launched } from './launch';
import { launchReader, refusePastDates, refusePastReminders, type LaunchRequest } from './plan';

/** The items that share a new sendout. Its settings come from the first item. */
type SendoutGroup = Awaited<ReturnType<typeof screen>>[number];

/** A new sendout's items after they have been checked. Items that won't be sent already have an outcome. */
type Prepared = Awaited<ReturnType<typeof withoutPresent>>;

/** Reads what a launch needs to know about its survey and blocked contacts (calls 10 and 34). */
async function readSurvey(client: NetigateClient, once: ReadOnce, { requests }: Group) {
	return await allDone([
		blockedFor(client, once, requests),
		ExistingSendouts.read(client, once, requests[0].plan.surveyId),
	]);
}

function outcomesOf(group: LaunchRequest[], name: string, launched: Launched): ItemOutcome[] {
	const { stopped, sendout, people, reminders } = launched;
	const sendoutId = sendout?.SendoutId;
	if (stopped) {
		const error = stoppedError(launched);
		const json: IDataObject = {
			...(sendoutId ? { sendoutId } : {}),
			step: stopped.step,
			...(mayInvite(launched) ? { mayBeInvited: true } : {}),
		};
		return group.map(({ invitee }) => ({ error, json: { ...json, contact: invitee.contact } }));
	}
	const ofSendout = {
		sendoutId: sendoutId!,
		sendoutName: name,
		reminders: reminders.map(({ DispatchId, Name, SendDate }) => ({ DispatchId, Name, SendDate })),
	};
	return group.map(({ invitee: { contact } }, index): ItemOutcome => {
		const sent = people[index];
		if ('error' in sent) {
			const { error } = sent;
			const json = { sendoutId: sendoutId!, step: 'respondents', activated: true, contact };
			return { error, json: { ...json, ...invitationOf(error) } };
		}
		const json: IDataObject = { status: 'launched', contact };
		Object.assign(json, sent.respondent, ofSendout);
		if (sent.pairing) json.pairing = sent.pairing;
		return { json };
	});
}

/** Performs `sendout.launch` for all items (calls 10 and 34, then 12, 21, 16 or 17, 19 and 13 per sendout). */
export async function launchTogether(batch: Batch): Promise<Array<ItemOutcome | undefined>> {
	const { client, hint } = batch;
	const run = new ItemRun(batch);
	const now = toNetigateDate(new Date(), 'utc', 'Send Date')!;
	const once = readOnce('kept');
	const requests = refuseSameNames(
		run,
		await run.read(
			previewReader(batch, run, launchReader(now)),
			async (first) => await blockedFor(client, once, [first]),
		),
	);
	if (requests.some(({ plan }) => plan.withoutLink)) hint(NO_LINK);
	const bySurvey = [...groupBy(requests, ({ plan }) => plan.surveyId).values()];
	const recipients = recipientsIn(bySurvey);
	await whileAlone(batch, run, run.preview ? new Map() : recipients, async (ended) => {
		const screened = await run.prepare(
			bySurvey.map((same) => ({ requests: same })),
			async (group) => await screen(client, run, group, once),
			client.maxInFlight,
		);
		const endedFor = ({ position }: LaunchRequest) => ended.get(recipients.get(position)!) ?? [];
		const prepared = await run.prepare(
			screened.flat(),
			async (group) => await withoutPresent(run, group, now, endedFor),
			client.maxInFlight,
		);
		await run.send(
			prepared,
			client.maxInFlight,
			async (group) => await sendGroup(batch, run, group, once),
		);
	});
	const outcomes = run.end();
	tellSummary(batch, outcomes, {
		preview: run.preview,
		done: 'launched',
		really: 'invited',
		note: quarantineNote(requests),
	});
	return explainOutcomes(batch, outcomes, requests, ({ plan, invitee, options }) => ({
		...{ type: plan.sendout.type, sendMail: invitee.sendMail },
		...{ activates: true, output: options.output },
	}));
}

/** The recipients by position, each with their survey and their sendout's name. */
function recipientsIn(bySurvey: readonly LaunchRequest[][]): Map<number, string> {
	const recipients = new Map<number, string>();
	for (const requests of bySurvey) {
		const shared = requests.find(({ mode }) => mode === 'oneForAll')?.plan.sendout.name;
		for (const { position, mode, plan, invitee } of requests) {
			const name = mode === 'oneForAll' ? shared! : plan.sendout.name;
			recipients.set(position, jointKey('launch', plan.surveyId, readableText(name), invitee.key));
		}
	}
	return recipients;
}

/** Screens a survey's people based on the input. Then groups the people who can be invited by their new sendout. */
async function screen(client: NetigateClient, run: ItemRun, group: Group, once: ReadOnce) {
	const [blocked, existing] = await readSurvey(client, once, group);
	const screening = new Screening(run, blocked, true);
	const toInvite: LaunchRequest[] = [];
	await forEachInTurns(group.requests, (request) => {
		// A person can be in several sendouts with different names. Dates aren't compared, because $now differs for each
		// item.
		const { name, type } = request.plan.sendout;
		const scope = request.mode === 'onePerItem' ? jointKey(type, name) : type;
		const { invitee } = request;
		if (screening.byInput(request, invitee, invitee.reading, scope) === 'invite')
			toInvite.push(request);
	});
	return toSendouts(run, toInvite).map(({ requests }) => ({ requests, screening, existing }));
}

/**
 * Leaves out people who are in an active sendout with the same name or may have been invited before. Dates are checked
 * afterwards, because a date that has passed since then doesn't matter for these people.
 * @throws NetigateError if one of the lists can't be read
 */
async function withoutPresent(
	run: ItemRun,
	group: SendoutGroup,
	now: string,
	endedFor: (request: LaunchRequest) => readonly ItemOutcome[],
) {
	const { requests, screening, existing } = group;
	const [{ plan, invitee: first }] = requests;
	const { sendoutOf, hidden } = requests.some(({ options }) => options.existing === 'skip')
		? await existing.peopleIn(plan.sendout.name, first.reading)
		: { sendoutOf: () => undefined, hidden: undefined };
	const has = (recipient: Recipient) => sendoutOf(recipient) !== undefined;
	const candidates: LaunchRequest[] = [];
	/** Items whose contacts are already in an active sendout. */
	const present: Array<{ request: LaunchRequest; sendoutId: number }> = [];
	await forEachInTurns(requests, (request) =>
		run.check(request.position, () => {
			const { invitee } = request;
			const ended = endedFor(request);
			const verdict = screening.byLists(request, invitee, { has, ended: () => ended, hidden });
			if (verdict === 'invite') {
				if (!request.options.allowPastDates) refusePastDates(requests[0].plan, now);
				candidates.push(request);
			}
			if (verdict !== 'existing') return;
			const launched = ended.find((outcome) => isIn(outcome) === 'yes')?.json as IDataObject;
			const sendoutId = sendoutOf(invitee) ?? Number(launched.sendoutId);
			present.push({ request, sendoutId });
		}),
	);
	return { ...group, candidates, present };
}

async function sendGroup(
	batch: Batch,
	run: ItemRun,
	{ requests: [first], candidates, present, existing }: Prepared,
	once: ReadOnce,
): Promise<void> {
	const { client, continueOnFail, hint } = batch;
	for (const { request, sendoutId } of present) {
		const { position, invitee, earlier } = request;
		const { contact } = invitee;
		const isInactive = existing.isInactive(sendoutId);
		// An active sendout is activated again, because people may have been added since it was activated. An inactive one
		// isn't, because someone may have stopped it, unless an earlier attempt at this step created it.
		const isOurs = earlier?.json && 'error' in earlier && earlier.json.sendoutId === sendoutId;
		const isDue = !run.preview && (isOurs || !isInactive);
		const error = isDue ? await existing.activate(sendoutId, hint) : undefined;
		if (error) {
			run.settle(position, { error, json: { sendoutId, contact, ...invitationOf(error) } });
			continue;
		}
		const inactive = !isDue && isInactive ? { activated: false } : {};
		run.skip(position, contact, 'existing', { sendoutId, ...inactive });
	}
	const { plan } = first;
	existing.tellInactive(plan.sendout.name, hint);
	if (candidates.length === 0 || run.stopped) return;
	const { name, sendDate } = plan.sendout;
	if (run.preview) {
		await previewSurvey(batch, once, plan.surveyId, sendDate);
		const reminders = plan.reminders.map((reminder) => ({
			Name: reminder.name,
			SendDate: reminder.sendDate,
		}));
		for (const { position, invitee } of candidates) {
			const { contact } = invitee;
			const json = { status: 'wouldAdd', contact, sendoutName: name, sendDate, reminders };
			run.settle(position, { json });
		}
		return;
	}
	// A reminder's date may have passed if the run took a long time.
	if (!candidates[0].options.allowPastDates) refusePastReminders(plan);
	const invitees = candidates.map(({ invitee }) => invitee);
	const launched = await launch(client, plan, invitees, {
		batchSize: batchSizeOf(candidates),
		goOnWithoutRefused: continueOnFail,
		hint,
		before: existing.sendouts,
		once,
	});
	const outcomes = outcomesOf(candidates, name, launched);
	for (const [index, { position }] of candidates.entries()) run.settle(position, outcomes[index]);
}
