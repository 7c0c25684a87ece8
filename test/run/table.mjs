/** Tables to read in a terminal. */

/**
 * @param {string[]} head
 * @param {Array<Array<string | number | null | undefined>>} rows
 * @returns {string}
 */
export function table(head, rows) {
	const cells = [head, ...rows].map((row) => row.map((cell) => String(cell ?? '')));
	const widths = head.map((_, column) =>
		Math.max(...cells.map((row) => [...(row[column] ?? '')].length)),
	);
	// The last column may hold whole sentences: neither padding nor rule goes to their full length.
	widths.splice(-1, 1, Math.min(widths.at(-1) ?? 0, 40));
	const line = (/** @type {string[]} */ row) =>
		row
			.map(
				(cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length)),
			)
			.join('  ')
			.trimEnd();
	const [first = [], ...others] = cells;
	const rule = widths.map((width) => '-'.repeat(width)).join('  ');
	return [line(first), rule, ...others.map(line)].join('\n');
}
