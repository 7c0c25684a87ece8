import type { ContactEvent } from './rules';

/** Events in chronological order. They are sorted only if one is added out of order. */
class Timeline {
	private readonly events: ContactEvent[] = [];

	private sorted = true;

	add(event: ContactEvent): void {
		this.sorted &&= event.at >= (this.events.at(-1)?.at ?? -Infinity);
		this.events.push(event);
	}

	/** The latest `max` events that count, latest first. */
	latest(max: number, counts: (event: ContactEvent) => boolean): ContactEvent[] {
		if (!this.sorted) this.events.sort((a, b) => a.at - b.at);
		this.sorted = true;
		const found: ContactEvent[] = [];
		for (let at = this.events.length - 1; at >= 0 && found.length < max; at--)
			if (counts(this.events[at])) found.push(this.events[at]);
		return found;
	}
}

export class Timelines<K> extends Map<K, Timeline> {
	add(key: K, event: ContactEvent): void {
		const timeline = this.get(key) ?? new Timeline();
		this.set(key, timeline);
		timeline.add(event);
	}
}
