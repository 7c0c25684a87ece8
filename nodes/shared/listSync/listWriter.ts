import { asList, type NetigateClient, type NetigateRequest } from '../netigate/client';
import { asNetigateError, NetigateError } from '../netigate/errors';
import { isId } from '../netigate/members';
import type { Row } from '../netigate/types';
import type { Change, DirectoryPerson, HashOf, Known, Plan } from './diff';
import { lostAdd, notDone, notRemembered, rowGone, rowTaken } from './errors';
import { uncertain, type Line, type ListMemory } from './memory';
import { writeAhead, type Done, type Task } from './writeAhead';

interface WriterOptions {
	/** The list's path, e.g. `/bgdata/bgdocuments/8001`. */
	path: string;
	/** The ids of all the list's labels. */
	labelIds: readonly number[];
	hashOf: HashOf;
	clearMissing: boolean;
	storeContact: boolean;
	stopAtFailure: boolean;
}

/** The run stops after this number of lost responses in a row. */
const MAX_LOST_IN_A_ROW = 3;

/**
 * Carries out a plan (calls 31, 32 and 33). Every call is recorded before it is sent, and its result afterward.
 * If the response to a change is lost, the next run repeats the change, which is harmless. If the response to
 * an add is lost, the person becomes `unknown`. That person isn't added again unless the user asks for it,
 * because Netigate can't show whether the row exists.
 */
export class ListWriter {
	private stoppedBy: Error | undefined;

	private lostInARow = 0;

	/** Rows of people in the directory. A row that Netigate returned for an added person may already have existed. */
	private inUse = new Set<number>();

	/** The error from an add that failed or whose response was lost. Any row could belong to that person. */
	private failedAdd: Error | undefined;

	/** Calls that add people and have started. All of them start before any row is cleared. */
	private readonly adding: Array<Promise<unknown>> = [];

	constructor(
		private readonly client: NetigateClient,
		private readonly memory: ListMemory,
		private readonly options: WriterOptions,
	) {}

	/**
	 * Carries out the plan, then closes the memory.
	 * @returns the result for each person to add or change and for each missing person
	 */
	async carryOut(plan: Plan): Promise<Map<object, Done>> {
		this.inUse = new Set(plan.inUse);
		const writes = [
			...plan.adds.map((person) => this.add(person)),
			...plan.changes.map((change) => this.change(change)),
		].sort((a, b) => a.of.position - b.of.position);
		const missing = this.options.clearMissing ? plan.missing : [];
		const tasks: Task[] = [...writes, ...missing.map((known) => this.clear(known))];
		const results = new Map<object, Done>();
		const { memory, client } = this;
		const stopped = () => this.stopped() !== undefined;
		const ahead = await writeAhead(tasks, memory, results, client.maxInFlight, stopped);
		this.stoppedBy ??= ahead.failure;
		const notClosed = await memory.close(ahead.unwritten.map(({ line }) => line)).then(
			() => undefined,
			(error: Error) => error,
		);
		for (const { of, line, done } of ahead.unwritten) {
			if (!done) continue;
			results.set(of, done);
			if (!notClosed || line.state === 'gone' || !('status' in done)) continue;
			const { status, respondentId } = done;
			results.set(of, { error: notRemembered(status, respondentId, notClosed), respondentId });
		}
		for (const { of } of tasks)
			if (!results.has(of)) results.set(of, { stoppedBy: this.stoppedBy! });
		return results;
	}

	private stopped(): Error | undefined {
		if (this.client.cancelled()) {
			this.stoppedBy ??= new NetigateError('The execution was canceled', {
				outcome: 'notDone',
				advice: 'Run the workflow again. Completed changes are recorded, so only the rest is done.',
			});
		}
		return this.stoppedBy;
	}

	private task<Of extends object>(
		of: Of,
		lineIfLost: Line,
		lineIfNotSent: Line,
		send: () => Promise<{ line: Line; done: Done }>,
	): Task<Of> {
		return {
			of,
			mark: { ...lineIfLost, state: 'writing' },
			send: async () => {
				if (this.stopped()) return { of, line: lineIfNotSent };
				const { line, done } = await send();
				if ('error' in done) this.countFailure(done.error);
				else this.lostInARow = 0;
				return { of, line, done };
			},
		};
	}

	/** Stops the run if everyone else would fail too. */
	private countFailure(error: Error): void {
		const { outcome, status } = error as NetigateError;
		this.lostInARow = outcome === 'unknown' ? this.lostInARow + 1 : 0;
		const affectsAll =
			outcome === 'notDone' ||
			(outcome === 'refused' && status !== 400 && status !== 404) ||
			this.lostInARow >= MAX_LOST_IN_A_ROW;
		if (affectsAll || this.options.stopAtFailure) this.stoppedBy ??= error;
	}

	/** @returns the response or a NetigateError. Never throws, because failures are recorded too */
	private async send(request: NetigateRequest): Promise<unknown> {
		return await this.client.send(request).then(
			(response) => (response === false ? notDone() : response),
			(error: unknown) => asNetigateError(error, ''),
		);
	}

	private add(person: DirectoryPerson): Task<DirectoryPerson> {
		const { path, hashOf, storeContact } = this.options;
		const { key, contact, cells } = person;
		const address = storeContact ? contact : null;
		const line: Line = { key, state: 'unknown', respondentId: null, cells: new Map(), address };
		const before: Line = this.memory.known.get(key) ?? { ...line, state: 'gone' };
		const failed = (error: Error, left: Line): { line: Line; done: Done } => {
			this.failedAdd ??= error;
			return { line: left, done: { error } };
		};
		const send = async (): Promise<{ line: Line; done: Done }> => {
			const sent = await this.send({
				method: 'POST',
				path: `${path}/rows`,
				body: { contactDetails: contact, cellData: pairs(cells, cells.keys()) },
				repeatable: false,
			});
			if (sent instanceof NetigateError) {
				return sent.outcome === 'unknown'
					? failed(lostAdd(contact, sent.message, sent.status), line)
					: failed(sent, before);
			}
			const [row] = asList<Partial<Row>>(sent);
			const respondentId = Number(row?.RespondentId);
			if (!isId(respondentId))
				return failed(lostAdd(contact, "Netigate's response doesn't contain the row"), line);
			this.inUse.add(respondentId);
			const hashes = new Map(
				[...cells].map(([labelId, value]) => [labelId, hashOf(person, labelId, value)]),
			);
			return {
				line: { ...line, state: 'there', respondentId, cells: hashes },
				done: { status: 'added', respondentId },
			};
		};
		return this.task(person, line, before, async () => {
			const sending = send();
			this.adding.push(sending);
			return await sending;
		});
	}

	private change({ person, known, write, empty }: Change): Task<DirectoryPerson> {
		const respondentId = known.respondentId!;
		const address = this.options.storeContact ? person.contact : null;
		const base: Line = { ...known, state: 'there', address };
		const changing = [...write, ...empty].map((labelId): [string, string] => [labelId, '']);
		const doubt: Line = { ...base, cells: new Map([...known.cells, ...changing]) };
		return this.task(person, doubt, known, async () => {
			const requests: NetigateRequest[] = [];
			if (write.length > 0)
				requests.push({
					method: 'PUT',
					path: `${this.options.path}/rows/${respondentId}`,
					body: { cellData: pairs(person.cells, write) },
					repeatable: true,
					emptyAllowed: 204,
				});
			if (empty.length > 0) requests.push(this.emptying(respondentId, empty.map(Number)));
			for (const request of requests) {
				const sent = await this.send(request);
				if (!(sent instanceof NetigateError)) continue;
				if (sent.status === 404)
					return { line: { ...base, state: 'gone' }, done: { error: rowGone(respondentId, sent) } };
				const untouched = request === requests[0] && sent.outcome !== 'unknown';
				return { line: untouched ? known : doubt, done: { error: sent, respondentId } };
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
			if (this.failedAdd) return { line: known, done: { stoppedBy: this.failedAdd } };
			if (this.inUse.has(respondentId))
				return { line: { ...known, state: 'gone' }, done: { error: rowTaken(respondentId) } };
			const sent = await this.send(this.emptying(respondentId, this.options.labelIds));
			if (!(sent instanceof NetigateError))
				return { line: { ...known, state: 'cleared', cells: new Map() }, done };
			// The row was deleted in Netigate, so there is nothing left to clear.
			if (sent.status === 404) return { line: { ...known, state: 'gone' }, done };
			const line = sent.outcome === 'unknown' ? doubt : known;
			return { line, done: { error: sent, respondentId } };
		});
	}

	private emptying(respondentId: number, labels: readonly number[]): NetigateRequest {
		const path = `${this.options.path}/rows/${respondentId}`;
		return { method: 'DELETE', path, body: { labels }, repeatable: true, emptyAllowed: true };
	}
}

function pairs(cells: ReadonlyMap<string, string>, labelIds: Iterable<string>) {
	return [...labelIds].map((labelId) => ({ Key: labelId, Value: cells.get(labelId)! }));
}
