import { resources } from '../../nodes/Netigate/resources';
import {
	operationsOf,
	readDocument,
	responseSchema,
	schemasOf,
	type Schema,
} from '../sandbox/document';

/*
 * The output schemas with which n8n's editor shows the fields of an action before it has run
 * (nodes/Netigate/__schema__). Most are the answer of the action's call, as docs/internals/openapi.yaml has it.
 */

export interface OutputSchema {
	type: string | string[];
	properties?: Record<string, OutputSchema>;
	items?: OutputSchema;
	version?: number;
}

const document = readDocument();
const schemas = schemasOf(document);
const operations = operationsOf(document);

/** A schema of the document without references, wrappers and what only the sandbox needs. */
function plain(schema: Schema): OutputSchema {
	if (schema.$ref) return plain(schemas[schema.$ref.split('/').at(-1)!]);
	if (schema.allOf) return plain(schema.allOf[0]);
	if (schema.oneOf) {
		// Wrapped or bare, or the thing or null: the last but null is the thing itself.
		const things = schema.oneOf.filter(({ type }) => type !== 'null');
		const thing = plain(things.at(-1)!);
		const nullable = things.length < schema.oneOf.length;
		return nullable ? { ...thing, type: [thing.type, 'null'].flat() } : thing;
	}
	const { type = 'object', properties, items } = schema;
	const members = Object.entries(properties ?? {}).map(([name, one]) => [name, plain(one)]);
	return {
		type,
		...(properties
			? { properties: Object.fromEntries(members) as OutputSchema['properties'] }
			: {}),
		...(items ? { items: plain(items) } : {}),
	};
}

const typesOf = ({ type }: OutputSchema) => [type].flat();

/** What one item holds after a call: its answer, or an entry of it. */
function answerOf(call: number): OutputSchema {
	const operation = operations.find((each) => each['x-call'] === call)!;
	const schema = plain(responseSchema(operation));
	return typesOf(schema).includes('array') ? schema.items! : schema;
}

const text: OutputSchema = { type: 'string' };
const integer: OutputSchema = { type: 'integer' };
const flag: OutputSchema = { type: 'boolean' };
const open: OutputSchema = { type: 'object' };
const date: OutputSchema = { type: ['string', 'null'] };

const object = (properties: Record<string, OutputSchema>): OutputSchema => ({
	type: 'object',
	properties,
});

const withMembers = (schema: OutputSchema, more: Record<string, OutputSchema>): OutputSchema =>
	object({ ...schema.properties, ...more });

/** A simplified result, as the actions of `result` give it unless told otherwise. */
const result = object({
	answerSetId: integer,
	surveyId: integer,
	respondentId: { type: ['integer', 'null'] },
	createdAt: date,
	updatedAt: date,
	completedAt: date,
	completed: flag,
	answers: open,
	scores: open,
});

const number: OutputSchema = { type: ['number', 'null'] };
const count: OutputSchema = { type: ['integer', 'null'] };
const list = (items: OutputSchema): OutputSchema => ({ type: 'array', items });

/** One question in a summary, of everybody or of a group. */
const questionSummary = object({
	questionItemId: integer,
	question: text,
	row: date,
	type: text,
	answered: integer,
	distribution: list(object({ answer: text, score: number, count: integer, share: number })),
	scoreBy: { type: ['string', 'null'] },
	mean: number,
	nps: number,
	promoters: count,
	passives: count,
	detractors: count,
	topTwoShare: number,
	comments: list(text),
	tooFew: flag,
});

const groupSummary = object({
	name: text,
	kind: text,
	together: integer,
	sendoutId: count,
	sendDate: date,
	invited: integer,
	started: integer,
	completed: integer,
	responseRate: number,
	questions: list(questionSummary),
});

/** The outcome for a person. */
const outcome = { status: text, contact: text, reason: text, explanation: text };

const row = withMembers(answerOf(30), { values: open });

/** Actions that give something else than the answer of their call. */
const shaped: Record<string, OutputSchema> = {
	'respondent.add': withMembers(answerOf(16), outcome),
	// With the answer status where it is asked for.
	'respondent.getMany': answerOf(15),
	'sendout.launch': withMembers(answerOf(16), {
		...outcome,
		sendoutId: integer,
		sendoutName: text,
		reminders: list(object({ DispatchId: integer, Name: text, SendDate: date })),
	}),
	'respondentList.addRow': row,
	'respondentList.getRow': row,
	'respondentList.updateRow': row,
	'respondentList.clearRow': object({
		deleted: flag,
		respondentId: integer,
		labelIds: list(integer),
	}),
	'respondentList.sync': object({ contact: text, respondentId: integer, status: text }),
	'blocklist.check': object({ contact: text, blocked: flag }),
	'account.check': object({
		meaning: text,
		whatToDo: text,
		about: text,
		seen: text,
		expected: text,
		asExpected: { type: ['boolean', 'null'] },
		call: integer,
		request: text,
		question: date,
		answer: { type: ['string', 'integer', 'null'] },
		entries: count,
		milliseconds: count,
	}),
	'result.get': result,
	'result.getMany': result,
	'result.getByContact': withMembers(result, { status: text, contact: text }),
	'result.getByRespondent': result,
	'result.summarize': object({
		surveyId: integer,
		from: date,
		to: date,
		sendoutIds: list(integer),
		invited: integer,
		started: integer,
		completed: integer,
		responseRate: number,
		withoutInvitation: integer,
		results: integer,
		questions: list(questionSummary),
		overTime: list(object({ period: text, started: integer, completed: integer })),
		sendouts: list(groupSummary),
		groupBy: { type: ['string', 'null'] },
		groups: list(groupSummary),
		minGroupSize: integer,
	}),
};

/** The output schema of every action, by `resource.operation`. */
export function outputSchemas(): Record<string, OutputSchema> {
	return Object.fromEntries(
		resources.flatMap(({ resource, actions }) =>
			actions.map(({ operation, call }) => {
				const key = `${resource}.${operation}`;
				// An action of several calls stands above: no single answer tells what it gives.
				return [key, { ...(shaped[key] ?? answerOf(call!.number)), version: 1 }];
			}),
		),
	);
}
