/** The tests against a real n8n server. `npm run test:e2e` runs them. */
const { projects, rootDir } = require('../jest.config.js');

const [{ transform, ...shared }] = projects;
const [, typescript] = Object.entries(transform).find(([pattern]) => pattern.includes('.ts'));

module.exports = {
	...shared,
	rootDir,
	displayName: 'e2e',
	testEnvironment: require.resolve('./environment.js'),
	// Tests use commands in test/run, which are ES modules.
	moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
	transform: {
		...transform,
		'(/test/run/.+\\.mjs|/get-port/.+\\.js)$': [
			'@swc/jest',
			{ jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
		],
		'^.+\\.ts$': typescript,
	},
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	testTimeout: 300_000,
	// Each worker has at least one n8n server, which is idle about half of the time.
	maxWorkers: 3,
	testSequencer: require.resolve('./sequencer.js'),
};
