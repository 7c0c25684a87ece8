/*
 * Runs TypeScript as the package ships it: tsx would wrap each function to keep its name, which takes a
 * measurable part of a run, and which no user pays.
 */
const { transformFileSync } = require('@swc/core');
const Module = require('node:module');

const { _extensions: extensions, _resolveFilename: resolve } = Module;

extensions['.ts'] = (module, file) => {
	const { code } = transformFileSync(file, {
		jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
		module: { type: 'commonjs' },
	});
	module._compile(code, file);
};

Module._resolveFilename = function (request, ...rest) {
	// Named with the ending of what is built of it.
	const named = /^\..*\.node\.js$/.test(request) ? request.replace(/js$/, 'ts') : request;
	return resolve.call(this, named, ...rest);
};
