import type { IDataObject } from 'n8n-workflow';

/** The output fields that can describe an item's outcome. */
const OUTCOME_FIELDS = new Set(
	'status contact reason explanation error message mayBeInvited activated pairing duplicateOfItem RespondentId Password SurveyURL item'.split(
		' ',
	),
);

/** Adds the item's own fields to the output. Fields that could be mistaken for part of the outcome go into `item`. */
export function withItemFields(json: IDataObject, fields: IDataObject): IDataObject {
	const has = (name: string) => Object.hasOwn(json, name);
	const clashes = (name: string) => OUTCOME_FIELDS.has(name) || has(name);
	const differs = (name: string) => JSON.stringify(fields[name]) !== JSON.stringify(json[name]);
	const names = Object.keys(fields);
	const pick = (from: IDataObject, some: readonly string[]) =>
		Object.fromEntries(some.map((name) => [name, from[name]]));
	const item = pick(
		fields,
		names.filter((name) => clashes(name) && differs(name)),
	);
	return {
		...pick(json, ['status', 'contact', 'reason', 'explanation'].filter(has)),
		...pick(
			fields,
			names.filter((name) => !clashes(name)),
		),
		...json,
		...(Object.keys(item).length > 0 ? { item } : {}),
	};
}
