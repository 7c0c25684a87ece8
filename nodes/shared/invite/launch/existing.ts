import type { NetigateClient } from '../../netigate/client';
import { isId, isRecord } from '../../netigate/members';
import { NetigateError } from '../../netigate/errors';
import type { Dispatch, Sendout } from '../../netigate/types';
import { activateSendout, activationFailure, isActive } from '../activate';
import { hiddenAmong } from '../readBack';
import { People } from '../people';

/** Whether a sendout tells if it is active, and then also which one it is. */
function isReadable(sendout: Sendout): boolean {
	const { Activated, Name }: Partial<Record<keyof Dispatch, unknown>> = sendout.Primary ?? {};
	if (!isActive(sendout)) return Activated === false;
	return typeof Name === 'string' && isId(sendout.SendoutId);
}

const nameOf = (name: string) => name.trim().normalize('NFC');

const HIDDEN =
	'With Options, Existing Sendouts set to "Launch Another" nobody looks who is in one already; with a Quarantine node before it nobody is asked again too soon.';

/** Who is in a survey's active sendouts, as they were before this run. */
export class ExistingSendouts {
	private readonly people: People;

	private readonly active = new Map<string, Sendout[]>();

	/** As far as they are records at all. */
	readonly sendouts: readonly Sendout[];

	private readonly readable: boolean;

	private readonly activations = new Map<number, Promise<NetigateError | undefined>>();

	/** @param listed the entries of Netigate's list */
	constructor(
		private readonly client: NetigateClient,
		private readonly surveyId: number,
		listed: readonly unknown[],
	) {
		this.sendouts = listed.filter(isRecord) as unknown as Sendout[];
		// What is nothing may stand in place of any of them.
		this.readable = this.sendouts.length === listed.length && this.sendouts.every(isReadable);
		this.people = new People(client, surveyId, this.sendouts, true);
		for (const sendout of this.sendouts) {
			if (!this.readable || !isActive(sendout)) continue;
			const name = nameOf(sendout.Primary.Name);
			const same = this.active.get(name);
			if (same) same.push(sendout);
			else this.active.set(name, [sendout]);
		}
	}

	/**
	 * Who is in an active sendout of this name.
	 *
	 * @returns a function that gives a person's sendout, by their key, or why it cannot be told: they may be one of
	 * those whose contact Netigate hides
	 * @throws NetigateError when a list cannot be read, be it that of the sendouts: who is in one that nobody
	 * can tell would be invited again
	 */
	async peopleIn(name: string): Promise<(key: string) => number | NetigateError | undefined> {
		if (!this.readable) {
			throw new NetigateError("Netigate does not tell which of the survey's sendouts are active", {
				outcome: 'notDone',
				advice:
					'Nobody was invited. Look at the sendouts in Netigate, and run this again. With Options, Existing Sendouts set to "Launch Another" nobody looks who is in one already.',
			});
		}
		const sendouts = this.active.get(nameOf(name)) ?? [];
		const find = await this.people.within(sendouts.map(({ SendoutId }) => SendoutId));
		const shown = sendouts.map(({ SendoutId, Primary }) => ({
			kind: Primary.DispatchType,
			contacts: this.people.contactsIn([SendoutId]),
		}));
		const hidden = hiddenAmong(shown, HIDDEN);
		return (key) => find(key)?.sendoutId ?? hidden;
	}

	/**
	 * Activates a sendout again, once per run: people added by an earlier run that was cut off may still be waiting
	 * for it.
	 *
	 * @returns undefined when it is activated, else the error of whoever is in it
	 */
	async activate(
		sendoutId: number,
		hint: (message: string) => void,
	): Promise<NetigateError | undefined> {
		let activation = this.activations.get(sendoutId);
		if (!activation) {
			const path = `/surveys/${this.surveyId}/sendouts/${sendoutId}`;
			activation = activateSendout(this.client, path, hint).then(
				async (failure) => failure && (await activationFailure(failure, this.client, path)),
			);
			this.activations.set(sendoutId, activation);
		}
		return await activation;
	}
}
