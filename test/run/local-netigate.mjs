/** The local Netigate sandbox (test/sandbox) in this process. It is TypeScript, so it loads only after the install. */
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

/**
 * @param {import('../sandbox/index').SandboxOptions} [options]
 * @returns {Promise<import('../sandbox/index').Sandbox>}
 */
export async function startLocalNetigate(options) {
	register();
	const { startSandbox } = createRequire(import.meta.url)('../sandbox/index.ts');
	return await startSandbox(options);
}
