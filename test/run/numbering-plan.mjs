/*
 * Writes nodes/shared/input/numberingPlanData.ts from the metadata of Google's libphonenumber (Apache-2.0), which
 * follows the ITU's national numbering plans. The library isn't a dependency, so install it first:
 *
 *   npm install --no-save libphonenumber-js
 *   node test/run/numbering-plan.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);
/** @param {string} path */
const read = (path) => JSON.parse(readFileSync(resolve(`libphonenumber-js/${path}`), 'utf8'));
const { countries, country_calling_codes: codes, nonGeographic } = read('metadata.max.json');
const { version } = read('package.json');

/** Positions in the library's lists of types: fixed line, mobile, personal and internet numbers. */
const REACHABLE = [0, 1, 4, 8];
const MOBILE = 1;
const SATELLITE = ['870', '881', '882', '883'];
const DIGITS = [...'0123456789'];

/**
 * All beginnings (two digits) and lengths of what a pattern matches, as `46|9`.
 *
 * @param {string} pattern
 */
function shapesOf(pattern) {
	let at = 0;
	/** @param {Set<string>} left @param {Set<string>} right */
	const join = (left, right) => {
		const joined = new Set();
		for (const [a, m] of [...left].map((shape) => shape.split('|')))
			for (const [b, n] of [...right].map((shape) => shape.split('|')))
				joined.add(`${(a + b).slice(0, 2)}|${Number(m) + Number(n)}`);
		return joined;
	};
	/** @param {RegExp} form */
	const take = (form) => {
		const [found] = form.exec(pattern.slice(at)) ?? [''];
		at += found.length;
		return found;
	};
	const choice = () => {
		const shapes = new Set(sequence());
		while (take(/^\|/)) for (const shape of sequence()) shapes.add(shape);
		return shapes;
	};
	const sequence = () => {
		let shapes = new Set(['|0']);
		while (at < pattern.length && !'|)'.includes(pattern[at])) shapes = join(shapes, repeated());
		return shapes;
	};
	const single = () => {
		if (take(/^\((\?:)?/)) {
			const shapes = choice();
			take(/^\)/);
			return shapes;
		}
		const form = take(/^(\[[^\]]*\]|\\d|\d)/);
		if (form === '') throw new Error(`Can't read ${pattern} at ${at}`);
		return new Set(DIGITS.filter((digit) => new RegExp(form).test(digit)).map((d) => `${d}|1`));
	};
	const repeated = () => {
		const shapes = single();
		const [, least = '1', most = least] =
			/^\{(\d+)(?:,(\d+))?\}$/.exec(take(/^(\?|\{[\d,]+\})/).replace('?', '{0,1}')) ?? [];
		const all = new Set();
		let some = new Set(['|0']);
		for (let count = 0; count <= Number(most); count++) {
			if (count >= Number(least)) for (const shape of some) all.add(shape);
			some = join(some, shapes);
		}
		return all;
	};
	return choice();
}

/** @param {number[]} numbers @param {number} digits */
function ranges(numbers, digits) {
	/** @param {number} number */
	const text = (number) => String(number).padStart(digits, '0');
	const parts = [];
	for (let from = 0; from < numbers.length; ) {
		let to = from;
		while (numbers[to + 1] === numbers[to] + 1) to++;
		parts.push(from === to ? text(numbers[from]) : `${text(numbers[from])}-${text(numbers[to])}`);
		from = to + 1;
	}
	return parts.join(',');
}

/** @param {any[]} regions */
function planOf(regions) {
	const lengths = new Map();
	for (const [, , , possible, , , , , , , , types] of regions) {
		for (const type of REACHABLE.filter((index) => types?.[index])) {
			const [pattern, own = possible] = types[type];
			for (const [start, length] of [...shapesOf(pattern)].map((shape) => shape.split('|'))) {
				if (!own.includes(Number(length))) continue;
				const known = lengths.get(start) ?? { all: new Set(), mobile: '' };
				known.all.add(Number(length));
				// Without a pattern of their own, mobile numbers look like fixed lines.
				if (type === MOBILE || !types[MOBILE]?.[0]) known.mobile = '*';
				lengths.set(start, known);
			}
		}
	}
	const groups = new Map();
	for (const [start, { all, mobile }] of [...lengths].sort(([a], [b]) => a - b)) {
		const group =
			ranges(
				[...all].sort((a, b) => a - b),
				1,
			) + mobile;
		groups.set(group, [...(groups.get(group) ?? []), Number(start)]);
	}
	return [...groups].map(([group, starts]) => `${group}:${ranges(starts, 2)}`).join('|');
}

const lines = Object.entries(codes).map(([code, regions]) => {
	const [, , , , , trunk] = countries[regions[0]];
	const prefix = trunk === '0' ? '' : `=${trunk || ''}`;
	return `${code}${prefix}|${regions.join('|')}|${planOf(regions.map((/** @type {string} */ name) => countries[name]))}`;
});
for (const code of SATELLITE) lines.push(`${code}=|${planOf([nonGeographic[code]])}`);

/* The plans of several codes fill a line, because one line per code would make a long file. */
const filled = [''];
for (const line of lines) {
	const last = filled.at(-1);
	if (last && last.length + line.length > 150) filled.push(line);
	else filled[filled.length - 1] = last ? `${last};${line}` : line;
}

writeFileSync(
	new URL('../../nodes/shared/input/numberingPlanData.ts', import.meta.url),
	`/*
 * Generated by test/run/numbering-plan.mjs from libphonenumber's metadata (Apache-2.0, libphonenumber-js ${version}).
 * Each entry has a country code, its trunk prefix if that isn't 0 (\`=8\`, \`=\` for none), the countries that use it,
 * and the lengths of its numbers by their first two digits. A star marks digits that cell phone numbers may start with.
 */
export const NUMBERING_PLAN = \`
${filled.join('\n')}
\`;
`,
);
