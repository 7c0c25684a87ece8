/*
 * Compiles TypeScript like the published package. tsx would wrap each function to keep its name, which takes
 * measurable time that users don't have.
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
	// Maps the compiled file to its source. Without the ending, Node would resolve `X.node` to `X.node.json`.
	return resolve.call(this, request.replace(/^(\..*\.node)(\.js)?$/, '$1.ts'), parent, ...rest);
};
