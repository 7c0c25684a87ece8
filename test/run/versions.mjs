/**
 * `npm run test:versions [-- engine-1.123 2.8.4] [--short]`: runs tests on older n8n versions: all in test/versions, or
 * the named ones. For an engine, runs the unit and engine tests in process. With `--short`, these are only the tests in
 * which n8n affects who is invited. For a server, runs the end-to-end tests of the main use case, the quarantine's
 * races, the trigger and the examples.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { installIntoCache, readSource } from './cache.mjs';
import { Refusal, runCommand, withProgress } from './command.mjs';
import { packPackage } from './packed.mjs';
import { root } from './paths.mjs';
import { report, runEndToEnd, runJest, sumOf, table } from './results.mjs';
import { installServer } from './server-install.mjs';
import { hasPostgres, missingServices, startPostgres } from './services.mjs';

const versions = join(root, 'test', 'versions');

/** Tests in which n8n affects who is invited: lost responses, failed items, reservations, polls. */
const shortTests = [
	'oddResponses/lostInvitations',
	'respondent.add',
	'sendout.launch',
	'wrongSettings',
	'itemOutput',
	'engine/quarantine',
	'trigger',
];

/** Tests of docs and speed, which don't depend on n8n. */
const notOfEngine = ['actions/generated', 'actions/many', 'engine/docs', 'unit/docs'];

/** Tests that older servers must pass. */
const serverTests = ['post-event', 'follow-ups', 'quarantine/races', 'e2e/trigger', 'e2e/imports'];

runCommand(async () => {
	const entries = await readdir(versions, { withFileTypes: true });
	const all = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
	const typed = process.argv.slice(2);
	const short = typed.includes('--short');
	const given = typed.filter((one) => one !== '--short');
	const unknown = given.filter((one) => !all.some((name) => isNamed(name, one)));
	if (unknown.length > 0) {
		throw new Refusal(`Not in test/versions: ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
	}
	const chosen = all.filter(
		(name) => given.length === 0 || given.some((one) => isNamed(name, one)),
	);

	const rows = [];
	for (const name of chosen) {
		console.log(`\n== ${name}\n`);
		const counts = name.startsWith('engine-') ? await onEngine(name, short) : await onServer(name);
		rows.push({ name, ...counts });
	}
	await report('npm run test:versions', sumOf(rows));
	const cells = rows.map(({ name, passed, failed, skipped }) => [name, passed, failed, skipped]);
	console.log(`\n${table(['', 'Passed', 'Failed', 'Skipped'], cells)}`);
	return rows.every(({ ok }) => ok) ? 0 : 1;
});

/**
 * @param {string} name of a folder: `server-2.8.4`
 * @param {string} given as typed: the same, or the version alone
 */
function isNamed(name, given) {
	return name === given || name.slice(name.indexOf('-') + 1) === given;
}

/**
 * @param {string} name
 * @param {boolean} short
 */
async function onEngine(name, short) {
	const folder = await installIntoCache({
		files: await readSource(join(versions, name)),
		name,
		what: `n8n's engine ${name.slice('engine-'.length)}`,
		size: '350 MB on disk',
	});
	const chosen = short
		? ['--selectProjects', 'engine', '--', ...shortTests]
		: ['--selectProjects', 'unit', 'engine', '--testPathIgnorePatterns', ...notOfEngine];
	return await runJest(['-c', 'test/jest.config.js', ...chosen], {
		...process.env,
		NETIGATE_TEST_ENGINE: folder,
	});
}

/** @param {string} name */
async function onServer(name) {
	process.env.NETIGATE_TEST_N8N = name.slice('server-'.length);
	const { folder } = await installServer();
	if (hasPostgres()) process.env.NETIGATE_TEST_POSTGRES ??= await startPostgres();
	const missing = await missingServices(folder);
	process.env.NETIGATE_TEST_TARBALL ??= await withProgress(
		'Building and packing the package',
		packPackage,
	);
	const counts = await runEndToEnd(serverTests, {
		...process.env,
		NETIGATE_TEST_MISSING: [...missing.keys()].join(','),
	});
	delete process.env.NETIGATE_TEST_N8N;
	for (const reason of missing.values()) console.log(`Some tests were skipped: ${reason}`);
	return counts;
}
