import { sleep } from 'n8n-workflow';
import { LedgerError } from '../tables/errors';

/** The pauses between attempts, in milliseconds. */
const PAUSES = [50, 200, 800];

/** Retries a write that is safe to repeat, unless the ledger itself is missing or changed. */
export async function persistently(write: () => Promise<void>, pauses = PAUSES): Promise<void> {
	const [pause, ...rest] = pauses;
	await write().catch(async (error: unknown) => {
		const passes = !(error instanceof LedgerError) || ['failed', 'full'].includes(error.problem);
		if (pause === undefined || !passes) return await Promise.reject(error);
		await sleep(pause);
		await persistently(write, rest);
	});
}
