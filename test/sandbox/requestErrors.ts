import type { ErrorObject } from 'ajv';
import { invalid, Refusal } from './refusal';

/** The refusal of a request that doesn't match docs/internals/openapi.yaml, with the reason. */
export function describeErrors(errors: ErrorObject[]): Refusal {
	// An ID in the path that isn't a positive integer is "not found or invalid id".
	const inPath = errors.find((error) => error.instancePath.startsWith('/path'));
	if (inPath) return new Refusal(404, `${inPath.instancePath.split('/')[2]} is not a valid id`);
	const [error] = errors;
	if (!error) return invalid('The request is not valid');
	if (error.keyword === 'parse') return invalid(`The request body is not JSON: ${error.message}`);
	return invalid(`${place(error)} ${reason(error)}`);
}

const notADate = 'is not a date in UTC with whole seconds, such as 2026-09-27T15:38:26Z';

function place(error: ErrorObject): string {
	const [, part, ...rest] = error.instancePath.split('/');
	const name = rest
		.map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : index === 0 ? step : `.${step}`))
		.join('');
	if (name) return name;
	return part === 'query' ? 'The query' : 'The request body';
}

function reason(error: ErrorObject): string {
	const params = error.params as Record<string, unknown>;
	switch (error.keyword) {
		case 'enum':
			return `is one of ${(params.allowedValues as string[]).join(', ')}`;
		case 'required':
			return params.missingProperty === 'requestBody'
				? 'is missing'
				: `lacks ${String(params.missingProperty)}`;
		case 'additionalProperties':
			return `has an unknown parameter ${String(params.additionalProperty)}`;
		case 'minLength':
			return 'may not be empty';
		case 'format':
			return params.format === 'date-time' ? notADate : `is no ${String(params.format)}`;
		case 'pattern':
			return String(params.pattern).startsWith('^\\d{4}')
				? notADate
				: `does not fit ${String(params.pattern)}`;
		default:
			return error.message ?? 'is not valid';
	}
}
