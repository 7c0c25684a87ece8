import {
	factsOf,
	operationsOf,
	readDocument,
	responseSchema,
	schemasOf,
	type Schema,
} from '../sandbox/document';

/** The file with the contract for the account check. */
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

/** Type members as text, e.g. `SurveyId integer, Created date`, in lines that fit into the file. */
function membersInShort({ properties }: Schema, needed: Set<string>): string {
	const lines = [''];
	for (const [name, schema] of Object.entries(properties!)) {
		const member = `${name} ${inShort(schema, needed)},`;
		// The name of the type is before the first line.
		if (lines.at(-1)!.length + member.length > (lines.length === 1 ? 68 : 90)) lines.push('');
		lines.push(`${lines.pop()} ${member}`.trim());
	}
	const [only] = lines;
	if (lines.length === 1 && only.length <= 70) return `'${only.slice(0, -1)}'`;
	return `\`${lines.join('\n\t\t').slice(0, -1)}\``;
}

/** The calls that only read, their responses, and the questions that reading settles, from docs/internals/openapi.yaml. */
export function accountContract(): string {
	const needed = new Set<string>(['Error']);
	const calls = operationsOf(document)
		.filter(({ method, operationId }) => method === 'GET' && operationId !== 'copySurvey')
		.sort((a, b) => a['x-call'] - b['x-call'])
		.map((operation) => {
			const type = inShort(responseSchema(operation), needed);
			return [operation['x-call'], JSON.stringify([operation.path, type])] as const;
		});
	const types: Array<[string, string]> = [];
	const choices: Array<[string, string]> = [];
	// The set grows during this loop.
	for (const name of needed) {
		const schema = schemas[name];
		if (schema.enum) choices.push([name, `'${schema.enum.join(', ')}'`]);
		else types.push([name, membersInShort(schema, needed)]);
	}
	const questions = factsOf(document)
		.filter((fact) => fact['settled-by'] === 'read')
		.map(({ id, fact }) => [`'${id}'`, JSON.stringify(fact)] as const);
	const constant = (
		name: string,
		says: string,
		members: ReadonlyArray<readonly [string | number, string]>,
	) =>
		`/** ${says} */\nexport const ${name} = {${members.map((member) => member.join(': ')).join(',')}} as const;\n`;
	return [
		'// Generated from docs/internals/openapi.yaml by "npm run docs". Change it there.\n',
		constant(
			'CALLS',
			'The read-only calls: path and response. `[]`: a list; `?`: or null; `*`: a single object or a list.',
			calls,
		),
		constant('TYPES', 'The members of the objects in responses, with their types.', types),
		constant('CHOICES', 'The allowed values of members with a fixed set of values.', choices),
		constant('QUESTIONS', 'Uncertain facts that read-only calls can settle.', questions),
	].join('\n');
}
