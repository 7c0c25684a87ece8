import type { IDataObject } from 'n8n-workflow';

/** `={{ $json.email }}` or `={{ $json["e-mail"] }}`, and nothing else in it. */
const PLAIN_FIELD = /^=\{\{\s*\$json(?:\.([A-Za-z_]\w*)|\[(?:"([^"\\]+)"|'([^'\\]+)')\])\s*\}\}$/;

/** How to get at a parameter of an item: from the item alone, or by n8n's expression engine. */
export type Resolver = ((item: IDataObject) => unknown) | 'engine';

/**
 * How to get at a parameter without n8n's expression engine, which takes about 0.4 ms a parameter and
 * item: fixed values are the same for every item, a plain field of the item is read from it.
 */
export function resolverFor(raw: unknown): Resolver {
	if (typeof raw === 'string' && raw.startsWith('=')) {
		const [, dotted, double, single] = PLAIN_FIELD.exec(raw) ?? [];
		const field = dotted ?? double ?? single;
		return field === undefined
			? 'engine'
			: (item) => (Object.hasOwn(item, field) ? item[field] : undefined);
	}
	if (typeof raw !== 'object' || raw === null) return () => raw;
	if (isFixed(raw)) return () => raw;
	const parts: Array<{ key: string; resolve: (item: IDataObject) => unknown }> = [];
	for (const [key, value] of Object.entries(raw)) {
		const resolve = resolverFor(value);
		if (resolve === 'engine') return 'engine';
		parts.push({ key, resolve });
	}
	if (Array.isArray(raw)) return (item) => parts.map(({ resolve }) => resolve(item));
	return (item) => {
		// Several times as fast as Object.fromEntries or a copy, which counts for 10,000 items.
		const made: Record<string, unknown> = {};
		for (const { key, resolve } of parts) made[key] = resolve(item);
		return made;
	};
}

/** Whether a parameter holds no expression, so that it is the same for every item. */
export function isFixed(raw: unknown): boolean {
	if (typeof raw === 'string') return !raw.startsWith('=');
	return typeof raw !== 'object' || raw === null || Object.values(raw).every(isFixed);
}
