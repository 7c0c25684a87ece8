import { forEachLimited, readOnce } from '../basics/concurrency';
import { groupBy } from '../basics/lists';
import { asList, listed, type NetigateClient } from '../netigate/client';
import { isDate } from '../netigate/dates';
import { orEmpty, undefinedIfMissing } from '../netigate/lists';
import { NetigateError } from '../netigate/errors';
import type { BackgroundDataLabel, Respondent, Row, Sendout } from '../netigate/types';
import { recipientFor, type ContactReading } from '../input/contact';
import { labelsIn } from '../input/labels';
import { readableText, UniqueKeys } from '../input/text';
import { listRespondents, Members, toMember, type Member } from '../invite/respondents';

/** The sendout types without login names. */
const EMAIL_OR_PHONE = new Set<string>(['EMAIL', 'SMS', 'TWOWAY']);

/** The number of lists that are read one by one. After that, lists are read in parallel. */
const LISTS_ONE_BY_ONE = 3;

/**
 * Makes the label names unique, because two labels may have the same name.
 * @returns the names by label id, in the order of the labels
 */
function namesOf(labels: readonly BackgroundDataLabel[]): Map<number, string> {
	const keys = new UniqueKeys();
	return new Map(labels.map(({ BGDataLabelId, Name }) => [BGDataLabelId, keys.take(Name)]));
}

function newestFirst(a: Sendout, b: Sendout): number {
	const [x, y] = [a, b].map(({ Primary }) => (isDate(Primary?.Created) ? Primary.Created : ''));
	return y.localeCompare(x) || b.SendoutId - a.SendoutId;
}

/** The sendouts in a survey (call 10). */
export async function listSendouts(client: NetigateClient, surveyId: number): Promise<Sendout[]> {
	const survey = `/surveys/${surveyId}`;
	const list = await orEmpty(async () => await client.get(`${survey}/sendouts`), client, survey);
	return listed<Sendout>(list, 'SendoutId');
}

/**
 * Like `listRespondents`, but returns an empty list if Netigate can't find the list for an existing sendout. Don't use
 * this to decide who may be invited (see `orEmpty`).
 */
export async function listRespondentsOrNone<T>(
	client: NetigateClient,
	path: string,
	keep: (respondent: Respondent) => T,
): Promise<T[]> {
	return await orEmpty(async () => await listRespondents(client, path, keep), client, path);
}

/** The non-empty cells in a respondent's row, by label id (call 30). */
export async function readCells(
	client: NetigateClient,
	document: number,
	respondentId: number,
	labels: readonly number[],
): Promise<Array<[labelId: number, value: string]>> {
	const path = `/bgdata/bgdocuments/${document}/rows/${respondentId}`;
	const row = await client
		.send({ method: 'POST', path, body: { labels }, repeatable: true, reads: true })
		// The documentation doesn't say whether every respondent has a row.
		.catch(undefinedIfMissing);
	return asList<{ labelId: number; value: string | null }>((row as Row | undefined)?.Cells).flatMap(
		({ labelId, value }) => ((value ?? '') === '' ? [] : [[labelId, value!]]),
	);
}

/**
 * The people in one survey. The API has no call that reads one respondent. Instead, contacts come from the respondent
 * lists of the survey's sendouts (calls 10 and 15), and background data comes from the rows in each sendout's
 * background data list (calls 20 and 30). A list is read only once, when it is first needed. If it can't be read, this
 * is tried again for the next item.
 */
export class People {
	/** The respondent lists that have been read so far, by sendout id. */
	private readonly lists = new Map<number, Members>();

	private readonly byId = new Map<number, Member>();

	private readonly labelled = new Set<number>();

	private readonly once = readOnce('forgotten');

	private reading: Promise<void> = Promise.resolve();

	constructor(
		private readonly client: NetigateClient,
		private readonly surveyId: number,
		private readonly defaultCountry = '',
	) {}

	/** The sendouts, newest first, because people who answer now were most likely invited recently. */
	private async sendouts(): Promise<readonly Sendout[]> {
		return await this.once('sendouts', async () => {
			const sendouts = await listSendouts(this.client, this.surveyId);
			return sendouts.sort(newestFirst);
		});
	}

	private async sendout(sendoutId: number): Promise<Sendout | undefined> {
		const byId = await this.once(
			'sendouts by id',
			async () => new Map((await this.sendouts()).map((sendout) => [sendout.SendoutId, sendout])),
		);
		return byId.get(sendoutId);
	}

	private path(sendoutId: number): string {
		return `/surveys/${this.surveyId}/sendouts/${sendoutId}`;
	}

	private async readingOf(sendoutId: number): Promise<ContactReading> {
		const type = String((await this.sendout(sendoutId))?.Primary?.DispatchType);
		return { type, defaultCountry: this.defaultCountry };
	}

	private async members(sendoutId: number): Promise<Members> {
		return await this.once(`members ${sendoutId}`, async () => {
			const path = this.path(sendoutId);
			const reading = await this.readingOf(sendoutId);
			const all = await listRespondentsOrNone(this.client, path, toMember(sendoutId));
			const members = new Members(all, reading);
			this.lists.set(sendoutId, members);
			for (const member of all) this.byId.set(member.respondentId, member);
			return members;
		});
	}

	/** Reads more lists until `enough()` returns true. Callers take turns, so that no list is read twice. */
	private async readUntil(enough: () => boolean): Promise<void> {
		const turn = this.reading.then(async () => {
			if (enough()) return;
			const ids = (await this.sendouts()).map(({ SendoutId }) => SendoutId);
			const unread = ids.filter((id) => !this.lists.has(id));
			while (unread.length > 0 && !enough()) {
				const oneByOne = this.lists.size < LISTS_ONE_BY_ONE;
				const next = unread.splice(0, oneByOne ? 1 : this.client.maxInFlight);
				await forEachLimited(next, next.length, async (id) => void (await this.members(id)));
			}
		});
		this.reading = turn.catch(() => {});
		await turn;
	}

	/** Returns only the given sendouts that belong to the survey (call 10). */
	async ownSendouts(sendoutIds: readonly number[]): Promise<number[]> {
		const own = new Set((await this.sendouts()).map(({ SendoutId }) => SendoutId));
		return sendoutIds.filter((id) => own.has(id));
	}

	async membersOf(sendoutIds: readonly number[]): Promise<Set<number>> {
		const ids = new Set<number>();
		const own = await this.ownSendouts(sendoutIds);
		await forEachLimited(own, this.client.maxInFlight, async (id) => {
			for (const { respondentId } of (await this.members(id)).all) ids.add(respondentId);
		});
		return ids;
	}

	async sendoutName(sendoutId: number): Promise<string> {
		return readableText((await this.sendout(sendoutId))?.Primary?.Name);
	}

	/**
	 * Reads lists until these respondents are found or no list is left.
	 * @returns all respondents that have been read so far, by id
	 */
	async find(respondentIds: Iterable<number>): Promise<ReadonlyMap<number, Member>> {
		const wanted = [...new Set(respondentIds)];
		let found = 0;
		await this.readUntil(() => {
			while (this.byId.has(wanted[found])) found++;
			return found === wanted.length;
		});
		return this.byId;
	}

	/**
	 * The respondents with this contact in any of the survey's sendouts. In each sendout, the contact is interpreted based
	 * on the sendout's type.
	 * @throws InputError if the contact isn't valid in any type of sendout, or if no one is found and the survey's
	 * sendouts only have email addresses and phone numbers, but the contact is neither
	 */
	async withContact(contact: string): Promise<Member[]> {
		const { defaultCountry } = this;
		recipientFor({ type: 'auto', defaultCountry }, contact);
		const { byType, hasNames } = await this.everyone();
		const found = byType.flatMap((members) => members.withContact(contact));
		if (found.length === 0 && !hasNames) recipientFor({ type: 'TWOWAY', defaultCountry }, contact);
		return [...new Map(found.map((member) => [member.respondentId, member])).values()];
	}

	/** The members of all sendouts, with one list per type of sendout, and whether there may be login names. */
	private async everyone() {
		return await this.once('everyone', async () => {
			await this.readUntil(() => false);
			const sendouts = await this.sendouts();
			const types = groupBy(sendouts, ({ Primary }) => String(Primary?.DispatchType));
			const byType = [...types].map(([type, ofType]) => {
				const all = ofType.flatMap(({ SendoutId }) => this.lists.get(SendoutId)?.all ?? []);
				return new Members(all, { type, defaultCountry: this.defaultCountry });
			});
			const hasNames =
				types.size === 0 || [...types.keys()].some((type) => !EMAIL_OR_PHONE.has(type));
			return { byType, hasNames };
		});
	}

	/** Whether a respondent's contact is hidden. */
	hidesContactOf(member: Member): boolean {
		return this.lists.get(member.sendoutId)!.hides(member);
	}

	/** Whether any list contains a hidden contact. If so, this may be why a person wasn't found. */
	hidesContacts(): boolean {
		return [...this.lists.values()].some((members) => members.countHidden() > 0);
	}

	/** A respondent's background data by label name, without empty values. */
	async backgroundData({ respondentId, sendoutId }: Member): Promise<Record<string, string>> {
		return await this.once(`row ${respondentId}`, async () => {
			const labels = await this.labelsOf(sendoutId);
			return labels.length === 0 ? {} : await this.readRow(respondentId, labels);
		});
	}

	private async readRow(respondentId: number, labels: readonly BackgroundDataLabel[]) {
		const document = labels.map(({ Document }) => Document).find(Number.isSafeInteger);
		if (document === undefined) {
			throw new NetigateError(
				"Netigate doesn't show where this sendout's background data is stored",
				{
					outcome: 'notDone',
					advice: "Turn off 'Include Background Data', or try again later.",
				},
			);
		}
		const ids = labels.map(({ BGDataLabelId }) => BGDataLabelId);
		const cells = await readCells(this.client, document, respondentId, ids);
		const names = namesOf(labels);
		return Object.fromEntries(cells.map(([id, value]) => [names.get(id) ?? String(id), value]));
	}

	/** The names of all labels that `backgroundData` has read, by sendout ID, then in the order of the labels. */
	async labelNames(): Promise<string[]> {
		const ids = [...this.labelled].sort((a, b) => a - b);
		const lists = await Promise.all(ids.map(async (id) => await this.labelsOf(id)));
		return [...new Set(lists.flatMap((labels) => [...namesOf(labels).values()]))];
	}

	private async labelsOf(sendoutId: number): Promise<BackgroundDataLabel[]> {
		return await this.once(`labels ${sendoutId}`, async () => {
			const labels = labelsIn(await this.client.get(`${this.path(sendoutId)}/labels`));
			this.labelled.add(sendoutId);
			return labels;
		});
	}
}
