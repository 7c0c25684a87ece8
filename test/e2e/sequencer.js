/** Runs the slow test files first, so that workers don't wait for one of them at the end. */
const { default: Sequencer } = require('@jest/test-sequencer');

const slow = ['ledgers', 'races', 'first-hour', 'kill', 'editor'];

const rank = ({ path }) => {
	const index = slow.findIndex((name) => path.includes(`/${name}.`));
	return index < 0 ? slow.length : index;
};

module.exports = class extends Sequencer {
	sort(tests) {
		return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
	}
};
