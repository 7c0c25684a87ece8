import type { NetigateClient, NetigateRequest } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import { LedgerError } from '../tables/errors';

/** The answer of a change to a row, or why there is none. */
type Sent = { answer: unknown } | { error: NetigateError };

const saidNo = () =>
	new NetigateError('Netigate says that it was not done', {
		outcome: 'refused',
		status: 400,
		advice: 'Look at the row in Netigate. The next run tries again.',
	});

/** Whatever was thrown, as an error. */
export function asError(error: unknown): Error {
	return error instanceof Error ? error : new LedgerError('failed', 'The memory failed', '');
}

/** Sends a change to a row (rows 31 to 33). Never throws: what goes wrong is remembered too. */
export async function sendChange(client: NetigateClient, request: NetigateRequest): Promise<Sent> {
	return await client.send(request).then(
		(answer) => (answer === false ? { error: saidNo() } : { answer }),
		(error: unknown) => ({
			error:
				error instanceof NetigateError
					? error
					: new NetigateError(asError(error).message, { outcome: 'unknown', advice: '' }),
		}),
	);
}
