/**
 * Lets the test files of one jest worker share an n8n server. Jest loads this module once per worker, but loads a
 * test file's imports again for each file.
 */
const Environment = require('../environment.js');

const sharedServer = import('../run/shared-server.mjs');

const failures = ['test_fn_failure', 'hook_failure', 'error'];

module.exports = class extends Environment {
	hasFailed = false;

	async setup() {
		await super.setup();
		const { takeServer } = await sharedServer;
		globalThis.takeServer = takeServer;
	}

	handleTestEvent({ name }) {
		if (failures.includes(name)) this.hasFailed = true;
	}

	async teardown() {
		const { returnServer } = await sharedServer;
		await returnServer({ reusable: !this.hasFailed });
		await super.teardown();
	}
};
