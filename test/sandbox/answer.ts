import type { Operation } from './document';
import type { Settings } from './settings';

/**
 * The answer as it goes over the wire: wrapped or bare, an empty list perhaps as null. Calls without
 * a wrapper in the document are never wrapped.
 */
export function shape(operation: Operation, answer: unknown, settings: Settings): unknown {
	const bare =
		Array.isArray(answer) && answer.length === 0 && settings.emptyLists === 'null' ? null : answer;
	const wrapper = operation['x-wrapper'];
	if (!wrapper || settings.wrapped === 'never') return bare;
	if (settings.wrapped === 'documented' && wrapper.standing === 'unknown') return bare;
	return { [wrapper.name]: bare };
}

/** A copy in which every object has a member that no document knows. */
export function withExtraFields(answer: unknown): unknown {
	if (Array.isArray(answer)) return answer.map(withExtraFields);
	if (typeof answer !== 'object' || answer === null) return answer;
	const members = Object.entries(answer).map(([name, value]) => [name, withExtraFields(value)]);
	// A wrapper stays a wrapper: an object with exactly one member.
	if (members.length === 1 && String(members[0][0]).endsWith('Result')) {
		return Object.fromEntries(members);
	}
	return { ...Object.fromEntries(members), SandboxExtra: { Unknown: true } };
}
