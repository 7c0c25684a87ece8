import type { Done } from './carryOut';
import type { Plan } from './diff';
import { WAY_OUT } from './sendErrors';

const people = (count: number) => (count === 1 ? '1 contact' : `${count} contacts`);

/** After a first run: the next one that would add nearly everybody is to ask again. */
export const SET_BACK =
	'Options, First Run is set to Add: set it back to Stop and Ask, so that nobody is added again should the memory be lost.';

/** What a run did, in a few sentences for the user. */
export function listSummary(
	plan: Plan,
	done: ReadonlyMap<object, Done>,
	clearMissing: boolean,
): string[] {
	const counts = { added: 0, updated: 0, cleared: 0, failed: 0, 'not sent': 0 };
	for (const one of done.values()) {
		counts['status' in one ? one.status : 'error' in one ? 'failed' : 'not sent']++;
	}
	const all: Array<[string, number]> = [
		['added', counts.added],
		['updated', counts.updated],
		['unchanged', plan.unchanged.length],
		['missing', clearMissing ? 0 : plan.missing.length],
		['cleared', counts.cleared],
		['failed', counts.failed],
		['not sent', counts['not sent']],
	];
	const told = all.filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
	const hints = [told.length > 0 ? told.join(', ') : 'Nothing to do'];
	const uncertain = plan.uncertain.length + plan.uncertainMissing.length;
	if (uncertain > 0) {
		hints.push(
			`Of ${people(uncertain)} it cannot be told whether an earlier run added them. ${WAY_OUT}`,
		);
	}
	const differing = plan.repeated.filter(({ differs }) => differs).length;
	if (differing > 0) {
		hints.push(
			`${people(differing)} came again with other data in the same run; the first item of each counts.`,
		);
	}
	return hints;
}
