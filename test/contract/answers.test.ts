import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { startSandbox } from '../sandbox';
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

/** What a call's bare answer has to be, apart from the sandbox's own check. */
function schemaOf(call: number): ValidateFunction {
	const types: Record<number, string | object> = {
		1: 'Survey[]',
		2: 'Survey',
		3: 'Survey',
		4: 'Question[]',
		5: 'AnswerSet[]',
		6: 'AnswerSetPage',
		7: 'AnswerSet',
		8: 'AnswerSet[]',
		9: 'Answer[]',
		10: 'Sendout[]',
		11: 'Sendout',
		12: 'Sendout',
		13: 'Sendout',
		14: 'Sendout',
		15: 'Respondent[]',
		16: 'Respondent',
		17: 'Respondent[]',
		18: 'Dispatch[]',
		19: 'Dispatch',
		20: 'BackgroundDataLabel[]',
		21: 'BackgroundDataLabel',
		22: 'Category[]',
		23: 'Category',
		24: 'Category',
		25: 'User[]',
		26: 'User',
		27: 'BGDocument[]',
		28: 'BGDocument[]',
		29: 'BackgroundDataLabel[]',
		30: 'Row',
		31: 'Row',
		32: 'Row',
		33: { const: true },
		34: 'Block[]',
	};
	const type = types[call];
	if (typeof type === 'object') return ajv.compile(type);
	const one = { $ref: `document#/components/schemas/${type.replace('[]', '')}` };
	return ajv.compile(type.endsWith('[]') ? { type: 'array', minItems: 1, items: one } : one);
}

const names = new Map(operations.map((one) => [one['x-call'], one.operationId]));

describe.each(['documented', 'always', 'never'] as const)('answers, wrapped: %s', (wrapped) => {
	const sandbox = useSandbox({ wrapped }, { once: true });
	beforeEach(async () => {
		// So that the list of reminders holds one.
		const { method, path, body } = sampleCall(19);
		await callerOf(sandbox)(method, path, body);
	});

	it.each(contractCalls.map(([call]) => [call, names.get(call)!] as const))(
		'call %i, %s, answers what the document says',
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

describe('the check of answers', () => {
	it('turns an answer that breaks the document into a loud 500 and keeps it', async () => {
		const sandbox = await startSandbox();
		try {
			Object.assign(sandbox.state.survey(501), { Activated: 'yes' });
			const { status, data } = await callerOf(sandbox)('GET', '/surveys');
			expect(status).toBe(500);
			expect(data).toEqual({
				StatusCode: 500,
				Message: expect.stringMatching(/SANDBOX VIOLATES .*getSurveys.*Activated/),
			});
			expect(sandbox.violations).toHaveLength(1);
			expect((await adminOf(sandbox)('GET', '/violations')).data).toHaveLength(1);
		} finally {
			await sandbox.close();
		}
	});

	it('does not let a member through that the document does not have', async () => {
		const sandbox = await startSandbox();
		try {
			Object.assign(sandbox.state.survey(501), { Colour: 'red' });
			expect((await callerOf(sandbox)('GET', '/surveys/501')).status).toBe(500);
		} finally {
			await sandbox.close();
		}
	});

	it('fails a test whose sandbox broke the document, though the test itself saw nothing', async () => {
		const test = withSandbox({}, async (sandbox) => {
			Object.assign(sandbox.state.survey(501), { Activated: 'yes' });
			await callerOf(sandbox)('GET', '/surveys');
		});
		await expect(test).rejects.toThrow(/getSurveys/);
	});
});
