/** Unit, engine and contract tests: one jest run, three names. End-to-end tests have their own list. */
const { availableParallelism } = require('node:os');

/** An older engine to test on, installed by test/run/versions.mjs. */
const engine = process.env.NETIGATE_TEST_ENGINE;

const rootDir = require('node:path').resolve(__dirname, '..');

/** Libraries that are slow to load. */
const libraries = [
	...['n8n-core', 'n8n-workflow', 'luxon', 'reflect-metadata', 'axios'],
	...['openapi-backend', 'ajv', 'ajv-formats', '@apidevtools/swagger-parser', 'yaml'],
	...['fast-check', 'typescript', 'markdown-it', '@n8n/ai-utilities'],
];

const shared = {
	rootDir,
	testEnvironment: require.resolve('./environment.js'),
	transformIgnorePatterns: [],
	transform: {
		[`/node_modules/(${libraries.join('|')})/.+\\.js$`]: require.resolve('./library.js'),
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
	setupFiles: ['./beforeFile.js', ...(engine ? ['./olderEngine.js'] : [])].map(require.resolve),
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
	maxWorkers: Math.max(4, availableParallelism() - 1),
	// n8n's engine leaves much behind; a worker that grew too large takes long to end.
	workerIdleMemoryLimit: '1000MB',
	// By then one that has not ended is kept from it by something that a test left behind.
	workerGracefulExitTimeout: 20_000,
	// Long enough for a busy machine: what hangs is found, what is slow is not taken for wrong.
	testTimeout: 300_000,
};
