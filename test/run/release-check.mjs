/**
 * `node test/run/release-check.mjs v0.2.0`: checks that a tag, the version in package.json and the changelog are
 * about the same release. The release workflow runs it before anything is published.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Refusal, runCommand } from './command.mjs';
import { root } from './paths.mjs';

runCommand(async () => {
	const tag = process.argv[2] ?? '';
	const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
	if (tag !== `v${version}`) {
		throw new Refusal(
			`The tag is "${tag}", but the version in package.json is ${version}: it would have to be v${version}.`,
		);
	}
	const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
	const [, entry = ''] =
		new RegExp(`^## ${version.replaceAll('.', '\\.')}\\n(.*?)(?=^## |(?![^]))`, 'ms').exec(
			changelog,
		) ?? [];
	if (entry.trim() === '') {
		throw new Refusal(
			`CHANGELOG.md says nothing under "## ${version}": write what changes for users.`,
		);
	}
	console.log(`${name} ${version}\n\n${entry.trim()}`);
	return 0;
});
