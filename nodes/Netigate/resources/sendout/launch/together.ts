import type { IDataObject } from 'n8n-workflow';
import { isBlocked, readBlocklist } from '../../../../shared/respondents/blocklist';
import { asList, type NetigateClient } from '../../../../shared/api/client';
import { forEachLimited } from '../../../../shared/api/concurrency';
import { missingLinkHint } from '../../../../shared/sendouts/dispatch';
import { InputError, NetigateError } from '../../../../shared/api/errors';
import { toNetigateDate } from '../../../../shared/values/dates';
import { launch, stoppedError, type Launched } from './launch';
import { existingSendouts, type ExistingSendouts } from './existing';
import { differenceBetween } from './plan';
import { activationFailure } from '../../../../shared/respondents/activate';
import { invitationOf } from '../../../../shared/respondents/invitation';
import type { Sendout } from '../../../../shared/api/types';
import type { Batch, ItemOutcome } from '../../../actions/action';
import { launchReader, type LaunchRequest } from './request';

/** The items that share a sendout; the first decides what it is like. */
type Group = LaunchRequest[];

const SKIPPED = { status: 'skipped' };

/** One group for each sendout. Items that cannot share one are refused by `refuse`. */
function groupsOf(
	requests: LaunchRequest[],
	refuse: (request: LaunchRequest, error: Error) => void,
): Group[] {
	const groups: Group[] = [];
	const shared = new Map<number, Group>();
	for (const request of requests) {
		const { surveyId } = request.plan;
		const group = request.mode === 'oneForAll' ? shared.get(surveyId) : undefined;
		if (!group) {
			const created = [request];
			groups.push(created);
			if (request.mode === 'oneForAll') shared.set(surveyId, created);
			continue;
		}
		const difference = differenceBetween(group[0].plan, request.plan);
		if (difference === undefined) {
			group.push(request);
			continue;
		}
		refuse(
			request,
			new InputError(
				`This item has another ${difference} than the first item of the sendout that they share`,
				'With "One Sendout for All" everybody gets the same sendout. Use background data for what differs, or "One Sendout per Item".',
			),
		);
	}
	return groups;
}

function launchedJson(launched: Launched, name: string): IDataObject {
	return {
		status: 'launched',
		sendoutId: launched.sendoutId!,
		sendoutName: name,
		reminders: launched.reminders.map(({ DispatchId, Name, SendDate }) => ({
			DispatchId,
			Name,
			SendDate,
		})),
	};
}

/** What a launch means for each item of its group. */
function outcomesOf(group: Group, launched: Launched): ItemOutcome[] {
	const { stopped, sendoutId, people } = launched;
	if (stopped) {
		const error = stoppedError(launched);
		const json: IDataObject = {
			...(sendoutId ? { sendoutId } : {}),
			step: stopped.step,
			// All is there then: it may be active, or somebody activates it. Before that step nobody is invited.
			...(stopped.step === 'activate' ? { mayBeInvited: true } : {}),
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
		return { json: { ...(sent.respondent as unknown as IDataObject), ...json } };
	});
}

/**
 * What an earlier try of this run told of a person whom it may have invited. They are not launched again
 * then: a request that timed out may still be under way, and with "add" nobody looks who is there.
 */
function perhapsInvited({ earlier, settings }: LaunchRequest): ItemOutcome | undefined {
	if (!earlier || !('error' in earlier)) return undefined;
	const { error, json } = earlier;
	if (json?.step === 'activate') return earlier;
	const late = error instanceof NetigateError && error.late;
	return json?.activated && (late || settings.existing === 'add') ? earlier : undefined;
}

/** Sets aside who is blocked, comes twice or was invited by an earlier try; the others are returned. */
function select(requests: LaunchRequest[], blocked: ReadonlySet<string>, outcomes: ItemOutcome[]) {
	const firstOf = new Map<string, number>();
	const twins: Array<{ position: number; first: number }> = [];
	const chosen = requests.filter((request) => {
		const { position, plan, invitee, mode, settings, earlier } = request;
		// Sendouts of another name or date are meant to reach the same person again.
		const { name, sendDate, type } = plan.sendout;
		const which = mode === 'onePerItem' ? [name, sendDate] : [];
		const who = [plan.surveyId, type, invitee.key, ...which].join('\n');
		const first = firstOf.get(who);
		if (first !== undefined && settings.duplicatesInInput === 'skip') {
			twins.push({ position, first });
			return false;
		}
		firstOf.set(who, first ?? position);
		if ((earlier?.json as IDataObject | undefined)?.status === 'launched') {
			outcomes[position] = earlier!;
			return false;
		}
		if (!settings.skipBlocked || !isBlocked(blocked, invitee.contact)) return true;
		outcomes[position] = { json: { ...SKIPPED, reason: 'blocked', contact: invitee.contact } };
		return false;
	});
	return { chosen, twins };
}

/** The sendouts that the surveys had before this run: for `existing: skip`, and to find lost ones. */
async function sendoutsBefore(client: NetigateClient, requests: LaunchRequest[]) {
	const surveys = [...new Set(requests.map(({ plan }) => plan.surveyId))];
	const lists = new Map<number, Sendout[] | Error>();
	await forEachLimited(surveys, client.maxInFlight, async (surveyId) => {
		const list = await client.get(`/surveys/${surveyId}/sendouts`).then(
			(answer) => asList<Sendout>(answer),
			(error: Error) => error,
		);
		lists.set(surveyId, list);
	});
	return lists;
}

/**
 * Settles those of a group who are not to be invited again: they are in an active sendout of its name, or an
 * earlier try may have invited them.
 *
 * @returns the others, or why it cannot be told
 */
async function withoutExisting(
	existing: ExistingSendouts,
	group: Group,
	settle: (items: Group, made: ItemOutcome[]) => void,
): Promise<Group | Error> {
	const present = group.some(({ settings }) => settings.existing === 'skip')
		? await existing.peopleIn(group[0].plan.sendout.name).catch((error: unknown) => error as Error)
		: new Map<string, number>();
	if (present instanceof Error) return present;
	const missing: Group = [];
	for (const request of group) {
		const { invitee, settings } = request;
		const sendoutId = settings.existing === 'skip' ? present.get(invitee.key) : undefined;
		if (sendoutId === undefined) {
			const open = perhapsInvited(request);
			if (open) settle([request], [open]);
			else missing.push(request);
			continue;
		}
		const failure = await existing.activate(sendoutId);
		const json = { sendoutId, contact: invitee.contact };
		if (!failure) {
			settle([request], [{ json: { ...SKIPPED, reason: 'existing', ...json } }]);
			continue;
		}
		const error = activationFailure(failure);
		settle([request], [{ error, json: { ...json, ...invitationOf(error) } }]);
	}
	return missing;
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

/**
 * `sendout.launch` for all items of a run (rows 10, 34, then 12, 21, 16 or 17, 19, 13 for each sendout).
 *
 * Every item is checked before the first call that changes anything. Unless failures are to be continued,
 * one bad item keeps the whole run from launching, and the first launch that stops ends it.
 */
export async function launchTogether({
	items,
	client,
	continueOnFail,
	hint,
}: Batch): Promise<ItemOutcome[]> {
	const outcomes = new Array<ItemOutcome>(items.length);
	const requests: LaunchRequest[] = [];
	let refused = false;
	const refuse = (position: number, error: unknown) => {
		refused = true;
		outcomes[position] = { error: error as Error };
	};
	const now = toNetigateDate(new Date(), 'utc', 'Send Date')!;
	const readLaunch = launchReader(now);
	for (const [position, { parameters, earlier }] of items.entries()) {
		try {
			requests.push(readLaunch(position, parameters(), earlier));
		} catch (error) {
			refuse(position, error);
		}
	}
	if (refused && !continueOnFail) return outcomes;
	tellHints(requests, hint);

	const [blocked, before] = await Promise.all([
		requests.some(({ settings }) => settings.skipBlocked)
			? readBlocklist(client)
			: new Set<string>(),
		sendoutsBefore(client, requests),
	]);
	const existing = new Map<number, ExistingSendouts>();
	for (const [surveyId, sendouts] of before) {
		if (sendouts instanceof Error) continue;
		existing.set(surveyId, existingSendouts(client, `/surveys/${surveyId}`, sendouts));
	}
	const { chosen, twins } = select(requests, blocked, outcomes);
	const groups = groupsOf(chosen, ({ position }, error) => refuse(position, error));
	if (refused && !continueOnFail) return outcomes;

	await forEachLimited(
		groups,
		client.maxInFlight,
		async (group) => {
			const { surveyId } = group[0].plan;
			const sendouts = before.get(surveyId)!;
			const settle = (items: Group, made: ItemOutcome[]) => {
				for (const [index, { position }] of items.entries()) {
					outcomes[position] = made[index];
					refused ||= 'error' in made[index];
				}
			};
			const missing =
				sendouts instanceof Error
					? sendouts
					: await withoutExisting(existing.get(surveyId)!, group, settle);
			if (missing instanceof Error) {
				const error = missing;
				// What an earlier try has done stays done, though this one came to nothing.
				return settle(
					group,
					group.map(({ earlier }) => earlier ?? { error }),
				);
			}
			if (missing.length === 0) return;
			const launched = await launch(
				client,
				group[0].plan,
				group[0].bodies,
				missing.map(({ invitee }) => invitee),
				{
					batchSize: missing.reduce(
						(least, { settings }) => Math.min(least, settings.batchSize),
						1000,
					),
					goOnWithoutRefused: continueOnFail,
					before: sendouts as Sendout[],
				},
			);
			settle(missing, outcomesOf(missing, launched));
		},
		() => client.cancelled() || (refused && !continueOnFail),
	);
	for (const { position, first } of twins) {
		const outcome = outcomes[first];
		if (outcome === undefined) continue;
		outcomes[position] =
			'error' in outcome
				? outcome
				: { json: { ...SKIPPED, reason: 'duplicateInInput', duplicateOfItem: first } };
	}
	return outcomes;
}
