import type { INodeProperties } from 'n8n-workflow';
import { getOrAdd } from '../basics/lists';

export type Fields = readonly INodeProperties[];

/** A parameter's label without "or ID", which only matters for expressions. */
function shortLabel(displayName: string): string {
	return displayName.replace(/ Names or IDs$/, 's').replace(/ Name or ID$/, '');
}

export type Field = INodeProperties & { label: string };

const fieldsByName = new WeakMap<Fields, Map<string, Field>>();

/** @throws Error if no field has this name, which is a bug in the node */
export function fieldOf(fields: Fields, name: string): Field {
	const byName = getOrAdd(fieldsByName, fields, () => {
		const labelled = fields.map((field) => ({ ...field, label: shortLabel(field.displayName) }));
		return new Map(labelled.reverse().map((field) => [field.name, field]));
	});
	const field = byName.get(name);
	if (field) return field;
	throw new Error(`No field is called ${name}`);
}
