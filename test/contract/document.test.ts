import SwaggerParser from '@apidevtools/swagger-parser';
import { factsOf, operationsOf, readDocument, type Operation } from '../sandbox/document';
import { contractCalls } from './calls';

type Node = Record<string, unknown>;

const document = readDocument() as unknown as Node & {
	components: Record<string, Record<string, Node>>;
};
const operations = operationsOf(readDocument());
const standings = ['documented', 'seen', 'help', 'inferred', 'unknown'];
const { schemas, parameters, responses: answers } = document.components;

const byCall = (number: number): Operation =>
	operations.find((operation) => operation['x-call'] === number)!;

const property = (schema: string, name: string) =>
	(schemas[schema].properties as Record<string, Node>)[name];

const answerOf = (number: number) => byCall(number).responses['200'] as Node;

/** Finds all schema properties in the document, with their paths. */
function propertiesIn(node: unknown, path: string, found: Array<[string, Node]> = []) {
	if (typeof node !== 'object' || node === null) return found;
	for (const [name, child] of Object.entries(node)) {
		if (name === 'properties' && !Array.isArray(child)) {
			for (const [member, schema] of Object.entries(child as Record<string, Node>)) {
				found.push([`${path}.${member}`, schema]);
			}
		}
		propertiesIn(child, `${path}.${name}`, found);
	}
	return found;
}

describe('the OpenAPI document', () => {
	it('is valid OpenAPI 3.1 without broken references', async () => {
		expect(document.openapi).toBe('3.1.0');
		await SwaggerParser.validate(readDocument() as never);
	});

	it("contains the contract's 34 calls with their methods and paths", () => {
		const found = operations.map(({ 'x-call': call, method, path }) => [call, method, path]);
		const calls = contractCalls.map(([number, method, path]) => [number, method, path]);
		expect(found.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(calls);
	});

	it('gives every call a unique name in camelCase', () => {
		const names = operations.map((operation) => operation.operationId);
		expect(new Set(names).size).toBe(34);
		expect(names.filter((name) => !/^[a-z]+([A-Z][a-z]+)*$/.test(name))).toEqual([]);
	});

	it('requires the key in X-API-KEY and lists both servers', () => {
		expect(document.security).toEqual([{ apiKey: [] }]);
		expect(document.components.securitySchemes.apiKey).toMatchObject({
			in: 'header',
			name: 'X-API-KEY',
		});
		expect((document.servers as Node[]).map(({ url }) => url).slice(0, 2)).toEqual([
			'https://www.netigate.se/api/v1.2',
			'https://www.ntgt.de/api/v1.2',
		]);
	});

	it('describes every refusal as exactly StatusCode and Message', () => {
		expect(schemas.Error.additionalProperties).toBe(false);
		expect(schemas.Error.required).toEqual(['StatusCode', 'Message']);
		for (const { responses } of operations) {
			expect(Object.keys(responses)).toEqual(
				expect.arrayContaining(['200', '400', '401', '404', '429', '500', '503']),
			);
		}
	});

	it('describes wrapped and bare responses of every POST, PUT and DELETE, and of copy', () => {
		const wrapping = operations
			.filter((operation) => operation['x-wrapper'])
			.map((operation) => operation['x-call']);
		const writing = contractCalls.filter(([, method]) => method !== 'GET').map(([call]) => call);
		expect(wrapping.sort((a, b) => a - b)).toEqual([3, ...writing]);
		for (const call of wrapping) {
			const { schema } = (answerOf(call).content as Record<string, Node>)['application/json'];
			const [wrapped, bare] = (schema as { oneOf: Node[] }).oneOf;
			expect(wrapped.required).toEqual([byCall(call)['x-wrapper']!.name]);
			expect(bare.required).toBeUndefined();
		}
	});
});

describe('the standing of facts', () => {
	it('is specified for every operation, parameter, schema, property and response', () => {
		const inline = operations.flatMap(({ parameters: own = [] }) =>
			(own as Node[]).filter((parameter) => !parameter.$ref),
		);
		const resolved = (response: Node) =>
			response.$ref ? answers[String(response.$ref).split('/').pop()!] : response;
		const places: Array<[place: string, node: Node]> = [
			...operations.map((one): [string, Node] => [one.operationId, one as unknown as Node]),
			...[...Object.values(parameters), ...inline].map((one): [string, Node] => [
				String(one.name),
				one,
			]),
			...Object.entries(schemas),
			...propertiesIn(schemas, 'schemas'),
			...operations.flatMap((one) =>
				Object.entries(one.responses).map(([status, response]): [string, Node] => [
					`${one.operationId} ${status}`,
					resolved(response as Node),
				]),
			),
		];
		const without = places.filter(([, node]) => !standings.includes(String(node['x-standing'])));
		expect(places.length).toBeGreaterThan(400);
		expect(without.map(([place]) => place)).toEqual([]);
	});

	it.each([
		['inferred', [answerOf(3), answerOf(14)]],
		['unknown', [byCall(16).responses['201'], answers.TooManyRequests, answers.Unavailable]],
		['unknown', ['Value', 'value'].map((name) => property('BatchKeyValue', name))],
	])('is %s if the contract is uncertain', (standing, places) => {
		expect(places).toMatchObject(places.map(() => ({ 'x-standing': standing })));
	});

	it('is documented for wrappers of rows, seen for those of sendouts, and unknown for others', () => {
		const known = { 12: 'seen', 30: 'documented', 31: 'documented', 32: 'documented' };
		const unknown = [3, 13, 14, 16, 17, 19, 21, 24].map((call) => [call, 'unknown']);
		const found = operations.flatMap(({ 'x-call': call, 'x-wrapper': wrapper }) =>
			wrapper ? [[call, wrapper.standing]] : [],
		);
		expect(Object.fromEntries(found)).toEqual({
			...{ ...known, 33: 'documented' },
			...Object.fromEntries(unknown),
		});
	});

	it.each([
		['help', 'no-webhooks blocked-never-contacted no-reminders-later answerable'],
		['help', 'contacts-ascii personal-links'],
		['inferred', 'http-status copy-answer deactivate-answer duplicates sendout-document'],
		['inferred', 'respondent-minus-one checkbox-title'],
		['unknown', 'rate-limit wrapper-names success-codes batch-value largest-page'],
		['unknown', 'largest-batch date-bounds partial-batch blocked-add ordinal-unseen'],
		['unknown', 'activate-empty-body link-placeholder'],
	])('is %s for %s', (standing, ids) => {
		const facts = factsOf(readDocument());
		const found = ids.split(' ').map((id) => facts.find((fact) => fact.id === id));
		expect(found).toMatchObject(ids.split(' ').map(() => ({ standing })));
	});

	it.each([
		['getAnswerSetsWithData', 'pagesize', /unknown/],
		['getAnswerSets', 'from', /unknown/],
		['getAnswerSets', 'to', /unknown/],
		['getAnswerSets', 'updated', /unknown/],
		['AnswerSet', 'Respondent', /inferred/],
		['BackgroundDataLabel', 'Document', /inferred/],
		['Answer', 'QuestionText', /inferred/],
		['NewSendout', 'message', /not documented/],
		['NewReminder', 'message', /not documented/],
		['NewRespondents', 'surveyRespondents', /unknown/],
	])('is explained in the note of %s.%s', (owner, name, note) => {
		const operation = operations.find(({ operationId }) => operationId === owner);
		const own = operation?.parameters as Node[] | undefined;
		const node = own?.find((one) => one.name === name) ?? property(owner, name);
		expect(node['x-note']).toMatch(note);
	});
});
