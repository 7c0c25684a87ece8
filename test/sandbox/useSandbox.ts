import { Sandbox, type SandboxOptions } from './sandbox';

/**
 * Starts a sandbox before each test in a file or `describe` and closes it afterwards. A test fails if the sandbox sent
 * a response that doesn't match docs/internals/openapi.yaml.
 *
 * With `once`, it starts once for all tests, which is faster and keeps its URL (for a real n8n's credential). It is
 * reset before each test, unless tests build on each other.
 */
export function useSandbox(
	options: SandboxOptions = {},
	{ once = false, reset = true } = {},
): Sandbox {
	const sandbox = new Sandbox(options);
	if (once) {
		beforeAll(async () => await sandbox.start());
		afterAll(async () => await sandbox.close());
		if (reset) beforeEach(() => sandbox.reset());
	} else {
		beforeEach(async () => await sandbox.start());
		afterEach(async () => await sandbox.close());
	}
	afterEach(() => expect(sandbox.violations).toEqual([]));
	return sandbox;
}

/** Runs a check with its own sandbox. It fails like a test with `useSandbox`. */
export async function withSandbox<T>(
	options: SandboxOptions,
	check: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
	const sandbox = await new Sandbox(options).start();
	try {
		const result = await check(sandbox);
		expect(sandbox.violations).toEqual([]);
		return result;
	} finally {
		await sandbox.close();
	}
}
