import {
	factsOf,
	operationsOf,
	readDocument,
	responseSchema,
	schemasOf,
	type Schema,
} from '../sandbox/document';

/** Where the check of an account has the contract. */
export const accountContractFile = 'nodes/shared/accountCheck/contract.ts';

const document = readDocument();
const schemas = schemasOf(document);

const kinds: Record<string, string> = {
	integer: 'integer',
	number: 'number',
	boolean: 'flag',
	string: 'text',
};

/** A schema in the short words of the contract; the named types that it needs are put into `needed`. */
function inShort({ $ref, type, format, items, oneOf }: Schema, needed: Set<string>): string {
	if ($ref) {
		const name = $ref.split('/').at(-1)!;
		needed.add(name);
		return name;
	}
	if (oneOf) {
		const things = oneOf.filter((each) => each.type !== 'null');
		const short = inShort(things.at(-1)!, needed);
		if (things.length > 1) return `${short}*`;
		return things.length < oneOf.length ? `${short}?` : short;
	}
	const types = [type ?? 'object'].flat();
	const [thing] = types.filter((each) => each !== 'null');
	const nullable = types.length > 1 ? '?' : '';
	if (thing === 'array') return `${inShort(items!, needed)}[]${nullable}`;
	return `${format === 'date-time' ? 'date' : kinds[thing]}${nullable}`;
}

/** All calls that only read, what they answer, and the questions that reading settles, from docs/openapi.yaml. */
export function accountContract(): string {
	const needed = new Set<string>(['Error']);
	const plainReads = operationsOf(document)
		.filter(({ method, operationId }) => method === 'GET' && operationId !== 'copySurvey')
		.sort((a, b) => a['x-call'] - b['x-call']);
	const calls = plainReads.map((operation) => {
		const answers = inShort(responseSchema(operation), needed);
		return [operation['x-call'], { path: operation.path, answers }] as const;
	});
	const types: Record<string, Record<string, string>> = {};
	const choices: Record<string, string[]> = {};
	// Grows while it is gone through.
	for (const name of needed) {
		const schema = schemas[name];
		if (schema.enum) choices[name] = schema.enum;
		else {
			types[name] = Object.fromEntries(
				Object.entries(schema.properties!).map(([member, each]) => [member, inShort(each, needed)]),
			);
		}
	}
	const questions = factsOf(document)
		.filter((fact) => fact['settled-by'] === 'read')
		.map(({ id, fact, standing }) => [id, { fact, standing }] as const);
	const constant = (name: string, says: string, value: unknown) =>
		`/** ${says} */\nexport const ${name} = ${JSON.stringify(value)} as const;\n`;
	return [
		'// Made of docs/openapi.yaml by "npm run docs"; change it there.\n',
		constant(
			'CALLS',
			'The calls that only read, by their number. `[]`: a list; `?`: or null; `*`: one, or a list of one.',
			Object.fromEntries(calls),
		),
		constant('TYPES', 'The members of what they answer, and what each holds.', types),
		constant('CHOICES', 'Members that hold one of these texts.', choices),
		constant(
			'QUESTIONS',
			'What is not known for sure and reading can settle.',
			Object.fromEntries(questions),
		),
	].join('\n');
}
