export function chunks<T>(list: readonly T[], size: number): T[][] {
	const parts: T[][] = [];
	for (let from = 0; from < list.length; from += size) parts.push(list.slice(from, from + size));
	return parts;
}

/** Splits a list in two. If its length is odd, the first half is longer. A list with one entry isn't split. */
export const halves = <T>(list: readonly T[]): T[][] => chunks(list, Math.ceil(list.length / 2));

export function groupBy<K, T>(list: Iterable<T>, keyOf: (entry: T) => K): Map<K, T[]> {
	const groups = new Map<K, T[]>();
	for (const entry of list) addToGroup(groups, keyOf(entry), entry);
	return groups;
}

export function addToGroup<K, T>(groups: Map<K, T[]>, key: K, entry: T): void {
	const group = groups.get(key);
	if (group) group.push(entry);
	else groups.set(key, [entry]);
}

/** The value for this key. If there is none, adds the one that `make` returns. */
export function getOrAdd<K, V>(
	map: { get: (key: K) => V | undefined; set: (key: K, value: V) => unknown },
	key: K,
	make: () => V,
): V {
	const known = map.get(key);
	if (known !== undefined) return known;
	const made = make();
	map.set(key, made);
	return made;
}

/** A key made of several values. A separator wouldn't be safe, because the values can contain any character. */
export const jointKey = (...parts: ReadonlyArray<string | number>): string => JSON.stringify(parts);

/** Counts how often each value occurs. The values are in the order in which they first occur. */
export function countBy<K>(values: Iterable<K>): Map<K, number> {
	const counts = new Map<K, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return counts;
}
