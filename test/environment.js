/**
 * Runs test files in Node's own context instead of a new one for each file, so that the files of a jest worker share
 * libraries (`test/library.js`). Loading n8n's engine for each file took half of the time. The project's own code is
 * still loaded for each file.
 */
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/** Represents Node's own context, for which no object can be passed as `parsingContext`. */
const nodesContext = {};

const { compileFunction } = vm;
vm.compileFunction = (code, params, { parsingContext, ...options } = {}) =>
	compileFunction(
		code,
		params,
		parsingContext === nodesContext ? options : { ...options, parsingContext },
	);

globalThis.requireLibrary = require;

module.exports = class extends TestEnvironment {
	constructor(config, context) {
		super(config, context);
		this.before = { env: { ...process.env }, exit: process.exit, console: globalThis.console };
		this.global = globalThis;
		this.moduleMocker = new this.moduleMocker.constructor(globalThis);
		this.fakeTimersModern = new this.fakeTimersModern.constructor({
			config: config.projectConfig,
			global: globalThis,
		});
		// The legacy timers would replace the timers of the unused context.
		this.fakeTimers = null;
	}

	getVmContext() {
		return nodesContext;
	}

	async teardown() {
		this.moduleMocker.restoreAllMocks();
		await super.teardown();
		const { env, exit, console } = this.before;
		for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
		Object.assign(process.env, env);
		process.exit = exit;
		globalThis.console = console;
	}
};
