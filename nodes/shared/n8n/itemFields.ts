import type { IDataObject } from 'n8n-workflow';

const FIRST = ['status', 'contact', 'reason', 'explanation'];

/** The output fields that can describe an item's outcome. */
const OUTCOME_FIELDS = new Set([
	...FIRST,
	...'error message mayBeInvited activated pairing duplicateOfItem RespondentId Password SurveyURL item'.split(
		' ',
	),
]);

/** Adds the item's own fields to the output. Fields that could be mistaken for part of the outcome go into `item`. */
export function withItemFields(json: IDataObject, fields: IDataObject): IDataObject {
	const output: IDataObject = {};
	for (const name of FIRST) if (Object.hasOwn(json, name)) output[name] = json[name];
	const item: IDataObject = {};
	// For items with many fields, this is much faster than spreading the objects.
	for (const name of Object.keys(fields)) {
		const isOurs = Object.hasOwn(json, name);
		if (!isOurs && !OUTCOME_FIELDS.has(name)) {
			// Setting `__proto__` would change where n8n looks for fields that the output doesn't have.
			if (name !== '__proto__') output[name] = fields[name];
		} else if (fields[name] !== json[name]) item[name] = fields[name];
	}
	Object.assign(output, json);
	if (Object.keys(item).length > 0) output.item = item;
	return output;
}
