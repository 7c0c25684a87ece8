import { withKeys } from '../basics/keyedLock';
import { jointKey } from '../basics/lists';
import type { Batch, ItemOutcome, ItemRun } from '../n8n/itemRun';

/** For each recipient, the outcomes from runs in this process that have just ended. */
export type Ended = ReadonlyMap<string, readonly ItemOutcome[]>;

/** Whether the person with this outcome is in a sendout. `perhaps` means that Netigate's response was lost. */
export function isIn(outcome: ItemOutcome): 'yes' | 'perhaps' | undefined {
	// A failed item doesn't mean that the person wasn't added: activating the sendout may have failed.
	const { status, reason, mayBeInvited } = [outcome.json ?? {}].flat()[0];
	if (status === 'added' || status === 'launched' || reason === 'existing') return 'yes';
	return mayBeInvited ? 'perhaps' : undefined;
}

/**
 * Recipients who may have been added by a run in this process that failed afterwards. Their sendouts may still need to
 * be activated.
 */
const interrupted = new Set<string>();

const MAX_INTERRUPTED = 100_000;

function note(recipient: string, outcome: ItemOutcome): void {
	interrupted.delete(recipient);
	if ('error' in outcome) interrupted.add(recipient);
	if (interrupted.size > MAX_INTERRUPTED) interrupted.delete(interrupted.keys().next().value!);
}

/**
 * Runs the task while no other run in this process handles the same recipients. The task first looks up who is in a
 * sendout, and ends when all outcomes are settled.
 * @param recipients the recipients by position, each with the path of their sendout
 * @param task a function with two parameters: the outcomes of the runs that it waited for, because Netigate may not
 * show new respondents immediately; and a function that checks whether a recipient may have been added by an earlier
 * run that failed afterwards
 */
export async function whileAlone(
	{ place }: Batch,
	run: ItemRun,
	recipients: ReadonlyMap<number, string>,
	task: (ended: Ended, wasInterrupted: (recipient?: string) => boolean) => Promise<void>,
): Promise<void> {
	const scope = `invite ${place}`;
	let failure: unknown;
	await withKeys<void, readonly ItemOutcome[]>(scope, recipients.values(), async (left) => {
		// If the task fails, the next runs still need the outcomes of the runs before it.
		await task(left, (recipient) => interrupted.has(jointKey(scope, recipient ?? ''))).catch(
			(error: unknown) => (failure = error),
		);
		const leave = new Map(left);
		for (const [position, recipient] of recipients) {
			const outcome = run.outcome(position);
			if (!outcome || !isIn(outcome)) continue;
			note(jointKey(scope, recipient), outcome);
			leave.set(recipient, [...(leave.get(recipient) ?? []), outcome]);
		}
		return { result: undefined, leave };
	});
	if (failure !== undefined) throw failure;
}
