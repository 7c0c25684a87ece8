import { countBy } from '../../nodes/shared/basics/lists';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { followClock, untilClockRead } from '../run/moved-clock.mjs';
import type { Workflow } from '../run/n8n-api.mjs';
import { until } from '../run/until.mjs';
import { OtherSystem } from './otherSystem';
import { byId, example, jsonOf, succeeded, use, useCredential, useN8n } from './server';
import type { Fields } from './workflows';

type SavedWorkflow = Workflow & { id: string; versionId: string };

interface Employee {
	email: string;
	firstName: string;
	lastName: string;
	employeeNumber: string;
	department?: string;
	location: string;
}

const employee = (
	name: string,
	employeeNumber: string,
	more: Partial<Employee> = {},
): Employee => ({
	email: `${name.toLowerCase()}@example.com`,
	firstName: name,
	lastName: 'Example',
	employeeNumber,
	department: 'Sales',
	location: 'Stockholm',
	...more,
});

const staff = ['Dora', 'Emil', 'Frida', 'Georg', 'Hanna', 'Ivar'].map((name, index) =>
	employee(name, `200${index}`),
);

const sandbox = useSandbox({}, { once: true, reset: false });
/** The company's directory, and its HR department's chat. */
const company = use(new OtherSystem());
const n8n = useN8n({ env: followClock(sandbox) });
const netigateApi = useCredential(n8n, sandbox);

beforeEach(() => {
	company.received.length = 0;
	company.has = [];
	sandbox.faults.clear();
	sandbox.changeSettings({ latencyMs: 0 });
	sandbox.clearCalls();
});

/** The example, which reads this directory and has its own list. */
async function importExample(
	listId: number,
	{ schedule = {}, sync = {} }: { schedule?: Fields; sync?: Fields } = {},
): Promise<SavedWorkflow> {
	return await n8n.api.importWorkflow(example('directory-to-respondent-list.json'), {
		credentials: { netigateApi },
		parameters: {
			Directory: { url: `${company.url}/employees.json` },
			'Tell HR': { url: `${company.url}/hooks/hr` },
			'Sync Employees': { listId: byId(listId), ...sync },
			'Every Night': schedule,
		},
	});
}

/** Saves the changed workflow. */
async function save(workflow: SavedWorkflow) {
	const { id, nodes, versionId } = workflow;
	const saved = await n8n.api.call('PATCH', `/rest/workflows/${id}`, { nodes, versionId });
	workflow.versionId = (saved as SavedWorkflow).versionId;
}

/** Sets **First Run**, like a user before and after the first run. */
async function setFirstRun(workflow: SavedWorkflow, firstRun: 'add' | 'stop') {
	const node = workflow.nodes.find(({ name }) => name === 'Sync Employees')!;
	node.parameters.options = { firstRun };
	await save(workflow);
}

const runOnce = async (workflowId: string) =>
	succeeded(await n8n.api.run(workflowId, 'Every Night'));

/** The staff in the list with department and location, including duplicates. */
function inList(listId: number) {
	const { department, location } = sampleIds.documentLabels;
	const shift = 10 * (listId - 8001);
	return [...sandbox.state.rows.values()]
		.filter(({ documentId, contact }) => documentId === listId && !/^employee\d/.test(contact))
		.map(({ contact, cells }) => [
			contact.split('@')[0],
			cells.get(department + shift) ?? null,
			cells.get(location + shift) ?? null,
		])
		.sort();
}

const writes = () =>
	sandbox.calls.filter(({ operationId }) =>
		/^(addRow|editCells|deleteCells)$/.test(operationId ?? ''),
	);

describe('workflows/directory-to-respondent-list.json', () => {
	const { employees } = sampleIds.documents;
	let workflow: SavedWorkflow;
	let workflowId: string;

	beforeAll(async () => {
		workflow = await importExample(employees);
		workflowId = workflow.id;
	});

	test('the first run adds no one until confirmed, and sends HR one line', async () => {
		company.has = staff;
		await runOnce(workflowId);
		expect(writes()).toEqual([]);
		expect(company.got('text')).toEqual([
			expect.stringMatching(
				/^Respondent list: 6 failed\n• 6 people: Nothing was sent: this is the first recorded run [^\n]*$/,
			),
		]);
	});

	test('the confirmed run adds everyone with their data, and notifies HR', async () => {
		company.has = staff;
		await setFirstRun(workflow, 'add');
		await runOnce(workflowId);
		await setFirstRun(workflow, 'stop');
		expect(inList(employees)).toEqual(
			staff.map(({ firstName }) => [firstName.toLowerCase(), 'Sales', 'Stockholm']),
		);
		expect(company.got('text')).toEqual(['Respondent list: 6 added']);
	});

	test('a run without changes writes nothing and sends no message', async () => {
		company.has = staff;
		const execution = await runOnce(workflowId);
		expect(writes()).toEqual([]);
		expect(company.got('text')).toEqual([]);
		const statuses = jsonOf(execution, 'Sync Employees').map(({ status }) => status as string);
		expect(statuses).toEqual(staff.map(() => 'unchanged'));
	});

	test('adds new staff, updates moved staff, and clears former staff, with three writes', async () => {
		const [, mover, ...others] = staff;
		const joiner = employee('Jonas', '2009', { department: 'Support' });
		company.has = [joiner, { ...mover, location: 'Frankfurt' }, ...others];
		await runOnce(workflowId);
		expect(inList(employees)).toEqual([
			['dora', null, null],
			['emil', 'Sales', 'Frankfurt'],
			['frida', 'Sales', 'Stockholm'],
			['georg', 'Sales', 'Stockholm'],
			['hanna', 'Sales', 'Stockholm'],
			['ivar', 'Sales', 'Stockholm'],
			['jonas', 'Support', 'Stockholm'],
		]);
		expect(
			writes()
				.map(({ operationId }) => operationId)
				.sort(),
		).toEqual(['addRow', 'deleteCells', 'editCells']);
		expect(company.got('text')).toEqual(['Respondent list: 1 added, 1 updated, 1 cleared']);
	});

	test('clears nothing if the directory returns one person or no one', async () => {
		company.has = [staff[3]];
		await runOnce(workflowId);
		expect(company.got('text')[0]).toContain('Nothing was sent: 5 of 6 rows');
		company.has = [];
		await runOnce(workflowId);
		expect(writes()).toEqual([]);
	});

	test('reports a lost response in every run until someone has checked, and adds no one twice', async () => {
		const [, mover, ...others] = staff;
		const known = [
			employee('Jonas', '2009', { department: 'Support' }),
			{ ...mover, location: 'Frankfurt' },
			...others,
		];
		company.has = [...known, employee('Karin', '2010')];
		sandbox.faults.add({ operationId: 'addRow', kind: 'dropAfter', times: 1 });
		await runOnce(workflowId);
		expect(company.got('text')[0]).toContain(
			'Couldn\'t confirm whether "karin@example.com" was added',
		);
		await runOnce(workflowId);
		expect(company.got('text')[1]).toBe(
			'Respondent list: 1 unknown\n• karin@example.com: may or may not be in the list',
		);
		expect(inList(employees).filter(([name]) => name === 'karin')).toHaveLength(1);
	});

	test('does the same on schedule in production', async () => {
		company.has = staff;
		const { members } = sampleIds.documents;
		const rule = { interval: [{ field: 'seconds', secondsInterval: 3 }] };
		const scheduled = await importExample(members, { schedule: { rule } });
		await setFirstRun(scheduled, 'add');
		const { id } = scheduled;
		await n8n.api.activate(id);
		const ended = async () =>
			(await n8n.api.executions({ workflowId: id })).map(({ stoppedAt }) => Boolean(stoppedAt));
		try {
			await until(
				'two executions to end',
				120_000,
				async () => (await ended()).filter(Boolean).length >= 2,
			);
		} finally {
			await n8n.api.deactivate(id);
		}
		await until('the last to end', 120_000, async () => !(await ended()).includes(false));
		expect(inList(members)).toHaveLength(6);
		// On a slow machine a run may start before another has ended, and fail because the list is busy.
		expect(company.got('text')).toContain('Respondent list: 6 added');
	});

	test('executions and logs contain no API key', async () => {
		const executions = await n8n.api.executions({ workflowId });
		const data = await Promise.all(executions.map(async ({ id }) => await n8n.api.execution(id)));
		expect(JSON.stringify(data)).toContain('Sync Employees');
		expect(JSON.stringify(data)).not.toContain(sandbox.apiKey);
		expect(await n8n.logs()).not.toContain(sandbox.apiKey);
	});
});

test('if n8n is killed while it adds 400 people, the next run adds the rest and no one twice', async () => {
	const { trainers } = sampleIds.documents;
	const crowd = Array.from({ length: 400 }, (_, index) => employee(`P${index}`, String(index)));
	company.has = crowd;
	const workflow = await importExample(trainers, {
		sync: {
			cells: { mappingMode: 'defineBelow', value: { 4821: '={{ $json.firstName }}' } },
			options: { firstRun: 'add' },
		},
	});
	sandbox.changeSettings({ latencyMs: 30 });
	await n8n.api.call('POST', `/rest/workflows/${workflow.id}/run`, {
		triggerToStartFrom: { name: 'Every Night' },
	});
	const times = () =>
		countBy(
			[...sandbox.state.rows.values()].flatMap(({ documentId, contact }) =>
				documentId === trainers ? [contact] : [],
			),
		);
	await until('100 people to be added', 120_000, () => times().size >= 100);
	await n8n.kill9();
	await sandbox.settled();
	const before = times().size;
	expect(before).toBeLessThan(400);
	await n8n.start();
	await n8n.api.logIn(n8n.owner);

	const syncAgain = async () =>
		jsonOf(await n8n.api.run(workflow.id, 'Every Night'), 'Sync Employees');
	// The killed run locks the list for two minutes. Until then, nothing is sent.
	const refusals = new Set((await syncAgain()).map(({ error }) => error as string));
	expect([...refusals]).toEqual([expect.stringContaining('Another run is syncing')]);
	expect(times().size).toBe(before);
	sandbox.clock.advance(2 * 60 * 1000);
	await untilClockRead();
	const statuses = (await syncAgain()).map(({ status }) => status as unknown);
	expect([...times().values()].every((count) => count === 1)).toBe(true);
	const count = (status: string) => statuses.filter((one) => one === status).length;
	expect(count('added') + count('unchanged') + count('unknown')).toBe(400);
	expect(count('unknown')).toBeLessThanOrEqual(64);
	expect(times().size).toBeGreaterThanOrEqual(400 - count('unknown'));
});
