/** Jest's settings for code whose faults can be turned on (`test/run/mutants.mjs`). */
const { projects, ...config } = require('./jest.config.js');

module.exports = {
	...config,
	projects: projects.map((project) => ({
		...project,
		setupFilesAfterEnv: [require.resolve('./mutants.js')],
	})),
};
