import fc from 'fast-check';
import type { Fault, FaultKind } from '../sandbox';
import type { AnswerChange } from '../sandbox/changes';
import { operationsOf, readDocument } from '../sandbox/document';

/*
 * What goes wrong in the random sequences: faults at any step, and answers that are not as anybody expects.
 *
 * Nothing here is a lie that nobody could see through: no list leaves out an entry without a trace, and no
 * value of the right type is untrue. What was refused was not done, save that people may have been added.
 */

/** After so many milliseconds a request that was given up, or answered by somebody else, is done all the same. */
const WORK_AFTER_MS = 900;

interface Schema {
	$ref?: string;
	type?: string | string[];
	properties?: Record<string, Schema>;
	items?: Schema;
	oneOf?: Schema[];
	anyOf?: Schema[];
	allOf?: Schema[];
}

/** The members of a call's good answer, with the type of each, from docs/internals/openapi.yaml. */
function membersOf(operationId: string): Map<string, string> {
	const document = readDocument();
	const schemas = document.components?.schemas as Record<string, Schema>;
	const operation = operationsOf(document).find((one) => one.operationId === operationId)!;
	const { content } = operation.responses['200'] as {
		content: Record<string, { schema: Schema }>;
	};
	const members = new Map<string, string>();
	const seen = new Set<string>();
	const walk = (schema: Schema | undefined): void => {
		if (!schema) return;
		if (schema.$ref) {
			if (seen.has(schema.$ref)) return;
			seen.add(schema.$ref);
			walk(schemas[schema.$ref.split('/').pop()!]);
		}
		for (const [name, one] of Object.entries(schema.properties ?? {})) {
			if (!name.endsWith('Result')) members.set(name, String(one.type ?? 'object'));
			walk(one);
		}
		walk(schema.items);
		for (const one of [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])])
			walk(one);
	};
	walk(content['application/json'].schema);
	return members;
}

/** Changes of the answer of a call, whatever it is. */
function answerChanges(operationId: string): fc.Arbitrary<AnswerChange[]> {
	const members = membersOf(operationId);
	const at = fc.option(fc.nat({ max: 3 }), { nil: undefined });
	const place = fc.nat({ max: 3 });
	const anyWay = [
		...(
			['wrap', 'unwrap', 'camelCase', 'upperCase', 'extra', 'reverse', 'listAsObject'] as const
		).map((name) => fc.constant<AnswerChange>({ do: name })),
		place.map((one): AnswerChange => ({ do: 'insertNull', at: one })),
		place.map((one): AnswerChange => ({ do: 'replaceWithNull', at: one })),
		fc.integer({ min: 1, max: 2 }).map((by): AnswerChange => ({ do: 'lengthen', by })),
		fc
			.constantFrom<unknown>('', 'text', 0, 7, true, false, [null], [[]], [7], { Page: 1 })
			.map((value): AnswerChange => ({ do: 'replace', value })),
	];
	// Of what was just made these say nothing; of a list they would say that something is not there.
	const ofWrites = [
		fc.integer({ min: 1, max: 2 }).map((by): AnswerChange => ({ do: 'shorten', by })),
		fc.constantFrom<unknown>(null, [], {}).map((value): AnswerChange => ({ do: 'replace', value })),
	];
	const ofMembers =
		members.size === 0
			? []
			: [
					fc
						.tuple(
							fc.constantFrom(...members.entries()),
							fc.constantFrom<unknown>(null, true, {}, [], '', 'text', 7),
							at,
						)
						.filter(([[, type], value]) => value === null || !type.includes(typeof value))
						.filter(([[, type], value]) => !(type === 'integer' && typeof value === 'number'))
						.filter(([[, type], value]) => !(type === 'array' && Array.isArray(value)))
						.map(([[member], value, one]): AnswerChange => ({ do: 'set', member, value, at: one })),
					fc
						.tuple(
							fc.constantFrom('remove' as const, 'text' as const),
							fc.constantFrom(...members.keys()),
							at,
						)
						.map(([name, member, one]): AnswerChange => ({ do: name, member, at: one })),
					...(members.has('Email')
						? [at.map((one): AnswerChange => ({ do: 'capitals', member: 'Email', at: one }))]
						: []),
				];
	const writes = !/^get(?!Cells)/.test(operationId);
	return fc.array(
		fc.oneof(...ofMembers, ...ofMembers, ...anyWay, ...(writes ? [...ofWrites, ...ofWrites] : [])),
		{ minLength: 1, maxLength: 3 },
	);
}

const kinds: FaultKind[] = [
	...(['400', '429', '500', '503', 'dropBefore', 'dropAfter', 'cutBody', 'cutUnseen'] as const),
	...([
		'html',
		'empty',
		'garbage',
		'hang',
		'hang',
		'latency',
		'errorInside',
		'errorInside',
	] as const),
	...(['502', '504', '520', '521', '522', '523', '524', 'redirect', 'redirect'] as const),
];

/** Behind which the work may go on. */
const LATE = new Set<FaultKind>([
	'502',
	'504',
	'520',
	'521',
	'522',
	'523',
	'524',
	'hang',
	'dropBefore',
]);

const STATUSES: Partial<Record<FaultKind, number[]>> = {
	errorInside: [200, 201, 202],
	redirect: [301, 302, 303, 307, 308],
	html: [200, 200, 502, 503],
	empty: [200, 200, 201, 202, 204, 503],
};

const often = fc.record({
	after: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
	times: fc.integer({ min: 1, max: 3 }),
});

/** Faults of any kind; only what says that nothing was done (429, 503, a refusal) also does nothing. */
function faultOf(operations: string[]): fc.Arbitrary<Fault> {
	return fc
		.record({
			operationId: fc.constantFrom(...operations),
			kind: fc.constantFrom(...kinds),
			often,
			work: fc.constantFrom('done', 'done', 'notDone', 'later', 'later'),
			retryAfterSeconds: fc.option(fc.constantFrom(0, 1), { nil: undefined }),
			code: fc.constantFrom(400, 401, 404, 500, 500, 500),
			which: fc.nat({ max: 9 }),
		})
		.map(({ operationId, kind, often: when, work, retryAfterSeconds, code, which }): Fault => {
			// To a read 204 says that there is nothing, which would be a lie that nobody can see through.
			const statuses = kind === 'empty' && operationId.startsWith('get') ? [200] : STATUSES[kind];
			const base: Fault = {
				operationId,
				kind,
				...when,
				...(statuses ? { status: statuses[which % statuses.length] } : {}),
			};
			if (kind === '429' || kind === '503') return { ...base, retryAfterSeconds };
			if (kind === 'latency') return { ...base, ms: 40 };
			if (kind === 'errorInside' && code < 500) return { ...base, code };
			// What is refused was not done; only of people nobody knows.
			if (kind === '400' && !operationId.startsWith('addRespondent')) return base;
			// An active sendout cannot show whether it was activated once more: there, empty is a yes.
			if (kind === 'empty' && operationId === 'activateSendout') return { ...base, workDone: true };
			if (LATE.has(kind) && work === 'later') return { ...base, workAfterMs: WORK_AFTER_MS };
			if (kind === 'dropBefore' || kind === 'dropAfter') return base;
			const to = which % 2 === 0 ? 'otherHost' : 'sameHost';
			return { ...base, workDone: work === 'done', ...(kind === 'redirect' ? { to } : {}) };
		});
}

/** An answer of one of these calls, changed. */
function oddAnswerOf(operations: string[]): fc.Arbitrary<Fault> {
	return fc.constantFrom(...operations).chain((operationId) =>
		fc
			.record({
				changes: answerChanges(operationId),
				often,
				byteOrderMark: fc.constantFrom(false, false, true),
				status: fc.constantFrom(undefined, undefined, 201, 202),
			})
			.map(
				({ changes, often: when, byteOrderMark, status }): Fault => ({
					operationId,
					kind: 'answer',
					changes,
					...when,
					...(byteOrderMark ? { byteOrderMark } : {}),
					...(status ? { status } : {}),
				}),
			),
	);
}

/** Faults and odd answers, at any step of what calls these operations. */
export function troubles(operations: string[]): fc.Arbitrary<Fault[]> {
	return fc.array(fc.oneof(faultOf(operations), oddAnswerOf(operations)), {
		minLength: 1,
		maxLength: 4,
	});
}
