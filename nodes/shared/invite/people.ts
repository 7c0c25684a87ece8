import { asList, listed, type NetigateClient } from '../netigate/client';
import { forEachLimited } from '../basics/concurrency';
import { isDate } from '../netigate/dates';
import { orEmpty } from '../netigate/lists';
import { NetigateError } from '../netigate/errors';
import { folded, hidesContact, keysOf, listRespondents } from './readBack';
import type { BackgroundDataLabel, Respondent, Row, Sendout } from '../netigate/types';
import { labelsIn } from '../input/labels';
import { UniqueKeys } from '../input/uniqueKeys';

/** So many lists of respondents are read one after the other; beyond that, several at a time. */
const LISTS_ONE_BY_ONE = 3;

/** Two labels may have one name: each has a key of its own, in the order of the labels. */
function namesOf(labels: readonly BackgroundDataLabel[]): Map<number, string> {
	const keys = new UniqueKeys();
	return new Map(labels.map(({ BGDataLabelId, Name }) => [BGDataLabelId, keys.take(Name)]));
}

function newestFirst(a: Sendout, b: Sendout): number {
	const [x, y] = [a, b].map(({ Primary }) => (isDate(Primary?.Created) ? Primary.Created : ''));
	return x > y ? -1 : x < y ? 1 : b.SendoutId - a.SendoutId;
}

/** The sendouts of a survey (row 10). */
export async function listSendouts(client: NetigateClient, surveyId: number): Promise<Sendout[]> {
	const survey = `/surveys/${surveyId}`;
	const list = await orEmpty(async () => await client.get(`${survey}/sendouts`), client, survey);
	return listed<Sendout>(list, 'SendoutId');
}

/** A respondent of a survey, and the sendout in whose list they are. */
interface KnownRespondent {
	respondentId: number;
	contact: string;
	sendoutId: number;
}

const contactOf = ({ RespondentId, Email }: Respondent) => ({ id: RespondentId, contact: Email });

/**
 * The people of one survey. The API knows no respondent by id: their contact stands in the lists of the
 * survey's sendouts (rows 10 and 15), their background data in a row of the sendout's own list (rows 20
 * and 30). Every list is read at most once, and only as far as somebody is still looked for.
 */
export class People {
	private readonly byId = new Map<number, KnownRespondent>();

	/** By their keys, folded: Netigate may show a log-in name in other capitals. */
	private readonly byContact = new Map<string, KnownRespondent[]>();

	private readonly contacts = new Map<number, string[]>();

	private sendouts?: Promise<readonly Sendout[]>;

	/** The sendouts' lists that have been read, or are being read. */
	private readonly lists = new Map<number, Promise<void>>();

	private reading: Promise<void> = Promise.resolve();

	private readonly labels = new Map<number, Promise<BackgroundDataLabel[]>>();

	private readonly rows = new Map<number, Promise<Record<string, string>>>();

	/**
	 * @param known the survey's sendouts, where they have been read already
	 * @param forAsking whether it is to be told who may be asked: then a list that is not found is none that is empty
	 */
	constructor(
		private readonly client: NetigateClient,
		private readonly surveyId: number,
		known?: readonly Sendout[],
		private readonly forAsking = false,
	) {
		if (known) this.sendouts = Promise.resolve(known);
	}

	/** Newest first: who answers now was most likely asked not long ago. */
	private async listSendouts(): Promise<readonly Sendout[]> {
		if (!this.sendouts) {
			this.sendouts = listSendouts(this.client, this.surveyId).then((sendouts) =>
				[...sendouts].sort(newestFirst),
			);
			// A failure is not kept: the next item may have more luck.
			this.sendouts.catch(() => (this.sendouts = undefined));
		}
		return await this.sendouts;
	}

	private path(sendoutId: number): string {
		return `/surveys/${this.surveyId}/sendouts/${sendoutId}`;
	}

	/** Reads the list of a sendout (row 15), unless it was read: so nobody is counted twice. */
	private async readList(sendoutId: number): Promise<void> {
		let list = this.lists.get(sendoutId);
		if (!list) {
			this.lists.set(sendoutId, (list = this.index(sendoutId)));
			// The next item may find Netigate well again.
			list.catch(() => this.lists.delete(sendoutId));
		}
		await list;
	}

	private async index(sendoutId: number): Promise<void> {
		const path = this.path(sendoutId);
		const ask = async () => await listRespondents(this.client, path, contactOf);
		const people = this.forAsking ? await ask() : await orEmpty(ask, this.client, path);
		this.contacts.set(
			sendoutId,
			people.map(({ contact }) => contact),
		);
		for (const { id, contact } of people) {
			const known: KnownRespondent = { respondentId: id, contact: contact ?? '', sendoutId };
			this.byId.set(id, known);
			for (const key of new Set(keysOf({ Email: contact }).map(folded))) {
				const same = this.byContact.get(key);
				if (same) same.push(known);
				else this.byContact.set(key, [known]);
			}
		}
	}

	/** Reads further lists until `enough`; one caller at a time, or each would begin with the same lists. */
	private async readUntil(enough: () => boolean): Promise<void> {
		const turn = this.reading.then(async () => {
			// Where a list failed, others may still be on their way.
			await Promise.allSettled(this.lists.values());
			if (enough()) return;
			const ids = (await this.listSendouts()).map(({ SendoutId }) => SendoutId);
			const unread = ids.filter((id) => !this.lists.has(id));
			let read = ids.length - unread.length;
			while (unread.length > 0 && !enough()) {
				const count = read < LISTS_ONE_BY_ONE ? 1 : this.client.maxInFlight;
				const next = unread.splice(0, count);
				await forEachLimited(next, count, async (id) => await this.readList(id));
				read += next.length;
			}
		});
		this.reading = turn.catch(() => {});
		await turn;
	}

	/**
	 * Who is in these sendouts, whatever the others hold.
	 *
	 * @returns a function that finds somebody by contact, compared normalised, whatever its capitals
	 */
	async within(
		sendoutIds: readonly number[],
	): Promise<(key: string) => KnownRespondent | undefined> {
		await forEachLimited(
			sendoutIds,
			this.client.maxInFlight,
			async (id) => await this.readList(id),
		);
		const wanted = new Set(sendoutIds);
		return (key) => this.byContact.get(folded(key))?.find(({ sendoutId }) => wanted.has(sendoutId));
	}

	/** The contacts of all who were read in these sendouts, as Netigate shows them. */
	contactsIn(sendoutIds: readonly number[]): string[] {
		return sendoutIds.flatMap((id) => this.contacts.get(id) ?? []);
	}

	/** Which of these sendouts are the survey's (row 10). */
	async ownSendouts(sendoutIds: readonly number[]): Promise<number[]> {
		const own = new Set((await this.listSendouts()).map(({ SendoutId }) => SendoutId));
		return sendoutIds.filter((id) => own.has(id));
	}

	/** The ids of who is in these sendouts, as far as they are the survey's. */
	async membersOf(sendoutIds: readonly number[]): Promise<Set<number>> {
		const own = await this.ownSendouts(sendoutIds);
		await this.within(own);
		const wanted = new Set(own);
		const members = [...this.byId.values()].filter(({ sendoutId }) => wanted.has(sendoutId));
		return new Set(members.map(({ respondentId }) => respondentId));
	}

	/** The name of one of the survey's sendouts (row 10). */
	async sendoutName(sendoutId: number): Promise<string> {
		const sendout = (await this.listSendouts()).find(({ SendoutId }) => SendoutId === sendoutId);
		return sendout?.Primary?.Name ?? '';
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

	/**
	 * All respondents of the survey with this contact, compared normalised, in all its sendouts; where there is none,
	 * those who have it in other capitals.
	 */
	async withContact(key: string): Promise<KnownRespondent[]> {
		await this.readUntil(() => false);
		const found = this.byContact.get(folded(key)) ?? [];
		const same = found.filter(({ contact }) => keysOf({ Email: contact }).includes(key));
		const those = same.length > 0 ? same : found;
		return [...new Map(those.map((known) => [known.respondentId, known])).values()];
	}

	/** Whether people were read of whom no contact can be read: whoever is not found may be one of them. */
	hidesContacts(): boolean {
		return this.contactsIn([...this.lists.keys()]).some((contact) => hidesContact(contact));
	}

	/** A respondent's background data by label name, values that are not empty; read once. */
	async backgroundData(respondent: KnownRespondent): Promise<Record<string, string>> {
		const { respondentId } = respondent;
		let row = this.rows.get(respondentId);
		if (!row) {
			this.rows.set(respondentId, (row = this.readRow(respondent)));
			row.catch(() => this.rows.delete(respondentId));
		}
		return await row;
	}

	private async readRow({ respondentId, sendoutId }: KnownRespondent) {
		const labels = await this.labelsOf(sendoutId);
		if (labels.length === 0) return {};
		const document = labels.map(({ Document }) => Document).find(Number.isSafeInteger);
		if (document === undefined) {
			throw new NetigateError(
				'Netigate does not say where the background data of this sendout is',
				{
					outcome: 'notDone',
					advice: 'Switch "Include Background Data" off, or try again later.',
				},
			);
		}
		const row = (await this.client
			.send({
				method: 'POST',
				path: `/bgdata/bgdocuments/${document}/rows/${respondentId}`,
				body: { labels: labels.map(({ BGDataLabelId }) => BGDataLabelId) },
				repeatable: true,
				reads: true,
			})
			.catch((error: unknown) => {
				// Nobody said that every respondent has a row.
				if (error instanceof NetigateError && error.status === 404) return undefined;
				throw error;
			})) as Row | undefined;
		const names = namesOf(labels);
		return Object.fromEntries(
			asList<{ labelId: number; value: string | null }>(row?.Cells).flatMap(({ labelId, value }) =>
				value === null || value === undefined || value === ''
					? []
					: [[names.get(labelId) ?? String(labelId), value] as const],
			),
		);
	}

	/**
	 * The labels of the sendouts whose people were asked about with `backgroundData`, as these are named there: in
	 * the order of sendouts and labels.
	 */
	async labelNames(): Promise<string[]> {
		const read = [...this.labels].sort(([a], [b]) => a - b);
		const lists = await Promise.all(read.map(async ([, labels]) => await labels));
		return [...new Set(lists.flatMap((labels) => [...namesOf(labels).values()]))];
	}

	private async labelsOf(sendoutId: number): Promise<BackgroundDataLabel[]> {
		let labels = this.labels.get(sendoutId);
		if (!labels) {
			labels = this.client.get(`${this.path(sendoutId)}/labels`).then(labelsIn);
			this.labels.set(sendoutId, labels);
			labels.catch(() => this.labels.delete(sendoutId));
		}
		return await labels;
	}
}
