/** Builds and packs the package, and installs it like n8n's installer. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd } from './command.mjs';
import { npm } from './npm.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';

const packageName = 'n8n-nodes-netigate';

/**
 * Builds and packs the package. `NETIGATE_TEST_TARBALL` can name a package that is already packed, so that a run of
 * many test files packs only once.
 * @returns {Promise<string>} the path of the .tgz
 */
export async function packPackage() {
	if (process.env.NETIGATE_TEST_TARBALL) return process.env.NETIGATE_TEST_TARBALL;
	// Compiles into an empty folder, so that no deleted files remain.
	await rm(join(root, 'dist'), { recursive: true, force: true });
	const built = await npm(['run', 'build'], { cwd: root });
	if (built.code !== 0) throw new Refusal('The package does not build; see above.', built.output);
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-netigate-pack-'));
	atTheEnd(() => rm(folder, { recursive: true, force: true }));
	const { code, output } = await npm(
		['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder],
		{ cwd: root },
	);
	if (code !== 0) throw new Refusal('npm could not pack the package.', output);
	const [packed] = JSON.parse(output.slice(output.indexOf('[\n')));
	return join(folder, packed.filename);
}

/**
 * Installs a packed package into an n8n user folder, like n8n's community node installer.
 * @param {string} tarball
 * @param {string} userFolder the folder in `N8N_USER_FOLDER`
 */
export async function putIntoUserFolder(tarball, userFolder) {
	const target = join(userFolder, '.n8n', 'nodes', 'node_modules', packageName);
	await mkdir(target, { recursive: true });
	const args = ['-xzf', tarball, '-C', target, '--strip-components=1'];
	const { code, output } = await run('tar', args);
	if (code !== 0) throw new Refusal(`The packed package ${tarball} cannot be unpacked.`, output);
}
