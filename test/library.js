/** Lets Node load libraries, once per jest worker (`test/environment.js`). */
module.exports = {
	process: (_, file) => ({ code: `module.exports = requireLibrary(${JSON.stringify(file)});` }),
};
