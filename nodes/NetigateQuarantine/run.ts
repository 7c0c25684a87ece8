import type {
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { CREDENTIAL, netigateClient } from '../shared/n8n/connection';
import { failedItem, toNodeError } from '../shared/n8n/failure';
import { parameterReader, type Parameters } from '../shared/n8n/parameters';
import { readBlocklist } from '../shared/respondents/blocklist';
import { normaliseContact } from '../shared/values/contact';
import { toNetigateDate } from '../shared/values/dates';
import { LedgerError } from '../shared/ledger/errors';
import type { PastEvent, Place } from '../shared/quarantine/ledger/entries';
import type { Ledger } from '../shared/quarantine/ledger/ledger';
import { ledgerAccess, type LedgerAccess } from '../shared/quarantine/openLedger';
import { checkAll, reserveAll, withoutLedger, type Candidate } from '../shared/quarantine/reserve';
import { told, wholeRunError, type Result } from '../shared/quarantine/result';
import {
	contactOf,
	groupOf,
	liftedOf,
	optionsOf,
	rulesOf,
	surveyOf,
	type Options,
} from '../shared/quarantine/settings';
import { summary } from './summary';
import { isTestRun } from '../shared/n8n/testRun';

type Operation = 'reserve' | 'check' | 'confirm' | 'release' | 'record' | 'lift';

/** An item of the input whose parameters could be read. */
interface Asked {
	itemIndex: number;
	parameters: Parameters;
	/** Normalised. */
	contact: string;
}

/**
 * Runs an operation for all items at once.
 *
 * Never fails as a whole when "On Error" says to go on: n8n would then pass all items on at the first
 * output, where people are invited.
 */
export async function runQuarantine(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = this.getInputData();
	const operation = this.getNodeParameter('operation', 0) as Operation;
	const run = new QuarantineRun(this, items, operation);
	try {
		await run.execute();
	} catch (error) {
		run.failRest(wholeRunError(this.getNode(), error));
	}
	return run.outputs();
}

class QuarantineRun {
	private readonly results: Result[] = [];

	private readonly failures = new Map<number, NodeApiError | NodeOperationError>();

	private readonly notes: string[] = [];

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly items: INodeExecutionData[],
		private readonly operation: Operation,
	) {}

	async execute(): Promise<void> {
		const reader = parameterReader(this.context);
		const first = reader(0, this.items[0] ?? { json: {} });
		const options = optionsOf(first.collection('options'));
		const asked = this.readContacts(reader, options);
		if (this.failures.size > 0 && !this.context.continueOnFail()) return;

		if (this.operation === 'reserve' || this.operation === 'check')
			await this.decide(asked, options);
		else await this.remember(asked, options);
	}

	private get deciding(): boolean {
		return this.operation === 'reserve' || this.operation === 'check';
	}

	private readContacts(reader: ReturnType<typeof parameterReader>, options: Options): Asked[] {
		return this.items.flatMap((item, itemIndex) => {
			const parameters = reader(itemIndex, item);
			return this.orFail(itemIndex, () => ({
				itemIndex,
				parameters,
				contact: contactOf(parameters, options.foldPlusAddress),
			}));
		});
	}

	/** What the task gives for an item, or nothing when it refuses the item. */
	private orFail<T>(itemIndex: number, task: () => T): T[] {
		try {
			return [task()];
		} catch (error) {
			this.failures.set(itemIndex, toNodeError(this.context.getNode(), error, itemIndex));
			return [];
		}
	}

	private async decide(asked: Asked[], options: Options): Promise<void> {
		const blocked = await this.blockedContacts(options);
		const read = asked.flatMap(({ itemIndex, parameters, contact }) =>
			this.orFail(itemIndex, () => ({
				itemIndex,
				contact,
				survey: surveyOf(parameters),
				group: groupOf(parameters),
				rules: rulesOf(parameters.collection('rules')),
				exempt: parameters.collection('options').exempt === true,
				// Netigate's list knows no plus tags, so the address counts as it was given.
				blocked: blocked.has(normaliseContact(parameters.raw('contact', '')) ?? contact),
				address: options.storeContact ? contact : null,
			})),
		);
		if (this.failures.size > 0 && !this.context.continueOnFail()) return;
		if (read.length === 0) return;

		const access = ledgerAccess(
			this.context,
			options,
			read.flatMap(({ rules }) => rules),
		);
		const candidates = read.map(
			(candidate): Candidate => ({ ...candidate, contact: access.key.hash(candidate.contact) }),
		);
		const onlyCheck = this.operation === 'check' || this.isTest(options);
		const now = Date.now();
		const decided = await this.orUnavailable(
			options,
			async () =>
				await access.use(async (ledger) =>
					onlyCheck
						? await checkAll(ledger, candidates, now)
						: await reserveAll(ledger, candidates, now, options.holdMs),
				),
		);
		const decisions = decided ?? withoutLedger(candidates, now);
		read.forEach(({ itemIndex, survey }, index) => {
			this.results.push({ itemIndex, quarantine: told(decisions[index], survey) });
		});
		if (decided && !onlyCheck && options.releaseOnFailure) {
			this.releaseAtEnd(
				access,
				candidates.flatMap(({ contact }, index) =>
					decided[index].reservationId === null ? [] : [contact],
				),
			);
		}
	}

	/** Gives held reservations back when the execution ends; a crash, or a long wait, leaves it to the hold. */
	private releaseAtEnd(access: LedgerAccess, contacts: string[]): void {
		if (contacts.length === 0) return;
		const { logger } = this.context;
		if (!this.context.onExecutionFinish) {
			this.note(
				'"Release on Failure" needs n8n 2.33 or later, which tells nodes when an execution ends. Until you update, release behind the error output; what is left lapses after Hold Minutes.',
			);
			return;
		}
		this.context.onExecutionFinish(async () => {
			await access
				.use(async (ledger) => await ledger.releaseHeld(contacts))
				.catch((error: unknown) =>
					logger.warn('Held reservations of the Netigate quarantine were not given back', {
						error: error instanceof Error ? error.message : String(error),
					}),
				);
		});
	}

	private async remember(asked: Asked[], options: Options): Promise<void> {
		const access = ledgerAccess(this.context, options, []);
		const { key } = access;
		const place = ({ contact, parameters }: Asked): Place => ({
			contact: key.hash(contact),
			survey: surveyOf(parameters),
			group: groupOf(parameters),
			address: options.storeContact ? contact : null,
		});
		const now = Date.now();
		switch (this.operation) {
			case 'confirm':
				return await this.each(asked, options, access, place, async (ledger, places) => {
					const outcomes = await ledger.confirm(places, now);
					return outcomes.map((reason) => ({ status: 'confirmed', reason }));
				});
			case 'release':
				return await this.each(asked, options, access, place, async (ledger, places) => {
					const outcomes = await ledger.release(places);
					return outcomes.map((reason) => ({
						status: reason === 'released' ? 'released' : 'unchanged',
						reason,
					}));
				});
			case 'record': {
				const past = (one: Asked): PastEvent => ({
					...place(one),
					kind: one.parameters.raw('event', 'invited') === 'responded' ? 'responded' : 'invited',
					at: this.timeOf(one.parameters, now),
				});
				return await this.each(asked, options, access, past, async (ledger, events) => {
					const outcomes = await ledger.record(events);
					return outcomes.map((reason) => ({ status: 'recorded', reason }));
				});
			}
			default: {
				const lift = ({ contact, parameters }: Asked) => ({
					contact: key.hash(contact),
					lifted: liftedOf(parameters),
				});
				return await this.each(asked, options, access, lift, async (ledger, lifts) => {
					const counts = await ledger.lift(lifts);
					return counts.map((events) => ({
						status: events > 0 ? 'lifted' : 'unchanged',
						reason: null,
						events,
					}));
				});
			}
		}
	}

	private timeOf(parameters: Parameters, now: number): number {
		const date = toNetigateDate(parameters.raw('at', ''), parameters.timeZone, 'When');
		return date === undefined ? now : Date.parse(date);
	}

	/** Reads what is needed of each item, and has the ledger do all of it at once. */
	private async each<T>(
		asked: Asked[],
		options: Options,
		access: LedgerAccess,
		read: (asked: Asked) => T,
		task: (ledger: Ledger, list: T[]) => Promise<Array<Result['quarantine']>>,
	): Promise<void> {
		const list = asked.flatMap((one) =>
			this.orFail(one.itemIndex, () => ({ itemIndex: one.itemIndex, value: read(one) })),
		);
		if (this.failures.size > 0 && !this.context.continueOnFail()) return;
		if (list.length === 0) return;
		if (this.isTest(options)) {
			for (const { itemIndex } of list)
				this.results.push({
					itemIndex,
					quarantine: { status: 'unchanged', reason: 'testRun' },
				});
			return;
		}
		const told = await this.orUnavailable(
			options,
			async () =>
				await access.use(
					async (ledger) =>
						await task(
							ledger,
							list.map(({ value }) => value),
						),
				),
		);
		list.forEach(({ itemIndex }, index) =>
			this.results.push({
				itemIndex,
				quarantine: told?.[index] ?? { status: 'unchanged', reason: 'ledgerUnavailable' },
			}),
		);
	}

	private isTest(options: Options): boolean {
		const test = isTestRun(this.context) && !options.recordInTestRuns;
		if (test && this.operation !== 'check') {
			this.note(
				'Test run: nothing was remembered. To remember here too, switch on Options, Record in Test Runs.',
			);
		}
		return test;
	}

	/** Contacts on the account's block list; none without a credential. */
	private async blockedContacts(options: Options): Promise<Set<string>> {
		if (!options.skipBlocked || !this.context.getNode().credentials?.[CREDENTIAL]) return new Set();
		return await readBlocklist(await netigateClient(this.context));
	}

	/** Undefined when the ledger cannot be used and the user chose to go on without it. */
	private async orUnavailable<T>(options: Options, task: () => Promise<T>): Promise<T | undefined> {
		return await task().catch((error: unknown) => {
			if (!(error instanceof LedgerError) || options.whenUnavailable === 'stop')
				throw wholeRunError(this.context.getNode(), error);
			this.note(
				this.deciding
					? `${error.message}. All were allowed but those who are blocked or twice in this run, as "When Unavailable" says; somebody may be asked twice. ${error.advice}`
					: `${error.message}. Nothing was remembered. ${error.advice}`,
			);
			return undefined;
		});
	}

	/** All items without a result fail for the same reason. */
	failRest(error: NodeApiError | NodeOperationError): void {
		const done = new Set(this.results.map(({ itemIndex }) => itemIndex));
		this.items.forEach((_, itemIndex) => {
			if (!done.has(itemIndex) && !this.failures.has(itemIndex))
				this.failures.set(itemIndex, error);
		});
	}

	private note(message: string): void {
		if (!this.notes.includes(message)) this.notes.push(message);
	}

	/** @throws NodeApiError or NodeOperationError when an item failed and the workflow is to stop then */
	outputs(): INodeExecutionData[][] {
		const node = this.context.getNode();
		const [failure] = this.failures.values();
		if (failure && !this.context.continueOnFail()) throw failure;

		const passed: INodeExecutionData[] = [];
		const stopped: INodeExecutionData[] = [];
		const results = new Map(this.results.map((result) => [result.itemIndex, result]));
		this.items.forEach((item, itemIndex) => {
			const result = results.get(itemIndex);
			if (!result) {
				// Never among the allowed, whatever "On Error" says.
				const output = this.deciding ? stopped : passed;
				output.push(failedItem(node, item, this.failures.get(itemIndex)!, itemIndex));
				return;
			}
			const { quarantine } = result;
			const output = quarantine.status === 'quarantined' ? stopped : passed;
			output.push({
				...item,
				json: { ...item.json, quarantine },
				pairedItem: { item: itemIndex },
			});
		});
		const text = [
			summary(
				this.results.map(({ quarantine }) => quarantine),
				this.failures.size,
				this.deciding,
			),
			...this.notes,
		];
		this.context.addExecutionHints({
			message: text.join('. '),
			type: this.notes.length > 0 ? 'warning' : 'info',
			location: 'outputPane',
		});
		return this.deciding ? [passed, stopped] : [passed];
	}
}
