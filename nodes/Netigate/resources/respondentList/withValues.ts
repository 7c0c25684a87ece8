import { asList } from '../../../shared/netigate/client';
import type { Row } from '../../../shared/netigate/types';
import { labelsIn } from '../../../shared/input/labels';

/** A row of a respondent list as Netigate answers it, and its values under the names of their labels. */
interface NamedRow extends Row {
	values: Record<string, string | null>;
}

/**
 * Adds `values` by label name to a row (rows 30 to 32). Netigate's own object stays as it is. A label
 * whose name another one has too bears its id as well: `City (4805)`.
 *
 * @param labels the answer of row 29
 */
export function withValues(row: Row, labels: unknown): NamedRow {
	const named = new Map<string, string>();
	const used = new Set<string>();
	for (const { BGDataLabelId, Name } of labelsIn(labels)) {
		const name = used.has(Name) ? `${Name} (${BGDataLabelId})` : Name;
		used.add(name);
		named.set(String(BGDataLabelId), name);
	}
	const cells = asList<NonNullable<Row['Cells']>[number]>(row.Cells);
	const values = cells
		.filter(({ labelId }) => labelId !== undefined)
		.map(({ labelId, value }): [string, string | null] => [
			named.get(String(labelId)) ?? String(labelId),
			value,
		]);
	return { ...row, values: Object.fromEntries(values) };
}
