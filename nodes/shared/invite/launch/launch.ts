import type { Pair } from '../../input/backgroundData';
import { listed, type NetigateClient, type NetigateRequest } from '../../netigate/client';
import { createOnce } from '../../netigate/createOnce';
import { asNetigateError, NetigateError } from '../../netigate/errors';
import type { BackgroundDataLabel, Dispatch, Sendout } from '../../netigate/types';
import { activateSendout, isActive, isActiveAfter } from '../activate';
import { labelCreation, reminderCreation, sendoutCreation } from '../dispatch';
import type { Sent } from '../lookUp';
import { sendPeople } from '../send';
import type { Invitee, LaunchPlan } from './plan';

type Step = 'create' | 'labels' | 'respondents' | 'reminders' | 'activate';

/** How much of a sendout was made, and where it stopped, if it did. */
export interface Launched {
	sendoutId?: number;
	labels: BackgroundDataLabel[];
	people: Sent[];
	reminders: Dispatch[];
	/** Whether Netigate called it active once it was created: people who are added may then be invited at once. */
	active: boolean;
	stopped?: { step: Step; error: NetigateError };
}

interface LaunchOptions {
	batchSize: number;
	/** Whether the others are invited when Netigate refuses someone. Otherwise the launch stops there. */
	goOnWithoutRefused: boolean;
	hint: (message: string) => void;
	/** The survey's sendouts before this run. */
	before: readonly Sendout[];
}

const STEPS: Record<Step, string> = {
	create: "the sendout couldn't be created",
	labels: "its background data couldn't be created",
	respondents: 'not everyone could be added',
	reminders: "its reminders couldn't be created",
	activate: "it couldn't be activated",
};

/** Whether a launch that stopped may have invited people, or someone may do it by activating its sendout. */
export function mayInvite({ active, people, stopped }: Launched): boolean {
	if (stopped?.step === 'activate') return true;
	return (
		active &&
		people.some((sent) => sent && ('respondent' in sent || sent.error.outcome === 'unknown'))
	);
}

/** The error of a launch that stopped half way: what there is, what failed, and what to do. */
export function stoppedError(launched: Launched): NetigateError {
	const { sendoutId, stopped } = launched;
	const { step, error } = stopped!;
	if (sendoutId === undefined) return error;
	const invites = mayInvite(launched);
	const finish =
		step === 'activate'
			? "It is complete. Check in Netigate whether it is active. If not, use Sendout > Activate. Don't launch it again."
			: invites
				? "Netigate activated it at once, so the people in it may already be invited. Finish it in Netigate. Don't launch it again."
				: "It wasn't activated, so no one was invited. Finish it in Netigate, or launch again and leave this one alone.";
	return new NetigateError(
		`The sendout ${sendoutId} was created, but ${STEPS[step]}: ${error.message}`,
		{
			outcome: invites ? 'unknown' : error.outcome,
			status: error.status,
			advice: `${finish} ${error.advice}`,
		},
	);
}

/** Counts the requests of a client, to tell whether anything was sent more than once. */
function counting(client: NetigateClient): { client: NetigateClient; sent: () => number } {
	let count = 0;
	const send = async (request: NetigateRequest) => {
		count++;
		return await client.send(request);
	};
	return { client: { ...client, send }, sent: () => count };
}

function pairsOf(values: readonly string[], labels: BackgroundDataLabel[]): Pair[] {
	return labels
		.map(({ BGDataLabelId }, index) => ({ Key: String(BGDataLabelId), Value: values[index] }))
		.filter(({ Value }) => Value);
}

const post = (path: string, body: object): NetigateRequest => ({
	method: 'POST',
	path,
	body,
	repeatable: false,
});

async function createLabels(client: NetigateClient, path: string, { labels: bodies }: LaunchPlan) {
	const labels: BackgroundDataLabel[] = [];
	// One after the other: they are created in the order that Netigate's reports show.
	for (const body of bodies) {
		const creation = { ...labelCreation(path, body), before: [] };
		labels.push(await createOnce(client, post(`${path}/labels`, body), creation));
	}
	return labels;
}

async function createReminders(
	client: NetigateClient,
	path: string,
	{ reminders: bodies }: LaunchPlan,
) {
	const counted = counting(client);
	const reminders: Dispatch[] = [];
	for (const body of bodies) {
		// The sendout is not active yet, and its reminders are counted before anything goes out.
		const creation = { ...reminderCreation(path, body), before: [], sendAgain: true };
		reminders.push(await createOnce(counted.client, post(`${path}/reminders`, body), creation));
	}
	if (counted.sent() > bodies.length) {
		// A lost reminder that was made after all would remind everyone twice, so that is ruled out first. The list
		// gets time to show it.
		await client.settle();
		const there = listed<Dispatch>(await client.get(`${path}/reminders`), 'DispatchId').length;
		if (there !== bodies.length) {
			throw new NetigateError(`It has ${there} reminders instead of ${bodies.length}`, {
				outcome: 'unknown',
				advice:
					'Delete extra reminders in Netigate or add missing ones, then activate the sendout there.',
			});
		}
	}
	return reminders;
}

/**
 * Makes a sendout with all that belongs to it, and activates it last, so that nothing goes out half made (calls 12,
 * 21, 16 or 17, 19, 13). If anything fails on the way, the sendout is left as it is and not activated.
 */
export async function launch(
	client: NetigateClient,
	plan: LaunchPlan,
	invitees: readonly Invitee[],
	options: LaunchOptions,
): Promise<Launched> {
	const { surveyId, sendout } = plan;
	const made: Launched = { labels: [], people: [], reminders: [], active: false };
	let step: Step = 'create';
	const work = async () => {
		const list = `/surveys/${surveyId}/sendouts`;
		const created = await createOnce<Sendout>(client, post(list, plan.body), {
			...sendoutCreation(`/surveys/${surveyId}`, sendout),
			before: options.before,
		});
		made.sendoutId = created.SendoutId;
		made.active = isActive(created);
		const path = `${list}/${created.SendoutId}`;

		step = 'labels';
		made.labels = await createLabels(client, path, plan);

		step = 'respondents';
		await sendPeople(
			client,
			path,
			invitees.map((invitee, index) => ({
				...invitee,
				index,
				backgroundData: pairsOf(invitee.values, made.labels),
			})),
			{
				type: sendout.type,
				batchSize: options.batchSize,
				before: new Set(),
				stopAtFailure: !options.goOnWithoutRefused,
			},
			({ index }, sent) => (made.people[index] = sent),
		);
		const failed = made.people.find((sent) => 'error' in sent);
		const added = made.people.some((sent) => 'respondent' in sent);
		if (failed && (!options.goOnWithoutRefused || !added)) throw failed.error;

		step = 'reminders';
		made.reminders = await createReminders(client, path, plan);

		step = 'activate';
		const failure = await activateSendout(client, path, options.hint);
		if (failure && !(await isActiveAfter(failure, client, path))) throw failure;
	};
	await work().catch((error: unknown) => {
		made.stopped = { step, error: asNetigateError(error, 'Check the sendout in Netigate.') };
	});
	return made;
}
