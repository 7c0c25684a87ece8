const EACH = ['filter', 'find', 'findIndex', 'findLast', 'some', 'every', 'map'] as const;
const SEARCH = ['includes', 'indexOf'] as const;

type Method = (this: unknown[], ...given: unknown[]) => unknown;

const methods = Array.prototype as unknown as Record<string, Method>;

let steps = 0;

let counts = true;

/** Does work whose steps don't count, such as the work of a database. */
export async function uncounted<T>(work: () => Promise<T>): Promise<T> {
	counts = false;
	return await work().finally(() => (counts = true));
}

const countingEach = (original: Method): Method =>
	function (each, ...rest) {
		const counting: Method = (...given) => {
			if (counts) steps++;
			return (each as (...some: unknown[]) => unknown)(...given);
		};
		return original.call(this, counting, ...rest);
	};

const countingSearch = (original: Method): Method =>
	function (...given) {
		if (counts) steps += this.length;
		return original.call(this, ...given);
	};

/** The number of entries that array methods go through while `work` runs. */
export async function stepsOf(work: () => unknown): Promise<number> {
	const originals = [...EACH, ...SEARCH].map((name) => [name, methods[name]] as const);
	steps = 0;
	try {
		for (const name of EACH) methods[name] = countingEach(methods[name]);
		for (const name of SEARCH) methods[name] = countingSearch(methods[name]);
		await work();
		return steps;
	} finally {
		for (const [name, original] of originals) methods[name] = original;
	}
}

/** Expects that twice as much work takes about twice as many steps. */
export async function expectLinear(work: (count: number) => unknown, count = 150): Promise<void> {
	const [once, twice] = [
		await stepsOf(async () => await work(count)),
		await stepsOf(async () => await work(2 * count)),
	];
	expect(twice).toBeLessThan(2.5 * once + 500);
}
