import type { NetigateClient } from '../../../../shared/api/client';
import type { NetigateError } from '../../../../shared/api/errors';
import type { Sendout } from '../../../../shared/api/types';
import { activateSendout } from '../../../../shared/respondents/activate';
import { People } from '../../../../shared/results/people';

const nameOf = (name: string) => name.trim().normalize('NFC');

/** Who is in a survey's active sendouts, as they were before this run. */
export class ExistingSendouts {
	private readonly people: People;

	private readonly active = new Map<string, number[]>();

	private readonly activations = new Map<number, Promise<NetigateError | undefined>>();

	constructor(
		private readonly client: NetigateClient,
		private readonly surveyId: number,
		readonly sendouts: readonly Sendout[],
	) {
		this.people = new People(client, surveyId, sendouts);
		for (const { SendoutId, Primary } of sendouts) {
			if (!Primary?.Activated || typeof Primary.Name !== 'string') continue;
			const name = nameOf(Primary.Name);
			const ids = this.active.get(name);
			if (ids) ids.push(SendoutId);
			else this.active.set(name, [SendoutId]);
		}
	}

	/**
	 * Who is in an active sendout of this name.
	 *
	 * @returns a function that gives a person's sendout, by their key
	 * @throws NetigateError when a list cannot be read
	 */
	async peopleIn(name: string): Promise<(key: string) => number | undefined> {
		const find = await this.people.within(this.active.get(nameOf(name)) ?? []);
		return (key) => find(key)?.sendoutId;
	}

	/**
	 * Activates a sendout again, once per run: people added by an earlier run that was cut off may still be waiting
	 * for it.
	 *
	 * @returns undefined when it is activated, else why not
	 */
	async activate(sendoutId: number): Promise<NetigateError | undefined> {
		let activation = this.activations.get(sendoutId);
		if (!activation) {
			activation = activateSendout(this.client, `/surveys/${this.surveyId}/sendouts/${sendoutId}`);
			this.activations.set(sendoutId, activation);
		}
		return await activation;
	}
}
