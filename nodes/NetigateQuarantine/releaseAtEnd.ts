import type { IExecuteFunctions } from 'n8n-workflow';
import { claimantOf } from '../../shared/quarantine/openLedger';

interface FailedConfirm {
	execution: string;
	/** Milliseconds since 1970. */
	at: number;
	/** In a sub-workflow, which does not know whose people it confirms. */
	inner: boolean;
}

/** Far more than run beside each other. */
const MOST = 10_000;

/** The latest of this process, by their step. */
const failed = new Map<string, FailedConfirm>();

export const isSubWorkflow = (context: IExecuteFunctions) =>
	(context.getMode() as string) === 'integrated';

/**
 * Notes how a Confirm ended: until a retry of it has confirmed all, people may have been invited whose
 * reservations are still held.
 *
 * @param done whether all of its items were confirmed
 */
export function noteConfirm(context: IExecuteFunctions, done: boolean): void {
	const { execution, step } = claimantOf(context);
	const key = `${execution}.${step}`;
	failed.delete(key);
	if (done) return;
	failed.set(key, { execution, at: Date.now(), inner: isSubWorkflow(context) });
	if (failed.size > MOST) failed.delete(failed.keys().next().value!);
}

/**
 * Whether a Confirm of this execution failed, or may have: one in any sub-workflow counts.
 *
 * @param since when the reservations were made, milliseconds since 1970
 */
export function hasFailedConfirm(context: IExecuteFunctions, since: number): boolean {
	const { execution } = claimantOf(context);
	return [...failed.values()].some(
		(one) => one.execution === execution || (one.inner && one.at >= since),
	);
}
