import type { ReadOnce } from '../../basics/concurrency';
import type { Pair } from '../../input/backgroundData';
import { listed, type NetigateClient } from '../../netigate/client';
import { createOnce, type Creation } from '../../netigate/createOnce';
import { asNetigateError, NetigateError } from '../../netigate/errors';
import { isActive } from '../../netigate/sendouts';
import { withSurveyProblem } from '../../netigate/surveys';
import type { BackgroundDataLabel, Dispatch, Sendout } from '../../netigate/types';
import { activateSendout, isActiveAfter } from '../activate';
import { labelCreation, reminderCreation, sendoutCreation } from '../dispatch';
import type { Sent } from '../lookUp';
import { sendPeople } from '../send';
import type { Invitee, LaunchPlan } from './plan';

type Step = 'create' | 'labels' | 'respondents' | 'reminders' | 'activate';

export interface Launched {
	/** The new sendout. If Netigate reports it as active, people may be invited when they are added. */
	sendout?: Sendout;
	labels: BackgroundDataLabel[];
	people: Sent[];
	reminders: Dispatch[];
	stopped?: { step: Step; error: NetigateError };
}

interface LaunchOptions {
	batchSize: number;
	/** Whether to invite the others if Netigate refuses to add someone. If false, the launch stops. */
	goOnWithoutRefused: boolean;
	hint: (message: string) => void;
	before: readonly Sendout[];
	/** Shared by all launches in a run. */
	once: ReadOnce;
}

const STEPS: Record<Step, string> = {
	create: "the sendout couldn't be created",
	labels: "its background data couldn't be created",
	respondents: "some people couldn't be added",
	reminders: "its reminders couldn't be created",
	activate: "it couldn't be activated",
};

/** Whether a stopped launch may have invited people or will invite them when its sendout is activated. */
export function mayInvite({ sendout, people, stopped }: Launched): boolean {
	const mayBeIn = (sent: Sent) => 'respondent' in sent || sent.error.outcome === 'unknown';
	return stopped?.step === 'activate' || (isActive(sendout) && people.some(mayBeIn));
}

/** The error for a launch that stopped halfway: what exists, what failed, and what to do. */
export function stoppedError(launched: Launched): NetigateError {
	const { sendout } = launched;
	const { step, error } = launched.stopped!;
	if (!sendout) return error;
	const invites = mayInvite(launched);
	const finish =
		step === 'activate'
			? "It is complete. Check in Netigate whether it is active. If not, use Sendout > Activate. Don't launch it again."
			: invites
				? "Netigate activated it immediately, so the people in it may already have been invited. Finish it in Netigate. Don't launch it again."
				: 'No one was invited. Finish it in Netigate, or launch again and ignore this one.';
	return new NetigateError(
		`The sendout ${sendout.SendoutId} was created, but ${STEPS[step]}: ${error.message}`,
		{
			outcome: invites ? 'unknown' : error.outcome,
			status: error.status,
			advice: `${finish} ${error.advice}`,
		},
	);
}

function pairsOf(values: readonly string[], labels: BackgroundDataLabel[]): Pair[] {
	return labels
		.map(({ BGDataLabelId }, index) => ({ Key: String(BGDataLabelId), Value: values[index] }))
		.filter(({ Value }) => Value);
}

async function create<Entry extends object>(
	client: NetigateClient,
	body: object,
	creation: Creation<Entry>,
): Promise<Entry> {
	const request = { method: 'POST', path: creation.list, body, repeatable: false } as const;
	return await createOnce(client, request, creation);
}

async function createLabels(client: NetigateClient, list: string, bodies: LaunchPlan['labels']) {
	const labels: BackgroundDataLabel[] = [];
	// Labels are created one at a time, so that they are in the right order in Netigate's reports.
	for (const body of bodies)
		labels.push(await create(client, body, { ...labelCreation(list, body), before: [] }));
	return labels;
}

async function createReminders(
	client: NetigateClient,
	list: string,
	bodies: LaunchPlan['reminders'],
) {
	let sent = 0;
	const counting: NetigateClient = {
		...client,
		send: async (request) => {
			sent++;
			return await client.send(request);
		},
	};
	const reminders: Dispatch[] = [];
	for (const body of bodies) {
		// Retrying is safe, because the sendout isn't active yet. Duplicate reminders are detected below, before anything is
		// sent.
		const creation = { ...reminderCreation(list, body), before: [], sendAgain: true };
		reminders.push(await create(counting, body, creation));
	}
	if (sent <= bodies.length) return reminders;
	// If a reminder were created twice, everyone would receive it twice. It may take a moment until a duplicate appears in
	// the list.
	await client.settle();
	const { length } = listed<Dispatch>(await client.get(list), 'DispatchId');
	if (length === bodies.length) return reminders;
	throw new NetigateError(`The sendout has ${length} reminders instead of ${bodies.length}`, {
		outcome: 'unknown',
		advice:
			'Delete the extra reminders or add the missing ones in Netigate, then activate the sendout there.',
	});
}

/** Makes calls 12, 21, 16 or 17, 19 and 13, in this order. Stops at the first step that fails. */
export async function launch(
	client: NetigateClient,
	plan: LaunchPlan,
	invitees: readonly Invitee[],
	options: LaunchOptions,
): Promise<Launched> {
	const { surveyId, sendout } = plan;
	const made: Launched = { labels: [], people: [], reminders: [] };
	let step: Step = 'create';
	const work = async () => {
		const list = `/surveys/${surveyId}/sendouts`;
		const { before } = options;
		const creation = { ...sendoutCreation(list, sendout), before };
		made.sendout = await create(client, plan.body, creation);
		const path = `${list}/${made.sendout.SendoutId}`;

		step = 'labels';
		made.labels = await createLabels(client, `${path}/labels`, plan.labels);

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
				reading: invitees[0].reading,
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
		made.reminders = await createReminders(client, `${path}/reminders`, plan.reminders);

		step = 'activate';
		const failure = await activateSendout(client, path, options.hint);
		if (failure && !(await isActiveAfter(failure, client, path))) throw failure;
	};
	await work().catch(async (failure: unknown) => {
		const error = asNetigateError(failure, 'Check the sendout in Netigate.');
		made.stopped = { step, error: await withSurveyProblem(error, client, surveyId, options.once) };
	});
	return made;
}
