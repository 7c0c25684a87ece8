import type { Sandbox } from '../sandbox';
import { moves } from './layout';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns a path of the sandbox itself, even if the form was changed. */
export const ownPath = (path: string | null): string =>
	/^\/(?![/\\])[\w/-]*$/.test(path ?? '') ? path! : '/';

export function moveClock(sandbox: Sandbox, form: URLSearchParams): string {
	const move = form.get('move');
	const found = moves.find(([name]) => name === move);
	if (found) sandbox.clock.advance(found[2] * DAY_MS);
	else if (move === 'reset') sandbox.clock.reset();
	else throw new RangeError(`Unknown move: ${move}`);
	return ownPath(form.get('back'));
}
