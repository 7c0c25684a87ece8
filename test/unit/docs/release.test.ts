import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { root } from './documents';

interface Job {
	uses?: string;
	needs?: string | string[];
	permissions?: Record<string, string>;
	steps?: Array<{ uses?: string; run?: string }>;
	strategy?: { matrix: Record<string, string[]> };
}

interface Workflow {
	on: Record<string, { tags?: string[] } | null>;
	permissions: Record<string, string>;
	jobs: Record<string, Job>;
}

const workflow = (name: string) =>
	parse(readFileSync(join(root, '.github/workflows', name), 'utf8')) as Workflow;

const { scripts, version, files } = JSON.parse(
	readFileSync(join(root, 'package.json'), 'utf8'),
) as { scripts: Record<string, string>; version: string; files: string[] };

const commands = ({ jobs }: Workflow) =>
	Object.values(jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run ?? []));

test('every push is tested by .ci/run', () => {
	const ci = workflow('ci.yml');
	expect(Object.keys(ci.on)).toEqual(expect.arrayContaining(['push', 'pull_request']));
	expect(commands(ci)).toEqual(['.ci/run']);
});

test('a release is tested, built, published and scanned from a tag, in this order', () => {
	const { on, jobs } = workflow('release.yml');
	expect(on.push?.tags).toEqual(['v*.*.*']);
	expect(jobs.test.uses).toBe('./.github/workflows/ci.yml');
	const needs = Object.entries(jobs).map(([name, job]) => [name, job.needs]);
	expect(needs).toEqual([
		['test', undefined],
		['build', 'test'],
		['publish', 'build'],
		['scan', 'publish'],
	]);
});

test('the job that may publish runs no code of the project or its dependencies', () => {
	const { jobs } = workflow('release.yml');
	// npm signs the provenance with the identity of the run.
	expect(jobs.publish.permissions).toEqual({ 'id-token': 'write' });
	const { steps = [] } = jobs.publish;
	const actions = steps.flatMap(({ uses }) => uses?.split('@')[0] ?? []);
	expect(actions).toEqual(['actions/setup-node', 'actions/download-artifact']);
	expect(steps.flatMap(({ run }) => run ?? [])).toEqual([
		'npm publish --ignore-scripts --provenance --access public ./n8n-nodes-netigate-*.tgz',
	]);
});

const workflows = readdirSync(join(root, '.github/workflows'));

test.each(workflows)('no other job in %s may do more than read', (name) => {
	const { permissions, jobs } = workflow(name);
	expect(permissions).toEqual({ contents: 'read' });
	for (const [job, { permissions: own = {} }] of Object.entries(jobs))
		if (job !== 'publish') expect(own).toEqual({});
});

test.each(workflows)('every action and tool in %s is pinned', (name) => {
	const { jobs } = workflow(name);
	const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
	const used = steps.flatMap(({ uses }) => uses ?? []);
	for (const action of used) expect(action).toMatch(/@[0-9a-f]{40}$/);
	const text = readFileSync(join(root, '.github/workflows', name), 'utf8');
	// Dependabot updates the version in the comment with the commit.
	expect(text.match(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/gm) ?? []).toHaveLength(used.length);
	for (const command of steps.flatMap(({ run }) => run ?? []).filter((run) => /npx/.test(run)))
		expect(command).toMatch(/^npx --yes \S+@\d+\.\d+\.\d+ /);
});

test('known vulnerabilities are found in pull requests, and updates are proposed', () => {
	const review = workflow('dependency-review.yml');
	expect(Object.keys(review.on)).toEqual(['pull_request']);
	expect(JSON.stringify(review.jobs)).toContain('actions/dependency-review-action@');
	const { updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')) as {
		updates: Array<Record<string, unknown>>;
	};
	const watched = updates.map((update) => [
		update['package-ecosystem'],
		update.directory ?? update.directories,
	]);
	expect(watched).toEqual([
		['github-actions', '/'],
		['npm', ['/', '/test/server']],
	]);
});

test('everything that a release runs exists', () => {
	for (const command of commands(workflow('release.yml'))) {
		const [, script] = /^npm run (\S+)/.exec(command) ?? [];
		if (script) expect(scripts).toHaveProperty(script);
		const [, file] = /^node (\S+)/.exec(command) ?? [];
		if (file) expect(readFileSync(join(root, file), 'utf8')).not.toBe('');
	}
});

test('the changelog has an entry for the version, and the package ships only the build', () => {
	expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${version}\n`);
	expect(files).toEqual(['dist']);
});

describe('before a release is published', () => {
	const folder = mkdtempSync(join(tmpdir(), 'netigate-release-'));
	afterAll(() => rmSync(folder, { recursive: true }));

	/** Runs the check with an npm that returns these published versions. */
	function check(tag: string, response: string, code = 0) {
		const answer = `process.stdout.write(${JSON.stringify(response)}); process.exitCode = ${code};`;
		writeFileSync(join(folder, 'npm'), `#!${process.execPath}\n${answer}\n`, { mode: 0o755 });
		const env: NodeJS.ProcessEnv = { ...process.env };
		env.PATH = `${folder}${delimiter}${process.env.PATH}`;
		delete env.npm_execpath;
		const args = [join(root, 'test/run/release-check.mjs'), tag];
		const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
		return { status, text: stdout + stderr };
	}

	test.each([
		['only a placeholder', '"0.0.1"'],
		['older versions, the last one with a longer number', '["0.0.1", "0.0.10", "0.0.9"]'],
		['its own betas', `["0.0.1", "${version}-beta.1", "${version}-beta.10"]`],
	])('the version may follow %s', (_, versions) => {
		expect(check(`v${version}`, versions)).toMatchObject({ status: 0 });
	});

	test.each([
		['the name is not reserved', '{ "error": { "code": "E404" } }', 1, /Reserve the name/],
		['npm cannot be reached', 'npm error code ENOTFOUND', 1, /Couldn't read .*published versions/],
		['the version is published', `["0.0.1", "${version}"]`, 0, /already on npm/],
		['a higher version is published', '["0.0.1", "99.0.0"]', 0, /99\.0\.0 is already on npm/],
	])('the check fails if %s', (_, response, code, message) => {
		const { status, text } = check(`v${version}`, response, code);
		expect(status).toBe(1);
		expect(text).toMatch(message);
	});

	test('the check fails if the tag names another version', () => {
		expect(check('v9.9.9', '"0.0.1"').text).toMatch(/The tag is "v9\.9\.9"/);
	});
});

test('every week the package is tested on all versions in test/versions and with other random sequences', () => {
	const versions = workflow('versions.yml');
	expect(versions.on).toHaveProperty('schedule');
	const folders = readdirSync(join(root, 'test/versions'), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name);
	expect(versions.jobs.test.strategy?.matrix.version).toEqual(folders.sort());
	expect(commands(versions)).toEqual([
		'npm run test:versions -- ${{ matrix.version }}',
		'npm run test:sequences -- 2000',
		'npm run test:mutants -- 40',
	]);
});

test('each fault listed as equivalent is in a line that occurs only once', () => {
	const read = (path: string) => readFileSync(join(root, path), 'utf8');
	const list = JSON.parse(read('test/run/equivalent-mutants.json')) as Array<
		Record<'file' | 'code', string>
	>;
	for (const { file, code } of list) {
		const lines = read(file).split('\n');
		expect(lines.filter((line) => line.trim() === code)).toHaveLength(1);
	}
});

test('one list names everything that the owner has to fill in', () => {
	const placeholder =
		/github\.com\/n8n-nodes-netigate\/|maintainers@example\.com|The n8n-nodes-netigate authors/;
	const places = ['.', 'credentials', 'docs', 'nodes', 'workflows'].flatMap((folder) =>
		readdirSync(join(root, folder), { withFileTypes: true, recursive: folder !== '.' })
			.filter((entry) => entry.isFile() && /LICENSE|\.(md|json|ts|yaml)$/.test(entry.name))
			.map((entry) => join(entry.parentPath, entry.name))
			.filter((path) => placeholder.test(readFileSync(path, 'utf8')))
			.map((path) => path.slice(root.length + 1)),
	);
	const list = readFileSync(join(root, 'docs/internals/releasing.md'), 'utf8');
	const unlisted = places.filter(
		(path) => !list.includes(`\`${path.replace(/^nodes\/\w+\/\w+\./, 'nodes/*/*.')}\``),
	);
	expect(places.length).toBeGreaterThan(5);
	expect(unlisted).toEqual([]);
});
