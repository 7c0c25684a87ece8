import { type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { cancelledError, type NetigateClient } from '../netigate/client';
import { forEachInTurns, forEachLimited } from '../basics/concurrency';
import { AdvisedError } from '../basics/errors';
import { NetigateError, RunError, SettingError, type InputError } from '../netigate/errors';
import type { Parameters } from './parameters';

/** The error for a failed item, and what is known about the item. */
export interface Failure {
	error: Error;
	json?: IDataObject;
}

export type ItemOutcome = { json: IDataObject | IDataObject[] } | Failure;

interface BatchItem {
	parameters: () => Parameters;
	/** The outcome from an earlier attempt at this run that finished the item or may have finished it. */
	earlier?: ItemOutcome;
	keep?: (outcome: ItemOutcome) => void;
}

export interface Batch {
	items: BatchItem[];
	client: NetigateClient;
	/** Whether the run continues with the other items if one fails ("On Error"). */
	continueOnFail: boolean;
	testRun?: boolean;
	/** What a preview outputs for an item that would be refused. It isn't an error, which would stop the run. */
	refusalOf: (parameters: Parameters, error: Error) => IDataObject;
	/** Shows a hint next to the output. The same message is shown only once. */
	hint: (message: string) => void;
	/** The server or account from `placeOf`. It isn't hashed with a secret, because it never leaves this process. */
	place: string;
	/** Absent if n8n runs the node as a tool. */
	n8n?: RunContext;
}

type Run = Pick<Batch, 'items' | 'continueOnFail'> & {
	/** Only runs with a preview need it. */
	refusalOf?: Batch['refusalOf'];
	client: Pick<NetigateClient, 'cancelled'>;
};

/** Returns the items' outcomes in order, followed by outcomes that don't belong to any item. */
export type RunItems = (batch: Batch) => Promise<Array<ItemOutcome | undefined>>;

/** Everything an action needs to open a data table or the ledger. */
export interface RunContext {
	context: IExecuteFunctions;
	/** See `hashSecretOf`. */
	hashSecret: () => string;
	/** See `placeOf`. */
	placeOf: (secret: string) => string;
}

export interface ItemRequest {
	position: number;
	earlier?: ItemOutcome;
}

/** If there are more items, data that they need is read while they are being checked. */
const MANY = 1000;

interface Group {
	requests: readonly ItemRequest[];
}

/**
 * Takes all items in a run through the same steps: read, prepare, send, end. Unless the run continues on
 * failure, one invalid item keeps the whole run from sending anything, and no new request starts after a
 * request has failed.
 */
export class ItemRun {
	private readonly outcomes: Array<ItemOutcome | undefined>;
	readonly more: ItemOutcome[] = [];

	private readonly duplicates: Array<{ position: number; first: number; contact: string }> = [];

	private failed = false;

	/** Whether to check everything but send nothing. Refused items don't stop a preview but appear in its output. */
	preview = false;

	constructor(private readonly batch: Run) {
		this.outcomes = new Array<undefined>(batch.items.length);
	}
	get stopped(): boolean {
		const goesOn = this.batch.continueOnFail || this.preview;
		return this.batch.client.cancelled() || (this.failed && !goesOn);
	}

	firstError(): Error | undefined {
		const failure = this.outcomes.find((outcome) => outcome && 'error' in outcome);
		return (failure as Failure | undefined)?.error;
	}

	outcome(position: number): ItemOutcome | undefined {
		return this.outcomes[position];
	}

	settle(position: number, outcome: ItemOutcome): void {
		const { earlier, keep } = this.batch.items[position];
		this.outcomes[position] = outcome;
		// A failure in an earlier attempt doesn't stop this one.
		this.failed ||= 'error' in outcome && outcome !== earlier;
		keep?.(outcome);
	}

	skip(position: number, contact: string, reason: string, more: IDataObject = {}): void {
		this.settle(position, { json: { status: 'skipped', contact, reason, ...more } });
	}

	/** At the end, the item fails or is skipped, depending on the first item with the same contact. */
	markDuplicate(position: number, first: number, contact: string): void {
		this.duplicates.push({ position, first, contact });
	}

	/** Checks an item. If `step` throws an error, it becomes the item's outcome. */
	check(position: number, step: () => void): void {
		try {
			step();
		} catch (error) {
			this.settle(position, { error: error as Error });
		}
	}

	/**
	 * @param begin starts reading data before all of many items are read. A failure is ignored, because the step that
	 * needs the data will fail too
	 */
	async read<Request extends object>(
		read: (parameters: Parameters, position: number) => Request,
		begin: (first: Request & ItemRequest) => Promise<unknown> = async () => {},
	): Promise<Array<Request & ItemRequest>> {
		const requests: Array<Request & ItemRequest> = [];
		let begun: Promise<unknown> | undefined;
		await forEachInTurns(this.batch.items.entries(), ([position, { parameters, earlier }]) => {
			if (position >= MANY && requests.length > 0 && !this.stopped)
				begun ??= begin(requests[0]).catch(() => {});
			this.check(position, () => {
				const request = read(parameters(), position) as Request & ItemRequest;
				request.position = position;
				request.earlier = earlier;
				requests.push(request);
			});
		});
		if (!this.stopped) return requests;
		await begun;
		return [];
	}

	/** Reads the data that each group needs, `atOnce` groups at a time, and checks the group's items. */
	async prepare<From extends Group, To>(
		groups: readonly From[],
		prepare: (group: From) => Promise<To>,
		atOnce = 1,
	): Promise<To[]> {
		const prepared: To[][] = groups.map(() => []);
		const work = async (group: From, index: number) =>
			await prepare(group).then(
				(done) => void prepared[index].push(done),
				(error: Error) => this.fail(group, { error }),
			);
		// A failure doesn't stop this step, because nothing has been sent yet and every item should get its own error.
		await forEachLimited(groups, atOnce, work, () => this.batch.client.cancelled());
		return this.stopped ? [] : prepared.flat();
	}

	async send<One extends Group>(
		groups: readonly One[],
		atOnce: number,
		send: (group: One) => Promise<void>,
	): Promise<void> {
		const work = async (group: One) =>
			await send(group).catch((error: Error) => {
				if (error instanceof AdvisedError) return this.fail(group, { error });
				// This is a bug in this package, so the item may already have been sent.
				const message = 'Something unexpected happened while this item was being sent';
				const advice =
					'Before you run the node again, check in Netigate whether the item was sent.';
				const broken = new NetigateError(message, { outcome: 'unknown', advice });
				this.fail(group, { error: broken, json: { mayBeInvited: true } });
			});
		await forEachLimited(groups, atOnce, work, () => this.stopped);
	}

	/**
	 * Items finished in an earlier attempt keep their outcome. If all of a group's items do, the group's
	 * failure doesn't stop the other groups. Otherwise, the run would succeed without processing the other
	 * groups.
	 */
	private fail({ requests }: Group, outcome: ItemOutcome): void {
		// `end` replaces a duplicate's outcome, so its failure would stop the run but never be reported.
		const duplicates = new Set(this.duplicates.map(({ position }) => position));
		for (const { position, earlier } of requests) {
			if (!this.outcomes[position] && !duplicates.has(position))
				this.settle(position, earlier ?? outcome);
		}
	}

	/** @throws RunError if all items failed because of the same setting */
	end(): Array<ItemOutcome | undefined> {
		// If the run stopped, items keep their outcomes from an earlier attempt.
		for (const [position, { earlier }] of this.batch.items.entries())
			this.outcomes[position] ??= earlier;
		for (const { position, first, contact } of this.duplicates) {
			const outcome = this.outcomes[first];
			if (outcome && 'error' in outcome) this.settle(position, outcome);
			else if (outcome)
				this.skip(position, contact, 'duplicateInInput', { duplicateOfItem: first });
		}
		if (this.batch.client.cancelled()) {
			for (const position of this.outcomes.keys())
				this.outcomes[position] ??= { error: cancelledError() };
		}
		this.refuseSharedSetting();
		if (this.preview && !this.batch.continueOnFail) {
			for (const [position, outcome] of this.outcomes.entries())
				if (outcome && 'error' in outcome)
					this.outcomes[position] = { json: this.refusalOf(position, outcome.error) };
		}
		return [...this.outcomes, ...this.more];
	}

	private refusalOf(position: number, error: Error): IDataObject {
		return this.batch.refusalOf!(this.batch.items[position].parameters(), error);
	}

	/** @throws RunError if all items failed because of the same setting. In that case, nothing was sent */
	private refuseSharedSetting(): void {
		const [first] = this.outcomes;
		if (!first || !('error' in first)) return;
		const { message, advice } = first.error as InputError;
		const isShared = this.outcomes.every(
			(outcome) =>
				outcome &&
				'error' in outcome &&
				outcome.error instanceof SettingError &&
				outcome.error.message === message,
		);
		if (isShared) throw new RunError(message, advice);
	}
}

/** @param begin called once per run; returns a function that handles one item */
export function oneByOne(
	begin: (batch: Batch) => (parameters: Parameters) => Promise<object | object[]>,
): RunItems {
	return async (batch) => {
		const run = new ItemRun(batch);
		const work = begin(batch);
		const doOne = async (parameters: () => Parameters): Promise<ItemOutcome> => {
			try {
				return { json: (await work(parameters())) as IDataObject | IDataObject[] };
			} catch (error) {
				return { error: error as Error };
			}
		};
		await forEachLimited(
			batch.items,
			batch.client.maxInFlight,
			async ({ parameters, earlier }, position) =>
				run.settle(position, earlier ?? (await doOne(parameters))),
			() => run.stopped,
		);
		return run.end();
	};
}
