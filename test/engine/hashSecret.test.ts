import type { ICredentialTestFunctions, IDataObject } from 'n8n-workflow';
import { netigateApiTest, netigateHashSecretApiTest } from '../../nodes/shared/n8n/credentialTest';
import { contactKey } from '../../nodes/shared/quarantine/ledger/contactKey';
import { QUARANTINE_TABLE } from '../../nodes/shared/quarantine/ledger/table';
import { engine, host, inExecution, results, run, sandbox } from './quarantineRuns';
import { adding } from './sendoutParameters';

/* The secret that keys the hashes of contacts. It comes from a credential, which n8n encrypts. */

const SECRET = 'correct horse battery staple';
const keyRows = () => host.rows(QUARANTINE_TABLE.name).filter(({ kind }) => kind === 'key');
const printOf = (secret: string) => contactKey(secret).fingerprint;

test.each([
	['the Netigate Hash Secret credential', { credential: false, hashSecret: SECRET }],
	['the Netigate credential', { credential: undefined, hashSecret: SECRET }],
	['spaces around it are ignored', { credential: false, hashSecret: ` ${SECRET}\n` }],
] as const)('%s sets the key', async (_, request) => {
	const { outputs } = await run(request);
	expect(results(outputs[0])).toMatchObject([{ status: 'allowed' }]);
	expect(keyRows()).toMatchObject([{ contact: printOf(SECRET) }]);
	const again = await run({ credential: false, hashSecret: SECRET });
	expect(results(again.outputs[1])).toMatchObject([{ reason: 'invitedRecently' }]);
	expect(JSON.stringify([outputs, again.outputs, host.rows(QUARANTINE_TABLE.name)])).not.toContain(
		SECRET,
	);
});

const shorter = /'Hash Secret' in the credential is shorter than 20 characters/;

test.each<[string, IDataObject, RegExp]>([
	['too short', { hashSecret: 'x'.repeat(19) }, shorter],
	['too short in the Netigate credential', { credential: undefined, hashSecret: 'x' }, shorter],
	['short but for spaces', { hashSecret: ` ${'x'.repeat(19)} ` }, shorter],
	['empty', { hashSecret: '' }, /is empty/],
	['no text', { hashSecret: 5 }, /isn't text/],
	['null', { hashSecret: null }, /isn't text/],
])('a secret that is %s is refused, and nothing is written', async (_, request, expected) => {
	for (const onError of [undefined, 'continueRegularOutput'] as const) {
		const { error, outputs } = await run({ ...request, onError });
		expect(error?.message).toMatch(expected);
		expect(outputs.flat()).toEqual([]);
	}
	expect(host.rows(QUARANTINE_TABLE.name)).toEqual([]);
});

test('without a secret, the ID of the n8n instance is the key', async () => {
	await run({ credential: undefined, hashSecret: '' });
	const { outputs } = await run();
	expect(results(outputs[1])).toMatchObject([{ reason: 'invitedRecently' }]);
});

test.each([
	['OK', SECRET, undefined],
	['Error', 'x'.repeat(19), shorter],
	['Error', '', /empty/],
] as const)('the credential test says %s to "%s"', async (status, hashSecret, expected) => {
	const request = async () => ({ statusCode: 200, headers: {}, body: '[]' });
	const context = { helpers: { request } } as unknown as ICredentialTestFunctions;
	const of = (data: IDataObject) => ({
		id: 's',
		name: 'Secret',
		type: 'netigateHashSecretApi',
		data,
	});
	const own = await netigateHashSecretApiTest.call(context, of({ hashSecret }) as never);
	expect(own.status).toBe(status);
	if (expected) expect(own.message).toMatch(expected);
	// In the Netigate credential, the secret may be left empty.
	const netigate = { apiKey: sandbox.apiKey, server: 'se', hashSecret };
	const both = await netigateApiTest.call(context, of(netigate) as never);
	expect(both.status).toBe(hashSecret === '' ? 'OK' : status);
});

describe('Add respondents', () => {
	const add = async (hashSecret: string, email: string) =>
		await engine.run({
			parameters: adding({ quarantineDays: 30 }),
			items: [{ email }],
			hashSecret,
			additionalData: inExecution(),
		});

	test('uses the secret in the Netigate credential', async () => {
		await add(SECRET, 'anna@example.com');
		expect(keyRows()).toMatchObject([{ contact: printOf(SECRET) }]);
	});

	test.each([
		['another secret', 'x'.repeat(20), /was written with another hash key/],
		['a secret that is too short', 'x'.repeat(19), shorter],
	])('invites no one with %s', async (_, other, expected) => {
		await add(SECRET, 'anna@example.com');
		const before = sandbox.calls.length;
		const { error } = await add(other, 'bo@example.com');
		expect(error?.message).toMatch(expected);
		expect(sandbox.calls.slice(before).filter(({ method }) => method === 'POST')).toEqual([]);
	});
});
