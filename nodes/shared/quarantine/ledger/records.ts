import type { IDataObject } from 'n8n-workflow';
import { nonce } from './contactKey';
import { LedgerError, messageOf } from '../../tables/errors';
import { chunks } from '../../tables/rowStore';
import { DAY_MS } from '../rules/rules';
import { CONTRACT, readAnswers, type Action, type Answers, type LedgerRecord } from './contract';
import { wrongKey, type Keeper } from './table';

/** Runs the ledger workflow with some items, and gives back what its last node put out. */
export type CallWorkflow = (items: IDataObject[]) => Promise<IDataObject[]>;

/** So many records go into one item. */
const RECORDS_PER_ITEM = 5000;

/** What a ledger workflow said last that it takes. Until then it is sent everything. */
export type Takes = Partial<Pick<Answers, 'takesLines' | 'sharesEvents'>>;

/** How a ledger workflow is used. */
export interface WorkflowUse {
	/** Of the key with which contacts are hashed. */
	fingerprint: string;
	keeper: Keeper;
	/** Kept from one run to the next. */
	takes?: Takes;
}

/** The records that a ledger workflow keeps. */
export class Records {
	private readonly takes: Takes;

	/** Whether what it takes was said in this run. */
	private heard = false;

	constructor(
		private readonly call: CallWorkflow,
		private readonly use: WorkflowUse,
		private readonly now: () => number,
	) {
		this.takes = use.takes ?? {};
	}

	/** The records of these contacts; of who is not known, too. */
	async fetch(contacts: readonly string[]): Promise<Map<string, LedgerRecord>> {
		const unique = [...new Set(contacts)].map((contact) => ({ contact, version: 0, events: [] }));
		const known = await this.ask('read', unique);
		return new Map(unique.map((record) => [record.contact, known.get(record.contact) ?? record]));
	}

	/**
	 * Asks for records, or for them to be written.
	 *
	 * @returns what is known; of a write, what stands where others came first
	 */
	async ask(
		action: Action,
		records: readonly LedgerRecord[],
		more: IDataObject = {},
	): Promise<Map<string, LedgerRecord>> {
		if (records.length === 0 && action !== 'all') return new Map();
		if (action !== 'read' || this.heard || !this.takes.takesLines)
			return await this.askOnce(action, records, more);
		return await this.askOnce(action, records, more).catch(async () => {
			// Another workflow, which wants a list, may have taken its place. Reading again is harmless.
			this.takes.takesLines = false;
			return await this.askOnce(action, records, more);
		});
	}

	private async askOnce(
		action: Action,
		records: readonly LedgerRecord[],
		more: IDataObject,
	): Promise<Map<string, LedgerRecord>> {
		const now = this.now();
		const { fingerprint: key, keeper } = this.use;
		// Tells the ledger's writes apart, where it has no other way to know its own.
		const asked = { contract: CONTRACT, action, key, keeper: { ...keeper }, now, writer: nonce() };
		const parts = action === 'all' ? [[]] : chunks(records, RECORDS_PER_ITEM);
		const items = parts.map((part) => ({
			...asked,
			...more,
			...(action === 'write' ? toWrite(part, now, this.takes) : toRead(part, this.takes)),
		}));
		const answers = await this.call(items).catch((error: unknown) => {
			throw workflowError(error);
		});
		const contacts = records.map(({ contact }) => contact);
		const answered = readAnswers(answers, action, contacts);
		if (answered.key !== key) throw wrongKey('The ledger', answered.key);
		const { takesLines, sharesEvents } = answered;
		Object.assign(this.takes, { takesLines, sharesEvents });
		this.heard = true;
		if (answered.keepDays === 0) return answered.records;
		const since = now - answered.keepDays * DAY_MS;
		for (const [contact, { version, events }] of answered.records) {
			// What nobody needs any more goes with the next write, and is not told before that either.
			const kept = events.filter(({ at }) => at >= since);
			answered.records.set(contact, { contact, version, events: kept });
		}
		return answered.records;
	}
}

/**
 * Records as a list, and the same as texts: n8n's expressions take a list apart value by value, each at the
 * price of a call, and a text in one piece.
 */
function toRead(records: readonly LedgerRecord[], { takesLines }: Takes): IDataObject {
	const contacts = records.map(({ contact }) => contact);
	return {
		records: takesLines ? [] : contacts.map((contact) => ({ contact })),
		lines: { contact: contacts.join(','), version: '', newest: '', events: '' },
	};
}

/**
 * Each has the time from which on its age counts, so that the ledger knows when it may go. An emptied one
 * stays as long as any: were it gone, its versions would begin anew, and a write based on an old one would
 * fit.
 */
function toWrite(
	records: readonly LedgerRecord[],
	now: number,
	{ takesLines, sharesEvents }: Takes,
): IDataObject {
	const newest = records.map(({ events }) =>
		events.reduce((last, { at }) => Math.max(last, at), now),
	);
	const events = records.map((record) => JSON.stringify(record.events));
	// As those of a run's new contacts are, which are most of a large one.
	const shared = sharesEvents && events.every((text) => text === events[0]);
	return {
		records: takesLines
			? []
			: records.map((record, index) => ({ ...record, newest: newest[index] }) as IDataObject),
		lines: {
			contact: records.map(({ contact }) => contact).join(','),
			version: records.map(({ version }) => version).join(','),
			newest: newest.join(','),
			events: shared ? events[0] : events.join('\n'),
		},
	};
}

function workflowError(error: unknown): LedgerError {
	const told = messageOf(error);
	if (/not active|not published/i.test(told)) {
		return new LedgerError(
			'missing',
			'The ledger workflow is not published, or not there',
			'Open the workflow chosen under Options, Ledger Workflow, and publish (activate) it. If it was deleted, choose another one.',
		);
	}
	if (/does not exist|could not be found|not found/i.test(told) && /workflow/i.test(told)) {
		return new LedgerError(
			'missing',
			'The ledger workflow is not there',
			'It was deleted, or never imported into this n8n. Choose another one under Options, Ledger Workflow.',
		);
	}
	return new LedgerError(
		'failed',
		`The ledger workflow failed: ${told || 'no reason given'}`,
		'Open its latest execution to see which node failed. See docs/quarantine-ledger.md for what it has to do.',
	);
}
