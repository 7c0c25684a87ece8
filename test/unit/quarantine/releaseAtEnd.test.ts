import type { IExecuteFunctions } from 'n8n-workflow';
import { noteConfirm, releaseAtEnd } from '../../../nodes/NetigateQuarantine/releaseAtEnd';
import type { QuarantineRun } from '../../../nodes/NetigateQuarantine/run';
import type { LedgerAccess } from '../../../nodes/shared/quarantine/openLedger';

const NOW = Date.parse('2026-03-01T12:00:00Z');

let warnings: unknown[][];

beforeEach(() => {
	warnings = [];
	jest.spyOn(Date, 'now').mockReturnValue(NOW);
});
afterEach(() => jest.restoreAllMocks());

interface Execution {
	id: string;
	mode?: string;
	isOld?: boolean;
}

function contextOf({ id, mode = 'trigger', isOld = false }: Execution, atEnd: unknown[] = []) {
	return {
		getInstanceId: () => 'this-n8n',
		getExecutionId: () => id,
		getNode: () => ({ id: 'node' }),
		getMode: () => mode,
		getWorkflowDataProxy: () => ({}),
		logger: { warn: (...given: unknown[]) => warnings.push(given) },
		...(isOld ? {} : { onExecutionFinish: (task: unknown) => atEnd.push(task) }),
	} as unknown as IExecuteFunctions;
}

/** Calls `releaseAtEnd` for reserved contacts. @returns the results, and a function that ends the execution */
function reserved(execution: Execution, contacts = ['anna'], failure?: unknown) {
	const atEnd: Array<() => Promise<void>> = [];
	const notes: string[] = [];
	const released: string[] = [];
	const run = { context: contextOf(execution, atEnd), note: (text: string) => notes.push(text) };
	const ledger = { releaseHeld: async (list: string[]) => void released.push(...list) };
	const use = async (task: (one: typeof ledger) => Promise<void>) => {
		if (failure !== undefined) throw failure;
		await task(ledger);
	};
	releaseAtEnd(run as unknown as QuarantineRun, { use } as unknown as LedgerAccess, contacts, NOW);
	return {
		notes,
		released,
		tasks: atEnd.length,
		end: async () => await Promise.all(atEnd.map(async (task) => await task())),
	};
}

test('does nothing without reservations', () => {
	for (const isOld of [true, false])
		expect(reserved({ id: 'none', isOld }, [])).toMatchObject({ notes: [], tasks: 0 });
});

test('says what to do in n8n versions that never report the end of an execution', () => {
	const { notes, tasks } = reserved({ id: 'old', isOld: true });
	expect([notes, tasks]).toEqual([
		[expect.stringMatching(/^'Release on Failure' requires n8n 2\.33 or later/)],
		0,
	]);
});

test('keeps held reservations and logs why if a Confirm in a sub-workflow failed at the same time', async () => {
	const { end, released, notes } = reserved({ id: 'main' });
	noteConfirm(contextOf({ id: 'inner', mode: 'integrated' }), false);
	await end();
	expect([released, notes]).toEqual([[], []]);
	expect(warnings).toEqual([
		["Held reservations in the Netigate quarantine weren't released because a Confirm failed"],
	]);
	noteConfirm(contextOf({ id: 'inner', mode: 'integrated' }), true);
	await end();
	expect(released).toEqual(['anna']);
});

test.each([
	[new Error('No room for anna@example.com'), 'No room for …'],
	['No answer for anna@example.com', 'No answer for …'],
])('logs a failed release without contacts (%p)', async (failure, error) => {
	const { end } = reserved({ id: 'failing' }, ['anna'], failure);
	await end();
	expect(warnings).toEqual([
		["Held reservations in the Netigate quarantine weren't released", { error }],
	]);
});

test('remembers the last 10,000 failed Confirms', async () => {
	for (let index = 0; index <= 10_000; index++)
		noteConfirm(contextOf({ id: `many${index}` }), false);
	const [forgotten, known] = ['many0', 'many1'].map((id) => reserved({ id }));
	await forgotten.end();
	await known.end();
	expect([forgotten.released, known.released]).toEqual([['anna'], []]);
});
