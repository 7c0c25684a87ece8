/** How `npm test -- --changed` chooses test files. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(__dirname, '../..');

const settings = [
	...['package.json', 'package-lock.json', 'tsconfig.json', 'eslint.config.mjs'],
	...['test/tsconfig.json', 'test/types.json', 'test/jest.config.js', 'test/fastCheck.js'],
];
const noSettings = ['nodes/Netigate/run.ts', 'docs/quarantine.md', 'workflows/package.json'];

const tests = {
	direct: 'test/unit/input/contact.test.ts',
	far: 'test/engine/trigger.test.ts',
	alike: 'test/engine/phone.test.ts',
	documents: 'test/unit/docs/words.test.ts',
	install: 'test/contract/install.test.ts',
};
const importers = [
	['nodes/shared/input/phone.ts', ['nodes/shared/input/contact.ts']],
	['nodes/shared/input/contact.ts', [tests.direct, 'nodes/shared/invite/add.ts']],
	['nodes/shared/invite/add.ts', [tests.far, tests.alike]],
	['test/run/npm.mjs', ['test/run/install.mjs']],
];
const relatedCases: Array<[string, string[]]> = [
	['nodes/shared/input/phone.ts', [tests.direct, tests.alike, tests.documents, tests.far]],
	['docs/quarantine.md', [tests.documents]],
	['workflows/post-event.json', [tests.documents]],
	['test/run/npm.mjs', [tests.install]],
	['test/e2e/story.test.ts', []],
];

const seconds = { slow: 12, near: 4, slower: 30, quick: 3, last: 2 };
const limitCases: Array<[string, number, string[], string[]]> = [
	['the first test file, even if it is slow', 10, [], ['slow']],
	['a quick test file after one that is too slow', 19, [], ['slow', 'near', 'quick']],
	['changed test files, even if they are slow', 16, ['slower'], ['slow', 'near', 'slower']],
	['all test files if there is time', 60, [], Object.keys(seconds)],
];

// jest can't load related.mjs, so Node runs all cases.
const program = `
	import { affectsAll, chooseTests, relatedTests } from './test/run/related.mjs';
	const { files, tests, importers, relatedCases, seconds, limitCases } = JSON.parse(process.argv[1]);
	const imports = { files: tests, importers: new Map(importers) };
	const secondsOf = (file) => seconds[file];
	console.log(
		JSON.stringify({
			affecting: files.filter((file) => affectsAll([file])),
			related: relatedCases.map(([changed]) => relatedTests(imports, [changed])),
			chosen: limitCases.map(([, limit, always]) =>
				chooseTests(Object.keys(seconds), { secondsOf, limit, always }),
			),
		}),
	);`;

const input = {
	files: [...settings, ...noSettings],
	tests: Object.values(tests),
	...{ importers, relatedCases, seconds, limitCases },
};
const output = JSON.parse(
	execFileSync(
		process.execPath,
		['--input-type=module', '--eval', program, JSON.stringify(input)],
		{ cwd: root, encoding: 'utf8' },
	),
) as { affecting: string[]; related: string[][]; chosen: string[][] };

test('only a change to the settings affects every check', () => {
	expect(output.affecting).toEqual(settings);
});

test.each(relatedCases.map(([changed, expected], index) => ({ changed, expected, index })))(
	'the tests closest to $changed come first',
	({ expected, index }) => {
		expect(output.related[index]).toEqual(expected);
	},
);

test.each(limitCases.map(([name, , , expected], index) => ({ name, expected, index })))(
	'--changed runs $name',
	({ expected, index }) => {
		expect(output.chosen[index]).toEqual(expected);
	},
);
