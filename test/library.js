/** Loads libraries with Node's own `require`, once per jest worker (see `test/environment.js`). */
module.exports = {
	process: (_, file) => ({ code: `module.exports = requireLibrary(${JSON.stringify(file)});` }),
};
