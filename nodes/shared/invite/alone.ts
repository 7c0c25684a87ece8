import { withKeys } from '../basics/keyedLock';
import type { Batch, ItemOutcome, ItemRun } from '../n8n/itemRun';

/** For each recipient, the outcomes of the runs in this process that have just ended. */
export type Ended = ReadonlyMap<string, readonly ItemOutcome[]>;

/** Whether the person with this outcome is in a sendout; `perhaps` if Netigate's response was lost. */
export function isIn(outcome: ItemOutcome): 'yes' | 'perhaps' | undefined {
	// An item also fails if the sendout couldn't be activated after the person was added.
	const { status, reason, mayBeInvited } = [outcome.json ?? {}].flat()[0];
	if (status === 'added' || status === 'launched' || reason === 'existing') return 'yes';
	return mayBeInvited ? 'perhaps' : undefined;
}

/** Recipients whom a run in this process may have added without completing it, so the sendout may need to be activated. */
const interrupted = new Set<string>();

const MOST_INTERRUPTED = 100_000;

function note(recipient: string, outcome: ItemOutcome): void {
	interrupted.delete(recipient);
	if ('error' in outcome) interrupted.add(recipient);
	if (interrupted.size > MOST_INTERRUPTED) interrupted.delete(interrupted.keys().next().value!);
}

/**
 * Runs the task while no other run in this process handles the same recipients. The task covers everything from looking
 * up who is in a sendout until all outcomes are settled.
 * @param recipients by position, each with the sendout that they are added to
 * @param task gets the outcomes of the runs it waited for, because Netigate may not show new respondents immediately, and
 * whether an earlier run in this process may have added the recipient without completing it
 */
export async function whileAlone(
	{ place }: Batch,
	run: ItemRun,
	recipients: ReadonlyMap<number, string>,
	task: (ended: Ended, wasInterrupted: (recipient?: string) => boolean) => Promise<void>,
): Promise<void> {
	const scope = `invite ${place}`;
	await withKeys<void, readonly ItemOutcome[]>(scope, recipients.values(), async (left) => {
		await task(left, (recipient) => interrupted.has(`${scope}\n${recipient}`));
		const leave = new Map(left);
		for (const [position, recipient] of recipients) {
			const outcome = run.outcome(position);
			if (!outcome || !isIn(outcome)) continue;
			note(`${scope}\n${recipient}`, outcome);
			leave.set(recipient, [...(leave.get(recipient) ?? []), outcome]);
		}
		return { result: undefined, leave };
	});
}
