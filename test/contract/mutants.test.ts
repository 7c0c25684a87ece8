/** How `npm run test:mutants` puts faults into the code. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const code = `
const SOME = [1, 20];
function one(a, b, c) {
	if (a && b && c || c > 1) return a ? a * b - c : true;
	const { 1: most } = SOME;
	for (let i = 0; i < most; i++) { if (i === b) continue; c += i + 1; }
	c = c || b && a;
	if (!c) { log.push('none'); } else log.push(c !== 3 ? 'c' : \`\${c - 1}\`);
	return (a >= 1 || c) && { value: b / 2, isOdd: false };
}`;

// jest can't load mutations.mjs, so Node runs all faults.
const program = `
	import { mutationsOf, withSwitches } from './test/run/mutations.mjs';
	const code = process.argv[1];
	const all = mutationsOf(code).map((mutation, id) => ({ ...mutation, id }));
	const values = [-1, 0, 1, 2, 3, 20];
	const inputs = values.flatMap((a) => values.flatMap((b) => values.map((c) => [a, b, c])));
	function results(text, active) {
		globalThis.mutantIs = (id) => id === active;
		const log = [];
		const one = new Function('log', text + '; return one;')(log);
		return JSON.stringify([inputs.map((input) => one(...input)), log]);
	}
	const switched = withSwitches(code, all);
	const differing = all.filter(({ id, start, end, text }) =>
		results(switched, id) !== results(code.slice(0, start) + text + code.slice(end)));
	delete globalThis.mutantIs;
	console.log(JSON.stringify({
		faults: all.map(({ start, end, text }) => code.slice(start, end) + ' -> ' + text),
		distinct: new Set(all.map(({ id }) => results(switched, id))).size,
		differing,
		isOffAlike: results(switched) === results(code),
	}));`;

test('each fault has the same effect as a change in the code', () => {
	const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program, code], {
		cwd: resolve(__dirname, '../..'),
		encoding: 'utf8',
	});
	const result = JSON.parse(output) as { faults: string[]; distinct: number };
	expect(result).toMatchObject({ differing: [], isOffAlike: true });
	expect(result.faults).toEqual(
		expect.arrayContaining([
			'&& -> ||',
			'> -> >=',
			'20 -> 21',
			'true -> false',
			'c += i + 1; -> ;',
		]),
	);
	expect(result.distinct).toBeGreaterThan(result.faults.length / 2);
});
