import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { OpenAPIBackend, type Document, type Handler } from 'openapi-backend';
import { parse } from 'yaml';

/** One of the 34 calls in the document. */
export interface Operation {
	operationId: string;
	'x-call': number;
	'x-standing': string;
	'x-wrapper'?: { name: string; standing: string };
	method: string;
	path: string;
	parameters?: unknown[];
	responses: Record<string, unknown>;
}

/** The parts of a schema used here. */
export interface Schema {
	$ref?: string;
	type?: string | string[];
	format?: string;
	enum?: string[];
	properties?: Record<string, Schema>;
	items?: Schema;
	oneOf?: Schema[];
	allOf?: Schema[];
}

/** A fact about Netigate and its source. */
export interface Fact {
	id: string;
	fact: string;
	standing: string;
	/** The sandbox setting for it. */
	setting?: string;
	/** Whether it can be found out by reading an account, or only by writing to one. */
	'settled-by'?: 'read' | 'write';
}

const documentPath = resolve(__dirname, '../../docs/internals/openapi.yaml');

let document: Document | undefined;

/** A new copy of docs/internals/openapi.yaml, because building a backend resolves its references in place. */
export function readDocument(): Document {
	document ??= parse(readFileSync(documentPath, 'utf8')) as Document;
	return structuredClone(document);
}

const methods = ['get', 'post', 'put', 'delete'] as const;

/** All operations of the document, in its order. */
export function operationsOf(document: Document): Operation[] {
	return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
		methods.flatMap((method) => {
			const operation = (item as Record<string, unknown>)[method];
			return operation ? [{ ...(operation as Operation), method: method.toUpperCase(), path }] : [];
		}),
	);
}

export const factsOf = (from: Document) => (from as unknown as { 'x-facts': Fact[] })['x-facts'];

export const schemasOf = (from: Document) => from.components!.schemas as Record<string, Schema>;

/** The schema of a call's successful response. */
export function responseSchema({ responses }: Operation): Schema {
	const response = responses['200'] as { content: { 'application/json': { schema: Schema } } };
	return response.content['application/json'].schema;
}

function buildAjv(coerceTypes: boolean): Ajv2020 {
	// The contract tests check the schemas. Here, that would delay each call's first response by a second.
	const ajv = new Ajv2020({ coerceTypes, strict: false, validateSchema: false });
	addFormats(ajv, { mode: 'full' });
	return ajv;
}

/**
 * Builds the backend that matches, authenticates and checks every request, and checks every response.
 * @throws if a handler has no operation
 */
export async function buildBackend(options: {
	basePath: string;
	handlers: Record<string, Handler>;
	/** Whether a request's key is right. Receives the arguments of `handleRequest`. */
	security: Handler;
}): Promise<OpenAPIBackend> {
	const [ofText, ofBodies] = [true, false].map(buildAjv);
	const backend = new OpenAPIBackend({
		definition: readDocument(),
		apiRoot: options.basePath,
		strict: true,
		// Compiles each call's validators on first use, once for all sandboxes, which saves seconds at the
		// start. It also skips a check against OpenAPI 3.0, because the document uses 3.1. The contract tests
		// check that.
		quick: true,
		handlers: options.handlers,
		securityHandlers: { apiKey: options.security },
		// Two validators for all calls: numbers in queries and paths arrive as text, but not in bodies.
		customizeAjv: (_, { coerceTypes }) => (coerceTypes ? ofText : ofBodies),
	});
	await backend.init();
	// The document no longer changes, and each request reads all operations.
	const all = backend.router.getOperations();
	backend.router.getOperations = () => all;
	return backend;
}
