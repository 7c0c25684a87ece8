import type { IExecuteFunctions } from 'n8n-workflow';
import { withoutContacts } from '../shared/n8n/shown';
import { claimantOf, type LedgerAccess } from '../shared/quarantine/openLedger';
import type { QuarantineRun } from './run';

interface FailedConfirm {
	execution: string;
	/** Milliseconds since 1970. */
	at: number;
	/** Whether the Confirm ran in a sub-workflow, where the execution that made the reservation is unknown. */
	inner: boolean;
}

const MAX_KEPT = 10_000;

/** The Confirms that failed in this process, keyed by execution and step. */
const failedConfirms = new Map<string, FailedConfirm>();

const isSubWorkflow = (context: IExecuteFunctions) =>
	(context.getMode() as string) === 'integrated';

/** Remembers whether Confirm failed. If it did, people with held reservations may have been invited. */
export function noteConfirm(context: IExecuteFunctions, done: boolean): void {
	const { execution, step } = claimantOf(context);
	const key = `${execution}.${step}`;
	failedConfirms.delete(key);
	if (done) return;
	failedConfirms.set(key, { execution, at: Date.now(), inner: isSubWorkflow(context) });
	if (failedConfirms.size > MAX_KEPT) failedConfirms.delete(failedConfirms.keys().next().value!);
}

/**
 * Releases held reservations when the execution ends. After a crash, a long wait or a failed Confirm, held
 * reservations expire instead.
 * @param since when the reservations were made, in milliseconds since 1970
 */
export function releaseAtEnd(
	run: QuarantineRun,
	access: LedgerAccess,
	contacts: string[],
	since: number,
): void {
	if (contacts.length === 0) return;
	const { context } = run;
	const { logger } = context;
	if (!context.onExecutionFinish) {
		run.note(
			"'Release on Failure' requires n8n 2.33 or later. Until you update, connect Release to the error output of the node that invites people. Reservations that aren't released expire after 'Hold (Minutes)'.",
		);
		return;
	}
	if (isSubWorkflow(context)) {
		run.note(
			"In a sub-workflow, 'Release on Failure' releases reservations when the sub-workflow ends. If people are invited or confirmed only after that, turn the option off and connect Release to the error output of the node that invites them.",
		);
	}
	context.onExecutionFinish(async () => {
		const { execution } = claimantOf(context);
		const mayHaveInvited = [...failedConfirms.values()].some(
			(failed) => failed.execution === execution || (failed.inner && failed.at >= since),
		);
		if (mayHaveInvited) {
			logger.warn(
				"Held reservations in the Netigate quarantine weren't released because a Confirm failed",
			);
			return;
		}
		await access
			.use(async (ledger) => await ledger.releaseHeld(contacts))
			.catch((error: unknown) =>
				logger.warn("Held reservations in the Netigate quarantine weren't released", {
					error: withoutContacts(error instanceof Error ? error.message : String(error)),
				}),
			);
	});
}
