import { asList, type NetigateClient } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import { isId } from '../netigate/members';
import type { Row } from '../netigate/types';
import type { Change, Known, DirectoryPerson, Plan } from './diff';
import type { Line, ListMemory } from './memory';
import { lostAdd, notRemembered, rowGone, rowTaken, silentAdd } from './sendErrors';
import { asError, sendChange } from './sendChange';
import { writeAhead, type Task } from './writeAhead';

/** What became of a person whose row was to be written. */
export type Done =
	| { status: 'added' | 'updated' | 'cleared'; respondentId: number }
	| { error: Error; respondentId?: number }
	/** Not sent because the run had to stop before; `stoppedBy` tells why. */
	| { stoppedBy: Error };

interface CarryOutOptions {
	/** The list, `/bgdata/bgdocuments/8001`. */
	path: string;
	/** All labels of the list. */
	labelIds: readonly number[];
	hashOf: (person: DirectoryPerson, labelId: string, value: string) => string;
	clearMissing: boolean;
	/** Keep the contacts themselves in the memory. */
	storeContact: boolean;
	/** After a failure nothing new is started; what is under way is finished. */
	stopAtFailure: boolean;
}

/** So many lost answers one after the other, with nothing answered, and it is not one person's bad luck. */
const LOSSES_THAT_SPEAK_FOR_ALL = 3;

/**
 * Carries out a plan (rows 31, 32 and 33), and closes the memory.
 *
 * Every call is remembered before it is sent and its answer after. A lost answer to a change is no harm:
 * the change is made again next time. A lost answer to an add leaves `unknown`: nobody is added again
 * unless the user says so, since Netigate has no call that would tell whether the row is there.
 *
 * @returns by entry of the plan (person, change or missing one) what became of it
 */
export async function carryOut(
	client: NetigateClient,
	memory: ListMemory,
	plan: Plan,
	options: CarryOutOptions,
): Promise<Map<object, Done>> {
	const run = new CarryingOut(client, memory, options);
	return await run.run(plan);
}

class CarryingOut {
	private readonly done = new Map<object, Done>();

	private stoppedBy: Error | undefined;

	private lostInARow = 0;

	/** Rows that were there, and that Netigate gave back for somebody who was to be added. */
	private readonly taken = new Set<number>();

	/** Adds under way. They were begun before any row is cleared. */
	private readonly adding = new Set<Promise<unknown>>();

	/** The rows of all who are remembered. */
	private readonly rows: ReadonlySet<number | null>;

	constructor(
		private readonly client: NetigateClient,
		private readonly memory: ListMemory,
		private readonly options: CarryOutOptions,
	) {
		this.rows = new Set([...memory.known.values()].map(({ respondentId }) => respondentId));
	}

	async run(plan: Plan): Promise<Map<object, Done>> {
		const entries: Array<{ of: object; position: number; task: Task<Line> }> = [
			...plan.adds.map((person) => ({
				of: person,
				position: person.position,
				task: this.add(person, this.memory.known.get(person.key)),
			})),
			...plan.changes.map((change) => ({
				of: change,
				position: change.person.position,
				task: this.change(change),
			})),
			...(this.options.clearMissing ? plan.missing : []).map((known) => ({
				of: known,
				position: Infinity,
				task: this.clear(known),
			})),
		];
		entries.sort((a, b) => (a.position === b.position ? 0 : a.position - b.position));

		const { answered, failure } = await writeAhead(
			entries.map(({ task }) => task),
			{
				write: async (lines) => await this.memory.write(lines),
				atOnce: this.client.maxInFlight,
				stopped: () => this.stopped() !== undefined,
				now: () => Date.now(),
			},
		);
		if (failure !== undefined) this.stoppedBy ??= asError(failure);
		const closed = await this.memory.close(answered.map(({ line }) => line)).then(
			() => undefined,
			(error: unknown) => asError(error),
		);
		for (const { task, line } of answered) {
			task.remembered();
			if (closed && line.state !== 'gone')
				this.forgotten(entries.find((one) => one.task === task)!.of, closed);
		}
		const why =
			this.stopped() ??
			new NetigateError('The run was stopped', { outcome: 'notDone', advice: '' });
		for (const { of } of entries) if (!this.done.has(of)) this.done.set(of, { stoppedBy: why });
		return this.done;
	}

	/** What was sent but could not be remembered; its mark stays in the memory, if that is still there. */
	private forgotten(of: object, why: Error): void {
		const done = this.done.get(of);
		if (done && 'status' in done)
			this.done.set(of, {
				error: notRemembered(done.status, done.respondentId, why),
				respondentId: done.respondentId,
			});
	}

	private stopped(): Error | undefined {
		if (this.stoppedBy === undefined && this.client.cancelled()) {
			this.stoppedBy = new NetigateError('The execution was cancelled', {
				outcome: 'notDone',
				advice: 'Run it again: what was done is remembered, the rest is done then.',
			});
		}
		return this.stoppedBy;
	}

	/** A task whose outcome counts once it is remembered. */
	private task(
		of: object,
		mark: Line,
		before: Line,
		send: () => Promise<{ line: Line; done: Done }>,
	): Task<Line> {
		let outcome: Done | undefined;
		return {
			mark,
			send: async () => {
				if (this.stopped()) return before;
				const { line, done } = await send();
				outcome = done;
				if ('error' in done) this.judge(done.error);
				else this.lostInARow = 0;
				return line;
			},
			remembered: () => {
				if (outcome) this.done.set(of, outcome);
			},
		};
	}

	private judge(error: Error): void {
		const { outcome, status } = error as NetigateError;
		this.lostInARow = outcome === 'unknown' ? this.lostInARow + 1 : 0;
		const forAll =
			outcome === 'notDone' ||
			(outcome === 'refused' && status !== 400 && status !== 404) ||
			this.lostInARow >= LOSSES_THAT_SPEAK_FOR_ALL;
		if (forAll || this.options.stopAtFailure) this.stoppedBy ??= error;
	}

	private add(person: DirectoryPerson, before: Known | undefined): Task<Line> {
		const { path, hashOf } = this.options;
		const { key, contact, cells } = person;
		const line: Line = {
			key,
			state: 'unknown',
			respondentId: null,
			cells: new Map(),
			address: this.addressOf(person),
		};
		const nothing: Line = before ?? { ...line, state: 'gone' };
		return this.task(person, { ...line, state: 'writing' }, nothing, async () => {
			const sending = sendChange(this.client, {
				method: 'POST',
				path: `${path}/rows`,
				body: { contactDetails: contact, cellData: pairs(cells, cells.keys()) },
				repeatable: false,
			});
			this.adding.add(sending);
			const sent = await sending;
			if ('error' in sent) {
				const { error } = sent;
				if (error.outcome !== 'unknown') return { line: nothing, done: { error } };
				return { line, done: { error: lostAdd(contact, error) } };
			}
			const [row] = asList<Partial<Row>>(sent.answer);
			const respondentId = Number(row?.RespondentId);
			if (!isId(respondentId)) {
				return { line, done: { error: lostAdd(contact, silentAdd()) } };
			}
			if (this.rows.has(respondentId)) this.taken.add(respondentId);
			const hashes = new Map(
				[...cells].map(([labelId, value]) => [labelId, hashOf(person, labelId, value)]),
			);
			return {
				line: { ...line, state: 'there', respondentId, cells: hashes },
				done: { status: 'added', respondentId },
			};
		});
	}

	private change(change: Change): Task<Line> {
		const { path, hashOf } = this.options;
		const { person, known, write, empty } = change;
		const respondentId = known.respondentId!;
		const base: Line = { ...known, state: 'there', address: this.addressOf(person) };
		const doubt = new Map(known.cells);
		for (const labelId of [...write, ...empty]) doubt.set(labelId, '');
		const mark: Line = { ...base, state: 'writing', cells: doubt };
		return this.task(change, mark, known, async () => {
			const row = `${path}/rows/${respondentId}`;
			const calls = [
				...(write.length > 0
					? [
							{
								method: 'PUT' as const,
								body: { cellData: pairs(person.cells, write) },
								emptyAllowed: 204 as const,
							},
						]
					: []),
				...(empty.length > 0
					? [{ method: 'DELETE' as const, body: { labels: empty.map(Number) }, emptyAllowed: true }]
					: []),
			];
			for (const [index, call] of calls.entries()) {
				const sent = await sendChange(this.client, { ...call, path: row, repeatable: true });
				if (!('error' in sent)) continue;
				const { error } = sent;
				if (error.status === 404) {
					return {
						line: { ...base, state: 'gone' },
						done: { error: rowGone(respondentId, error) },
					};
				}
				const untouched = index === 0 && error.outcome !== 'unknown';
				return {
					line: untouched ? known : { ...base, cells: doubt },
					done: { error, respondentId },
				};
			}
			const cells = new Map(known.cells);
			for (const labelId of empty) cells.delete(labelId);
			for (const labelId of write)
				cells.set(labelId, hashOf(person, labelId, person.cells.get(labelId)!));
			return { line: { ...base, cells }, done: { status: 'updated', respondentId } };
		});
	}

	private clear(known: Known): Task<Line> {
		const { path, labelIds } = this.options;
		const respondentId = known.respondentId!;
		const doubt: Line = { ...known, cells: new Map([...known.cells.keys()].map((id) => [id, ''])) };
		const done: Done = { status: 'cleared', respondentId };
		return this.task(known, { ...doubt, state: 'writing' }, known, async () => {
			await Promise.all(this.adding);
			if (this.taken.has(respondentId)) {
				return { line: { ...known, state: 'gone' }, done: { error: rowTaken(respondentId) } };
			}
			const sent = await sendChange(this.client, {
				method: 'DELETE',
				path: `${path}/rows/${respondentId}`,
				body: { labels: labelIds },
				repeatable: true,
				emptyAllowed: true,
			});
			if (!('error' in sent))
				return { line: { ...known, state: 'cleared', cells: new Map() }, done };
			const { error } = sent;
			// Somebody has deleted the row in Netigate: more than was asked for.
			if (error.status === 404) return { line: { ...known, state: 'gone' }, done };
			return {
				line: error.outcome === 'unknown' ? doubt : known,
				done: { error, respondentId },
			};
		});
	}

	private addressOf({ contact }: DirectoryPerson): string | null {
		return this.options.storeContact ? contact : null;
	}
}

function pairs(cells: ReadonlyMap<string, string>, labelIds: Iterable<string>) {
	return [...labelIds].map((labelId) => ({ Key: labelId, Value: cells.get(labelId)! }));
}
