/** Assigns IDs like Netigate: each kind counts up from its own start, some beyond 2^31. */
export class Ids {
	private readonly next = new Map<string, number>();

	private static readonly starts: Record<string, number> = {
		survey: 600,
		question: 20_000,
		questionItem: 30_000,
		option: 50_000,
		label: 4_500,
		sendout: 7_500,
		dispatch: 70_000,
		respondent: 3_000_000_001,
		answerSet: 90_101,
		document: 8_500,
		category: 60,
	};

	/** @param offset added to every ID */
	constructor(private readonly offset: () => number = () => 0) {}

	take(kind: string): number {
		const id = this.next.get(kind) ?? Ids.starts[kind];
		if (id === undefined) throw new RangeError(`No ids of kind ${kind}`);
		this.next.set(kind, id + 1);
		return id + this.offset();
	}

	/** Takes `count` consecutive IDs. @returns the first */
	takeMany(kind: string, count: number): number {
		const first = this.take(kind);
		this.next.set(kind, first - this.offset() + count);
		return first;
	}
}

/** A pseudo-random number from 0 up to (not including) 1, the same for the same seed. */
export function seeded(seed: number): number {
	let x = (seed ^ Math.floor(seed / 2 ** 32)) | 0;
	x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
	x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
	return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
