/** The values that each of several settings can take. */
type Choices = Record<string, readonly unknown[]>;

export type Combination = Record<string, unknown>;

/**
 * Combinations of settings that contain every pair of values at least once. They are far fewer than all
 * combinations, and still find faults that need two settings.
 */
export function pairwise(choices: Choices): Combination[] {
	const names = Object.keys(choices);
	const pairOf = (a: string, x: unknown, b: string, y: unknown) =>
		names.indexOf(a) < names.indexOf(b) ? `${a}=${x} ${b}=${y}` : `${b}=${y} ${a}=${x}`;
	const open = new Map<string, Combination>();
	for (const [at, a] of names.entries()) {
		for (const b of names.slice(at + 1)) {
			for (const x of choices[a])
				for (const y of choices[b]) open.set(pairOf(a, x, b, y), { [a]: x, [b]: y });
		}
	}
	const combinations: Combination[] = [];
	while (open.size > 0) {
		const [first] = open.values();
		const one: Combination = { ...first };
		for (const name of names) {
			if (name in one) continue;
			const gain = (value: unknown) =>
				Object.entries(one).filter(([other, y]) => open.has(pairOf(name, value, other, y))).length;
			one[name] = choices[name].reduce((best, value) => (gain(value) > gain(best) ? value : best));
		}
		for (const [at, a] of names.entries())
			for (const b of names.slice(at + 1)) open.delete(pairOf(a, one[a], b, one[b]));
		combinations.push(one);
	}
	return combinations;
}
