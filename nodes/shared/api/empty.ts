import type { NetigateClient } from './client';
import { NetigateError } from './errors';
import { recordsIn } from './members';

/**
 * A list that Netigate may say is not found while it has no entries: nothing documents what an empty one is
 * answered with. So it is empty where what it belongs to can be read.
 *
 * @param owner what it belongs to, a path such as `/surveys/501`
 */
export async function orEmpty<T>(
	list: Promise<T>,
	client: NetigateClient,
	owner: string,
): Promise<T | never[]> {
	return await list.catch(async (error: unknown) => {
		const missing = error instanceof NetigateError && error.status === 404;
		if (missing && recordsIn(await client.get(owner)).length > 0) return [];
		throw error;
	});
}
