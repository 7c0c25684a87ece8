import type { IDataObject } from 'n8n-workflow';
import { isBlocked, readBlocklist } from '../blocklist';
import { entriesIn, type NetigateClient } from '../../netigate/client';
import { allDone, forEachLimited, readOnce, type ReadOnce } from '../../basics/concurrency';
import { missingLinkHint } from '../dispatch';
import { InputError, NetigateError } from '../../netigate/errors';
import { toNetigateDate } from '../../input/dates';
import { launch, mayInvite, stoppedError, type Launched } from './launch';
import { ExistingSendouts } from './existing';
import { differenceBetween } from './plan';
import { folded } from '../readBack';
import { invitationOf } from '../invitation';
import type { Batch, ItemOutcome } from '../../n8n/itemRun';
import { ItemRun } from '../../n8n/itemRun';
import { tellSummary } from '../../n8n/summary';
import { launchReader, type LaunchRequest } from './request';

/** The items that share a sendout; the first decides what it is like. */
interface Group {
	requests: LaunchRequest[];
}

/** Refuses items that would each make a sendout of the same name: nobody could tell them apart in Netigate. */
function refuseSameNames(frame: ItemRun, requests: LaunchRequest[]): LaunchRequest[] {
	const byName = new Map<string, LaunchRequest[]>();
	for (const request of requests) {
		if (request.mode === 'oneForAll') continue;
		const { surveyId, sendout } = request.plan;
		const key = `${surveyId} ${sendout.name}`;
		const same = byName.get(key);
		if (same) same.push(request);
		else byName.set(key, [request]);
	}
	const refused = new Set<LaunchRequest>();
	for (const same of byName.values()) {
		const people = new Set(same.map(({ invitee }) => folded(invitee.key))).size;
		if (people < 2) continue;
		for (const request of same) {
			refused.add(request);
			const error = new InputError(
				`${people} sendouts would be called "${request.plan.sendout.name}", one for each person`,
				'For one sendout that all of them share, set "Mode" to "One Sendout for All". For one sendout each, give each its own name, for instance with the number of the deal in it.',
			);
			frame.settle(request.position, { error });
		}
	}
	return frame.stopped ? [] : requests.filter((request) => !refused.has(request));
}

/** One group for each sendout. Items that cannot share one are refused. */
function groupsOf(frame: ItemRun, requests: LaunchRequest[]): Group[] {
	const groups: Group[] = [];
	const shared = new Map<number, Group>();
	for (const request of requests) {
		const { surveyId } = request.plan;
		const group = request.mode === 'oneForAll' ? shared.get(surveyId) : undefined;
		if (!group) {
			const created = { requests: [request] };
			groups.push(created);
			if (request.mode === 'oneForAll') shared.set(surveyId, created);
			continue;
		}
		frame.check(request.position, () => {
			const difference = differenceBetween(group.requests[0].plan, request.plan);
			if (difference !== undefined) {
				throw new InputError(
					`This item has another ${difference} than the first item of the sendout that they share`,
					'With "One Sendout for All" everybody gets the same sendout. Use background data for what differs, or "One Sendout per Item".',
				);
			}
			group.requests.push(request);
		});
	}
	return groups;
}

function launchedJson(launched: Launched, name: string): IDataObject {
	return {
		sendoutId: launched.sendoutId!,
		sendoutName: name,
		reminders: launched.reminders.map(({ DispatchId, Name, SendDate }) => ({
			DispatchId,
			Name,
			SendDate,
		})),
	};
}

/** What would be launched for somebody, with the dates that were worked out. */
function previewJson({ plan, bodies }: LaunchRequest, contact: string): IDataObject {
	const { name, sendDate } = plan.sendout;
	const reminders = bodies.reminders.map((reminder) => ({
		Name: reminder.name,
		SendDate: (reminder.body as { sendDate: string }).sendDate,
	}));
	return { status: 'wouldAdd', contact, sendoutName: name, sendDate, reminders };
}

/** What a launch means for each item of its group. */
function outcomesOf(group: LaunchRequest[], launched: Launched): ItemOutcome[] {
	const { stopped, sendoutId, people } = launched;
	if (stopped) {
		const error = stoppedError(launched);
		const json: IDataObject = {
			...(sendoutId ? { sendoutId } : {}),
			step: stopped.step,
			// Complete, it may be active, or somebody may activate it. Before that nobody is invited, unless Netigate
			// makes sendouts active at once.
			...(mayInvite(launched) ? { mayBeInvited: true } : {}),
		};
		return group.map(({ invitee }) => ({ error, json: { ...json, contact: invitee.contact } }));
	}
	const { name } = group[0].plan.sendout;
	const json = launchedJson(launched, name);
	return group.map(({ invitee }, index): ItemOutcome => {
		const sent = people[index];
		if ('error' in sent) {
			return {
				error: sent.error,
				json: {
					sendoutId: sendoutId!,
					step: 'respondents',
					activated: true,
					contact: invitee.contact,
					...invitationOf(sent.error),
				},
			};
		}
		const told: IDataObject = { status: 'launched', contact: invitee.contact };
		Object.assign(told, sent.respondent, json);
		if (sent.pairing) told.pairing = sent.pairing;
		return { json: told };
	});
}

/**
 * The outcome of an earlier try of this run, where that may have invited the person. They are not invited again:
 * a request that timed out may still be under way, and with "add" nothing checks who is already there.
 */
function perhapsInvited({ earlier, settings }: LaunchRequest): ItemOutcome | undefined {
	if (!earlier || !('error' in earlier)) return undefined;
	const { error, json } = earlier;
	if (json?.step === 'activate' || (json?.mayBeInvited && !json.activated)) return earlier;
	const { mayStillRun, accepted } = error as Partial<NetigateError>;
	return json?.activated && (mayStillRun || accepted || settings.existing === 'add')
		? earlier
		: undefined;
}

/** Settles whoever is blocked, comes twice or was invited by an earlier try. @returns the others */
function select(frame: ItemRun, requests: LaunchRequest[], blocked: ReadonlySet<string>) {
	const firstOf = new Map<string, number>();
	return requests.filter((request) => {
		const { position, plan, invitee, mode, settings, earlier } = request;
		const { contact, key } = invitee;
		// A sendout of another name is meant to reach the same person again. A different date says nothing: one
		// made from $now differs from item to item.
		const { name, type } = plan.sendout;
		const which = mode === 'onePerItem' ? name : '';
		const who = `${plan.surveyId}\n${type}\n${folded(key)}\n${which}`;
		const first = firstOf.get(who);
		firstOf.set(who, first ?? position);
		if (first !== undefined && settings.duplicatesInInput === 'skip') {
			frame.markDuplicate(position, first, contact);
		} else if ((earlier?.json as IDataObject | undefined)?.status === 'launched') {
			frame.settle(position, earlier!);
		} else if (settings.skipBlocked && isBlocked(blocked, contact)) {
			frame.skip(position, contact, 'blocked');
		} else return true;
		return false;
	});
}

/** The sendouts that the surveys had before this run: for `existing: skip`, and to find lost ones. */
async function sendoutsBefore(client: NetigateClient, once: ReadOnce, requests: LaunchRequest[]) {
	const surveys = [...new Set(requests.map(({ plan }) => plan.surveyId))];
	const lists = new Map<number, ExistingSendouts | Error>();
	await forEachLimited(surveys, client.maxInFlight, async (surveyId) => {
		const path = `/surveys/${surveyId}/sendouts`;
		const known = await once(path, async () => entriesIn(await client.get(path))).then(
			(entries) => new ExistingSendouts(client, surveyId, entries),
			(error: Error) => error,
		);
		lists.set(surveyId, known);
	});
	return lists;
}

/**
 * Settles those of a group who are not to be invited again: they are in an active sendout of its name, or an
 * earlier try may have invited them.
 *
 * @returns the others
 * @throws NetigateError when it cannot be told
 */
async function withoutExisting(
	frame: ItemRun,
	existing: ExistingSendouts,
	{ requests }: Group,
	hint: Batch['hint'],
): Promise<LaunchRequest[]> {
	const present = requests.some(({ settings }) => settings.existing === 'skip')
		? await existing.peopleIn(requests[0].plan.sendout.name)
		: () => undefined;
	const missing: LaunchRequest[] = [];
	for (const request of requests) {
		const { position, invitee, settings } = request;
		const { contact, key } = invitee;
		const sendoutId = settings.existing === 'skip' ? present(key) : undefined;
		if (typeof sendoutId !== 'number') {
			const open = perhapsInvited(request) ?? (sendoutId && { error: sendoutId });
			if (open) frame.settle(position, open);
			else missing.push(request);
			continue;
		}
		const error = frame.preview ? undefined : await existing.activate(sendoutId, hint);
		if (error)
			frame.settle(position, { error, json: { sendoutId, contact, ...invitationOf(error) } });
		else frame.skip(position, contact, 'existing', { sendoutId });
	}
	return frame.stopped ? [] : missing;
}

function tellHints(requests: LaunchRequest[], hint: Batch['hint']): void {
	const plans = new Set(requests.map(({ plan }) => plan));
	const texts = new Set(
		[...plans]
			.filter(({ sendout }) => sendout.type !== 'LOGIN')
			.flatMap(({ sendout, reminders }) => [
				sendout.message,
				...reminders.map(({ message }) => message),
			]),
	);
	const found = [...texts].map(missingLinkHint).find((told) => told !== undefined);
	if (found) hint(found);
}

/** `sendout.launch` for all items of a run (rows 10, 34, then 12, 21, 16 or 17, 19, 13 for each sendout). */
export async function launchTogether(batch: Batch): Promise<Array<ItemOutcome | undefined>> {
	const { client, continueOnFail, hint } = batch;
	const frame = new ItemRun(batch);
	const now = toNetigateDate(new Date(), 'utc', 'Send Date')!;
	const read = launchReader(now);
	const once = readOnce('kept');
	const known = async (those: LaunchRequest[]) =>
		await allDone([
			those.some(({ settings }) => settings.skipBlocked)
				? once('blocked', async () => await readBlocklist(client))
				: new Set<string>(),
			sendoutsBefore(client, once, those),
		]);
	const asked = await frame.read(
		(parameters) => {
			frame.preview ||= parameters.flag('preview');
			return read(parameters);
		},
		async (first) => await known([first]),
	);
	const requests = refuseSameNames(frame, asked);
	tellHints(requests, hint);
	const [blocked, before] = await known(requests);
	const groups = groupsOf(frame, select(frame, requests, blocked));
	await frame.send(groups, client.maxInFlight, async (group) => {
		const { plan, bodies } = group.requests[0];
		const existing = before.get(plan.surveyId)!;
		if (existing instanceof Error) throw existing;
		const missing = await withoutExisting(frame, existing, group, hint);
		if (missing.length === 0) return;
		if (frame.preview) {
			for (const { position, invitee } of missing) {
				frame.settle(position, { json: previewJson(group.requests[0], invitee.contact) });
			}
			return;
		}
		const invitees = missing.map(({ invitee }) => invitee);
		const launched = await launch(client, plan, bodies, invitees, {
			batchSize: missing.reduce((least, { settings }) => Math.min(least, settings.batchSize), 1000),
			goOnWithoutRefused: continueOnFail,
			hint,
			before: existing.sendouts,
		});
		for (const [index, outcome] of outcomesOf(missing, launched).entries()) {
			frame.settle(missing[index].position, outcome);
		}
	});
	const outcomes = frame.end();
	tellSummary(batch, outcomes, { preview: frame.preview, done: 'launched', really: 'invited' });
	return outcomes;
}
