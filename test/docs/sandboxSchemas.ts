import { operationsOf, readDocument, responseSchema, schemasOf } from '../sandbox/document';

/** Where the sandbox has Netigate's own shapes. */
export const sandboxSchemasFile = 'test/sandbox/schemas.ts';

type Schemas = ReturnType<typeof schemasOf>;

/** Returns the schemas that successful responses consist of. */
function ofResponses(all: Schemas, operations: ReturnType<typeof operationsOf>): Schemas {
	const found: Schemas = {};
	const collect = (part: object) => {
		for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
			if (name in found) continue;
			found[name] = all[name];
			collect(all[name]);
		}
	};
	for (const operation of operations) collect(responseSchema(operation));
	return found;
}

/** The schemas of responses in docs/internals/openapi.yaml as TypeScript types; requests are checked at run time. */
export async function sandboxSchemas(): Promise<string> {
	// Here, since jest cannot load it, and does not need it.
	const { default: openapiTS, astToString } = await import('openapi-typescript');
	const whole = readDocument();
	const { openapi, info } = whole;
	const schemas = ofResponses(schemasOf(whole), operationsOf(whole));
	const document = { openapi, info, paths: {}, components: { schemas } };
	// What the members mean is explained in the document.
	const words = new Set(['description', 'format', '$comment']);
	const shapes = JSON.stringify(document, (name, value: unknown) =>
		words.has(name) && typeof value === 'string' ? undefined : value,
	);
	const nodes = await openapiTS(shapes, {
		rootTypes: true,
		rootTypesNoSchemaPrefix: true,
		rootTypesKeepCasing: true,
	});
	return `// Made of docs/internals/openapi.yaml by "npm run docs"; change it there.\n\n${astToString(nodes)}`;
}
