import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { startSandbox, type Sandbox } from '../sandbox';
import { operationsOf, readDocument } from '../sandbox/document';
import { useSandbox, withSandbox } from '../sandbox/useSandbox';
import { contractCalls, sampleCall } from './calls';
import { adminOf, callerOf } from './client';

const operations = operationsOf(readDocument());
const wrappers = new Map(
	operations.flatMap((one) => (one['x-wrapper'] ? [[one['x-call'], one['x-wrapper']]] : [])),
);

const ajv = new Ajv2020({ strict: false });
addFormats(ajv);
ajv.addSchema(readDocument(), 'document');

/** The schema of a call's bare response, independent of the sandbox's own check. */
function schemaOf(call: number): ValidateFunction {
	const [, , , type] = contractCalls[call - 1];
	if (type === 'true') return ajv.compile({ const: true });
	const one = { $ref: `document#/components/schemas/${type.replace('[]', '')}` };
	return ajv.compile(type.endsWith('[]') ? { type: 'array', minItems: 1, items: one } : one);
}

const names = new Map(operations.map((one) => [one['x-call'], one.operationId]));

describe.each(['documented', 'always', 'never'] as const)('responses, wrapped: %s', (wrapped) => {
	const sandbox = useSandbox({ wrapped }, { once: true });
	beforeEach(async () => {
		// Creates a reminder, so that the list of reminders isn't empty.
		const { method, path, body } = sampleCall(19);
		await callerOf(sandbox)(method, path, body);
	});

	it.each(contractCalls.map(([call]) => [call, names.get(call)!] as const))(
		'call %i, %s, returns the documented response',
		async (call) => {
			const { method, path, body } = sampleCall(call);
			const { status, data } = await callerOf(sandbox)(method, path, body);
			expect(status).toBe(200);
			const wrapper = wrappers.get(call);
			const isWrapped =
				wrapper !== undefined &&
				(wrapped === 'always' || (wrapped === 'documented' && wrapper.standing !== 'unknown'));
			if (isWrapped) expect(Object.keys(data as object)).toEqual([wrapper.name]);
			const bare = isWrapped ? (data as Record<string, unknown>)[wrapper.name] : (data as unknown);
			const fits = schemaOf(call);
			fits(bare);
			expect(fits.errors ?? []).toEqual([]);
			expect(sandbox.calls.at(-1)).toMatchObject({ operationId: names.get(call), status: 200 });
		},
	);
});

describe('the check of responses', () => {
	let sandbox: Sandbox;
	beforeEach(async () => (sandbox = await startSandbox()));
	afterEach(async () => await sandbox.close());

	it('replaces an invalid response with a 500 and records the violation', async () => {
		Object.assign(sandbox.state.survey(501), { Activated: 'yes' });
		const { status, data } = await callerOf(sandbox)('GET', '/surveys');
		expect(status).toBe(500);
		expect(data).toEqual({
			StatusCode: 500,
			Message: expect.stringMatching(/SANDBOX VIOLATES .*getSurveys.*Activated/),
		});
		expect(sandbox.violations).toHaveLength(1);
		expect((await adminOf(sandbox)('GET', '/violations')).data).toHaveLength(1);
	});

	it('rejects undocumented members', async () => {
		Object.assign(sandbox.state.survey(501), { Color: 'red' });
		expect((await callerOf(sandbox)('GET', '/surveys/501')).status).toBe(500);
	});

	it('fails a test if its sandbox sent an invalid response, even if nothing else failed', async () => {
		const test = withSandbox({}, async (own) => {
			Object.assign(own.state.survey(501), { Activated: 'yes' });
			await callerOf(own)('GET', '/surveys');
		});
		await expect(test).rejects.toThrow(/getSurveys/);
	});
});
