import { Sandbox, type SandboxOptions } from './sandbox';

/**
 * A sandbox for every test of a file, or of the `describe` that this is called in: started before each test and
 * closed after it. A test in which the sandbox broke docs/internals/openapi.yaml fails.
 *
 * With `once` it is started once for all tests, which is faster and keeps its address (for the credential of a
 * real n8n). It is reset before each test, unless tests build on each other.
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

/** Runs a check with a sandbox of its own, closed at its end; it fails like a test with `useSandbox`. */
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
