/** Formats milliseconds since 1970 like the API: ISO 8601, UTC, whole seconds. */
export function toApiDate(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The sandbox's own time, in milliseconds. It is the real time until it is advanced, set or frozen. */
export class Clock {
	private offset = 0;
	private frozenAt: number | undefined;

	/** Called with the difference from the real time, in milliseconds, after each move. */
	onMove: (offset: number) => void = () => {};

	now(): number {
		return this.frozenAt ?? Date.now() + this.offset;
	}

	date(): string {
		return toApiDate(this.now());
	}

	advance(ms: number): void {
		if (this.frozenAt !== undefined) this.frozenAt += ms;
		else this.offset += ms;
		this.moved();
	}

	set(at: number | string | Date): void {
		const ms = new Date(at).getTime();
		if (Number.isNaN(ms)) throw new RangeError(`Not a date: ${String(at)}`);
		if (this.frozenAt !== undefined) this.frozenAt = ms;
		else this.offset = ms - Date.now();
		this.moved();
	}

	freeze(): void {
		this.frozenAt = this.now();
	}

	resume(): void {
		if (this.frozenAt === undefined) return;
		this.offset = this.frozenAt - Date.now();
		this.frozenAt = undefined;
	}

	reset(): void {
		this.offset = 0;
		this.frozenAt = undefined;
		this.moved();
	}

	private moved(): void {
		this.onMove(this.now() - Date.now());
	}
}
