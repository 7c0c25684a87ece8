import type { NetigateClient } from './client';
import { NetigateError } from './errors';
import { recordsIn } from './members';

/**
 * A list that Netigate may say is not found while it has no entries: nothing documents what an empty one is
 * answered with. So it is empty where what it belongs to can be read, and it is not found a second time.
 *
 * Not for a list from which is told who may be asked: there what is not found may only be so for a moment.
 *
 * @param ask reads the list
 * @param owner what it belongs to, a path such as `/surveys/501`
 */
export async function orEmpty<T>(
	ask: () => Promise<T>,
	client: NetigateClient,
	owner: string,
): Promise<T | never[]> {
	const isMissing = (error: unknown) => error instanceof NetigateError && error.status === 404;
	return await ask().catch(async (error: unknown) => {
		if (!isMissing(error) || recordsIn(await client.get(owner)).length === 0) throw error;
		return await ask().catch((again: unknown) => {
			if (isMissing(again)) return [];
			throw again;
		});
	});
}
