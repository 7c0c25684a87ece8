import { readDocument } from '../sandbox/document';

/** Where the sandbox has Netigate's own shapes. */
export const sandboxSchemasFile = 'test/sandbox/schemas.ts';

/** The schemas of docs/openapi.yaml as TypeScript types; the calls themselves are checked at run time. */
export async function sandboxSchemas(): Promise<string> {
	// Here, since jest cannot load it, and does not need it.
	const { default: openapiTS, astToString } = await import('openapi-typescript');
	const { openapi, info, components } = readDocument();
	const document = { openapi, info, paths: {}, components: { schemas: components?.schemas } };
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
	return `// Made of docs/openapi.yaml by "npm run docs"; change it there.\n\n${astToString(nodes)}`;
}
