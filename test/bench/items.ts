import type { Contender } from './contender';

/** The items of a contender: `#` in a template is the item's number. */
export function itemsOf({ count, fields }: Contender['items']): Array<Record<string, string>> {
	const templates = Object.entries(fields);
	return Array.from({ length: count }, (_, index) =>
		Object.fromEntries(
			templates.map(([name, template]) => [name, template.replace('#', String(index))]),
		),
	);
}

/** Forgets what a warm-up has done. */
export async function resetSandbox(url: string): Promise<void> {
	await fetch(new URL('/admin/reset', url), { method: 'POST', body: '{}' });
}
