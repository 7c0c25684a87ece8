import fc from 'fast-check';
import type { Fault, FaultKind } from '../sandbox';
import type { AnswerChange } from '../sandbox/changes';
import {
	operationsOf,
	readDocument,
	responseSchema,
	schemasOf,
	type Schema,
} from '../sandbox/document';

/*
 * What goes wrong in the random sequences: faults at any step, and responses in unexpected forms.
 *
 * No response is wrong in a way that can't be noticed: no list silently leaves out an entry, and no value has the
 * right type but the wrong content. Refused work isn't done, except that people may have been added.
 */

/** The milliseconds after which a request is done although the client gave up or a gateway responded. */
const WORK_AFTER_MS = 900;

/** The members of a call's successful response, with the type of each, from docs/internals/openapi.yaml. */
function membersOf(operationId: string): Map<string, string> {
	const document = readDocument();
	const schemas = schemasOf(document);
	const operation = operationsOf(document).find((one) => one.operationId === operationId)!;
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
		for (const one of [...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) walk(one);
	};
	walk(responseSchema(operation));
	return members;
}

/** Changes of the response to a call. */
function responseChanges(operationId: string): fc.Arbitrary<AnswerChange[]> {
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
	// Only for writes, because in a list they would mean that an entry doesn't exist.
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

/** Responses of a gateway: the work may continue. */
const gateway = ['502', '504', '520', '521', '522', '523', '524'] as const;

const kinds: FaultKind[] = [
	...(['400', '429', '500', '503', 'dropBefore', 'dropAfter', 'cutBody', 'cutUnseen'] as const),
	...(['html', 'empty', 'garbage', 'deep', 'hang', 'drip', 'latency'] as const),
	...(['hang', 'drip'] as const),
	...(['errorInside', 'errorInside', ...gateway, 'redirect', 'redirect'] as const),
];

/** Faults after which the work may be done later. */
const LATE = new Set<FaultKind>([...gateway, 'hang', 'drip', 'dropBefore']);

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

/** Faults of any kind. Only 429, 503 and refusals mean that nothing was done. */
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
			// For a read, 204 would wrongly mean that nothing is there.
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
			// Refused work isn't done, except that people may be added.
			if (kind === '400' && !operationId.startsWith('addRespondent')) return base;
			// An empty response counts as success, because nothing shows whether an active sendout was activated again.
			if (kind === 'empty' && operationId === 'activateSendout') return { ...base, workDone: true };
			if (LATE.has(kind) && work === 'later') return { ...base, workAfterMs: WORK_AFTER_MS };
			if (kind === 'dropBefore' || kind === 'dropAfter') return base;
			const to = which % 2 === 0 ? 'otherHost' : 'sameHost';
			return { ...base, workDone: work === 'done', ...(kind === 'redirect' ? { to } : {}) };
		});
}

/** A changed response to one of these calls. */
function changedResponseOf(operations: string[]): fc.Arbitrary<Fault> {
	return fc.constantFrom(...operations).chain((operationId) =>
		fc
			.record({
				changes: responseChanges(operationId),
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

/** Faults and changed responses for any of these operations. */
export function troubles(operations: string[]): fc.Arbitrary<Fault[]> {
	return fc.array(fc.oneof(faultOf(operations), changedResponseOf(operations)), {
		minLength: 1,
		maxLength: 4,
	});
}
