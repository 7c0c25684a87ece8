import { readDocument } from '../sandbox/document';

/** Where the sandbox has Netigate's own shapes. */
export const sandboxSchemasFile = 'test/sandbox/schemas.ts';

/** The schemas of docs/internals/openapi.yaml as TypeScript types; the calls themselves are checked at run time. */
export async function sandboxSchemas(): Promise<string> {
	// Here, since jest cannot load it, and does not need it.
	const { default: openapiTS, astToString } = await import('openapi-typescript');
	const { openapi, info, components } = readDocument();
	const document = { openapi, info, paths: {}, components: { schemas: components?.schemas } };
	const nodes = await openapiTS(JSON.stringify(document), {
		rootTypes: true,
		rootTypesNoSchemaPrefix: true,
		rootTypesKeepCasing: true,
	});
	return `// Made of docs/internals/openapi.yaml by "npm run docs"; change it there.\n\n${astToString(nodes)}`;
}
