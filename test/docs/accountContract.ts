import { operationsOf, readDocument } from '../sandbox/document';

/** Where the check of an account has the contract. */
export const accountContractFile = 'nodes/shared/accountCheck/contract.ts';

interface Schema {
	$ref?: string;
	type?: string | string[];
	format?: string;
	enum?: string[];
	properties?: Record<string, Schema>;
	items?: Schema;
	oneOf?: Schema[];
}

interface Fact {
	id: string;
	fact: string;
	standing: string;
	'settled-by'?: string;
}

const document = readDocument();
const schemas = document.components!.schemas as Record<string, Schema>;
const facts = (document as unknown as { 'x-facts': Fact[] })['x-facts'];

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
		const answer = operation.responses['200'] as {
			content: { 'application/json': { schema: Schema } };
		};
		const answers = inShort(answer.content['application/json'].schema, needed);
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
	const questions = facts
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
