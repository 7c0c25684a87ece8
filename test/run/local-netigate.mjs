/** Starts the local Netigate sandbox (test/sandbox) in this process. It is TypeScript, so install.mjs must run first. */
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
