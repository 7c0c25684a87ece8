import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWorkflowBase,
} from 'n8n-workflow';
import type { Ledger } from '../../../nodes/shared/quarantine/ledger/ledger';
import { RowLedger } from '../../../nodes/shared/quarantine/ledger/rowLedger';
import { QUARANTINE_TABLE } from '../../../nodes/shared/quarantine/ledger/table';
import { WorkflowLedger } from '../../../nodes/shared/quarantine/ledger/workflowLedger';
import { contactKey } from '../../../nodes/shared/quarantine/ledger/contactKey';
import { DataTableStore } from '../../../nodes/shared/tables/dataTable';
import { IF_NONE, innerWorkflow } from '../../../nodes/shared/tables/innerWorkflow';
import { all, where } from '../../../nodes/shared/tables/rowStore';
import { forgetLocations } from '../../../nodes/shared/tables/tableLocation';
import type { N8nServer } from '../../run/n8n-server.mjs';
import { connectRedis } from '../../run/services.mjs';
import { ledgerConformance, ONCE } from '../../unit/quarantine/ledgerConformance';
import { keptTable } from '../../unit/quarantine/keptTable';
import { describeWith } from '../needs';
import { byId, useN8n } from '../server';
import { node, noOp, postedItems, webhook, workflow } from '../workflows';
import { importLedger, removeLedgers } from './workflows';

const START = Date.parse('2026-03-01T12:00:00Z');

const n8n = useN8n();

afterAll(async () => await removeLedgers());

/** Runs a workflow inside n8n with the items, and returns its last items. */
type RunWorkflow = (items: IDataObject[], code?: object) => Promise<IDataObject[]>;

/** A webhook behind which n8n runs a workflow of its own, or one that is posted along. */
async function runnerFor(id?: string, server = n8n): Promise<RunWorkflow & { workflowId: string }> {
	const path = `run-${randomUUID()}`;
	const source = id
		? { source: 'database', workflowId: byId(id) }
		: { source: 'parameter', workflowJson: '={{ $("Webhook").first().json.body.code }}' };
	const run = node('Run', 'executeWorkflow', 1.2, { ...source, mode: 'once', options: {} });
	const { id: runner } = await server.api.importWorkflow(
		workflow(path, [webhook(path), postedItems(), run]),
	);
	await server.api.activate(runner);
	const runWorkflow: RunWorkflow = async (items, code) => {
		const { status, body } = await server.api.webhook(path, {
			items,
			code: code && JSON.stringify(code),
		});
		if (status !== 200) throw new Error(`n8n returned ${status}: ${JSON.stringify(body)}`);
		return body as IDataObject[];
	};
	return Object.assign(runWorkflow, { workflowId: runner });
}

/** Keeps the tests of one ledger apart, all of which ask about the same people. */
function apart(ledger: Ledger, test: string): Ledger {
	const own = <T extends { contact: string }>(list: readonly T[]) =>
		list.map((one) => ({ ...one, contact: contactKey(test).hash(one.contact) }));
	const ownContacts = (contacts: readonly string[]) =>
		own(contacts.map((contact) => ({ contact }))).map(({ contact }) => contact);
	return {
		claim: async (claims, at, holdMs) => await ledger.claim(own(claims), at, holdMs),
		takeBack: async (at, contacts) => await ledger.takeBack(at, ownContacts(contacts)),
		read: async (contacts, since) => {
			const names = new Map(contacts.map((contact) => [own([{ contact }])[0].contact, contact]));
			const known = await ledger.read([...names.keys()], since);
			return new Map([...known].map(([name, events]) => [names.get(name)!, events]));
		},
		confirm: async (places, at) => await ledger.confirm(own(places), at),
		release: async (places) => await ledger.release(own(places)),
		record: async (events) => await ledger.record(own(events)),
		lift: async (lifts) => await ledger.lift(own(lifts)),
		find: async (contacts) => {
			const names = new Map(contacts.map((contact) => [own([{ contact }])[0].contact, contact]));
			const stored = await ledger.find([...names.keys()]);
			return new Map([...stored].map(([name, entries]) => [names.get(name)!, entries]));
		},
		forget: async (contacts, keepOptOuts) =>
			await ledger.forget(ownContacts(contacts), keepOptOuts),
		invitedBefore: async (list) => await ledger.invitedBefore(own(list)),
		all: async (since) => await ledger.all(since),
		releaseHeld: async (contacts) => await ledger.releaseHeld(ownContacts(contacts)),
	};
}

type Inline = Pick<IWorkflowBase, 'id' | 'nodes' | 'connections' | 'settings'>;

/**
 * The workflow that runs it gives it its ID, and so its project, but passes on only the first output of
 * its last node. So every possible last node leads to the same end.
 */
function withOneEnd({ nodes, connections: own, settings }: Inline): object {
	const end = noOp('End');
	const toEnd = [{ node: end.name, type: 'main' as const, index: 0 }];
	const ends = nodes.map(({ name, type }) => {
		const next = own[name]?.main[0] ?? toEnd;
		return [name, { main: type === IF_NONE.type ? [next, toEnd] : [next] }];
	});
	return {
		settings,
		nodes: [...nodes, { ...end, id: 'end', position: [0, 0] }],
		connections: Object.fromEntries(ends) as object,
	};
}

function around(clock: { now: number }) {
	return {
		now: () => clock.now,
		sleep: async (ms: number) => await sleep(ms),
		random: Math.random,
	};
}

describe('the ledgers, in the real n8n', () => {
	const once = <T>(make: () => Promise<T>) => {
		let made: Promise<T> | undefined;
		return async () => await (made ??= make());
	};

	/** A maker of tables in a server, empty but for who looked them up. */
	const tablesIn = (server: () => N8nServer) => {
		const runner = once(async () => await runnerFor(undefined, server()));
		return async (table = QUARANTINE_TABLE) => {
			const run = await runner();
			const context = {
				// The inner workflow lists its caller.
				getWorkflow: () => ({ id: run.workflowId }),
				getExecutionId: () => '',
				executeWorkflow: async ({ code }: { code: Inline }, items: INodeExecutionData[]) => {
					const answered = await run(
						items.map(({ json }) => json),
						withOneEnd(code),
					);
					return { executionId: '', data: [answered.map((json) => ({ json }))] };
				},
			} as unknown as IExecuteFunctions;
			const store = new DataTableStore(table, innerWorkflow(context));
			await store.create(all(where('kind', 'eq', 'key')));
			return store;
		};
	};

	const dataTableIn = (server: () => N8nServer) => {
		const newTable = tablesIn(server);
		const dataTable = once(async () => await newTable());
		return async () => {
			const clock = { now: START };
			const store = await dataTable();
			const test = randomUUID();
			const openIn = (own: typeof store, execution: string, step: string) =>
				apart(new RowLedger(own, { execution: `${test}-${execution}`, step }, around(clock)), test);
			// Locks are by the table's id.
			const others = Object.assign(Object.create(store) as typeof store, {
				id: async () => 'of another process',
			});
			return {
				clock,
				...{ contenders: 6, rounds: 4 },
				elsewhere: (execution: string) => openIn(others, execution, 'step'),
				keptBy: async () => {
					// With its own column, so that it isn't treated as the other table, renamed.
					const name = `kept_${test.slice(0, 8)}`;
					const columns = { ...QUARANTINE_TABLE.columns, [name]: 'string' as const };
					const own = await newTable({ name, columns });
					return (node: string, days: number) => {
						const asking = { execution: `${test}-${node}-${clock.now}`, step: 'step' };
						const table = new RowLedger(own, asking, around(clock));
						return keptTable(table, own, { id: node, days }, clock);
					};
				},
				as: (execution: string, step = 'step') => openIn(store, execution, step),
			};
		};
	};

	ledgerConformance(
		'a data table',
		dataTableIn(() => n8n),
	);

	describeWith(['postgres'])('of an n8n that is itself kept in PostgreSQL', () => {
		// What this process knows of the table is by its name.
		beforeAll(() => forgetLocations());
		const server = useN8n({ onPostgres: true });
		afterAll(() => forgetLocations());

		ledgerConformance(
			'a data table',
			dataTableIn(() => server),
			{ keeping: false },
		);
	});

	describeWith(['redis'])('a list in Redis', () => {
		test('does not keep what was replaced long ago', async () => {
			const run = await runnerFor(await importLedger(n8n, 'redis'));
			const contact = randomUUID();
			const rules = [{ ...ONCE, days: 0.1 }];
			const claim = { contact, survey: '501', group: '', rules, exempt: false, address: null };
			const clock = { now: START };
			const writes = 45;
			for (let write = 0; write < writes; write++) {
				clock.now += 3 * 3_600_000;
				const ledger = new WorkflowLedger(
					Object.assign(async (items: IDataObject[]) => await run(items), { id: contact }),
					{ fingerprint: 'f00df00df00df00d', keeper: { id: 'node', days: 400 } },
					{ execution: `${write}`, step: 'step' },
					around(clock),
				);
				const [granted] = await ledger.claim([{ ...claim, ordinal: 0 }], clock.now, null);
				expect(granted.reservationId).not.toBeNull();
				expect(granted.known).toHaveLength(write);
			}
			const redis = connectRedis(n8n.installed.folder);
			const [key] = await redis.keys(`*:contact:${contact}`);
			const entries = await redis.lrange(key, 0, -1);
			redis.disconnect();
			// Emptied ones keep their place and contain a position.
			expect(entries).toHaveLength(writes);
			expect(entries.filter((entry) => entry.startsWith('{')).length).toBeLessThan(25);
		});
	});

	for (const kind of ['postgres', 'redis'] as const) {
		describeWith([kind])('a workflow', () => {
			const ledgerWorkflow = once(async () => await runnerFor(await importLedger(n8n, kind)));

			ledgerConformance(`that keeps it in ${kind}`, async () => {
				const clock = { now: START };
				const run = await ledgerWorkflow();
				const test = randomUUID();
				const openFor = (
					call: RunWorkflow,
					keeper: { id: string; days: number },
					execution: string,
					step: string,
					id = test,
				) =>
					new WorkflowLedger(
						Object.assign(async (items: IDataObject[]) => await call(items), { id }),
						{ fingerprint: 'f00df00df00df00d', keeper },
						{ execution: `${test}-${execution}`, step },
						around(clock),
					);
				return {
					clock,
					...{ contenders: 8, rounds: 4 },
					keptBy: async () => {
						const own = await runnerFor(await importLedger(n8n, kind));
						return (node, days) => openFor(own, { id: node, days }, `${node} ${clock.now}`, 'step');
					},
					as: (execution, step = 'step') =>
						apart(openFor(run, { id: 'node', days: 400 }, execution, step), test),
					interrupted: (execution, before) => {
						let open: typeof before | undefined = before;
						const interrupted: RunWorkflow = async (items) => {
							if (items[0].action === 'write') {
								const first = open;
								open = undefined;
								await first?.();
							}
							return await run(items);
						};
						const node = { id: 'node', days: 400 };
						// Simulates another process, so that it shares no calls with the run that interrupts it.
						return apart(openFor(interrupted, node, execution, 'step', randomUUID()), test);
					},
				};
			});
		});
	}
});
