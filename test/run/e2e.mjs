/**
 * `npm run test:e2e`: the tests against a real n8n server with the packed package installed.
 *
 * Tests that need PostgreSQL, Redis or a browser are skipped and listed if it is missing. With `CI=true`, the
 * command fails instead. Arguments are passed to jest.
 */
import process from 'node:process';
import { Refusal, runCommand, withProgress } from './command.mjs';
import { packPackage } from './packed.mjs';
import { report, runEndToEnd } from './results.mjs';
import { installServer } from './server-install.mjs';
import { missingServices } from './services.mjs';

runCommand(async () => {
	const server = await installServer();
	const missing = await missingServices(server.folder);
	if (missing.size > 0 && isSet(process.env.CI)) {
		throw new Refusal(`With CI set no test may be left out:\n${list(missing)}`);
	}
	const tarball = await withProgress('Building and packing the package', packPackage);
	const counts = await runEndToEnd(process.argv.slice(2), {
		...process.env,
		NETIGATE_TEST_TARBALL: tarball,
		NETIGATE_TEST_MISSING: [...missing.keys()].join(','),
	});
	await report('npm run test:e2e', counts);
	if (missing.size > 0) {
		console.log(`\nSkipped because of missing services:\n${list(missing)}`);
	}
	return counts.ok ? 0 : 1;
});

/** @param {string | undefined} value */
function isSet(value) {
	return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}

/** @param {Map<string, string>} missing */
function list(missing) {
	return [...missing.values()].map((reason) => `- ${reason}`).join('\n');
}
