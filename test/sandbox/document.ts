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

/** The part of a schema that is used here. */
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

/** A fact about Netigate, and how it is known. */
export interface Fact {
	id: string;
	fact: string;
	standing: string;
	/** The setting of the sandbox that switches it. */
	setting?: string;
	/** Whether reading an account settles it, or only writing to one. */
	'settled-by'?: 'read' | 'write';
}

const documentPath = resolve(__dirname, '../../docs/internals/openapi.yaml');

let document: Document | undefined;

/** A fresh copy of docs/internals/openapi.yaml; building a backend resolves references inside it. */
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
	// The contract tests check the schemas themselves; here it would cost each call its first second.
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
	/** Whether the key of a request is right; given what `handleRequest` was given. */
	security: Handler;
}): Promise<OpenAPIBackend> {
	const [ofText, ofBodies] = [true, false].map(buildAjv);
	const backend = new OpenAPIBackend({
		definition: readDocument(),
		apiRoot: options.basePath,
		strict: true,
		// Compiles each call's validators on first use, once for all sandboxes, which saves seconds at the
		// start. It also leaves out a check of the document against OpenAPI 3.0, which ours is not; the
		// contract tests check it against 3.1.
		quick: true,
		handlers: options.handlers,
		securityHandlers: { apiKey: options.security },
		// Two for all calls: query and path come as text and are read as numbers, bodies are not.
		customizeAjv: (_, { coerceTypes }) => (coerceTypes ? ofText : ofBodies),
	});
	await backend.init();
	// The document no longer changes, and routing asks for all operations at each request.
	const all = backend.router.getOperations();
	backend.router.getOperations = () => all;
	return backend;
}
