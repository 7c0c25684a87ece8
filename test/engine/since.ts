import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.NETIGATE_TEST_ENGINE ?? join(__dirname, '..', '..');
const { version } = JSON.parse(
	readFileSync(join(folder, 'node_modules', 'n8n-core', 'package.json'), 'utf8'),
) as { version: string };

/** Whether the tested engine is from this version of n8n (e.g. `2.38`) or a later one. */
function isSince(n8n: string): boolean {
	const [[major, minor], [wantedMajor, wantedMinor]] = [version, n8n].map((one) =>
		one.split('.').map(Number),
	);
	return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/**
 * Returns `test` if n8n has a feature that came with this version. On an older engine (npm run test:versions),
 * returns `test.skip` and prints why.
 * @param n8n `2.38`
 * @param feature e.g. `telling a node that its execution ended`
 */
export function testSince(n8n: string, feature: string): jest.It {
	if (isSince(n8n)) return test;
	process.stderr.write(`Skipped on engine ${version}: ${feature}, which needs n8n ${n8n}.\n`);
	return test.skip as jest.It;
}
