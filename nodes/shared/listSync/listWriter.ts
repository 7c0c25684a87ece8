import { asList, type NetigateClient, type NetigateRequest } from '../netigate/client';
import { asNetigateError, NetigateError } from '../netigate/errors';
import { isId } from '../netigate/members';
import type { Row } from '../netigate/types';
import type { Change, DirectoryPerson, HashOf, Known, Plan } from './diff';
import { lostAdd, notDone, notRemembered, rowGone, rowTaken, silentAdd } from './errors';
import { uncertain, type Line, type ListMemory } from './memory';
import { writeAhead, type Done, type Task } from './writeAhead';

interface WriterOptions {
	/** Of the list, e.g. `/bgdata/bgdocuments/8001`. */
	path: string;
	/** All labels of the list. */
	labelIds: readonly number[];
	hashOf: HashOf;
	clearMissing: boolean;
	storeContact: boolean;
	/** After a failure nothing new is sent. */
	stopAtFailure: boolean;
}

/** After this number of lost responses in a row, with nothing else in between, the run stops. */
const MOST_LOST_IN_A_ROW = 3;

/**
 * Carries out a plan (calls 31, 32 and 33).
 *
 * Every call is remembered before it is sent, and its result after. A lost response to a change does no
 * harm: the next run makes the change again. A lost response to an add leaves the person `unknown`: no one
 * is added again unless the user says so, since no call of Netigate shows whether the row is there.
 */
export class ListWriter {
	private readonly done = new Map<object, Done>();

	private stoppedBy: Error | undefined;

	private lostInARow = 0;

	/** Rows that Netigate returned for people who were added; one may have been there before. */
	private readonly rowsOfAdded = new Set<number>();

	/** Adds that were begun. All of them begin before any row is cleared. */
	private readonly adding: Array<Promise<unknown>> = [];

	constructor(
		private readonly client: NetigateClient,
		private readonly memory: ListMemory,
		private readonly options: WriterOptions,
	) {}

	/**
	 * Closes the memory at the end.
	 *
	 * @returns what was done for each person to add or change, and for each missing one
	 */
	async carryOut(plan: Plan): Promise<Map<object, Done>> {
		const writes = [
			...plan.adds.map((person) => this.add(person)),
			...plan.changes.map((change) => this.change(change)),
		].sort((a, b) => a.of.position - b.of.position);
		const missing = this.options.clearMissing ? plan.missing : [];
		const tasks: Task[] = [...writes, ...missing.map((known) => this.clear(known))];
		const { unwritten, failure } = await writeAhead(tasks, {
			write: async (lines) => await this.memory.write(lines),
			written: ({ of, done }) => done && this.done.set(of, done),
			atOnce: this.client.maxInFlight,
			stopped: () => this.stopped() !== undefined,
		});
		this.stoppedBy ??= failure;
		const lines = unwritten.map(({ line }) => line);
		const notClosed = await this.memory.close(lines).then(
			() => undefined,
			(error: Error) => error,
		);
		for (const { of, line, done } of unwritten) {
			if (!done) continue;
			this.done.set(of, done);
			if (!notClosed || line.state === 'gone' || !('status' in done)) continue;
			const { status, respondentId } = done;
			this.done.set(of, { error: notRemembered(status, respondentId, notClosed), respondentId });
		}
		for (const { of } of tasks)
			if (!this.done.has(of)) this.done.set(of, { stoppedBy: this.stoppedBy! });
		return this.done;
	}

	private stopped(): Error | undefined {
		if (this.client.cancelled()) {
			this.stoppedBy ??= new NetigateError('The execution was cancelled', {
				outcome: 'notDone',
				advice: 'Run it again. What was done is remembered, and the rest is done then.',
			});
		}
		return this.stoppedBy;
	}

	/**
	 * @param doubt what to remember if the run ends before the response
	 * @param before what to remember if it isn't sent
	 */
	private task<Of extends object>(
		of: Of,
		doubt: Line,
		before: Line,
		send: () => Promise<{ line: Line; done: Done }>,
	): Task<Of> {
		return {
			of,
			mark: { ...doubt, state: 'writing' },
			send: async () => {
				if (this.stopped()) return { of, line: before };
				const { line, done } = await send();
				if ('error' in done) this.countFailure(done.error);
				else this.lostInARow = 0;
				return { of, line, done };
			},
		};
	}

	/** Stops the run if the failure would affect everyone else too. */
	private countFailure(error: Error): void {
		const { outcome, status } = error as NetigateError;
		this.lostInARow = outcome === 'unknown' ? this.lostInARow + 1 : 0;
		const affectsAll =
			outcome === 'notDone' ||
			(outcome === 'refused' && status !== 400 && status !== 404) ||
			this.lostInARow >= MOST_LOST_IN_A_ROW;
		if (affectsAll || this.options.stopAtFailure) this.stoppedBy ??= error;
	}

	/** Sends a call that changes a row. Never throws: failures are remembered too. */
	private async send(
		request: NetigateRequest,
	): Promise<{ response: unknown } | { error: NetigateError }> {
		return await this.client.send(request).then(
			(response) => (response === false ? { error: notDone() } : { response }),
			(error: unknown) => ({ error: asNetigateError(error, '') }),
		);
	}

	private add(person: DirectoryPerson): Task<DirectoryPerson> {
		const { path, hashOf } = this.options;
		const { key, contact, cells } = person;
		const line: Line = {
			key,
			state: 'unknown',
			respondentId: null,
			cells: new Map(),
			address: this.addressOf(person),
		};
		const before: Line = this.memory.known.get(key) ?? { ...line, state: 'gone' };
		return this.task(person, line, before, async () => {
			const sending = this.send({
				method: 'POST',
				path: `${path}/rows`,
				body: { contactDetails: contact, cellData: pairs(cells, cells.keys()) },
				repeatable: false,
			});
			this.adding.push(sending);
			const sent = await sending;
			if ('error' in sent) {
				const { error } = sent;
				return error.outcome === 'unknown'
					? { line, done: { error: lostAdd(contact, error) } }
					: { line: before, done: { error } };
			}
			const [row] = asList<Partial<Row>>(sent.response);
			const respondentId = Number(row?.RespondentId);
			if (!isId(respondentId)) return { line, done: { error: lostAdd(contact, silentAdd()) } };
			this.rowsOfAdded.add(respondentId);
			const hashes = new Map(
				[...cells].map(([labelId, value]) => [labelId, hashOf(person, labelId, value)]),
			);
			return {
				line: { ...line, state: 'there', respondentId, cells: hashes },
				done: { status: 'added', respondentId },
			};
		});
	}

	private change({ person, known, write, empty }: Change): Task<DirectoryPerson> {
		const respondentId = known.respondentId!;
		const base: Line = { ...known, state: 'there', address: this.addressOf(person) };
		const changing = [...write, ...empty].map((labelId): [string, string] => [labelId, '']);
		const doubt: Line = { ...base, cells: new Map([...known.cells, ...changing]) };
		return this.task(person, doubt, known, async () => {
			const requests: NetigateRequest[] = [];
			if (write.length > 0)
				requests.push({
					method: 'PUT',
					path: this.pathOf(respondentId),
					body: { cellData: pairs(person.cells, write) },
					repeatable: true,
					emptyAllowed: 204,
				});
			if (empty.length > 0) requests.push(this.emptying(respondentId, empty.map(Number)));
			for (const request of requests) {
				const sent = await this.send(request);
				if (!('error' in sent)) continue;
				const { error } = sent;
				if (error.status === 404)
					return {
						line: { ...base, state: 'gone' },
						done: { error: rowGone(respondentId, error) },
					};
				const untouched = request === requests[0] && error.outcome !== 'unknown';
				return { line: untouched ? known : doubt, done: { error, respondentId } };
			}
			const cells = new Map(known.cells);
			for (const labelId of empty) cells.delete(labelId);
			for (const labelId of write)
				cells.set(labelId, this.options.hashOf(person, labelId, person.cells.get(labelId)!));
			return { line: { ...base, cells }, done: { status: 'updated', respondentId } };
		});
	}

	private clear(known: Known): Task<Known> {
		const respondentId = known.respondentId!;
		const doubt = uncertain(known);
		const done: Done = { status: 'cleared', respondentId };
		return this.task(known, doubt, known, async () => {
			await Promise.all(this.adding);
			if (this.rowsOfAdded.has(respondentId))
				return { line: { ...known, state: 'gone' }, done: { error: rowTaken(respondentId) } };
			const sent = await this.send(this.emptying(respondentId, this.options.labelIds));
			if (!('error' in sent))
				return { line: { ...known, state: 'cleared', cells: new Map() }, done };
			const { error } = sent;
			// The row was deleted in Netigate: more than was asked for.
			if (error.status === 404) return { line: { ...known, state: 'gone' }, done };
			return { line: error.outcome === 'unknown' ? doubt : known, done: { error, respondentId } };
		});
	}

	private emptying(respondentId: number, labels: readonly number[]): NetigateRequest {
		const path = this.pathOf(respondentId);
		return { method: 'DELETE', path, body: { labels }, repeatable: true, emptyAllowed: true };
	}

	private pathOf(respondentId: number): string {
		return `${this.options.path}/rows/${respondentId}`;
	}

	private addressOf({ contact }: DirectoryPerson): string | null {
		return this.options.storeContact ? contact : null;
	}
}

function pairs(cells: ReadonlyMap<string, string>, labelIds: Iterable<string>) {
	return [...labelIds].map((labelId) => ({ Key: labelId, Value: cells.get(labelId)! }));
}
