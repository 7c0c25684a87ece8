/** Turns one fault on, or records which faults each test file reaches, and how long the file takes. */
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const active = Number(process.env.NETIGATE_MUTANT);
const folder = process.env.NETIGATE_MUTANTS_REACHED;
const reached = new Set();

globalThis.mutantIs = (id) => {
	reached.add(id);
	return id === active;
};

if (folder) {
	// Some tests replace the clock.
	const now = performance.now.bind(performance);
	const start = now();
	afterAll(() => {
		const { testPath } = expect.getState();
		const result = { testPath, reached: [...reached], ms: now() - start };
		writeFileSync(join(folder, testPath.replace(/\W/g, '-')), JSON.stringify(result));
	});
}
