/** Unit, engine and contract tests: one jest run, three names. End-to-end tests have their own list. */
const { availableParallelism } = require('node:os');

/** An older engine to test on, installed by test/run/versions.mjs. */
const engine = process.env.NETIGATE_TEST_ENGINE;

const rootDir = require('node:path').resolve(__dirname, '..');

const shared = {
	rootDir,
	testEnvironment: 'node',
	// openapi-backend reads references with a package that ships as an ES module only.
	transformIgnorePatterns: ['/node_modules/(?!(.*/)?@apidevtools/json-schema-ref-parser/)'],
	transform: {
		'json-schema-ref-parser/.+\\.js$': [
			'@swc/jest',
			{ jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
		],
		'^.+\\.ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' } },
		],
	},
	// Named with its ending, since a plain `X.node` may be taken for its codex file, `X.node.json`.
	moduleNameMapper: {
		'^(\\.{1,2}/.+\\.node)\\.js$': '$1.ts',
		'^fast-check$': require.resolve('./fastCheck.js'),
		...(engine
			? { '^(n8n-core|n8n-workflow|luxon|reflect-metadata)$': `${engine}/node_modules/$1` }
			: {}),
	},
	// n8n writes each error of a node to the console too; the tests say themselves what they expect.
	setupFiles: ['./quiet.js', ...(engine ? ['./olderEngine.js'] : [])].map(require.resolve),
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/test/server', '<rootDir>/test/versions'],
};

module.exports = {
	rootDir,
	projects: ['unit', 'engine', 'contract'].map((name) => ({
		...shared,
		displayName: name,
		testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	})),
	// Much of the time goes in waiting, so more test files than processors can be under way on a small machine.
	maxWorkers: Math.max(3, availableParallelism() - 1),
	// n8n's engine leaves much behind; a worker that grew too large takes long to end.
	workerIdleMemoryLimit: '400MB',
	// By then one that has not ended is kept from it by something that a test left behind.
	workerGracefulExitTimeout: 20_000,
	// Long enough for a busy machine: what hangs is found, what is slow is not taken for wrong.
	testTimeout: 300_000,
};
