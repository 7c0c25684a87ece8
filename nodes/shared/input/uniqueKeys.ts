/**
 * Makes texts into keys that differ, in the order in which they come: `Why?`, `Why? (2)`, `Why? (3)`.
 */
export class UniqueKeys {
	private readonly taken: Set<string>;

	constructor(taken: Iterable<string> = []) {
		this.taken = new Set(taken);
	}

	take(wanted: string): string {
		let key = wanted;
		for (let count = 2; this.taken.has(key); count++) key = `${wanted} (${count})`;
		this.taken.add(key);
		return key;
	}
}
