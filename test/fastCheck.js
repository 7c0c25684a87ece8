/**
 * The random cases of all tests: always the same ones, so that a change is never refused for a case that has nothing to
 * do with it. Where more of them are asked for, they are other ones each time.
 */
const fc = require('../node_modules/fast-check/lib/cjs/fast-check.js');

const { NETIGATE_SEQUENCES, NETIGATE_CLAIM_RUNS, NETIGATE_TEXT_RUNS } = process.env;
const more = NETIGATE_SEQUENCES ?? NETIGATE_CLAIM_RUNS ?? NETIGATE_TEXT_RUNS;
fc.configureGlobal({ seed: more ? Date.now() | 0 : 1 });

module.exports = fc;
