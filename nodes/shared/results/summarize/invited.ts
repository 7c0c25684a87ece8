import type { NetigateClient } from '../../netigate/client';
import { forEachLimited } from '../../basics/concurrency';
import { orEmpty } from '../../netigate/lists';
import { InputError } from '../../netigate/errors';
import type { Respondent, Sendout } from '../../netigate/types';
import { listRespondents } from '../../invite/readBack';
import { listSendouts } from '../../invite/people';

const idOf = ({ RespondentId }: Respondent) => RespondentId;

/** How far somebody has come. */
export const NOTHING = 0;
export const STARTED = 1;
export const COMPLETED = 2;

/** The sendouts of a survey (row 10), all or those chosen. @throws InputError when one is not in the survey */
export async function readSendouts(
	client: NetigateClient,
	surveyId: number,
	sendoutIds: readonly number[],
): Promise<Sendout[]> {
	const sendouts = await listSendouts(client, surveyId);
	if (sendoutIds.length === 0) return sendouts;
	return sendoutIds.map((id) => {
		const sendout = sendouts.find(({ SendoutId }) => SendoutId === id);
		if (sendout) return sendout;
		throw new InputError(
			`Survey ${surveyId} has no sendout ${id}`,
			'Choose the sendouts under Filters again, or check what the expression gives for this item.',
		);
	});
}

/**
 * Who was invited, and how far they have come: a few bytes per person, and nothing that says who it is except
 * the id. Each has a place, counted from 0 in the order of reading.
 */
export class Invited {
	private readonly places = new Map<number, number>();

	/** Each person's sendout, as its place among the sendouts. */
	private readonly sendout: number[] = [];

	private readonly progress: number[] = [];

	constructor(readonly sendouts: readonly Sendout[]) {}

	/** Reads the respondents of all sendouts (row 15). */
	async read(client: NetigateClient, surveyId: number): Promise<void> {
		await forEachLimited(this.sendouts, client.maxInFlight, async ({ SendoutId }, sendout) => {
			const path = `/surveys/${surveyId}/sendouts/${SendoutId}`;
			const ask = async () => await listRespondents(client, path, idOf);
			for (const id of await orEmpty(ask, client, path)) {
				if (this.places.has(id)) continue;
				this.places.set(id, this.progress.length);
				this.sendout.push(sendout);
				this.progress.push(NOTHING);
			}
		});
	}

	/** All ids, in the order of their places. */
	ids(): number[] {
		return [...this.places.keys()];
	}

	/** Somebody's place; undefined for somebody unknown, or in none of the sendouts. */
	placeOf(respondentId: number | null): number | undefined {
		return respondentId === null ? undefined : this.places.get(respondentId);
	}

	/** The place of a person's sendout, by the person's place. */
	readonly sendoutOf = (place: number): number => this.sendout[place];

	/** Notes how far somebody has come. @returns how far they had come before */
	reach(place: number, progress: number): number {
		const before = this.progress[place];
		if (progress > before) this.progress[place] = progress;
		return before;
	}
}
