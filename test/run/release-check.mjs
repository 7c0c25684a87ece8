/**
 * `node test/run/release-check.mjs v0.2.0`: checks that a tag, the version in package.json and the changelog match, and
 * that npm is ready for the release. The release workflow runs it before publishing.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, runCommand } from './command.mjs';
import { lastLines, npm } from './npm.mjs';
import { root } from './paths.mjs';

runCommand(async () => {
	const tag = process.argv[2] ?? '';
	const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
	if (tag !== `v${version}`) {
		throw new Refusal(
			`The tag is "${tag}", but the version in package.json is ${version}. Tag the release as v${version}.`,
		);
	}
	const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
	const [, entry = ''] =
		new RegExp(`^## ${version.replaceAll('.', '\\.')}\\n(.*?)(?=^## |(?![^]))`, 'ms').exec(
			changelog,
		) ?? [];
	if (entry.trim() === '') {
		throw new Refusal(
			`CHANGELOG.md has no entry under "## ${version}". Describe what changes for users.`,
		);
	}
	const published = await publishedVersions(name);
	const latest = published.sort(byVersion).at(-1);
	if (latest === undefined) {
		throw new Refusal(
			`npm has no package named ${name}, and trusted publishing can't create one. Reserve the name with a placeholder first (docs/internals/releasing.md).`,
		);
	}
	if (byVersion(latest, version) >= 0) {
		throw new Refusal(
			`${name} ${latest} is already on npm, so ${version} can't follow it. Set a higher version.`,
		);
	}
	console.log(`${name} ${version}, after ${latest}\n\n${entry.trim()}`);
	return 0;
});

/**
 * The versions on npm; none if the package doesn't exist.
 * @param {string} name
 * @returns {Promise<string[]>}
 */
async function publishedVersions(name) {
	const view = ['view', name, 'versions', '--json', '--prefer-online', '--loglevel=error'];
	const { code, output } = await npm(view, { cwd: root });
	if (code !== 0 && /\bE404\b/.test(output)) return [];
	if (code !== 0)
		throw new Refusal("Couldn't read the published versions from npm.", lastLines(output, 5));
	return [JSON.parse(output)].flat();
}

/**
 * Versions with a suffix, such as 0.2.0-beta.1, come before the version itself.
 * @type {(a: string, b: string) => number}
 */
const byVersion = (a, b) => {
	const compare = (/** @type {string} */ one, /** @type {string} */ other) =>
		one.localeCompare(other, 'en', { numeric: true });
	const [[numbers = '', suffix = ''], [others = '', other = '']] = [a.split('-'), b.split('-')];
	return compare(numbers, others) || Number(!suffix) - Number(!other) || compare(suffix, other);
};
