import type { NetigateClient } from '../../../../shared/api/client';
import { forEachLimited } from '../../../../shared/api/concurrency';
import type { NetigateError } from '../../../../shared/api/errors';
import { activateSendout } from '../../../../shared/respondents/activate';
import { keysOf, listRespondents } from '../../../../shared/respondents/readBack';
import type { Sendout } from '../../../../shared/api/types';

/** What a survey's active sendouts hold, as they were before this run. */
export interface ExistingSendouts {
	sendouts: readonly Sendout[];
	/**
	 * Who is in an active sendout of this name: the sendout's id by the person's key (row 15).
	 *
	 * @throws NetigateError when a list cannot be read
	 */
	peopleIn: (name: string) => Promise<ReadonlyMap<string, number>>;
	/**
	 * Activates a sendout again, once a run: those whom an earlier run added may still wait for it, when that
	 * run was cut off.
	 *
	 * @returns undefined when it is activated, else why not
	 */
	activate: (sendoutId: number) => Promise<NetigateError | undefined>;
}

const nameOf = (name: string) => name.trim().normalize('NFC');

/** @param survey path of the survey, `/surveys/501` */
export function existingSendouts(
	client: NetigateClient,
	survey: string,
	sendouts: readonly Sendout[],
): ExistingSendouts {
	const active = new Map<string, number[]>();
	for (const { SendoutId, Primary } of sendouts) {
		if (!Primary?.Activated || typeof Primary.Name !== 'string') continue;
		const name = nameOf(Primary.Name);
		const ids = active.get(name);
		if (ids) ids.push(SendoutId);
		else active.set(name, [SendoutId]);
	}
	const people = new Map<string, Promise<ReadonlyMap<string, number>>>();
	const activations = new Map<number, Promise<NetigateError | undefined>>();
	const pathOf = (sendoutId: number) => `${survey}/sendouts/${sendoutId}`;

	async function read(name: string): Promise<ReadonlyMap<string, number>> {
		const found = new Map<string, number>();
		await forEachLimited(active.get(name) ?? [], client.maxInFlight, async (sendoutId) => {
			for (const respondent of await listRespondents(client, pathOf(sendoutId))) {
				for (const key of keysOf(respondent)) found.set(key, sendoutId);
			}
		});
		return found;
	}

	return {
		sendouts,
		async peopleIn(given) {
			const name = nameOf(given);
			let reading = people.get(name);
			if (!reading) {
				people.set(name, (reading = read(name)));
				// The next item may find Netigate well again.
				reading.catch(() => people.delete(name));
			}
			return await reading;
		},
		async activate(sendoutId) {
			let activation = activations.get(sendoutId);
			if (!activation) {
				activation = activateSendout(client, pathOf(sendoutId));
				activations.set(sendoutId, activation);
			}
			return await activation;
		},
	};
}
