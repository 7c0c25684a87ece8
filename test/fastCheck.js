/**
 * The random cases of all tests: always the same ones, so that a change is never refused for a case that has nothing to
 * do with it. Each test names its number of cases for 300 sequences. `npm test` draws 40 percent of them, and
 * `NETIGATE_SEQUENCES` sets another number of new ones (weekly: 2,000).
 */
const fc = require('../node_modules/fast-check/lib/cjs/fast-check.js');

const { NETIGATE_SEQUENCES } = process.env;
const share = Number(NETIGATE_SEQUENCES ?? 120) / 300;
fc.configureGlobal({
	seed: NETIGATE_SEQUENCES ? Date.now() | 0 : 1,
	numRuns: Math.ceil(100 * share),
});

const assertAll = fc.assert;
const assert = (property, parameters = {}) => {
	const { numRuns } = parameters;
	return assertAll(
		property,
		numRuns === undefined ? parameters : { ...parameters, numRuns: Math.ceil(numRuns * share) },
	);
};

module.exports = { ...fc, assert, default: { ...fc.default, assert }, __esModule: true };
