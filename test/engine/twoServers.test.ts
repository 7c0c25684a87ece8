import type { IDataObject } from 'n8n-workflow';
import { NetigateQuarantine } from '../../nodes/NetigateQuarantine/NetigateQuarantine.node';
import { placeOf } from '../../nodes/shared/netigate/server';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';
import { byMode, host, results, ruleOf, sandbox as here } from './quarantineRuns';
import { adding, outcomeIn } from './sendoutParameters';

/*
 * Survey 501 on one server or account isn't survey 501 on another. Without a credential, the server is unknown, so
 * the survey matches all servers.
 */

const TYPE = 'n8n-nodes-netigate.netigateQuarantine';
const there = useSandbox();
const otherKey = '99999999-0000-4000-8000-000000000000';
let executions = 0;

type Server = 'here' | 'there' | 'otherAccount' | 'none';

const engineOf = (server: Server) => {
	const { url } = server === 'there' ? there : here;
	const { apiKey } = here;
	const netigate = { url, apiKey: server === 'otherAccount' ? otherKey : apiKey };
	return createEngine(netigate, { [TYPE]: new NetigateQuarantine() });
};

const common = () => ({
	items: [{ email: 'anna@example.com' }],
	additionalData: { executionId: `two${++executions}`, ...host.additionalData },
});

/** Runs the quarantine node and returns its result. */
async function node(
	server: Server,
	operation: string,
	options: IDataObject = {},
	more: IDataObject = {},
) {
	const { outputs, error } = await engineOf(server).run({
		...common(),
		type: TYPE,
		...(server === 'none' ? { credential: false } : {}),
		outputs: ['reserve', 'check'].includes(operation) ? 2 : 1,
		parameters: {
			operation,
			contact: '={{ $json.email }}',
			surveyId: byMode('501'),
			options: {
				...(['reserve', 'check'].includes(operation) ? { skipBlocked: false } : {}),
				...options,
			},
			...more,
		},
	});
	expect(error).toBeUndefined();
	return results(outputs.flat())[0];
}

async function add(server: 'here' | 'there', ledger: string) {
	const quarantine = { ledger, ledgerWorkflow: byMode('ledger') };
	const { output, error } = await engineOf(server).run({
		...common(),
		parameters: adding({ quarantineDays: 30, quarantine, existing: 'add' }),
	});
	expect(error).toBeUndefined();
	return outcomeIn(output[0].json);
}

const ledgers = ['dataTable', 'workflow'];
const inLedger = (ledger: string) => ({ ledger, ledgerWorkflow: byMode('ledger') });

describe.each(ledgers)('in a %s', (ledger) => {
	test('Add keeps two servers apart, and a node without a credential sees both', async () => {
		expect(await add('here', ledger)).toBe('added');
		expect(await add('there', ledger)).toBe('added');
		expect(await add('there', ledger)).toBe('invitedRecently');
		expect(await node('none', 'check', inLedger(ledger))).toMatchObject({
			status: 'quarantined',
			surveyId: 501,
		});
		expect(await node('otherAccount', 'check', inLedger(ledger))).toMatchObject({
			status: 'allowed',
		});
	});

	test.each<[Server, Server, string]>([
		['here', 'here', 'quarantined'],
		['here', 'there', 'allowed'],
		['here', 'otherAccount', 'allowed'],
		['here', 'none', 'quarantined'],
		// An entry without a server, e.g. an old one, counts on all servers.
		['none', 'here', 'quarantined'],
		['none', 'there', 'quarantined'],
	])('reserved %s, checked %s: %s', async (first, second, status) => {
		await node(first, 'reserve', inLedger(ledger));
		expect(await node(second, 'check', inLedger(ledger))).toMatchObject({ status });
		const all = { rules: { rule: [ruleOf({ scope: 'all' })] } };
		const everywhere = await node(second, 'check', inLedger(ledger), all);
		expect(everywhere).toMatchObject({ status: 'quarantined' });
	});

	test.each<[Server, Server, string | null]>([
		['here', 'here', 'confirmed'],
		['here', 'none', 'confirmed'],
		['none', 'here', 'confirmed'],
		['here', 'there', 'recorded'],
		['here', 'otherAccount', 'recorded'],
	])('held %s, confirmed %s: %s', async (first, second, reason) => {
		await node(first, 'reserve', { holdMinutes: 60, ...inLedger(ledger) });
		expect(await node(second, 'confirm', inLedger(ledger))).toMatchObject({ reason });
	});

	test('lifting on one server leaves the other alone', async () => {
		for (const server of ['here', 'there'] as const)
			await node(server, 'reserve', inLedger(ledger));
		const lifted = await node('here', 'lift', inLedger(ledger), { liftScope: 'survey' });
		expect(lifted).toMatchObject({ status: 'lifted', events: 1 });
		expect(await node('here', 'check', inLedger(ledger))).toMatchObject({ status: 'allowed' });
		expect(await node('there', 'check', inLedger(ledger))).toMatchObject({ status: 'quarantined' });
	});
});

test('Get Many shows each survey once by its ID', async () => {
	await node('none', 'record', {}, { event: 'invited' });
	await node('here', 'record', {}, { event: 'invited', at: '2026-11-01' });
	const rules = { rule: [ruleOf({ days: 400 })] };
	const { output } = await engineOf('here').run({
		...common(),
		type: TYPE,
		parameters: { operation: 'getMany', returnAll: true, rules },
	});
	expect(results(output)).toMatchObject([{ surveyId: 501 }]);
});

test('a scope shows the server without the key, and the account only if IDs may not be unique', () => {
	const key = here.apiKey;
	const custom = { server: 'custom', baseUrl: 'https://netigate.example.com/api/v1.2' } as const;
	const place = placeOf({ ...custom, apiKey: key }, 'secret');
	expect(place).toMatch(/^netigate\.example\.com [\w-]{8}$/);
	expect(placeOf({ ...custom, apiKey: ` ${key.toUpperCase()} ` }, 'secret')).toBe(place);
	expect(placeOf({ ...custom, apiKey: otherKey }, 'secret')).not.toBe(place);
	expect(placeOf({ ...custom, apiKey: key }, 'other')).not.toBe(place);
	for (const apiKey of [key, otherKey]) {
		expect(placeOf({ server: 'se', apiKey }, 'secret')).toBe('www.netigate.se');
		expect(placeOf({ server: 'de', apiKey }, 'secret')).toBe('www.ntgt.de');
		const byUrl = {
			server: 'custom',
			baseUrl: 'https://WWW.netigate.se/api/v1.2/',
			apiKey,
		} as const;
		expect(placeOf(byUrl, 'secret')).toBe('www.netigate.se');
	}
});
