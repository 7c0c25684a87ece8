import type { Contender, Measurement } from './contender';

/** Creates a contender's items. `#` in a template is the item's number. */
export function itemsOf({ count, fields }: Contender['items']): Array<Record<string, string>> {
	const templates = Object.entries(fields);
	return Array.from({ length: count }, (_, index) =>
		Object.fromEntries(
			templates.map(([name, template]) => [name, template.replace('#', String(index))]),
		),
	);
}

/** Undoes a warm-up. */
export async function resetSandbox(url: string): Promise<void> {
	await fetch(new URL('/admin/reset', url), { method: 'POST', body: '{}' });
}

type Figures = Omit<Measurement, 'name' | 'peakMb'> & { peakMb?: number; print?: string };

/** Peak memory of the whole process so far, in MB. */
export const peakMemory = () => process.resourceUsage().maxRSS / 1024;

/** Runs the contender from standard input, prints its measurements as one line of JSON, and ends the process. */
export async function runContender(run: (contender: Contender) => Promise<Figures>): Promise<void> {
	let text = '';
	for await (const chunk of process.stdin) text += String(chunk);
	const figures = await run(JSON.parse(text) as Contender);
	console.log(JSON.stringify({ peakMb: peakMemory(), ...figures }));
	process.exit(0);
}
