import { sleep, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { cancelledError, type NetigateClient } from '../netigate/client';
import { forEachLimited } from '../basics/concurrency';
import { AdvisedError } from '../basics/errors';
import { NetigateError, type InputError } from '../netigate/errors';
import type { Parameters } from './parameters';

/** An item that failed, and what is still known about it. */
export interface Failure {
	error: Error;
	json?: IDataObject;
}

export type ItemOutcome = { json: IDataObject | IDataObject[] } | Failure;

interface BatchItem {
	parameters: () => Parameters;
	/** The item's outcome in an earlier try of this run, if the item was or may have been done. */
	earlier?: ItemOutcome;
	keep?: (outcome: ItemOutcome) => void;
}

export interface Batch {
	items: BatchItem[];
	client: NetigateClient;
	/** Whether the other items continue when one fails ("On Error"). */
	continueOnFail: boolean;
	testRun?: boolean;
	/** Shows a hint next to the output. The same message is shown only once. */
	hint: (message: string) => void;
	/** Absent if n8n runs the node as a tool. */
	n8n?: RunContext;
}

type Run = Pick<Batch, 'items' | 'continueOnFail'> & {
	client: Pick<NetigateClient, 'cancelled'>;
};

/** Runs an action for all items. Returns their outcomes in order, then outcomes that belong to no item. */
export type RunItems = (batch: Batch) => Promise<Array<ItemOutcome | undefined>>;

/** What an action needs to open a data table or the ledger. */
export interface RunContext {
	context: IExecuteFunctions;
	/** The host of Netigate's server, e.g. `www.netigate.se`, because ids are unique per server only. */
	server: string;
}

export interface ItemRequest {
	position: number;
	earlier?: ItemOutcome;
}

/** After this number of items, the rest of n8n gets its turn. */
const READ_AT_ONCE = 1000;

interface Group {
	requests: readonly ItemRequest[];
}

/**
 * Takes all items of a run through the same steps: read, prepare, send, end. Unless the run continues on failure,
 * one bad item keeps the whole run from sending, and no other request begins after a failed one.
 */
export class ItemRun {
	private readonly outcomes: Array<ItemOutcome | undefined>;
	readonly more: ItemOutcome[] = [];

	private readonly duplicates: Array<{ position: number; first: number; contact: string }> = [];

	private failed = false;

	/** Everything is checked and nothing is sent. Refused items don't stop a preview but appear in it. */
	preview = false;

	constructor(private readonly batch: Run) {
		this.outcomes = new Array<undefined>(batch.items.length);
	}
	get stopped(): boolean {
		const goesOn = this.batch.continueOnFail || this.preview;
		return this.batch.client.cancelled() || (this.failed && !goesOn);
	}

	outcome(position: number): ItemOutcome | undefined {
		return this.outcomes[position];
	}

	settle(position: number, outcome: ItemOutcome): void {
		const { earlier, keep } = this.batch.items[position];
		this.outcomes[position] = outcome;
		// A failure of an earlier try doesn't stop this one.
		this.failed ||= 'error' in outcome && outcome !== earlier;
		keep?.(outcome);
	}

	skip(position: number, contact: string, reason: string, more: IDataObject = {}): void {
		this.settle(position, { json: { status: 'skipped', contact, reason, ...more } });
	}

	/** In the end, the item gets the outcome of the first item with the same contact. */
	markDuplicate(position: number, first: number, contact: string): void {
		this.duplicates.push({ position, first, contact });
	}

	/** Checks an item: what `step` throws becomes the item's outcome. */
	check(position: number, step: () => void): void {
		try {
			step();
		} catch (error) {
			this.settle(position, { error: error as Error });
		}
	}

	/**
	 * @param begin reads ahead what the first item needs. A failure is ignored, because the step
	 * that needs the data fails too
	 */
	async read<Request extends object>(
		read: (parameters: Parameters, position: number) => Request,
		begin: (first: Request & ItemRequest) => Promise<unknown> = async () => {},
	): Promise<Array<Request & ItemRequest>> {
		const requests: Array<Request & ItemRequest> = [];
		let begun: Promise<unknown> | undefined;
		for (const [position, { parameters, earlier }] of this.batch.items.entries()) {
			if (position > 0 && position % READ_AT_ONCE === 0) {
				if (requests.length > 0 && !this.stopped) begun ??= begin(requests[0]).catch(() => {});
				await sleep(0);
			}
			this.check(position, () => {
				const request = read(parameters(), position) as Request & ItemRequest;
				request.position = position;
				request.earlier = earlier;
				requests.push(request);
			});
		}
		if (!this.stopped) return requests;
		await begun;
		return [];
	}

	/** Reads what each group needs, `atOnce` groups at a time, and checks its items. */
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
		// A failure doesn't stop this step: nothing is sent yet, and every item gets its own error.
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
				// A bug in this package: the item may already have been sent.
				const message = 'Something unexpected happened while this item was being sent';
				const advice = 'Before you run it again, check in Netigate whether it was done.';
				const broken = new NetigateError(message, { outcome: 'unknown', advice });
				this.fail(group, { error: broken, json: { mayBeInvited: true } });
			});
		await forEachLimited(groups, atOnce, work, () => this.stopped);
	}

	/**
	 * What an earlier try has done stays done. If that is true of the whole group, its failure doesn't stop the others:
	 * the run would end as a success without them.
	 */
	private fail({ requests }: Group, outcome: ItemOutcome): void {
		for (const { position, earlier } of requests) {
			if (!this.outcomes[position]) this.settle(position, earlier ?? outcome);
		}
	}

	end(): Array<ItemOutcome | undefined> {
		// A run that stopped doesn't forget what an earlier try has done.
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
		if (this.preview && !this.batch.continueOnFail) {
			for (const [position, outcome] of this.outcomes.entries())
				if (outcome && 'error' in outcome)
					this.outcomes[position] = this.refused(position, outcome);
		}
		return [...this.outcomes, ...this.more];
	}

	/** What a preview shows for an item that would be refused, because a failed item would stop the run. */
	private refused(position: number, { error }: { error: Error }): ItemOutcome {
		let contact: unknown;
		try {
			contact = this.batch.items[position].parameters().raw('contact');
		} catch {
			// The contact itself can't be read.
			contact = null;
		}
		const { message: reason, advice: whatToDo } = error as Partial<InputError>;
		return { json: { status: 'refused', contact, reason, whatToDo } as IDataObject };
	}
}

/** @param begin called once per run. The function it returns handles one item */
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
