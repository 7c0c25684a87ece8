import type { INodeProperties } from 'n8n-workflow';

/** The fields of a node, or of a collection in it. */
export type Fields = readonly INodeProperties[];

/** A parameter's name as the panel shows it, without "or ID", which is for those who write expressions. */
function shortLabel(displayName: string): string {
	return displayName.replace(/ Names or IDs$/, 's').replace(/ Name or ID$/, '');
}

/** A field, with what errors call it. */
export type Field = INodeProperties & { label: string };

const fieldsByName = new WeakMap<Fields, Map<string, Field>>();

/** @throws Error where no field has this name: a fault of the node's own */
export function fieldOf(fields: Fields, name: string): Field {
	let byName = fieldsByName.get(fields);
	if (!byName) {
		const labelled = fields.map((field) => ({ ...field, label: shortLabel(field.displayName) }));
		byName = new Map(labelled.reverse().map((field) => [field.name, field]));
		fieldsByName.set(fields, byName);
	}
	const field = byName.get(name);
	if (field) return field;
	throw new Error(`No field is called ${name}`);
}

/** What a field offers to choose from. */
export function optionValues({ options = [] }: INodeProperties): string[] {
	return options.flatMap((option) => ('value' in option ? [String(option.value)] : []));
}

/** The fields of an entry of a fixed collection, and what the panel calls one. */
export function entryOf({ options }: INodeProperties, entry: string) {
	type Entry = { name: string; displayName: string; values: INodeProperties[] };
	return (options as Entry[]).find(({ name }) => name === entry)!;
}
