import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { withoutTag, type Recipient } from '../shared/input/contact';
import { isTool, parameterReader } from '../shared/n8n/itemParameters';
import { ItemRun, type ItemOutcome, type ItemRequest } from '../shared/n8n/itemRun';
import { outputItems } from '../shared/n8n/outputItems';
import type { Parameters } from '../shared/n8n/parameters';
import { countedIn, summaryOf, whatIfOf } from '../shared/n8n/summary';
import { addHint } from '../shared/n8n/shown';
import { isTestRun } from '../shared/n8n/testRun';
import { countryOf, placeOf, type NetigateCredential } from '../shared/netigate/server';
import type { Result } from '../shared/quarantine/result';
import { nodeOptionsOf, type NodeOptions } from '../shared/quarantine/settings';
import { isUnavailable } from '../shared/tables/errors';
import { properties } from './fields';
import { contactOf, recipientOf } from '../shared/n8n/recipients';

export interface Credentials {
	netigate?: NetigateCredential;
	/** See `hashSecretOf`. */
	secret: string;
}

export interface ContactItem {
	parameters: Parameters;
	/** Call this last, so that an invalid setting is found first. `key` identifies the recipient in the ledger. */
	readRecipient: () => { recipient: Recipient; key: string };
	/** The survey's server and account (see `placeOf`), or empty without a credential. */
	place: string;
}

const statusOf = (outcome: ItemOutcome | undefined) =>
	outcome && !('error' in outcome) ? (outcome.json as IDataObject).status : undefined;

/** The items in a run of this node, and the output each item goes to. */
export class QuarantineRun {
	/** The parameters of the first item, which apply to the whole run. */
	readonly first: Parameters;

	private readonly items: ItemRun;

	private readonly parametersAt: (position: number) => Parameters;

	/** The contacts that could be read, by position. */
	private readonly contacts = new Map<number, string>();

	/** The word that the summary uses instead of an item's reason, keyed by the item's position. */
	private readonly words = new Map<number, string>();

	/** Whether to report what would have happened, both in the hint and in an additional item. */
	whatIf = false;

	private readonly notes = new Set<string>();

	private report: IDataObject[] | undefined;

	private read: NodeOptions | undefined;

	constructor(
		readonly context: IExecuteFunctions,
		private readonly deciding: boolean,
		private readonly credentials: Credentials,
	) {
		const { netigate } = credentials;
		const country = netigate ? countryOf(netigate) : '';
		const parametersOf = parameterReader(context, properties, country);
		this.parametersAt = (position) => parametersOf(position, context.getInputData()[position]);
		const input = context.getInputData();
		this.first = parametersOf(0, input.at(0) ?? { json: {} });
		this.items = new ItemRun({
			items: input.map((_, index) => ({ parameters: () => this.parametersAt(index) })),
			continueOnFail: context.continueOnFail(),
			// Items are processed even if the run is stopped, because Reserve then releases its own
			// reservations.
			client: { cancelled: () => false },
		});
	}

	/**
	 * Ignores "Always Output Data", which would send an empty item to the Allowed output. Expressions in the next
	 * node could trace that item back to a quarantined person.
	 */
	keepAllowedEmpty(): void {
		const execution = this.context.getExecuteData();
		const { node } = execution;
		// For a tool, `node` is the agent that uses it.
		if (!this.deciding || !node.alwaysOutputData || isTool(this.context.getNode())) return;
		// Changes a copy, because n8n saves the node with the execution and may reuse it for the next
		// execution.
		execution.node = { ...node, alwaysOutputData: false };
		this.note(
			"'Always Output Data' was ignored, because the empty item it adds to the Allowed output could be mistaken for an allowed contact. Turn it off in this node's settings.",
		);
	}

	/** @throws InputError when the options contradict each other */
	get options(): NodeOptions {
		return (this.read ??= nodeOptionsOf(this.first.collection('options')));
	}

	get secret(): string {
		return this.credentials.secret;
	}

	/** Reads all items. @returns an empty list if an item failed and the workflow should stop */
	async each<T extends object>(task: (item: ContactItem) => T): Promise<Array<T & ItemRequest>> {
		const { foldPlusAddress } = this.options;
		const { netigate, secret } = this.credentials;
		const place = netigate ? placeOf(netigate, secret) : '';
		return await this.items.read((parameters, position) => {
			const readRecipient = () => {
				const recipient = recipientOf(parameters);
				this.contacts.set(position, recipient.contact);
				const key = foldPlusAddress ? withoutTag(recipient.key) : recipient.key;
				return { recipient, key };
			};
			return task({ parameters, readRecipient, place });
		});
	}

	/** Whether this is a test run, which must not change the ledger. If it is, adds the note. */
	isTest(
		note = "Test run: nothing was remembered. To record people in test runs, turn on 'Options > Record in Test Runs'.",
	): boolean {
		const test = isTestRun(this.context) && !this.options.recordInTestRuns;
		if (test) this.note(note);
		return test;
	}

	/** @returns undefined when the ledger can't be used and the user chose to continue without it */
	async orUnavailable<T>(task: () => Promise<T>): Promise<T | undefined> {
		return await task().catch((error: unknown) => {
			if (!isUnavailable(error) || this.options.whenUnavailable === 'stop') throw error;
			this.note(
				this.deciding
					? `${error.message}. The rules and opt-outs weren't checked, because 'When Unavailable' is set to Allow. Someone may be asked twice. ${error.advice}`
					: `${error.message}. Nothing was recorded. ${error.advice}`,
			);
			return undefined;
		});
	}

	/** @param word the word that the summary uses instead of the reason, if any */
	settle(position: number, quarantine: Result['quarantine'], word?: string): void {
		this.items.settle(position, { json: quarantine });
		if (word !== undefined) this.words.set(position, word);
	}

	fail(position: number, error: Error): void {
		this.items.settle(position, { error });
	}

	allAre(status: string): boolean {
		return this.context
			.getInputData()
			.every((_, position) => statusOf(this.items.outcome(position)) === status);
	}

	settleReport(report: IDataObject[]): void {
		this.report = report;
		this.items.settle(0, { json: report });
	}

	note(message: string): void {
		this.notes.add(message);
	}

	failRest(error: Error): void {
		for (const position of this.context.getInputData().keys())
			if (!this.items.outcome(position)) this.items.settle(position, { error });
	}

	/** @throws NodeApiError or NodeOperationError if an item failed and the workflow should stop */
	outputs(): INodeExecutionData[][] {
		const { context, deciding } = this;
		const outcomes = this.items.end();
		const stop = context.continueOnFail() ? undefined : (error: Error) => error;
		const made = outputItems(context, outcomes, {
			contactOf:
				this.first.raw('operation') === 'getMany'
					? undefined
					: (position) => contactOf(this.parametersAt(position)),
			stop,
		});
		const input = context.getInputData();
		const passed: INodeExecutionData[] = [];
		// A tool has only one output, because an agent wouldn't see items at a second one.
		const stopped = deciding && !isTool(context.getNode()) ? [] : passed;
		for (const [position, outcome] of outcomes.entries()) {
			if (!outcome) continue;
			const failed = 'error' in outcome;
			// A failed item never goes to Allowed, regardless of "On Error".
			const output = failed || statusOf(outcome) === 'quarantined' ? stopped : passed;
			for (const item of made[position]) {
				const json = {
					contact: this.contacts.get(position),
					...input[position].json,
					quarantine: item.json,
				};
				output.push(failed || this.report ? item : { ...input[position], ...item, json });
			}
		}
		const summary = this.summaryFor(outcomes);
		// This item goes where no one is invited. It has no contact and isn't paired with an item that has one.
		if (this.whatIf) stopped.push({ json: { quarantine: summary }, pairedItem: [] });
		this.hint(summary.explanation);
		return stopped === passed ? [passed] : [passed, stopped];
	}

	private summaryFor(outcomes: ReadonlyArray<ItemOutcome | undefined>) {
		const reasonOf = ({ reason }: IDataObject, position: number) =>
			this.words.get(position) ?? reason;
		const status = 'summary';
		if (this.report) return { status, explanation: `${this.report.length} quarantined` };
		const counted = countedIn(outcomes, reasonOf);
		if (!this.whatIf) {
			const first = this.deciding ? ['allowed', 'quarantined'] : [];
			return { status, explanation: summaryOf(counted, first, true) };
		}
		return { status, ...whatIfOf(counted) };
	}

	private hint(summary: string): void {
		const message = [this.notes.size > 0 ? `${summary}.` : summary, ...this.notes].join(' ');
		addHint(this.context, message, this.notes.size > 0 ? 'warning' : 'info');
	}
}
