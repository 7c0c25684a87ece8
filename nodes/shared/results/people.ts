import { asList, type NetigateClient } from '../api/client';
import { forEachLimited } from '../api/concurrency';
import { NetigateError } from '../api/errors';
import { keysOf } from '../respondents/readBack';
import type { BackgroundDataLabel, Respondent, Row, Sendout } from '../api/types';

/** So many lists of respondents are read one after the other; beyond that, several at a time. */
const LISTS_ONE_BY_ONE = 3;

/** A respondent of a survey, and the sendout in whose list they are. */
export interface KnownRespondent {
	respondentId: number;
	contact: string;
	sendoutId: number;
}

/**
 * The people of one survey. The API knows no respondent by id: their contact stands in the lists of the
 * survey's sendouts (rows 10 and 15), their background data in a row of the sendout's own list (rows 20
 * and 30). Every list is read at most once, and only as far as somebody is still looked for.
 */
export class People {
	private readonly byId = new Map<number, KnownRespondent>();

	private readonly byContact = new Map<string, KnownRespondent[]>();

	private sendouts?: Promise<Sendout[]>;

	/** How many of the sendouts' lists have been read, or are being read. */
	private read = 0;

	private reading: Promise<void> = Promise.resolve();

	private readonly labels = new Map<number, Promise<BackgroundDataLabel[]>>();

	private readonly rows = new Map<number, Promise<Record<string, string>>>();

	constructor(
		private readonly client: NetigateClient,
		private readonly surveyId: number,
	) {}

	/** Newest first: who answers now was most likely asked not long ago. */
	private async listSendouts(): Promise<Sendout[]> {
		this.sendouts ??= this.client
			.get(`/surveys/${this.surveyId}/sendouts`)
			.then((answer) =>
				asList<Sendout>(answer).sort(
					(a, b) =>
						(b.Primary?.Created ?? '').localeCompare(a.Primary?.Created ?? '') ||
						b.SendoutId - a.SendoutId,
				),
			);
		return await this.sendouts;
	}

	private path(sendoutId: number): string {
		return `/surveys/${this.surveyId}/sendouts/${sendoutId}`;
	}

	private async readList({ SendoutId }: Sendout): Promise<void> {
		const respondents = asList<Respondent>(
			await this.client.get(`${this.path(SendoutId)}/respondents`),
		);
		for (const respondent of respondents) {
			const known: KnownRespondent = {
				respondentId: respondent.RespondentId,
				contact: respondent.Email ?? '',
				sendoutId: SendoutId,
			};
			this.byId.set(known.respondentId, known);
			for (const key of keysOf(respondent)) {
				const same = this.byContact.get(key);
				if (same) same.push(known);
				else this.byContact.set(key, [known]);
			}
		}
	}

	/** Reads further lists until `enough`; one caller at a time, so that no list is read twice. */
	private async readUntil(enough: () => boolean): Promise<void> {
		const turn = this.reading.then(async () => {
			if (enough()) return;
			const sendouts = await this.listSendouts();
			while (this.read < sendouts.length && !enough()) {
				const count = this.read < LISTS_ONE_BY_ONE ? 1 : this.client.maxInFlight;
				const next = sendouts.slice(this.read, this.read + count);
				await forEachLimited(next, count, async (sendout) => await this.readList(sendout));
				this.read += next.length;
			}
		});
		this.reading = turn.catch(() => {});
		await turn;
	}

	/** The respondents with these ids, as far as any sendout of the survey knows them. */
	async find(respondentIds: Iterable<number>): Promise<Map<number, KnownRespondent>> {
		const wanted = [...new Set(respondentIds)];
		await this.readUntil(() => wanted.every((id) => this.byId.has(id)));
		return new Map(
			wanted.flatMap((id) => {
				const known = this.byId.get(id);
				return known ? [[id, known] as const] : [];
			}),
		);
	}

	/** All respondents of the survey with this contact, compared normalised, in all its sendouts. */
	async withContact(key: string): Promise<KnownRespondent[]> {
		await this.readUntil(() => false);
		return this.byContact.get(key) ?? [];
	}

	/** A respondent's background data by label name, values that are not empty; read once. */
	async backgroundData(respondent: KnownRespondent): Promise<Record<string, string>> {
		const { respondentId } = respondent;
		let row = this.rows.get(respondentId);
		if (!row) this.rows.set(respondentId, (row = this.readRow(respondent)));
		return await row;
	}

	private async readRow({ respondentId, sendoutId }: KnownRespondent) {
		const labels = await this.labelsOf(sendoutId);
		if (labels.length === 0) return {};
		const row = (await this.client
			.send({
				method: 'POST',
				path: `/bgdata/bgdocuments/${labels[0].Document}/rows/${respondentId}`,
				body: { labels: labels.map(({ BGDataLabelId }) => BGDataLabelId) },
				// A read, although it is a POST (row 30).
				repeatable: true,
			})
			.catch((error: unknown) => {
				// Nobody said that every respondent has a row.
				if (error instanceof NetigateError && error.status === 404) return undefined;
				throw error;
			})) as Row | undefined;
		const names = new Map(labels.map(({ BGDataLabelId, Name }) => [BGDataLabelId, Name]));
		return Object.fromEntries(
			asList<{ labelId: number; value: string | null }>(row?.Cells).flatMap(({ labelId, value }) =>
				value === null || value === undefined || value === ''
					? []
					: [[names.get(labelId) ?? String(labelId), value] as const],
			),
		);
	}

	private async labelsOf(sendoutId: number): Promise<BackgroundDataLabel[]> {
		let labels = this.labels.get(sendoutId);
		if (!labels) {
			labels = this.client
				.get(`${this.path(sendoutId)}/labels`)
				.then((answer) => asList<BackgroundDataLabel>(answer));
			this.labels.set(sendoutId, labels);
		}
		return await labels;
	}
}
