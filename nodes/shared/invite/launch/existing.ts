import { forEachLimited, readOnce, type ReadOnce } from '../../basics/concurrency';
import { groupBy } from '../../basics/lists';
import { readableText } from '../../basics/plainText';
import type { ContactReading, Recipient } from '../../input/contact';
import type { Batch } from '../../n8n/itemRun';
import { entriesIn, type NetigateClient } from '../../netigate/client';
import { NetigateError } from '../../netigate/errors';
import { isId, isRecord } from '../../netigate/members';
import { isActive, isInactive } from '../../netigate/sendouts';
import type { Dispatch, Sendout } from '../../netigate/types';
import { activateForContacts } from '../activate';
import { readMembers, type Members } from '../respondents';
import { hiddenError } from '../screen';

/** Whether the entry says if the sendout is active. An active sendout must also have a readable name and id. */
function isReadable(sendout: Sendout): boolean {
	const { Activated, Name }: Partial<Record<keyof Dispatch, unknown>> = sendout.Primary ?? {};
	if (!isActive(sendout)) return Activated === false;
	return typeof Name === 'string' && isId(sendout.SendoutId);
}

const HIDDEN =
	'To launch without this check, set \'Options > Existing Sendouts\' to "Always Invite Again". To avoid asking people again too soon, add a Quarantine node before this node.';

/** The sendouts that a survey had before this run, and the people in the active sendouts. */
export class ExistingSendouts {
	readonly sendouts: readonly Sendout[];

	private readonly readable: boolean;

	private readonly active: ReadonlyMap<string, Sendout[]>;

	private readonly inactive: ReadonlyMap<string, Sendout[]>;

	private byId?: ReadonlyMap<number, Sendout>;

	private readonly lists = readOnce('forgotten');

	private readonly activations = readOnce('kept');

	constructor(
		private readonly client: NetigateClient,
		private readonly surveyId: number,
		entries: readonly unknown[],
	) {
		this.sendouts = entries.filter(isRecord) as unknown as Sendout[];
		// An entry that isn't a record could be any sendout.
		this.readable = this.sendouts.length === entries.length && this.sendouts.every(isReadable);
		const active = this.readable ? this.sendouts.filter(isActive) : [];
		const nameOf = ({ Primary }: Sendout) => readableText(Primary.Name);
		this.active = groupBy(active, nameOf);
		this.inactive = groupBy(this.sendouts.filter(isInactive), nameOf);
	}

	/** Call 10. */
	static async read(client: NetigateClient, once: ReadOnce, surveyId: number) {
		const path = `/surveys/${surveyId}/sendouts`;
		const entries = await once(path, async () => entriesIn(await client.get(path)));
		return new ExistingSendouts(client, surveyId, entries);
	}

	/**
	 * Reads who is in the active sendouts with this name.
	 * @returns `sendoutOf`, which finds a person's sendout, and `hidden`, an error if some contacts are hidden
	 * @throws NetigateError if any of the lists can't be read, because people could be invited again
	 */
	async peopleIn(name: string, { defaultCountry }: ContactReading) {
		if (!this.readable) {
			throw new NetigateError("Netigate doesn't show which of the survey's sendouts are active", {
				outcome: 'notDone',
				advice:
					'No one was invited. Check the sendouts in Netigate and run this again. To launch without this check, set \'Options > Existing Sendouts\' to "Always Invite Again".',
			});
		}
		const sendouts = this.active.get(readableText(name)) ?? [];
		const lists: Members[] = [];
		let hidden = 0;
		let all = 0;
		const { maxInFlight } = this.client;
		await forEachLimited(sendouts, maxInFlight, async ({ SendoutId, Primary }) => {
			const reading = { type: String(Primary.DispatchType), defaultCountry };
			const list = await this.lists(
				`${SendoutId}`,
				async () => await readMembers(this.client, this.surveyId, SendoutId, reading),
			);
			lists.push(list);
			hidden += list.countHidden();
			all += list.all.length;
		});
		return {
			sendoutOf: (recipient: Recipient) =>
				lists.flatMap((list) => list.matching(recipient)).at(0)?.sendoutId,
			hidden: hiddenError(hidden, all, HIDDEN),
		};
	}

	/** Outputs a hint for each inactive sendout with this name, because people in it may be waiting for an invitation. */
	tellInactive(name: string, hint: Batch['hint']): void {
		for (const { SendoutId } of this.inactive.get(readableText(name)) ?? [])
			hint(
				`Sendout ${SendoutId} has the same name and isn't active, perhaps because an earlier launch stopped. To invite people in it who aren't part of this launch, use Sendout > Activate.`,
			);
	}

	/** Whether the sendout is inactive, e.g. because someone stopped it. */
	isInactive(sendoutId: number): boolean {
		this.byId ??= new Map(this.sendouts.map((sendout) => [sendout.SendoutId, sendout]));
		return this.byId.get(sendoutId)?.Primary.Activated === false;
	}

	/**
	 * Activates a sendout, at most once per run, because people added by an interrupted run may not have been invited yet.
	 * @returns undefined if the sendout was activated, otherwise the error for the people in it
	 */
	async activate(sendoutId: number, hint: Batch['hint']): Promise<NetigateError | undefined> {
		const path = `/surveys/${this.surveyId}/sendouts/${sendoutId}`;
		return await this.activations(
			path,
			async () => await activateForContacts(this.client, path, hint),
		);
	}
}
