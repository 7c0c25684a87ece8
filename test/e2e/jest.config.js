/** The tests against the real n8n server; `npm run test:e2e` runs them, one file after the other. */
const { projects, rootDir } = require('../jest.config.js');

const [{ transform, ...shared }] = projects;
const [, typescript] = Object.entries(transform).find(([pattern]) => pattern.includes('.ts'));

module.exports = {
	...shared,
	rootDir,
	displayName: 'e2e',
	// The commands of test/run are ES modules; the tests use some of them.
	moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
	// ES modules that these commands use.
	transformIgnorePatterns: [
		'/node_modules/(?!(.*/)?(@apidevtools/json-schema-ref-parser|get-port)/)',
	],
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
};
