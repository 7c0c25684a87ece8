import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.NETIGATE_TEST_ENGINE ?? join(__dirname, '..', '..');
const { version } = JSON.parse(
	readFileSync(join(folder, 'node_modules', 'n8n-core', 'package.json'), 'utf8'),
) as { version: string };

/** Whether the engine under test is that of n8n 2.38, say, or a later one. */
function isSince(n8n: string): boolean {
	const [[major, minor], [wantedMajor, wantedMinor]] = [version, n8n].map((one) =>
		one.split('.').map(Number),
	);
	return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/**
 * `test` for what n8n itself can do only since a version. On an older engine (npm run test:versions) it
 * is left out, and the run says why.
 * @param n8n `2.38`
 * @param what n8n can do since then: `telling a node of the end of its execution`
 */
export function testSince(n8n: string, what: string): jest.It {
	if (isSince(n8n)) return test;
	process.stderr.write(`Left out on engine ${version}: ${what}, which n8n does since ${n8n}.\n`);
	return test.skip as jest.It;
}
