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

Module._resolveFilename = function (request, parent, ...rest) {
	if (parent?.filename?.includes('node_modules'))
		return resolve.call(this, request, parent, ...rest);
	// Named by what is built of it; a plain `X.node` would be taken for its codex file, `X.node.json`.
	return resolve.call(this, request.replace(/^(\..*\.node)(\.js)?$/, '$1.ts'), parent, ...rest);
};
