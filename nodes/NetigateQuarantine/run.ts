import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { properties } from '../fields';
import { failedItem, toNodeError } from '../../shared/n8n/failure';
import { isTool, parameterReader } from '../../shared/n8n/itemParameters';
import type { Parameters } from '../../shared/n8n/parameters';
import { isTestRun } from '../../shared/n8n/testRun';
import { LedgerError } from '../../shared/tables/errors';
import { wholeRunError, type Result } from '../../shared/quarantine/result';
import { optionsOf, type Options } from '../../shared/quarantine/settings';
import { readContact } from '../../shared/input/contact';
import { summary } from './summary';

/** An item of the input whose contact could be read. */
export interface ItemRequest {
	itemIndex: number;
	parameters: Parameters;
	/** Normalised. */
	contact: string;
	/** As it was given. */
	given: string;
}

/** What an operation does with all items of a run, and where they leave. */
export interface Operation {
	/** Whether it says who may be asked: then there are two outputs. */
	deciding: boolean;
	perform: (run: QuarantineRun) => Promise<void>;
}

/** The items of a run, and what becomes of each. */
export class QuarantineRun {
	/** The parameters of the first item, for what holds for the whole run. */
	readonly first: Parameters;

	/** By item; none for those that failed. */
	private readonly results: Array<Result['quarantine'] | undefined> = [];

	/** What the summary calls the reason of an item, where it is not the reason itself. */
	private readonly words = new Map<number, string>();

	private readonly failures = new Map<number, NodeApiError | NodeOperationError>();

	private readonly notes: string[] = [];

	private report: IDataObject[] | undefined;

	private known: Options | undefined;

	private readonly read: ReturnType<typeof parameterReader>;

	constructor(
		readonly context: IExecuteFunctions,
		private readonly items: INodeExecutionData[],
		private readonly deciding: boolean,
	) {
		this.read = parameterReader(context, properties);
		this.first = this.read(0, items[0] ?? { json: {} });
	}

	/**
	 * Switches off "Always Output Data" where people leave at Allowed. When there was nobody, n8n would put an empty
	 * item there, which the next node's expressions may follow back to who was kept back.
	 */
	keepAllowedEmpty(): void {
		const execution = this.context.getExecuteData();
		const { node } = execution;
		// What an agent's tool gets here is the agent's own.
		if (!this.deciding || !node.alwaysOutputData || isTool(this.context.getNode())) return;
		// n8n saves the node itself with the execution, and may use it for the next one.
		execution.node = { ...node, alwaysOutputData: false };
		this.note(
			'"Always Output Data" was left out of account: its empty item at Allowed could be taken for somebody who may be asked. Switch it off in the settings of this node',
		);
	}

	/** @throws InputError when the options do not fit together */
	get options(): Options {
		return (this.known ??= optionsOf(this.first.collection('options')));
	}

	/**
	 * What is read of each item; those whose contact cannot be read, or that the task refuses, fail. Nothing is
	 * left to do when one failed and the workflow is to stop then.
	 */
	each<T>(task: (asked: ItemRequest) => T): T[] {
		const { foldPlusAddress } = this.options;
		const done: T[] = [];
		this.items.forEach((item, itemIndex) => {
			try {
				const parameters = this.read(itemIndex, item);
				const given = parameters.contact('contact');
				const { contact } = readContact(given, { foldPlusAddress });
				done.push(task({ itemIndex, parameters, contact, given }));
			} catch (error) {
				this.failures.set(itemIndex, toNodeError(this.context.getNode(), error, itemIndex));
			}
		});
		return this.failures.size > 0 && !this.context.continueOnFail() ? [] : done;
	}

	/** Whether this is a test run that is to remember nothing; then it says so. */
	isTest(): boolean {
		const test = isTestRun(this.context) && !this.options.recordInTestRuns;
		if (test) {
			this.note(
				'Test run: nothing was remembered. To remember here too, switch on Options, Record in Test Runs.',
			);
		}
		return test;
	}

	/** Undefined when the ledger cannot be used and the user chose to go on without it. */
	async orUnavailable<T>(task: () => Promise<T>): Promise<T | undefined> {
		return await task().catch((error: unknown) => {
			if (!(error instanceof LedgerError) || this.options.whenUnavailable === 'stop')
				throw wholeRunError(this.context.getNode(), error);
			this.note(
				this.deciding
					? `${error.message}. All were allowed but those who are blocked or twice in this run, as "When Unavailable" says; somebody may be asked twice. ${error.advice}`
					: `${error.message}. Nothing was remembered. ${error.advice}`,
			);
			return undefined;
		});
	}

	tell(itemIndex: number, quarantine: Result['quarantine'], word?: string): void {
		this.results[itemIndex] = quarantine;
		if (word !== undefined) this.words.set(itemIndex, word);
	}

	/** Whether this became of all items. */
	allAre(status: string): boolean {
		return this.items.every((_, itemIndex) => this.results[itemIndex]?.status === status);
	}

	/** Puts out these instead of the items that came in. */
	tellReport(report: IDataObject[]): void {
		this.report = report;
	}

	note(message: string): void {
		if (!this.notes.includes(message)) this.notes.push(message);
	}

	/** All items without a result fail for the same reason. */
	failRest(error: NodeApiError | NodeOperationError): void {
		this.items.forEach((_, itemIndex) => {
			if (!this.results[itemIndex] && !this.failures.has(itemIndex))
				this.failures.set(itemIndex, error);
		});
	}

	/** @throws NodeApiError or NodeOperationError when an item failed and the workflow is to stop then */
	outputs(): INodeExecutionData[][] {
		const [failure] = this.failures.values();
		if (failure && !this.context.continueOnFail()) throw failure;
		if (this.report && !failure) {
			this.hint(`${this.report.length} in quarantine`);
			return [this.report.map((json) => ({ json, pairedItem: { item: 0 } }))];
		}

		const node = this.context.getNode();
		const passed: INodeExecutionData[] = [];
		// An agent's tool has one output, and the agent would not hear of what left by another.
		const stopped = this.deciding && !isTool(node) ? [] : passed;
		this.items.forEach((item, itemIndex) => {
			const quarantine = this.results[itemIndex];
			if (!quarantine) {
				// Never among the allowed, whatever "On Error" says.
				stopped.push(failedItem(node, item, this.failures.get(itemIndex)!, itemIndex));
				return;
			}
			const output = quarantine.status === 'quarantined' ? stopped : passed;
			output.push({
				...item,
				json: { ...item.json, quarantine },
				pairedItem: { item: itemIndex },
			});
		});
		const word = (itemIndex: number) => this.words.get(itemIndex);
		this.hint(summary(this.results, this.failures.size, this.deciding, word));
		return stopped === passed ? [passed] : [passed, stopped];
	}

	private hint(summed: string): void {
		this.context.addExecutionHints({
			message: [summed, ...this.notes].join('. '),
			type: this.notes.length > 0 ? 'warning' : 'info',
			location: 'outputPane',
		});
	}
}
